"""`jiefen indicators`."""

from datetime import date, datetime

import click

from jiefen.cli.leaving import say
from jiefen.cli.ready import engine, ready
from jiefen.kernel.clock import local_day, now


@click.command(help="打印指标：名称、分子／分母＝百分比。截至任何一天都能重算。\n\n退出码：0；3 连不上数据库。")
@click.option("--as-of", "day", type=click.DateTime(["%Y-%m-%d"]), help="截至哪一天，默认今天")
@click.option("--list", "name", default="", help="打印某个指标后面的名单")
def command(day: datetime | None, name: str) -> None:
    ready()
    from jiefen.kernel.scope import scope

    as_of = date(day.year, day.month, day.day) if day else local_day(now())
    with scope("analytics"):
        for text in engine("jiefen.analytics.indicators:as_lines")(as_of, name=name):
            say(text)
