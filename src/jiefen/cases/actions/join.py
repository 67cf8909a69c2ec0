"""Joining two matters that are the same, and undoing it.

A join is a row in both chains and nothing else: each matter keeps its people, receipts, clocks, answers, papers and
follow-ups. The office that leads the one has the duty for both, and what it does for the lead is done in the others too
(`cases.actions.along`). Undone, the rows are read as if they had not been; whoever undoes says of each step that came along
and of each file that came in meanwhile where it belongs.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jiefen.cases import joining, reading
from jiefen.cases.access import roles_on
from jiefen.cases.actions.alike_answers import copied, take_off
from jiefen.cases.actions.along import bring_up
from jiefen.cases.actions.opening import assigned
from jiefen.cases.actions.record import append, history
from jiefen.cases.actions.steps import StepRefused
from jiefen.cases.joining import Came, No, Side
from jiefen.cases.models import Case, Party, Step
from jiefen.cases.rules import BUILT_IN, Row, Standing, answer_given
from jiefen.cases.standing import excluded_units, standing_of, work_out
from jiefen.files.actions import move
from jiefen.files.models import StoredFile
from jiefen.files.queries import held_by
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, blind, open_row
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.clocks import Happened
from jiefen.procedures.engine import Refusal

JOINED, PARTED = "joined", "parted"
CENTRE_JOINS = ("dispatcher", "petition-officer", "supervisor")
UNIT_JOINS = ("unit-head", "handler")
"""An office joins what is its own already; a centre joins what lies in its area."""


@dataclass(frozen=True, slots=True)
class Joined:
    """What a join wrote: the row in the lead, the row in the one that joined it, and why a step did not come along at
    once (empty where all did)."""

    lead: Step
    other: Step
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What came in since a join: steps that came along, files of the lead and of the one that joined it."""

    steps: tuple[Came, ...]
    lead_files: tuple[StoredFile, ...]
    own_files: tuple[StoredFile, ...]


def refused(no: No) -> StepRefused:
    """A rule's no as the refusal that pages and verbs know."""
    return StepRefused(Refusal(JOINED, no.rule, _(no.says)))


def side_of(case: Case, rows: Sequence[Row], standing: Standing, key: Key) -> Side:
    """A matter as the rules of joining see it. Two queries; call in a scope that sees the case whole."""
    parties = reading.parties(case)
    definition = procedure(case.procedure, case.version)
    lead = standing.lead
    return Side(
        number=case.number, procedure=case.procedure, stratum=case.stratum, opened_at=case.opened_at,
        flags=tuple(standing.about.get("flags", ())), state=standing.state, is_open=standing.is_open,
        handed_over=lead is not None, answered=answer_given(definition, standing.history),
        taken=sum(1 for row in rows if row.name not in BUILT_IN),
        units=frozenset({duty.unit for duty in standing.live()} | {case.centre_id}), excluded=excluded_units(parties),
        asking=_marks(parties, key, Party.Role.COMPLAINANT, standing), asked_of=_marks(parties, key, Party.Role.RESPONDENT, standing),
        hidden=any(p.identity != Party.Identity.NAMED and p.role == Party.Role.COMPLAINANT for p in parties),
        leads=bool(standing.joins), follows=standing.joined_to is not None,
    )  # fmt: skip


def _marks(parties: Sequence[Party], key: Key, role: str, standing: Standing) -> frozenset[bytes]:
    found: set[bytes] = set()
    for party in parties:
        if party.role != role or party.unit_id or party.key in standing.left:
            continue
        found |= {bytes(mark) for mark in (party.phone_blind, party.id_blind) if mark}
        name = (key.open(party.sealed, field="party") or {}).get("name", "") if party.sealed else ""
        if len(name.strip()) > 1:
            found.add(blind("name", name.strip()))
    return frozenset(found)


def who_joins(actor: Actor, lead: Case, other: Case) -> tuple[str, int | None] | None:
    """The role and unit in which somebody may join these two or undo it; None where they may not."""
    here, there = roles_on(actor, lead), roles_on(actor, other)
    for role in CENTRE_JOINS:
        if role in here and role in there:
            return role, here[role][0]
    for role in UNIT_JOINS:
        if role in here and role in there and lead.lead_unit_id == other.lead_unit_id:
            return role, here[role][0]
    return None


def _both(lead: int, other: int) -> tuple[Case, Case]:
    """The two, locked in one order whoever asks, so that two people never wait for each other."""
    rows = {pk: reading.locked(pk) for pk in sorted({lead, other})}
    return rows[lead], rows[other]


