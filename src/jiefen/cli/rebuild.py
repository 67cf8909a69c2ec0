"""`jiefen rebuild`."""

import click

from jiefen.cli.leaving import FOUND, Leave, say
from jiefen.cli.ready import engine, ready, stopwatch
from jiefen.kernel.progress import Line


@click.command(
    help="由步骤重算状态、时限、责任人和索引。密钥已销毁的事项跳过并说明。\n\n"
    "退出码：0 完成（--check 时：没有差别）；1 有差别；3 连不上数据库。"
)
@click.option("--check", is_flag=True, help="只比对，不改")
def command(check: bool) -> None:
    clock = stopwatch()
    ready()
    with Line("比对" if check else "重算") as line:
        differences = [str(one) for one in engine("jiefen.cases.rebuild:rebuild")(check=check, progress=line) or ()]
    for difference in differences:
        say(difference)
    if check and differences:
        raise Leave(f"{len(differences)}处与步骤不符；运行 jiefen rebuild 改正", FOUND)
    say(f"{'没有差别' if check else f'已重算，改正{len(differences)}处'}（{clock()}）")
