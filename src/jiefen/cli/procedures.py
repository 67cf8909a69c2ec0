"""`jiefen procedures`: list them, check a file before it is published. Needs no database."""

from pathlib import Path

import click

from jiefen.cli.leaving import FOUND, Leave, say
from jiefen.cli.ready import engine


@click.group(help="办理程序。\n\n退出码：0 没有问题；1 有问题。", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        _list(None)


@command.command("check", help="检查一个文件夹里的全部程序，默认检查自带的。")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def check(folder: Path | None) -> None:
    _list(folder)


def _list(folder: Path | None) -> None:
    from jiefen.procedures.loader import DefinitionError

    try:
        found = engine("jiefen.procedures.loader:load_all")(*([folder] if folder else []))
    except DefinitionError as wrong:
        for problem in wrong.problems:
            say(problem)
        raise Leave(f"{len(wrong.problems)}处问题", FOUND) from None
    for (name, version), procedure in sorted(found.items()):
        sizes = f"状态{len(procedure.states)}，步骤{len(procedure.steps)}，时限{len(procedure.clocks)}"
        say(f"{name} v{version}  {procedure.label}  {sizes}")
    say(f"共{len(found)}个，没有问题")
