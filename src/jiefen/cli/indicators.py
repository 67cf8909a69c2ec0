"""`jiefen indicators`."""

import getpass
from datetime import datetime
from pathlib import Path

import click

from jiefen.cli.leaving import WRONG_USE, Leave, say
from jiefen.cli.ready import ready, stopwatch

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(
    help="打印指标：名称、分子 / 分母 = 百分比，截至任何一天。NAME 是指标的代号或名称，不写就是全部；没有接上的也列出来。\n\n"
    "在这台机器上运行的人看到的是全部事项的数；检举控告不在其中。\n\n退出码：0；2 没有这个指标、区域，或日子还没到；3 连不上数据库。"
)
@click.argument("name", default="")
@click.option("--as-of", "day", type=_DAY, help="截至哪一天，默认今天")
@click.option("--since", type=_DAY, help="本期从哪一天起，默认从头算起")
@click.option("--area", "code", default="", help="只算这个区域（区划代码）和它下面的")
@click.option("--list", "lists", is_flag=True, help="打印分子、分母后面的编号")
@click.option(
    "--csv", "path", type=click.Path(dir_okay=False, path_type=Path), help="写成文件；同 --list 一起用时写名单"
)
def command(name: str, day: datetime | None, since: datetime | None, code: str, lists: bool, path: Path | None) -> None:
    clock = stopwatch()
    ready()
    from jiefen.analytics.asker import Asker, Cut, NotYet
    from jiefen.analytics.indicators import NoSuchIndicator, as_lines, write_csv
    from jiefen.kernel.clock import now
    from jiefen.places.queries import area_by_code

    area = area_by_code(code) if code else None
    if code and area is None:
        raise Leave(f"没有区划代码 {code}", WRONG_USE)
    try:
        cut = Cut.of(day.date() if day else None, at=now(), since=since.date() if since else None, area=area)
        if path:
            say(
                f"已写{write_csv(path, Asker.machine(getpass.getuser()), cut, name=name, lists=lists)}行到{path}，{clock()}"
            )
            return
        for text in as_lines(Asker.machine(getpass.getuser()), cut, name=name, lists=lists):
            say(text)
    except (NoSuchIndicator, NotYet) as wrong:
        raise Leave(str(wrong), WRONG_USE) from None
