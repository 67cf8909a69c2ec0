"""Talking with one side alone (背对背): what that side says stays with it and the mediator named for the case.

Nothing here touches the case's row, its chain, its notices or its files: two matters that differ only in this look the same
to everybody else. A side speaks by its own code, through the mediator, or through somebody of the office who types for it
and then never for another. What is let out goes to the joint record, by that side's own fresh proof alone.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from jiefen.cases.access import roles_on
from jiefen.cases.models import Case, Party
from jiefen.cases.telling import refuse_telling
from jiefen.files.actions import check
from jiefen.kernel.models import SealKey
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, open_row, wrap_new
from jiefen.mediation.actions.consents import ConsentRefused, locked, party_of
from jiefen.mediation.lane_chain import link
from jiefen.mediation.models import How, JointNote, Lane, LaneEntry, LaneTypist
from jiefen.mediation.proofs import NotProved, other_side, proved
from jiefen.mediation.shape import leads, while_mediating
from jiefen.people.actor import PERSON, Actor, actor_by_id, door

TYPES = frozenset({"clerk", "dispatcher", "petition-officer", "hotline-agent", "grid-worker"})
"""Who may type for a side; no other mediator, who may have heard both."""
NEVER = frozenset({"supervisor", "handler", "unit-head", "sponsor", "mediation-head"})
"""Who decides, presses or answers in the case does not hear it, whatever else they are."""
Kind, Part = LaneEntry.Kind, LaneEntry.Part
TOLD = (Kind.SAID, Kind.OFFER, Kind.CONCESSION)
LONGEST = 4000


class LaneRefused(ValueError):
    """It cannot be written down so; the message says why. Nothing was written."""


@contextmanager
def lane_eyes(party: int, person: int | None = None) -> Iterator[None]:
    """The eyes of our own process for the lane of one side, by the number of its `Party`; with `person`, also for whether that
    person typed for a side."""
    with scope("worker", [-party, *([door(PERSON, person)] if person else [])]):
        yield


def named_mediator(case: Case, at: datetime) -> Actor | None:
    """Who mediates: the person who answers for the case, while it is where people talk, if by their own posting they hold a
    role that may sit with the parties. A stand-in is none."""
    if case.responsible_id is None or not while_mediating(case):
        return None
    who = actor_by_id(case.responsible_id, at)
    if who is None:
        return None
    own = {role for role, (_unit, person) in roles_on(who, case).items() if person == who.person_id}
    return who if own & leads(case) else None


def may_type(case: Case, by: Actor, at: datetime) -> bool:
    """Whether somebody of the office may type for a side: whether anything was ever typed plays no part."""
    named = named_mediator(case, at)
    roles = set(roles_on(by, case))
    return named is not None and named.person_id != by.person_id and bool(TYPES & roles) and not NEVER & roles


def tell_alone(
    case: Case, party: str, *, words: str, kind: str = "said", fen: int | None = None, by: Actor | None, at: datetime,
    fresh: str = "", once: str = "",
) -> LaneEntry:  # fmt: skip
    """What a side says to the mediator alone; `kind` is said, offer or concession, `fen` the sum where there is one.

    By the side's own code (`by` None, `fresh` the second thing), by the mediator, or typed for the side by somebody of the
    office, who from then on types for no other. The first word opens the lane; sent again it is the first row. Raises
    LaneRefused, NotProved, StepRefused.
    """
    if kind not in TOLD:
        raise LaneRefused(_("请选择记的是什么：说的话、提出的数，或愿意让的。"))
    said = _said(words, fen)
    who = _side(case, party)
    with lane_eyes(who.pk, by.person_id if by else None):
        row = locked(case)
        refuse_telling(row, who)
        if by is None:
            proved(row, who, how=How.CODE, by=None, at=at, proof=None, fresh=fresh)
            lane, part = _lane(row, who, at), Part.SELF
        elif (named := named_mediator(row, at)) is not None and named.person_id == by.person_id:
            lane, part = _heard_by(row, who, by, at), Part.MEDIATOR
        else:
            lane, part = _typed_by(row, who, by, at), Part.TYPIST
        return _write(lane, kind, part, by, at, said=said, once=once, how=How.CODE if by is None else "")


def correct_entry(
    case: Case, party: str, seq: int, *, words: str, fen: int | None = None, by: Actor | None, at: datetime, fresh: str = "",
    once: str = "",
) -> LaneEntry:  # fmt: skip
    """Put one row right, by the mediator or the side's own code: the old row stays, a new one says how it should read. The
    same again is the first correction. Raises LaneRefused, NotProved, StepRefused."""
    said = _said(words, fen)
    who = _side(case, party)
    with lane_eyes(who.pk, by.person_id if by else None):
        row = locked(case)
        lane, part = _theirs(row, who, by, at, fresh)
        _told(lane, seq)
        return _write(
            lane, Kind.CORRECTION, part, by, at, said=said, about=seq, once=once, how=How.CODE if by is None else ""
        )


def release_entry(
    case: Case, party: str, seq: int, *, how: str, by: Actor | None, at: datetime, fresh: str = "",
    paper: tuple[str, bytes] | None = None,
) -> JointNote:  # fmt: skip
    """The side lets one row out, as it reads now, into the joint record: by its own code, or on a signed paper (name, bytes)
    that the mediator puts beside it in the lane. Twice is once. Raises LaneRefused, NotProved, BadFile, StepRefused."""
    who = _side(case, party)
    with lane_eyes(who.pk, by.person_id if by else None):
        row = locked(case)
        lane, part = _theirs(row, who, by, at, fresh)
        entry = _told(lane, seq)
        before = JointNote.objects.filter(entry=entry.pk).first()
        if before is not None:
            return before
        data = _signed(how, by, paper)
        last = lane.rows.filter(kind=Kind.CORRECTION, about=seq).order_by("seq").last() or entry
        said = open_row(lane.key).open(last.said, field="lane.said")
        _write(lane, Kind.RELEASED, part, by, at, about=seq, how=how, paper=data)
        key = open_row(row.key)
        return JointNote.objects.create(
            entry=entry.pk,
            case=row,
            party=who.key,
            kind=entry.kind,
            said=key.seal(said, field="joint.said"),
            how=how,
            at=at,
        )


def agree_mediator(
    case: Case, party: str, *, how: str, by: Actor | None, at: datetime, fresh: str = "", paper: tuple[str, bytes] | None = None
) -> Lane:  # fmt: skip
    """The side agrees that who mediates now reads what it told the one before: by its own code, or on a signed paper that the
    new mediator puts into the lane. Without it nothing is handed on. Twice is once. Raises as `release_entry`."""
    who = _side(case, party)
    with lane_eyes(who.pk, by.person_id if by else None):
        row = locked(case)
        refuse_telling(row, who)
        named = named_mediator(row, at)
        lane = _found(who)
        if named is None or lane is None:
            raise LaneRefused(_("现在没有要交给新调解员的记录。"))
        if by is None:
            proved(row, who, how=How.CODE, by=None, at=at, proof=None, fresh=fresh)
        elif by.person_id != named.person_id:
            raise LaneRefused(NOT_YOURS())
        if lane.mediator_id == named.person_id:
            return lane
        _neither_typed(row, lane, named)
        data = _signed(how, by, paper)
        lane.mediator_id = named.person_id
        _write(lane, Kind.AGREED, Part.MEDIATOR if by else Part.SELF, by, at, how=how, paper=data)
        return lane


# ---------- what they share ----------


def NOT_YOURS() -> str:
    return _("单独谈的话，只有这一方本人和本件定下的调解员能记。")


def _side(case: Case, party: str) -> Party:
    try:
        with scope("worker"):
            return party_of(case, party)
    except ConsentRefused as no:
        raise LaneRefused(str(no)) from no


def _found(who: Party) -> Lane | None:
    return Lane.objects.select_for_update(of=("self",)).select_related("key").filter(party=who).first()


def _lane(case: Case, who: Party, at: datetime) -> Lane:
    """The lane of a side, opened with the mediator of now where there is none yet."""
    named = named_mediator(case, at)
    if named is None:
        raise LaneRefused(_("本件现在没有定下调解员，或不在调解当中，不能单独谈。"))
    lane = _found(who)
    if lane is None:
        _raw, wrapped, version = wrap_new()
        key = SealKey.objects.create(wrapped=wrapped, master=version, parent_id=case.key_id)
        lane = Lane.objects.create(case=case, party=who, key=key, mediator_id=named.person_id, opened_at=at)
        _write(lane, Kind.OPENED, Part.MEDIATOR, None, at)
    return lane


def _heard_by(case: Case, who: Party, by: Actor, at: datetime) -> Lane:
    """The lane for its mediator. Whoever came after another one waits for the side's word."""
    named = named_mediator(case, at)
    if named is None or named.person_id != by.person_id:
        raise LaneRefused(NOT_YOURS())
    lane = _found(who)
    _neither_typed(case, lane, by)
    lane = lane or _lane(case, who, at)
    if lane.mediator_id != by.person_id:
        raise LaneRefused(_("这一方以前是对上一位调解员说的。要本人同意交给您，您才能看、才能接着记。"))
    return lane


