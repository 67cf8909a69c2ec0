"""An opinion of the second review that was reached after a hearing may be made public (条例 36), with nobody recognisable.

Publishing is a row of the chain and a paper with what is posted: where, from when until when. The law leaves it open and asks
for a hearing; so it is a person's choice, refused without one, and never done in a matter that few may see. Taken down, it is
a row again. No clock and no state moves.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from jiefen.cases import reading
from jiefen.cases.access import roles_on
from jiefen.cases.actions import StepRefused, once
from jiefen.cases.actions.record import append, history
from jiefen.cases.models import Case, Party, Step
from jiefen.cases.rules import Row, endangered
from jiefen.kernel.clock import local_day
from jiefen.kernel.masking import mask_names, mask_text
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, open_row
from jiefen.papers.actions import put_on_file
from jiefen.papers.models import Paper
from jiefen.people.actor import Actor
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.engine import Refusal

PUBLISHED, TAKEN_DOWN = "published", "taken-down"
OF, AFTER, HEARD, OPINION, PAPER = (
    "petition-rereview",
    "served",
    "end-hearing",
    "rereview-opinion",
    "rereview-publication",
)
ROLES = ("review-officer", "unit-head")
BASIS = ("L-XF:36",)
LONGEST, LONGEST_PLACE = 8000, 120
_NUMBERS = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx]|0\d{2,3}-?\d{7,8})(?!\d)")
_PARTLY = re.compile(r"\d[\d -]*[*＊]{3,}[ -]?[\dXx]*")
"""A number covered in the middle, as our own pages show it: its last digits open her page, so on a wall they go too."""


@dataclass(frozen=True, slots=True)
class Public:
    """What is public, or was: where, between which days, the words, and its paper."""

    seq: int
    where: str
    words: str
    since: str
    until: str
    at: datetime
    by: str
    paper: int | None
    down: datetime | None = None
    why_down: str = ""


def why_not(case: Case, rows: Sequence[Row]) -> str:
    """Why nothing of a matter may be made public, as a sentence; empty where it may. Pure."""
    if case.procedure != OF:
        return _("只有复核意见可以公示。")
    if case.stratum != Case.Stratum.ORDINARY or endangered(case.flags):
        return _("这件事限制知悉，不公示。")
    if not any(row.name == HEARD for row in rows):
        return _("没有举行过听证的复核意见不公示：条例只允许公示经过听证的。")
    if case.state != AFTER:
        return _("复核意见还没有送达本人。先送达，再公示。")
    return ""


def suggested(case: Case, key: Key) -> str:
    """The opinion as it might be posted: every name and number that we know or recognise covered. A person reads it over."""
    row = Paper.objects.filter(case=case, kind=OPINION, void_at=None).order_by("-made_at", "-pk").first()
    said = (key.open(row.fields, field="paper") or {}) if row else {}
    parts = [said.get(name) for name in ("inquiry", "outcome", "law")]
    text = "\n".join("\n".join(part) if isinstance(part, list) else str(part) for part in parts if part)
    with scope(
        "worker"
    ):  # what was reviewed lies with other offices: its names are read to be covered, and never shown
        names = tuple(who["name"] for who in _people(case, key) if who.get("name"))
    return _PARTLY.sub("＊＊＊＊", mask_names(mask_text(text, names)))


def uncovered(text: str, people: Sequence[dict[str, str]]) -> list[str]:
    """What in a text tells who somebody is: sorts, not the words themselves. Pure."""
    found = []
    plain = re.sub(r"\s", "", text)
    if any(len(who.get("name", "")) > 1 and who["name"] in plain for who in people):
        found.append(_("姓名"))
    if any(len(who.get("address", "")) > 3 and who["address"] in plain for who in people):
        found.append(_("住址"))
    if (
        _NUMBERS.search(text)
        or _PARTLY.search(text)
        or any(who.get(n) and who[n] in plain for who in people for n in ("phone", "id_number"))
    ):
        found.append(_("电话或证件号码"))
    return found


def publish(
    case: Case, *, words: str, where: str, since: date | None, until: date | None, by: Actor, at: datetime,
    expected: int | None = None,
) -> Step:  # fmt: skip
    """Make the masked opinion public: one row, one paper. The very same again is the same row.

    Raises StepRefused: not of the reviewing office, no hearing, not served, few may see it, somebody recognisable in the words.
    """
    with scope("worker"):
        row, key, rows, role, unit = _begin(case, by)
        if says := why_not(row, rows):
            raise _no("state", says)
        text, place = words.strip(), where.strip()
        if not text or len(text) > LONGEST:
            raise _no("words", _("请写出要公示的内容，最多%(n)s字。") % {"n": LONGEST})
        if not place or len(place) > LONGEST_PLACE:
            raise _no("place", _("请写明在哪里公示：公告栏或者网站的名称。"))
        if since is None or until is None or until < since or since < local_day(at):
            raise _no("date", _("请写明从哪天公示到哪天，不能早于今天，止日不早于起日。"))
        if found := uncovered(f"{text}{place}", _people(row, key)):
            raise _no("masked", _("里面还认得出是谁：%(what)s没有遮住。请遮住再公示。") % {"what": _("、").join(found)})
        codes = {"since": since.isoformat(), "until": until.isoformat()}
        facts = {"words": text, "where": place}
        if expected is not None and expected != row.steps:
            again = once.same_row(
                row, key, expected, name=PUBLISHED, by=by.person_id, assignment="", reason="", codes=codes, facts=facts
            )
            if again is not None:
                return again
            raise _no("newer", once.newer(row, procedure(row.procedure, row.version), expected, PUBLISHED))
        if _standing_one(rows) is not None:
            raise _no("published", _("已经在公示。要改内容，请先撤下，再重新公示。"))
        step, _standing = append(
            row, key, rows=rows, name=PUBLISHED, from_state=row.state, to_state=row.state, by=by, by_role=role, unit=unit,
            at=at, recorded_at=at, codes=codes, facts=facts,
        )  # fmt: skip
        office = Unit.objects.get(pk=unit)
        fields = {
            "body": text, "place": place, "from": f"{since:%Y年%-m月%-d日}", "to": f"{until:%Y年%-m月%-d日}", "unit": office.name,
            "date": f"{local_day(at):%Y年%-m月%-d日}",
        }  # fmt: skip
        put_on_file(PAPER, fields, case=row, key=key, step=step, by=by.person_id, unit=office, at=at)
        return step


def take_down(case: Case, *, reason: str, by: Actor, at: datetime) -> Step:
    """It is public no more, and why. Down already, the same row is the answer. Raises StepRefused."""
    with scope("worker"):
        row, key, rows, role, unit = _begin(case, by)
        public = _standing_one(rows)
        if public is None:
            last = Step.objects.filter(case=row, name=TAKEN_DOWN).order_by("-seq").first()
            if last is None:
                raise _no("state", _("没有正在公示的内容，不用撤下。"))
            return last
        if not reason.strip() or len(reason) > LONGEST:
            raise _no("reason", _("请写明为什么撤下：到期、有误或者本人请求。"))
        step, _standing = append(
            row, key, rows=rows, name=TAKEN_DOWN, from_state=row.state, to_state=row.state, by=by, by_role=role, unit=unit,
            at=at, recorded_at=at, codes={"takes": public.seq}, reason=reason.strip(),
        )  # fmt: skip
        return step


def published(case: Case, key: Key) -> list[Public]:
    """All that was ever made public of a matter, newest first. Two queries."""
    trail = [r for r in reading.trail(case) if r.name in (PUBLISHED, TAKEN_DOWN)]
    down = {r.codes["takes"]: r for r in trail if r.name == TAKEN_DOWN}
    papers = (
        dict(Paper.objects.filter(case=case, kind=PAPER, void_at=None).values_list("step__seq", "pk")) if trail else {}
    )
    found = []
    for r in reversed([r for r in trail if r.name == PUBLISHED]):
        said = key.open(r.facts, field="step.facts") or {}
        off = down.get(r.seq)
        found.append(
            Public(
                r.seq, said.get("where", ""), said.get("words", ""), r.codes["since"], r.codes["until"], r.at,
                "，".join(filter(None, [r.by_name, r.unit_name])), papers.get(r.seq), off.at if off else None,
                key.open(off.reason, field="step.reason") if off and off.reason else "",
            )
        )  # fmt: skip
    return found


def may_publish(case: Case, by: Actor) -> bool:
    """Whether this person is of the office that decided, in a matter of which something may be made public."""
    return case.procedure == OF and case.stratum == Case.Stratum.ORDINARY and bool(set(ROLES) & set(roles_on(by, case)))


def _standing_one(rows: Sequence[Row]) -> Row | None:
    down = {row.codes["takes"] for row in rows if row.name == TAKEN_DOWN}
    return next((row for row in reversed(rows) if row.name == PUBLISHED and row.seq not in down), None)


def _begin(case: Case, by: Actor) -> tuple[Case, Key, list[Row], str, int]:
    row = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
    held = roles_on(by, row)
    role = next((r for r in ROLES if r in held), "")
    if not role:
        raise _no("role", _("复核意见由作出它的复核机关公示和撤下。"))
    return row, open_row(row.key), history(row), role, held[role][0]


def _people(case: Case, key: Key) -> list[dict[str, str]]:
    """Everybody in the matter and what it is reviewed from who is a person: names, phones, numbers, addresses. Offices are
    named in an opinion as they are."""
    found: list[dict[str, Any]] = []
    here: Case | None = case
    while here is not None:
        opened = key if here.pk == case.pk else open_row(here.key)
        rows = Party.objects.filter(case=here, unit=None)
        found += [opened.open(p.sealed, field="party") or {} for p in rows if p.sealed]
        here = here.arose_from
    return found


def _no(rule: str, says: str) -> StepRefused:
    return StepRefused(Refusal(PUBLISHED, rule, says, BASIS))
