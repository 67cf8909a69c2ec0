"""`jiefen export FILE`."""

from pathlib import Path

import click

from jiefen.cli.leaving import NOT_READY, Leave, say
from jiefen.cli.ready import engine, ready, stopwatch
from jiefen.kernel.progress import Line


@click.command(help="导出总表（xlsx），可以原样导回。\n\n退出码：0 完成；3 连不上数据库；4 文件已存在。")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--centre", default="", help="只要哪个中心的（单位代码），默认全县")
@click.option("--as-of", "as_of", default="", help="截至哪一天（YYYY-MM-DD），默认现在")
@click.option("--force", is_flag=True, help="盖掉已有的同名文件")
def command(file: Path, centre: str, as_of: str, force: bool) -> None:
    if file.exists() and not force:
        raise Leave(f"{file}已经存在；换个名字，或加 --force", NOT_READY)
    clock = stopwatch()
    ready()
    with Line("导出", unit="行") as line:
        count = engine("jiefen.analytics.ledger:export_file")(file, centre=centre, as_of=as_of, progress=line)
    say(f"已导出{count}行到{file}，{clock()}")