def _neither_typed(case: Case, lane: Lane | None, named: Actor) -> None:
    if LaneTypist.objects.filter(case=case, person=named.person_id).exists():
        raise LaneRefused(_("替一方记过话的人，不能再单独听双方的话。请由别的调解员来谈。"))


def _typed_by(case: Case, who: Party, by: Actor, at: datetime) -> Lane:
    if not may_type(case, by, at):
        raise LaneRefused(NOT_YOURS())
    if other_side(case, who, by):
        raise NotProved(_("您在对方单位任职，不能替这一方记；请由中心的人记。"))
    before = LaneTypist.objects.filter(case=case, person=by.person_id).first()
    lane = _lane(case, who, at)
    if before is not None and before.lane_id != lane.pk:
        raise LaneRefused(_("您在本件里替另一方记过话，不能再替这一方记。请换一位同事。"))
    if before is None:
        LaneTypist.objects.create(case=case, lane=lane, person_id=by.person_id)
    return lane


def _theirs(case: Case, who: Party, by: Actor | None, at: datetime, fresh: str) -> tuple[Lane, str]:
    """The lane for whoever reads it: the side by its code, or its mediator."""
    refuse_telling(case, who)
    if by is not None:
        return _heard_by(case, who, by, at), Part.MEDIATOR
    proved(case, who, how=How.CODE, by=None, at=at, proof=None, fresh=fresh)
    return _lane(case, who, at), Part.SELF


