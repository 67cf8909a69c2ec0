"""`jiefen clock explain CASE`."""

import click

from jiefen.cli.leaving import say
from jiefen.cli.ready import engine, ready
from jiefen.kernel.clock import now


@click.group(help="时限。")
def command() -> None:
    pass


@command.command(help="逐日打印一件事项每个时限的算法、依据和标记。CASE 是事项编号。\n\n退出码：0；1 没有这件事项。")
@click.argument("case")
def explain(case: str) -> None:
    ready()
    from jiefen.kernel.scope import scope

    with scope("worker"):
        for text in engine("jiefen.cases.explain:explain_clocks")(case, at=now()):
            say(text)
