"""`jiefen clock explain CASE`."""

import click

from jiefen.cli.leaving import FOUND, Leave, say
from jiefen.cli.ready import ready
from jiefen.kernel.clock import now


@click.group(help="时限。")
def command() -> None:
    pass


@command.command(help="逐日打印一件事项每个时限的算法、依据和标记。CASE 是事项编号。\n\n退出码：0；1 没有这件事项。")
@click.argument("case")
def explain(case: str) -> None:
    ready()
    from jiefen.cases.explain import explain_clocks
    from jiefen.kernel.scope import scope

    with scope("worker"):
        try:
            for text in explain_clocks(case, at=now()):
                say(text)
        except LookupError as unknown:
            raise Leave(str(unknown), FOUND) from unknown