def join(
    lead: Case, other: Case, *, by: Actor, at: datetime, reason: str, recorded_at: datetime | None = None,
    batch: int | None = None,
) -> Joined:  # fmt: skip
    """Join `other` to `lead`: a row in both chains. Joined already, the same rows are the answer and nothing is written.

    The office that leads has the duty for both; where `other` was with nobody yet it is handed over as the lead was. Raises
    StepRefused (who may not, which rule stands against it); nothing is half-done.
    """
    recorded_at = recorded_at or at
    with scope("worker"):
        if lead.pk == other.pk:
            raise refused(No("same", gettext_noop("这就是同一件，不用并。")))
        lead, other = _both(lead.pk, other.pk)
        rows, others = history(lead), history(other)
        standing, theirs = standing_of(lead, rows), standing_of(other, others)
        allowed = who_joins(by, lead, other)
        if allowed is None:
            raise refused(
                No(
                    "role",
                    gettext_noop("并件由两件都管得到的中心分派员、督办员或信访部门办；同一单位主办的，由本单位办。"),
                )
            )
        if theirs.joined_to == lead.pk:
            return _again(lead, other, rows, others)
        key, keys = open_row(lead.key), open_row(other.key)
        if no := joining.refuse(side_of(lead, rows, standing, key), side_of(other, others, theirs, keys)):
            raise refused(no)
        if not reason.strip():
            raise refused(No("reason", gettext_noop("请写明为什么认为是同一件事。")))
        if at < max(rows[-1].at, others[-1].at):
            raise refused(No("state", gettext_noop("时间早于其中一件的上一步，请核对日期。")))
        role, unit = allowed
        said: dict[str, Any] = {"by": by, "by_role": role, "unit": unit, "at": at, "recorded_at": recorded_at}
        tail: dict[str, Any] = {"batch": batch} if batch else {}
        codes: dict[str, Any] = {"into": lead.pk, "number": lead.number} | tail
        if theirs.lead and standing.lead and theirs.lead.unit != standing.lead.unit:
            codes["assign"] = assigned(len(theirs.duties), standing.lead.unit)
        down, _standing = append(
            other, keys, rows=others, name=JOINED, from_state=theirs.state, to_state=theirs.state, reason=reason.strip(),
            codes=codes, **said,
        )  # fmt: skip
        up, _standing = append(
            lead, key, rows=rows, name=JOINED, from_state=standing.state, to_state=standing.state, reason=reason.strip(),
            codes={"took": other.pk, "number": other.number} | tail, **said,
        )  # fmt: skip
        behind = bring_up(lead, other, by=by, at=at, recorded_at=recorded_at)
        return Joined(up, down, behind)


def _again(lead: Case, other: Case, rows: Sequence[Row], others: Sequence[Row]) -> Joined:
    down = joining.join_row(others)
    gone = {row.codes["parts"] for row in rows if row.name == PARTED}
    up = next(r for r in reversed(rows) if r.name == JOINED and r.codes.get("took") == other.pk and r.seq not in gone)
    assert down is not None
    return Joined(Step.objects.get(case=lead, seq=up.seq), Step.objects.get(case=other, seq=down.seq))


def leader_of(case: Case) -> Case | None:
    """The matter that leads this one while they are joined. Call in a scope that sees it."""
    to = standing_of(case).joined_to
    return Case.objects.select_related("key").filter(pk=to).first() if to else None


def joined_to(case: Case) -> list[Case]:
    """The matters that this one leads, in the order of their numbers. Call in a scope that sees them."""
    pks = standing_of(case).joins
    return (
        list(Case.objects.select_related("key", "lead_unit", "area").filter(pk__in=pks).order_by("pk")) if pks else []
    )


def meanwhile(other: Case) -> Meanwhile:
    """What came in since the join and must be said of where it belongs when it is undone. Call in a scope that sees both."""
    rows = history(other)
    joined = joining.join_row(rows)
    if joined is None:
        return Meanwhile((), (), ())
    definition = procedure(other.procedure, other.version)

    def since(pk: int) -> tuple[StoredFile, ...]:
        return tuple(held_by(f"case:{pk}").filter(received_at__gte=joined.at).order_by("pk"))

    return Meanwhile(tuple(joining.came_along(definition, rows, joined)), since(joined.codes["into"]), since(other.pk))


