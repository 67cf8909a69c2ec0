"""`jiefen verify`."""

import click

from jiefen.cli.leaving import FOUND, Leave, say
from jiefen.cli.ready import engine, ready, stopwatch
from jiefen.kernel.progress import Line


@click.command(
    help="校验每件事项的步骤链，指出改过、少了、多了的每一步。\n\n退出码：0 全部对得上；1 有对不上的；3 连不上数据库。"
)
def command() -> None:
    clock = stopwatch()
    ready()
    with Line("校验") as line:
        report = engine("jiefen.cases.integrity:verify")(line)
    for problem in report:
        say(str(problem))
    seen = f"事项{report.cases}件，步骤{report.steps}条，附件{report.files}个"
    seen += f"（另有{report.passed}个保管期满、密钥已销毁）" if report.passed else ""
    if len(report):
        raise Leave(f"{seen}；{len(report)}处对不上", FOUND)
    say(f"{seen}，全部对得上（{clock()}）")
