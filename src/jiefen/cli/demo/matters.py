"""The matters of the demo county, walked through the real verbs by its staff at past moments. Loading twice adds nothing.

How far a matter has come is its `way` in data/matters.yaml: the steps below, in order. What takes a matter somewhere else
than along the steps of a hotline order (a joining, a refusal, a suggestion) has a walk of its own in walks.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.cli.demo.crew import Crew
from jiefen.cli.demo.hard import HARD_WALKS, HARD_WAYS
from jiefen.cli.demo.joint import JOINT_WALKS, JOINT_WAYS
from jiefen.cli.demo.moments import Moments
from jiefen.cli.demo.names import DATA
from jiefen.cli.demo.petitions import PETITION_WALKS, PETITION_WAYS
from jiefen.cli.demo.walks import WALKS, Matter
from jiefen.intake.actions import Receipt
from jiefen.intake.drafts import IntakeDraft
from jiefen.intake.models import Intake
from jiefen.kernel import outbox
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import blind
from jiefen.people.actor import Actor
from jiefen.places.models import Area
from jiefen.procedures.catalogue import current_calendar
from jiefen.triage.actions import take_in

Progress = Callable[[str, int, int], None]

TOLD = frozenset({"wages", "progress-pay"})
"""The matters of Lan and Shi, whose codes are told."""

WAYS: dict[str, tuple[str, ...]] = {
    "waiting": (),
    "received": ("registered",),
    "dispatched": ("dispatched",),
    "dispatched-corrected": ("dispatched", "corrected"),
    "handling": ("dispatched", "signed"),
    "raised": ("dispatched", "signed", "raised"),
    "urgent": ("dispatched", "signed", "assisted"),
    "three-offices": ("dispatched", "signed", "half_assisted", "answered"),
    "extended": ("dispatched", "signed", "extended"),
    "returned": ("dispatched", "returned"),
    "two-voices": ("dispatched", "returned", "redispatched", "returned_again"),
    "replied": ("dispatched", "signed", "answered", "replied"),
    "replied-unreached": ("dispatched", "signed", "answered", "replied", "called_twice"),
    "redo": ("dispatched", "signed", "answered", "replied", "sent_back"),
    "closed": ("dispatched", "signed", "assisted", "answered", "replied", "closed"),
    "unreachable": ("dispatched", "signed", "answered", "replied", "given_up"),
    "joined": ("joined",),
    "together": ("registered", "together"),
    "refused": ("refused",),
    "referred-out": ("referred",),
    "referred-unit": ("referred",),
    "study": ("transferred", "taken"),
    "advised": ("transferred", "taken", "answered", "advised"),
    **PETITION_WAYS,
    **JOINT_WAYS,
    **HARD_WAYS,
}


@dataclass(frozen=True)
class Code:
    """What a resident without an account carries: the long code, or the short one with the phone's last digits."""

    name: str
    number: str
    token: str
    short_code: str
    second: str

    def line(self) -> str:
        """For the terminal."""
        return _("%(name)s：/follow/%(token)s/　或受理码 %(short)s 加手机后四位 %(second)s") % {
            "name": self.name, "token": self.token, "short": self.short_code, "second": self.second,
        }  # fmt: skip


@dataclass
class Loaded:
    """What was loaded, and the codes of the two residents of the stories."""

    matters: int = 0
    added: int = 0
    codes: list[Code] = field(default_factory=list)

    def lines(self) -> list[str]:
        """For the terminal: the codes, to be put behind the address."""
        head = _("%(n)s件事项，办到不同的地步。两位来反映的人没有账号，凭码看自己那件（接在网址后面）：") % {
            "n": self.matters
        }
        return ["", head, *(f"  {code.line()}" for code in self.codes)]


def load_matters(progress: Progress | None = None, *, at: datetime) -> Loaded:
    """Walk every matter of data/matters.yaml to where it stands at a moment.

    at: the present moment, aware; the matters spread over the hundred days before it. Each matter is whole or not
    there; one that is there is left as it is. Raises LookupError when the county is not loaded.
    """
    rows = yaml.safe_load((DATA / "matters.yaml").read_text(encoding="utf-8"))["matters"]
    rows.sort(key=lambda row: -row["ago"])  # numbers are given in the order of coming
    crew, done = Crew(at), Loaded()
    cases: dict[str, Any] = {}
    known = _known(rows)
    for n, row in enumerate(rows, 1):
        if progress and (n % 20 == 0 or n == len(rows)):
            progress(_("事项"), n, len(rows))
        told = row["id"] in TOLD
        if not told and _mark(row) in known:
            continue
        with transaction.atomic(), scope("worker"), outbox.at_once():
            matter = Matter(row, crew, Moments(at, current_calendar(), row["id"]), cases)
            receipt = _take_in(matter)
            if receipt.created:
                matter.intake = Intake.objects.get(pk=receipt.intake_id)
                for walk in WAYS[row["way"]]:
                    (WALKS | PETITION_WALKS | JOINT_WALKS | HARD_WALKS)[walk](matter)
                done.added += 1
        if told:
            name, phone = row["who"].split()
            done.codes.append(Code(name, receipt.number, receipt.token, receipt.short_code, phone[-4:]))
    done.matters = len(rows)
    done.codes.sort(key=lambda code: code.name != "兰秀英")
    return done


def _mark(row: dict[str, Any]) -> tuple[str, bytes]:
    return row["from"], blind(f"once {row['from']}", f"demo-{row['id']}")


def _known(rows: list[dict[str, Any]]) -> set[tuple[str, bytes]]:
    """Which of them are there already."""
    with scope("worker"):
        there = Intake.objects.filter(once_key__in=[mark for _channel, mark in map(_mark, rows)])
        return {(channel, bytes(key)) for channel, key in there.values_list("channel", "once_key")}


def _take_in(matter: Matter) -> Receipt:
    row, crew = matter.row, matter.crew
    name, _sep, phone = str(row["who"]).partition(" ")
    channel = row["from"]
    by, home = _who_took_it(matter)
    draft = IntakeDraft(
        channel=channel, once_key=f"demo-{row['id']}", text=row["say"], name=name, phone=phone,
        identity=row.get("as", "named"), second_word=row.get("word", ""), people=row.get("people"),
        # At the window and on a round the place is heard in the words; elsewhere it is asked for.
        area_code=crew.area(row["at"]).code if channel in ("web", "hotline", "upper") and row["at"] else "",
        outside_number=row.get("outside", ""),
    )  # fmt: skip
    return take_in(draft, home=home, by=by, at=matter.came)


def _who_took_it(matter: Matter) -> tuple[Actor | None, Area]:
    crew, area = matter.crew, matter.area
    if matter.row["from"] == "web":
        return None, area
    if matter.row["from"] == "hotline":
        return crew.at_unit(crew.unit("hotline-centre", area), "hotline-agent"), crew.area("")
    if matter.row["from"] == "upper":
        return crew.at_unit(crew.unit("petition-office", area), "petition-officer"), crew.area("")
    if matter.row["from"] == "grid":
        return crew.at_unit(crew.unit("village-committee", area), "grid-worker"), area
    return crew.at_unit(matter.bench, "clerk"), matter.bench.area


__all__ = ["WAYS", "Code", "Loaded", "load_matters"]
