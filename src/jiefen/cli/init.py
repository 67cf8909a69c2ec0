"""`jiefen init`: a real county, without demo data. Each part may be repeated; what is there is left alone."""

import secrets
from datetime import date, datetime
from pathlib import Path

import click

from jiefen.cli.leaving import FOUND, NOT_READY, Leave, say
from jiefen.cli.migrate import migrate
from jiefen.cli.ready import ready
from jiefen.kernel.clock import local_day, now

# No look-alikes: the first password is read aloud or copied from paper.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@click.command(
    help="建立一个真实的县，不带演示数据。依次：数据库、主密钥、区域（--areas）、单位（--units）、"
    "首位管理员（--admin）。\n\n"
    "可以分几次做，做过的不会重做。区域表和单位表的列见 docs/howto/install.md。\n\n"
    "忘了密码：jiefen init --reset-password 用户名。\n\n"
    "退出码：0 完成；1 表里有错，什么都没写；3 连不上数据库；4 缺前一步。"
)
@click.option("--areas", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="区域表（CSV）")
@click.option("--units", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="单位表（CSV）")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="表里没写启用日期的，从哪一天起，默认今天")
@click.option("--admin", "username", default="", help="首位管理员的用户名")
@click.option("--name", default="", help="管理员的姓名")
@click.option("--unit", "unit_code", default="", help="管理员所在单位的代码")
@click.option("--reset-password", "forgetful", default="", metavar="用户名", help="给某人一个新的一次性密码")
def command(
    areas: Path | None,
    units: Path | None,
    since: datetime | None,
    username: str,
    name: str,
    unit_code: str,
    forgetful: str,
) -> None:
    ready(migrated=False)
    begin = date(since.year, since.month, since.day) if since else local_day(now())
    if forgetful:
        say(f"{forgetful}的一次性密码：{_reset(forgetful)}（首次登录时要改）")
        return
    migrate()
    say("✓ 数据库已是这一版")
    _master_key()
    if areas:
        _areas(areas, begin)
    if units:
        _units(units, begin)
    if username:
        _administrator(username, name, unit_code)
    _next()


def _master_key() -> None:
    from jiefen.kernel.seal import master_key_path, masters

    masters()
    say(f"✓ 主密钥在{master_key_path()}。请今天就另存一份：jiefen key export 文件")


def _areas(path: Path, since: date) -> None:
    from jiefen.places.actions import import_areas

    result = import_areas(path, since=since)
    for error in result.errors:
        say(f"  {error}")
    if not result.written and result.errors:
        raise Leave(f"区域表有{len(result.errors)}处错，什么都没有写入", FOUND)
    say(f"✓ 区域：新增{result.created}，改动{result.changed}，不变{result.unchanged}")


def _units(path: Path, since: date) -> None:
    from jiefen.cli.units import import_units

    errors, created, known = import_units(path, since)
    for error in errors:
        say(f"  {error}")
    if errors:
        raise Leave(f"单位表有{len(errors)}处错，什么都没有写入", FOUND)
    say(f"✓ 单位：新增{created}，已有{known}")


def _administrator(username: str, name: str, unit_code: str) -> None:
    from django.db import transaction

    from jiefen.people.actions import post
    from jiefen.people.models import Person, Posting, Unit

    if Posting.objects.filter(role="administrator", until__isnull=True).exists():
        raise Leave("已经有管理员了；再添人请用管理员的页面（须两人同意）", NOT_READY)
    unit = Unit.objects.filter(code=unit_code).first()
    if unit is None:
        raise Leave(f"没有代码是“{unit_code}”的单位，请先 --units", NOT_READY)
    if not name:
        raise click.UsageError("请用 --name 写上管理员的姓名")
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    with transaction.atomic():
        if Person.objects.filter(username=username).exists():
            raise Leave(f"用户名{username}已经有人用", NOT_READY)
        person = Person.objects.create_user(username, name, password)
        person.must_change_password = True
        person.save(update_fields=["must_change_password"])
        post(person, unit, "administrator", at=now())
    say(f"✓ 管理员{name}（{username}），一次性密码：{password}（首次登录时要改）")


def _reset(username: str) -> str:
    from jiefen.people.models import Person

    person = Person.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise Leave(f"没有用户名是{username}的在用账号", NOT_READY)
    password = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
    person.set_password(password)
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password"])
    return password


def _next() -> None:
    """What is still missing, with the command for it."""
    from jiefen.people.models import Posting, Unit
    from jiefen.places.models import Area

    if not Area.objects.exists():
        say("下一步：jiefen init --areas 区域表.csv")
    elif not Unit.objects.exists():
        say("下一步：jiefen init --units 单位表.csv")
    elif not Posting.objects.filter(role="administrator", until__isnull=True).exists():
        say("下一步：jiefen init --admin 用户名 --name 姓名 --unit 单位代码")
    else:
        say("可以启动了：jiefen serve")
