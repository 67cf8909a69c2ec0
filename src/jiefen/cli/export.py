"""`jiefen export ledger`."""

import getpass
from datetime import datetime
from pathlib import Path

import click

from jiefen.cli.leaving import FOUND, NOT_READY, WRONG_USE, Leave, say
from jiefen.cli.ready import ready, stopwatch
from jiefen.kernel.progress import Line


@click.group(help="导出台账（xlsx）。\n\n退出码：0 完成；1 有差别；2 用法不对；3 连不上数据库；4 文件已存在。")
def command() -> None:
    pass


@command.command(
    help="导出总表，或把导出过的总表读回来逐格比对（--compare）。表里记着截至、范围和制表人，比对时照样重做一遍。\n\n"
    "退出码：0 完成，比对时没有差别；1 有差别，逐格列出；2 用法不对；3 连不上数据库；4 文件已存在。"
)
@click.option("--to", "path", type=click.Path(dir_okay=False, path_type=Path), help="写到哪个文件（.xlsx）")
@click.option("--compare", "back", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="比对这个文件")
@click.option("--as-of", "day", type=click.DateTime(["%Y-%m-%d"]), help="截至哪一天，默认现在")
@click.option("--area", "code", default="", help="只要这个区域（区划代码）和它下面的")
@click.option("--unit", "office", default="", help="只要这个单位（单位代码）主办的")
@click.option("--force", is_flag=True, help="盖掉已有的同名文件")
def ledger(path: Path | None, back: Path | None, day: datetime | None, code: str, office: str, force: bool) -> None:
    if (path is None) == (back is None):
        raise Leave("请写 --to 文件（导出）或 --compare 文件（比对），二者之一", WRONG_USE)
    if path and path.exists() and not force:
        raise Leave(f"{path}已经存在；换个名字，或加 --force", NOT_READY)
    clock = stopwatch()
    ready()
    from jiefen.analytics.asker import Asker
    from jiefen.analytics.ledger_file import BadLedger, compare, cut, write_ledger
    from jiefen.kernel.clock import now
    from jiefen.people.models import Unit
    from jiefen.places.queries import area_by_code

    try:
        if back:
            with Line("比对") as line:
                found = compare(back, progress=line)
            for difference in found:
                say(str(difference))
            if found:
                raise Leave(f"{len(found)}处不同（{clock()}）", FOUND)
            say(f"没有差别（{clock()}）")
            return
        area = area_by_code(code) if code else None
        unit = Unit.objects.filter(code=office).first() if office else None
        if (code and area is None) or (office and unit is None):
            raise Leave(f"没有{f'区划代码 {code}' if code and area is None else f'单位代码 {office}'}", WRONG_USE)
        of = cut(Asker.machine(getpass.getuser()), at=now(), day=day.date() if day else None, area=area, unit=unit)
        with Line("导出") as line:
            count = write_ledger(path, of, progress=line)  # type: ignore[arg-type]
    except BadLedger as wrong:
        raise Leave(str(wrong), WRONG_USE) from None
    say(f"已导出{count}件到{path}，{clock()}")
