"""`jiefen retention list | propose | approve`: the end of keeping, from the command line. Two people all the same."""

from datetime import datetime
from typing import Any

import click

from jiefen.cli.leaving import FOUND, NOT_READY, Leave, say
from jiefen.cli.ready import ready, stopwatch
from jiefen.kernel.clock import local_day, now


@click.group(
    help="保管期满的事项。销毁要两个人：一个提出，另一个批准，各用自己的密码；销毁以后谁也恢复不了。"
    "只看得到编号和日期，看不到内容。"
)
def command() -> None:
    pass


def _who(username: str, at: datetime) -> Any:
    """The person at the keyboard, by their own password. Leaves with 4 where it is not theirs or they hold no posting."""
    from jiefen.people.actor import actor_for
    from jiefen.people.models import Person

    secret = click.prompt(f"{username}的密码", hide_input=True)
    person = Person.objects.filter(username=username).first()
    actor = actor_for(person, at) if person is not None and person.check_password(secret) else None
    if actor is None:
        raise Leave("用户名或密码不对，或者现在没有任职", NOT_READY)
    return actor


@command.command("list", help="列出到期的，和为什么还留着。\n\n退出码：0；1 有到期可以销毁的；3 连不上数据库。")
def list_due() -> None:
    ready()
    from jiefen.kernel.scope import scope
    from jiefen.privacy.retention import due, why_held

    with scope("worker"):
        found = due(local_day(now()))
    says = why_held()
    for one in found:
        why = "；".join(says[name] for name in one.held)
        say(f"{one.number}　{one.rule.label}　办完{one.ended_on}　到期{one.due_on}{f'　留着：{why}' if why else ''}")
    free = sum(one.free for one in found)
    if free:
        raise Leave(f"到期{len(found)}件，可以销毁{free}件；提出清单：jiefen retention propose --as 用户名", FOUND)
    say(f"到期{len(found)}件，可以销毁的没有")


@command.command(
    help="提出一份销毁清单：到期、没有被留住的全部，或只是写出编号的。\n\n退出码：0；3 连不上数据库；4 不能提出。"
)
@click.option("--as", "username", required=True, help="提出的人（管理员）的用户名")
@click.argument("numbers", nargs=-1)
def propose(username: str, numbers: tuple[str, ...]) -> None:
    ready()
    from jiefen.privacy import retention

    at = now()
    try:
        made = retention.propose(by=_who(username, at), at=at, numbers=numbers)
    except retention.NotDestroyed as no:
        raise Leave(str(no), NOT_READY) from None
    for item in made.items.order_by("pk"):
        say(f"{item.number}　到期{item.due_on}")
    say(f"第{made.pk}号清单，共{made.items.count()}件。请另一个人批准：jiefen retention approve {made.pk} --as 用户名")


@command.command(
    help="批准一份清单并马上销毁。提出的人不能自己批准。中断了再运行一次就接着做。\n\n"
    "销毁以后把钥匙表重写一遍，磁盘上不留旧的（自带的数据库）；数据库是别处的，请管理员运行 VACUUM FULL kernel_sealkey。\n\n"
    "退出码：0；3 连不上数据库；4 不能批准。"
)
@click.option("--as", "username", required=True, help="批准的人的用户名")
@click.argument("number", type=int)
def approve(username: str, number: int) -> None:
    clock = stopwatch()
    ready()
    from jiefen.privacy import retention

    at = now()
    try:
        retention.decide(number, by=_who(username, at), at=at, approve=True)
        done = retention.carry_out(number, now())
    except retention.NotDestroyed as no:
        raise Leave(str(no), NOT_READY) from None
    says = retention.why_held()
    for item in done.items.exclude(passed="").order_by("pk"):
        say(f"{item.number}　没有销毁：{says.get(item.passed, item.passed)}")
    say(f"第{number}号清单：已销毁{done.items.filter(done_at__isnull=False).count()}件，{clock()}")
    _scrub()


@command.command("scrub", help="把钥匙表重写一遍：已销毁的钥匙在磁盘上也不留旧的。\n\n退出码：0；3 连不上数据库。")
def scrub() -> None:
    ready()
    _scrub()


def _scrub() -> None:
    """What a row held before lies in the file until it is written over; rewriting the table leaves none of it. The log of
    changes goes with the next checkpoints."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM (FULL) kernel_sealkey")
    say("钥匙表已重写。旧备份里还有这些钥匙：按备份的期限销毁旧备份，见 docs/howto/retention.md")
