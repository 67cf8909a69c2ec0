"""A small county with the people of every test. Built by the real verbs, so that no impossible rows exist.

Lan and Shi have no account. Zhou takes in at 柳河镇, Ge walks its grids, Ming mediates, He handles at 人社局, Su
supervises and dispatches for the county, Lin sponsors, An administers; Wen, of 青石镇, has no business here.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from jiefen.cases.models import Case
from jiefen.intake.actions import Receipt
from jiefen.intake.drafts import IntakeDraft
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from jiefen.people.actions import post
from jiefen.people.actor import Actor, actor_for
from jiefen.people.models import Person, Unit
from jiefen.places.models import Area
from jiefen.triage.actions import Decision, decide, take_in

START = datetime(2026, 1, 1, tzinfo=UTC)
MONDAY = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # 9:00 in the office
WAGES = "我在柳河农贸市场改造工地贴瓷砖，工头拖欠工资9560元，干了52天只给了5000元，多次讨要无果，请帮我要回来。"

UNITS = {
    "centre": ("柳河镇综治中心", "township-centre", "liuhe", "清柳", "LH", "county-centre"),
    "village": ("下坝村调委会", "village-committee", "xiaba", "清柳下", "XB", "centre"),
    "justice": ("柳河镇司法所", "justice-office", "liuhe", "清柳司", "LS", "centre"),
    "town": ("柳河镇人民政府", "township-government", "liuhe", "清柳政", "LZ", "county-centre"),
    "other-centre": ("青石镇综治中心", "township-centre", "qingshi", "清青", "QS", "county-centre"),
    "labour": ("县人社局", "human-resources", "county", "清人", "RS", "county-centre"),
    "housing": ("县住建局", "housing", "county", "清住", "ZJ", "county-centre"),
    "hotline": ("12345热线中心", "hotline-centre", "county", "清热", "RX", "county-centre"),
    "petition": ("县信访局", "petition-office", "county", "清信", "XF", "county-centre"),
}
STAFF = {
    "zhou": ("周敏", "centre", ["clerk", "dispatcher"]),
    "ge": ("葛长青", "village", ["grid-worker"]),
    "ming": ("明志远", "justice", ["mediator"]),
    "he": ("何静", "labour", ["handler"]),
    "he_head": ("何主任", "labour", ["unit-head"]),
    "housing_handler": ("朱工", "housing", ["handler"]),
    "housing_head": ("朱局", "housing", ["unit-head"]),
    "su": ("苏珩", "county-centre", ["supervisor", "dispatcher", "ruling-body"]),
    "lin": ("林若水", "county-centre", ["sponsor"]),
    "an": ("安宁", "county-centre", ["administrator"]),
    "agent": ("热小兰", "hotline", ["hotline-agent"]),
    "caller": ("访小梅", "hotline", ["follow-up-caller"]),
    "officer": ("信小何", "petition", ["petition-officer"]),
    "keeper": ("管小严", "petition", ["vault-keeper"]),
    "wen": ("文博", "other-centre", ["clerk", "dispatcher"]),
}


KINDS = {"areas": Area, "units": Unit, "people": Person}


@dataclass
class World:
    """The county, by short names."""

    areas: dict[str, Area] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def actor(self, name: str, at: datetime = MONDAY) -> Actor:
        """Somebody at work at a moment."""
        found = actor_for(self.people[name], at)
        assert found is not None, f"{name} holds no posting at {at}"
        return found

    def newcomer(self, username: str, name: str, *, unit: str, role: str) -> Person:
        """Somebody more, posted at an office since the county began."""
        person = Person(username=username, name=name)
        person.set_unusable_password()
        person.save()
        post(person, self.units[unit], role, at=START)
        self.people[username] = person
        return person

    def intake(self, *, by: str | None = "zhou", at: datetime = MONDAY, home: str = "liuhe", **draft: Any) -> Receipt:
        """Lan's wages, taken in at the window unless said otherwise."""
        said = {"channel": "window", "once_key": f"t-{at.timestamp()}-{len(str(draft))}-{Intake.objects.count()}", "text": WAGES,
                "name": "兰秀英", "phone": "13800002061"} | draft  # fmt: skip
        return take_in(
            IntakeDraft(**said),
            home=self.areas[home],
            by=self.actor(by, at) if by else None,
            at=at,  # type: ignore[arg-type]
        )

    def case(self, *, unit: str | None = "labour", helpers: tuple[str, ...] = (), at: datetime = MONDAY, by: str = "zhou",
             decision: dict[str, Any] | None = None, **draft: Any) -> Case:  # fmt: skip
        """Lan's matter opened as a hotline order, and handed to a unit unless `unit` is None."""
        receipt = self.intake(at=at, **draft)
        with scope("worker"):
            intake = Intake.objects.get(pk=receipt.intake_id)
        chosen = {
            "action": "open", "kind": "0701", "unit": self.units[unit].pk if unit else None, "procedure": "hotline-order",
            "helpers": [self.units[h].pk for h in helpers], "demands": ["支付拖欠工资9560元"], "ask_type": "求助",
        } | (decision or {})  # fmt: skip
        made = decide(intake, Decision(**chosen), by=self.actor(by, at), at=at)
        with scope("worker"):
            return Case.objects.select_related("key").get(pk=made.case_id)


def build() -> World:
    """The whole county, in one go."""
    world = World()

    def area(name: str, code: str, label: str, level: str, parent: str = "", aliases: tuple[str, ...] = ()) -> None:
        above = world.areas.get(parent)
        row = Area(
            code=code, name=label, full_name=label, level=level, parent=above, since=date(2020, 1, 1), aliases=list(aliases),
            path=f"{above.path}.{code}" if above else code,
        )  # fmt: skip
        row.save()
        world.areas[name] = row

    area("county", "450399000000", "清和县", "county")
    area("liuhe", "450399100000", "柳河镇", "township", "county")
    area("qingshi", "450399101000", "青石镇", "township", "county")
    area("xiaba", "450399100201", "下坝村", "village", "liuhe")
    area("shiqiao", "450399100202", "石桥村", "village", "liuhe")
    area("grid", "45039910020100000001", "下坝村第1微网格", "micro-grid", "xiaba")
    _unit(world, "county-centre", "县综治中心", "county-centre", "county", "清", "QH", None)
    for name, (label, sort, place, mark, letters, parent) in UNITS.items():
        _unit(world, name, label, sort, place, mark, letters, parent)
    for name, (label, unit, roles) in STAFF.items():
        person = Person(username=name, name=label)
        person.set_unusable_password()
        person.save()
        world.people[name] = person
        for role in roles:
            post(person, world.units[unit], role, at=START)
    return world


def _unit(
    world: World, name: str, label: str, sort: str, place: str, mark: str, letters: str, parent: str | None
) -> None:
    world.units[name] = Unit.objects.create(
        code=name, name=label, unit_type=sort, area=world.areas[place], mark=mark, letters=letters,
        parent=world.units[parent] if parent else None, phone="0000-7000000", since=date(2020, 1, 1),
    )  # fmt: skip
