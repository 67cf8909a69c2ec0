"""Putting the demo county into the database. A second time adds what is missing and changes nothing that is there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.kernel.clock import day_start, local_day
from jiefen.people.models import Person, Posting, Unit
from jiefen.places.actions import write
from jiefen.places.models import Area
from jiefen.places.planning import Node
from jiefen.procedures.loader import load_vocabulary

from . import county
from .offices import Office, offices
from .staff import Member, staff

DEMO_PASSWORD = "qinghe-demo-2026"
SINCE = date(2010, 1, 1)
"""Areas, offices and postings begin here, before the oldest message of any demo import."""

Progress = Callable[[str, int, int], None]
"""Called with what is being written, how many are done, how many there are."""


@dataclass(frozen=True)
class SignIn:
    """How one of the named people signs in."""

    name: str
    username: str
    roles: str
    unit: str


@dataclass(frozen=True)
class DemoSummary:
    """What is there after loading, and how to sign in."""

    password: str
    staff: tuple[SignIn, ...]
    areas: int
    units: int
    people: int
    postings: int
    unstaffed: int
    added: int

    def lines(self) -> list[str]:
        """The summary as lines for the terminal."""
        head = ("姓名", "登录名", "身份", "单位")
        rows = [head, *((s.name, s.username, s.roles, s.unit) for s in self.staff)]
        widths = [max(_width(row[i]) for row in rows) for i in range(3)]
        table = [
            "  ".join([*(cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=False)), row[3]])
            for row in rows
        ]
        return [
            f"演示县{county.NAME}（虚构）：{self.areas:,}个区域，{self.units:,}个单位，{self.people:,}人，"
            f"{self.postings:,}项任职；{self.unstaffed}个网格特意没有配人",
            "",
            *table,
            "",
            f"密码都是 {self.password}（演示专用：所有演示人员共用一个口令，真实的县不得使用）",
        ]


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)


def _silent(what: str, done: int, total: int) -> None:
    pass


class NotADemo(Exception):
    """There is a real county in this database; demo staff with a known password must not be let into it."""


def load_demo(progress: Progress | None = None, *, at: datetime) -> DemoSummary:
    """Load areas, offices, people and postings of the demo county; all or nothing.

    at: the present moment. Raises NotADemo when the database holds areas of another county.
    """
    say = progress or _silent
    if Area.objects.exclude(code__startswith=county.PREFIX).exists():
        raise NotADemo(
            _("这个数据库里已有别的县的区域。演示人员共用一个公开的口令，不能装进真实的县；请另用一个数据目录。")
        )
    say(_("画区域"), 0, 1)
    areas = county.areas(SINCE)
    houses = offices(areas)
    members = staff(areas, houses)
    with transaction.atomic():
        added = _areas(areas, say)
        added += _units(houses, say)
        added += _people(members, say)
        added += _postings(members, say)
        return _summary(members, houses, added, at)


def _areas(areas: list[Node], say: Progress) -> int:
    here = set(Area.objects.values_list("code", flat=True))
    missing = [node for node in areas if node.code not in here]
    write(missing, [])
    say(_("区域"), len(areas), len(areas))
    return len(missing)


def _units(houses: list[Office], say: Progress) -> int:
    areas = dict(Area.objects.values_list("code", "pk"))
    units = dict(Unit.objects.values_list("code", "pk"))
    missing = [office for office in houses if office.code not in units]
    for office in missing:  # one by one: the parent's key must be known
        row = Unit.objects.create(
            code=office.code,
            name=office.name,
            short=office.short,
            unit_type=office.unit_type,
            parent_id=units[office.parent] if office.parent else None,
            area_id=areas[office.area],
            mark=office.mark,
            letters=office.letters,
            stay=office.stay,
            stay_note=office.stay_note,
            phone=office.phone,
            address=office.address,
            since=SINCE,
        )
        units[office.code] = row.pk
    say(_("单位"), len(houses), len(houses))
    return len(missing)


def _people(members: list[Member], say: Progress) -> int:
    here = set(Person.objects.values_list("username", flat=True))
    missing = [member for member in members if member.username not in here]
    if missing:
        # One hash for all of them: argon2 is slow on purpose, and sixteen hundred would take minutes. With one salt a
        # reader of the table sees that the passwords are equal, which everybody is told anyway. Only for the demo.
        password = make_password(DEMO_PASSWORD)
        Person.objects.bulk_create(
            [Person(username=m.username, name=m.name, phone=m.phone, password=password) for m in missing],
            batch_size=1000,
        )
    say(_("人员"), len(members), len(members))
    return len(missing)


def _postings(members: list[Member], say: Progress) -> int:
    people = dict(Person.objects.values_list("username", "pk"))
    units = {code: (pk, area) for code, pk, area in Unit.objects.values_list("code", "pk", "area_id")}
    areas = dict(Area.objects.values_list("code", "pk"))
    # Ended ones count as there: what an administrator has ended stays ended.
    here = set(Posting.objects.values_list("person_id", "unit_id", "role", "area_id"))
    since = day_start(SINCE)
    rows = []
    for member in members:
        for post in member.posts:
            unit, home = units[post.office]
            key = (people[member.username], unit, post.role, areas[post.area] if post.area else home)
            if key not in here:
                rows.append(Posting(person_id=key[0], unit_id=key[1], role=key[2], area_id=key[3], since=since))
    Posting.objects.bulk_create(rows, batch_size=1000)
    say(_("任职"), len(rows), len(rows))
    return len(rows)


def _summary(members: list[Member], houses: list[Office], added: int, at: datetime) -> DemoSummary:
    labels = {key: str(row["label"]) for key, row in load_vocabulary().roles.items()} | {"administrator": _("管理员")}
    names = {office.code: office.short for office in houses}
    worked = Posting.objects.filter(role="grid-worker", until__isnull=True).values("area_id")
    day = local_day(at)
    return DemoSummary(
        password=DEMO_PASSWORD,
        staff=tuple(
            SignIn(
                member.name,
                member.username,
                "、".join(dict.fromkeys(labels[post.role] for post in member.posts)),
                names[member.posts[0].office],
            )
            for member in members
            if member.named
        ),
        areas=Area.objects.count(),
        units=Unit.objects.count(),
        people=Person.objects.count(),
        postings=Posting.objects.filter(until__isnull=True).count(),
        unstaffed=Area.objects.filter(staff_needed=True, since__lte=day, until__isnull=True)
        .exclude(pk__in=worked)
        .count(),
        added=added,
    )