def part(
    other: Case, *, by: Actor, at: datetime, reason: str, take_back: Sequence[int] | None = None,
    files: Sequence[int] = (), keep_answers: Sequence[int] = (), recorded_at: datetime | None = None,
) -> Joined:  # fmt: skip
    """Undo a join: a row in both chains, and the standing is worked out as if it had not been.

    An answer that was written here as the lead's and not given yet is taken off, but for the demands in `keep_answers`.

    `take_back`: numbers of the rows here that came along and belong to the lead alone; None takes back all that can be. What
    is not taken back stays here as done. `files`: those that came in since the join and belong to the other one of the two;
    they are moved and sealed anew. Undone already, the same rows are the answer. Raises StepRefused; nothing is half-done.
    """
    recorded_at = recorded_at or at
    with transaction.atomic(), scope("worker"):
        mine = joining.join_row(history(other))
        if mine is None:
            return _parted(other)
        lead, other = _both(mine.codes["into"], other.pk)
        rows, others = history(lead), history(other)
        standing, theirs = standing_of(lead, rows), standing_of(other, others)
        joined = joining.join_row(others)
        if joined is None:
            return _parted(other)
        allowed = who_joins(by, lead, other)
        if allowed is None:
            raise refused(
                No(
                    "role",
                    gettext_noop(
                        "撤销并件由两件都管得到的中心分派员、督办员或信访部门办；同一单位主办的，由本单位办。"
                    ),
                )
            )
        if not theirs.is_open:
            raise refused(
                No(
                    "ended",
                    gettext_noop("本件已经答复办结，不能再拆开。本人不满意的，请走重办或重启，由它自己往下办。"),
                )
            )
        if not reason.strip():
            raise refused(No("reason", gettext_noop("请写明为什么撤销：哪里看出不是同一件事。")))
        if at < max(rows[-1].at, others[-1].at):
            raise refused(No("state", gettext_noop("时间早于其中一件的上一步，请核对日期。")))
        definition = procedure(other.procedure, other.version)
        came = joining.came_along(definition, others, joined)
        void = sorted(take_back if take_back is not None else back_to_before(came))
        if says := joining.cannot_take_back(definition, others, joined, void):
            raise refused(No("state", says))
        key, keys = open_row(lead.key), open_row(other.key)
        role, unit = allowed
        said: dict[str, Any] = {"by": by, "by_role": role, "unit": unit, "at": at, "recorded_at": recorded_at}
        up_row = next(r for r in reversed(rows) if r.name == JOINED and r.codes.get("took") == other.pk)
        down, _standing = append(
            other, keys, rows=others, name=PARTED, from_state=theirs.state, reason=reason.strip(),
            to_state=_state_without(other, others, joined.seq, void),
            codes={"parts": joined.seq, "void": void, "into": lead.pk, "number": lead.number}, **said,
        )  # fmt: skip
        up, _standing = append(
            lead, key, rows=rows, name=PARTED, from_state=standing.state, to_state=standing.state, reason=reason.strip(),
            codes={"parts": up_row.seq, "gave": other.pk, "number": other.number}, **said,
        )  # fmt: skip
        _share_out(files, lead, other, joined.at)
        take_off(other, [d for d in copied(lead, other) if d.seq not in keep_answers])
        return Joined(up, down)


def back_to_before(came: Sequence[Came]) -> list[int]:
    """All that can be taken back, from the end backwards: the first that must stay keeps all before it."""
    void: list[int] = []
    for one in reversed(came):
        if one.why_not:
            break
        void.append(one.seq)
    return sorted(void)


def _state_without(case: Case, rows: Sequence[Row], joined: int, void: Sequence[int]) -> str:
    made = Row(10**9, PARTED, "", "", None, "", None, rows[-1].at, {"parts": joined, "void": list(void)})
    return standing_of(case, [*rows, made]).state


def _parted(other: Case) -> Joined:
    """The rows of the last undo, for whoever presses twice."""
    down = Step.objects.filter(case=other, name=PARTED, codes__has_key="into").order_by("-seq").first()
    if down is None:
        raise refused(No("state", gettext_noop("这一件没有与别的件合并，不用撤销。")))
    up = Step.objects.filter(case=down.codes["into"], name=PARTED, codes__gave=other.pk).order_by("-seq").first()
    assert up is not None
    return Joined(up, down)


def _share_out(files: Sequence[int], lead: Case, other: Case, since: datetime) -> None:
    for pk in files:
        row = StoredFile.objects.filter(
            pk=pk, holder__in=(f"case:{lead.pk}", f"case:{other.pk}"), received_at__gte=since
        ).first()
        if row is None:
            raise refused(No("file", gettext_noop("所选附件不在这两件里，或是并件以前就有的，请重新选择。")))
        to = other if row.holder == f"case:{lead.pk}" else lead
        move(row, holder=f"case:{to.pk}", key_id=to.key_id)


def state_mark(case: Case, at: datetime) -> str:
    """A hash of everything that is worked out from the rows of a case at a moment: state, duties, clocks, doors, who is in it.
    Equal before a join and after its undo when nothing happened between. Call in a scope that sees the case."""
    standing = standing_of(case)
    standing.history.append(
        Happened(seq=10**9, name=PARTED, at=at, state=standing.state)
    )  # rights weighed at that moment
    parties = reading.parties(case)
    caches = work_out(case, standing, parties, at)
    people = [(p.key, p.role, p.receipt, p.key in standing.left) for p in parties]
    links = (standing.joined_to, sorted(standing.joins))
    deadlines: Mapping[Any, Any] = {" ".join(map(str, k)): v for k, v in caches.deadlines.items()}
    said = [caches.case, caches.assignments, deadlines, people, links]
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()


__all__ = [
    "CENTRE_JOINS", "JOINED", "PARTED", "UNIT_JOINS", "Joined", "Meanwhile", "back_to_before", "join", "joined_to",
    "leader_of", "meanwhile", "part", "refused", "side_of", "state_mark", "who_joins",
]  # fmt: skip
