"""`jiefen import FILE --profile …`."""

from pathlib import Path

import click

from jiefen.cli.leaving import FOUND, Leave, say
from jiefen.cli.ready import engine, ready, stopwatch
from jiefen.kernel.progress import Line


@click.command(
    help="导入来件台账。同一文件导入两次不会多出一件；中断了再运行一次就接着做；--undo 整批撤销。\n\n"
    "有错的行逐行列出，其余照常导入。退出码：0 全部导入；1 有行没有导入；3 连不上数据库；4 文件或列对应用不了。"
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--profile", required=True, help="列对应的名字，见 jiefen import --help 所在文档 docs/howto/import.md")
@click.option("--undo", is_flag=True, help="撤销这个文件导入的、还没有人动过的事项")
@click.option("--dry-run", is_flag=True, help="只检查每一行，不写入")
def command(file: Path, profile: str, undo: bool, dry_run: bool) -> None:
    clock = stopwatch()
    ready()
    work = engine(f"jiefen.channels.ledger.actions:{'undo_file' if undo else 'import_file'}")
    with Line("撤销" if undo else "导入", unit="行") as line:
        result = work(file, profile, progress=line) if undo else work(file, profile, dry_run=dry_run, progress=line)
    for text in result.lines():
        say(text)
    say(clock())
    if result.errors:
        raise Leave(f"{len(result.errors)}行没有导入", FOUND)
