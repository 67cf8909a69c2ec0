"""`jiefen rebuild`."""

import click

from jiefen.cli.leaving import FOUND, Leave, say
from jiefen.cli.ready import engine, ready, stopwatch
from jiefen.kernel.progress import Line


@click.command(
    help="由步骤重算状态、时限、责任人、索引和指标数的行与合计。密钥已销毁的事项跳过并说明。\n\n"
    "退出码：0 完成（--check 时：没有差别）；1 有差别；3 连不上数据库。"
)
@click.option("--check", is_flag=True, help="只比对，不改")
def command(check: bool) -> None:
    clock = stopwatch()
    ready()
    with Line("比对" if check else "重算") as line:
        report = engine("jiefen.cases.rebuild:rebuild")(check=check, progress=line)
    for difference in report:
        say(str(difference))
    if report.sealed:
        say(f"{len(report.sealed)}件保管期满、密钥已销毁，内容的索引跳过：{'、'.join(report.sealed)}")
    with Line("比对计数" if check else "重算计数") as line:
        counted = engine("jiefen.analytics.recount:rebuild")(check=check, progress=line)
    if counted:
        say(f"{counted}{'' if check else '，已改正'}")
    if check and (len(report) or len(counted)):
        raise Leave(f"{report.cases}件中{len(report)}件与步骤不符；运行 jiefen rebuild 改正", FOUND)
    say(f"{report.cases}件，{'没有差别' if check else f'改正{len(report)}件'}（{clock()}）")