def _told(lane: Lane, seq: int) -> LaneEntry:
    found = lane.rows.filter(seq=seq, kind__in=TOLD).first()
    if found is None:
        raise LaneRefused(_("没有这一条，请刷新页面再看。"))
    return found


def _said(words: str, fen: int | None) -> dict[str, Any]:
    text = words.strip()
    if not text or len(text) > LONGEST:
        raise LaneRefused(_("请写下说了什么，最多四千字。"))
    if fen is not None and (isinstance(fen, bool) or not isinstance(fen, int) or fen <= 0):
        raise LaneRefused(_("金额须大于零。"))
    return {"words": text, "fen": fen}


def _signed(how: str, by: Actor | None, paper: tuple[str, bytes] | None) -> bytes | None:
    """The signed paper's bytes; by code there is none. Nobody agrees for a side by being there."""
    if by is None and how == How.CODE:
        return None
    if by is None or how != How.PAPER or paper is None:
        raise NotProved(_("要这一方本人同意：本人凭码，或者上传本人签名的纸。"))
    check(paper[1], paper[0])
    return paper[1]


def _write(
    lane: Lane, kind: str, part: str, by: Actor | None, at: datetime, *, said: dict[str, Any] | None = None,
    about: int | None = None, how: str = "", paper: bytes | None = None, once: str = "",
) -> LaneEntry:  # fmt: skip
    """Add a row and move the lane's head. The same form sent again, or the same words last said by the same hand, is one row."""
    key, person = open_row(lane.key), by.person_id if by else None
    sent = lane.rows.filter(once=once[:32]).first() if once else lane.rows.order_by("seq").last()
    if sent is not None:
        if said is not None and _same(sent, key, (kind, part, person, about), said):
            return sent
        if once:
            raise LaneRefused(_("这一页刚才已经记过一次，内容不同。看过记下的，要再记请重新打开这一页。"))
    row = LaneEntry(
        lane=lane, seq=lane.entries + 1, kind=kind, part=part, by_id=person, mediator_id=lane.mediator_id, about=about, how=how,
        said=key.seal(said, field="lane.said") if said is not None else None,
        paper=key.seal_bytes(paper, field="lane.paper") if paper is not None else None,
        once=once[:32] or secrets.token_urlsafe(12), at=at, prev_hash=bytes(lane.head),
    )  # fmt: skip
    row.hash = link(lane, row)
    row.save(force_insert=True)
    lane.entries, lane.head = row.seq, row.hash
    lane.save(update_fields=["entries", "head", "mediator"])
    return row


def _same(row: LaneEntry, key: Key, hand: tuple[Any, ...], said: dict[str, Any]) -> bool:
    was = (row.kind, row.part, row.by_id, row.about)
    return was == hand and row.said is not None and key.open(row.said, field="lane.said") == said
