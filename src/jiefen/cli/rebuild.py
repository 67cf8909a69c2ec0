"""`jiefen rebuild`."""

import os
from contextlib import ExitStack
from typing import Any

import click

from jiefen.cli.leaving import FOUND, Leave, say
from jiefen.cli.ready import engine, ready, stopwatch
from jiefen.kernel.embedded import resolve_urls
from jiefen.kernel.progress import Line


@click.command(
    help="由步骤重算状态、时限、责任人、索引和指标数的行与合计。密钥已销毁的事项跳过并说明。\n\n"
    "退出码：0 完成（--check 时：没有差别）；1 有差别；3 连不上数据库。"
)
@click.option("--check", is_flag=True, help="只比对，不改")
@click.option("--search", is_flag=True, help="只重算查找索引（升级以后、换了钥匙以后）")
def command(check: bool, search: bool) -> None:
    clock = stopwatch()
    ready()
    if search:
        found = _search(check)
        if check and len(found):
            raise Leave(f"{found}；运行 jiefen rebuild --search 改正", FOUND)
        say(f"{found.matters}件，{'没有差别' if check else f'改正{len(found)}件'}（{clock()}）")
        return
    with Line("比对" if check else "重算") as line:
        report = engine("jiefen.cases.rebuild:rebuild")(check=check, progress=line)
    for difference in report:
        say(str(difference))
    if report.sealed:
        say(f"{len(report.sealed)}件保管期满、密钥已销毁，内容的索引跳过：{'、'.join(report.sealed)}")
    lanes = engine("jiefen.mediation.lane_chain:rebuild_lanes")(check=check)
    for lane in lanes:
        say(str(lane))
    with Line("比对计数" if check else "重算计数") as line:
        counted = engine("jiefen.analytics.recount:rebuild")(check=check, progress=line)
    if counted:
        say(f"{counted}{'' if check else '，已改正'}")
    if not check:
        with Line("补齐相似索引") as line:
            if brought := engine("jiefen.triage.alike:bring_up")(progress=line):
                say(f"相似索引补齐{brought}件")
    found = _search(check)
    if check and (len(report) or len(lanes) or len(counted) or len(found)):
        raise Leave(f"{report.cases}件中{len(report)}件与步骤不符；运行 jiefen rebuild 改正", FOUND)
    say(f"{report.cases}件，{'没有差别' if check else f'改正{len(report)}件'}（{clock()}）")


def _search(check: bool) -> Any:
    """The index by which matters are found, worked out from their words."""
    with Line("比对查找索引" if check else "重算查找索引") as line, ExitStack() as around:
        if not check:
            around.enter_context(engine("jiefen.triage.finding.refill:index_afterwards")(resolve_urls().owner))
        found = engine("jiefen.triage.finding.rebuild:rebuild")(
            check=check, progress=line, processes=os.cpu_count() or 1
        )
    if found:
        say(f"{found}{'' if check else '，已改正'}")
    return found
