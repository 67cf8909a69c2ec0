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
        problems = [str(problem) for problem in engine("jiefen.cases.integrity:verify")(line) or ()]
    for problem in problems:
        say(problem)
    if problems:
        raise Leave(f"{len(problems)}处对不上", FOUND)
    say(f"全部对得上（{clock()}）")
