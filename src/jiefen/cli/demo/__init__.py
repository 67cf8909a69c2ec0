"""`jiefen demo`: the made-up county 清和县 with its places, offices and people. Nothing here is for a real county."""

import click

from jiefen.cli.leaving import NOT_READY, Leave, say
from jiefen.cli.ready import ready, stopwatch


@click.command(
    help="装入演示县“清和县”：区域、单位、人员、几十件办到不同地步的事项。可以重复运行，只补缺的。\n\n"
    "县名、人名、地名、电话都是虚构的；演示人员共用一个口令，不能装进已有真实区域的数据库。\n\n"
    "退出码：0 已装好；3 连不上数据库；4 数据库里已有别的县。"
)
@click.option("--quiet", is_flag=True, help="不显示进度")
def command(quiet: bool) -> None:
    clock = stopwatch()
    ready()
    from jiefen.cli.demo.load import NotADemo, load_demo
    from jiefen.cli.demo.matters import load_matters
    from jiefen.cli.demo.rosters import load_rosters
    from jiefen.kernel import clock as wall
    from jiefen.kernel.embedded import jiefen_home

    def progress(what: str, done: int, total: int) -> None:
        click.echo(f"  {what} {done:,}／{total:,}", err=True)

    try:
        at = wall.now()
        summary = load_demo(None if quiet else progress, at=at)
        loaded = load_matters(None if quiet else progress, at=at)
        load_rosters(at=at)
    except NotADemo as refused:
        raise Leave(str(refused), NOT_READY) from None
    lines = summary.lines() + loaded.lines()
    # `jiefen serve --demo` shows this again at each start.
    (jiefen_home() / "demo.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for line in lines:
        say(line)
    say(f"新增{summary.added:,}行、{loaded.added}件事项（{clock()}）")
