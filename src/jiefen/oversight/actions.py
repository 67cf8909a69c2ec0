"""Following up: by somebody who had no hand in the handling."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.cases.access import roles_on
from jiefen.cases.models import Case
from jiefen.files.actions import store
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, open_row
from jiefen.notices.actions import people_with, tell
from jiefen.notices.models import Notice
from jiefen.oversight.answers import ASKED_BY
from jiefen.oversight.independence import hands_in
from jiefen.oversight.models import FollowUp, Visit
from jiefen.oversight.reading import Matter, heard_of
from jiefen.oversight.rules import REOPEN_BY, SEND_BACK_BY
from jiefen.oversight.shut import is_shut
from jiefen.papers.actions import put_on_file
from jiefen.papers.fill import fields_for
from jiefen.people.actor import Actor
from jiefen.people.models import Unit

LONGEST = 4000
Photo = tuple[str, bytes]


class NotIndependent(PermissionError):
    """Whoever handled a matter cannot follow it up."""


class Newer(ValueError):
    """Somebody else wrote down a try after the page was opened; the message says who and when."""


def record_follow_up(
    case: Case, *, by: Actor, at: datetime, outcome: str, words: str = "", satisfied: bool | None = None,
    solved: bool | None = None, ground: str = "", way: str = "phone", party: str = "", place: str = "",
    photos: Sequence[Photo] = (), once: str = "", expected: int | None = None, visit: int | None = None,
) -> FollowUp:  # fmt: skip
    """Write down one attempt, and put the follow-up record on file.

    `party` is the key of who was asked (must be named where several complain: each of them is asked), `place` and `photos` belong to a visit; a photo is
    kept as evidence that is not the handler's. `once` is the key of the form it was written in: the same sent again is the
    same attempt, and nothing new. `expected` is how many attempts the page had shown: with more by now it is refused, once.
    `visit` is the errand it answers. Raises NotIndependent when the caller works at a unit with a duty in the case or took a
    handling step, Newer, and ValueError (BadFile for a photo that cannot be kept) when the person was reached and their
    words are missing.
    """
    with transaction.atomic(), scope("worker"):
        row = _locked(case)
        m = Matter.of(row)
        key = open_row(row.key)
        said = words.strip()[:LONGEST]
        before = FollowUp.objects.filter(case=row, once=once).first() if once else None
        # Sent again by whoever wrote it, it is answered before anything is weighed: the errand may be over by then.
        unit = _may(m, by, visit) if before is None or before.by_id != by.person_id else 0
        if before is not None:
            kept = key.open(before.words, field="followup.words") if before.words else ""
            same = (before.by_id, before.outcome, before.satisfied, before.solved, before.ground, kept)
            if same == (by.person_id, outcome, satisfied, solved, ground if satisfied is not True else "", said):
                return before
            raise ValueError(_("这次回访刚才已经记下，内容不同。请先看过记下的，再另记一次。"))
        if outcome not in FollowUp.Outcome.values:
            raise ValueError(_("请选择联系上了还是没联系上。"))
        if outcome == FollowUp.Outcome.REACHED and not said:
            raise ValueError(_("联系上了就请记下当事人的原话，一句也行。"))
        whom = _whom(m, party)
        _not_newer(row, expected)
        found = _keep(
            m, key, at=at, by=by.person_id, unit=unit, way=way, outcome=outcome, words=said, satisfied=satisfied, solved=solved,
            ground=ground if satisfied is not True else "", party=whom, place=place.strip()[:200], once=once,
        )  # fmt: skip
        for name, data in photos:
            store(data, name, holder=f"case:{row.pk}", key_id=row.key_id, given_by=f"staff:{by.person_id}", at=at)
        if visit is not None:
            Visit.objects.filter(pk=visit).update(done=found)
        _record(m, key, found, said, visitor=by.name, unit=Unit.objects.get(pk=unit), at=at)
        return found


def _locked(case: Case) -> Case:
    rows = Case.objects.select_for_update(of=("self",)).select_related("key", "area", "centre", "lead_unit")
    return rows.get(pk=case.pk)


def _may(m: Matter, by: Actor, visit: int | None) -> int:
    """The unit somebody follows up for. Raises NotIndependent."""
    no = NotIndependent(_("回访要由没有经手过这件事、也不在承办单位的回访员来做。"))
    hands = hands_in(m.procedure, m.standing)
    if visit is not None:
        errand = Visit.objects.select_for_update(of=("self",)).filter(pk=visit, case=m.case).first()
        if (
            errand is None or "grid-worker" not in by.roles_at(errand.unit_id) or hands.include(by) or is_shut(errand.shut, by)
        ):  # fmt: skip
            raise no
        if errand.done_id or errand.called_off_at:
            raise ValueError(_("这次走访已经记过或者不用去了，请回到名单看看。"))
        return errand.unit_id
    role = roles_on(by, m.case).get(ASKED_BY)
    if role is None or hands.include(by):
        raise no
    return role[0]


def _not_newer(case: Case, expected: int | None) -> None:
    if expected is None:
        return
    tries = list(FollowUp.objects.filter(case=case, replaced_by=None).select_related("by").order_by("at", "pk"))
    if len(tries) > expected:
        last = tries[-1]
        who = last.by.name if last.by else _("当事人")
        raise Newer(
            _("您打开页面之后，%(who)s已经记下一次：%(what)s。看过再定还要不要记。")
            % {"who": who, "what": _(last.get_outcome_display())}
        )


def _whom(m: Matter, party: str) -> str:
    """Who was asked. Raises ValueError where several complain and nobody is named, or somebody who does not."""
    asked = [p.key for p in m.complainants()]
    if party and party not in asked:
        raise ValueError(_("请从本件的反映人里选择这次问的是哪一位；已经撤回的不用再问。"))
    if not party and len(asked) > 1:
        raise ValueError(_("这件事有%(n)s位反映人，每一位都要问到。请选择这次问的是哪一位。") % {"n": len(asked)})
    return party or (asked[0] if asked else "")


def _keep(
    m: Matter, key: Key, *, at: datetime, words: str, place: str = "", by: int | None = None, unit: int | None = None, **said: Any
) -> FollowUp:  # fmt: skip
    """Write the row with what follows from it by rule, and tell who may decide."""
    found = FollowUp(
        case=m.case, by_id=by, unit_id=unit, at=at, seen=m.case.steps, after_seq=m.occasion(said.get("party", "")) or m.occasion(),
        words=key.seal(words, field="followup.words") if words else None,
        place=key.seal(place, field="followup.place") if place else None, **said,
    )  # fmt: skip
    if found.outcome == FollowUp.Outcome.REACHED:
        out, follows = m.left_out(), m.follows(heard_of(found), at)
        found.left_out, found.proposes, found.why = out.code if out else "", follows.step, follows.why
    found.save()
    if found.proposes:
        tell(_who_decides(m, found.proposes, at) - {by}, Notice.Kind.ASK, at=at, case=m.case, code=f"again:{found.pk}")
    return found


def _who_decides(m: Matter, name: str, at: datetime) -> set[int]:
    step = m.procedure.steps[name]
    by = (REOPEN_BY if step.reopens else SEND_BACK_BY) & set(step.roles)
    return set().union(*(people_with(role, m.case, at) for role in sorted(by)))


def _record(m: Matter, key: Key, row: FollowUp, said: str, *, visitor: str, unit: Unit, at: datetime) -> None:
    """The follow-up record, the same paper whichever way it was heard."""
    pairs = [(row.solved, "已解决", "没解决"), (row.satisfied, "满意", "不满意")]
    words = "，".join(yes if value else no for value, yes, no in pairs if value is not None)
    fields = fields_for("follow-up-record", m.case, None, at) | {
        "performance": said or "未联系上。",
        "satisfaction": words or "未表示",
        "visitor": visitor,
        "way": FollowUp.Way(row.way).label,
    }
    put_on_file("follow-up-record", fields, case=m.case, key=key, by=row.by_id, unit=unit, at=at, to_party="")


def keep_as_it_is(case: Case, follow_up: int, *, by: Actor, reason: str, at: datetime) -> FollowUp:
    """A named person decides not to take the matter up again, and says why; the person concerned reads it.

    Deciding the same again changes nothing. Raises NotIndependent for whoever may not take the step that is proposed or had
    a hand in the matter, ValueError without a reason or when it is decided already.
    """
    said = reason.strip()[:LONGEST]
    if not said:
        raise ValueError(_("请写明为什么不重办、还有哪条路，当事人会看到。"))
    with transaction.atomic(), scope("worker"):
        row = _locked(case)
        m = Matter.of(row)
        key = open_row(row.key)
        found = (
            FollowUp.objects.select_for_update(of=("self",)).filter(case=row, pk=follow_up, replaced_by=None).first()
        )
        if found is None or not found.proposes:
            raise ValueError(_("没有等人决定的这一条，请刷新后再看。"))
        step = m.procedure.steps[found.proposes]
        allowed = (REOPEN_BY if step.reopens else SEND_BACK_BY - {ASKED_BY}) & set(step.roles)
        if not allowed & set(roles_on(by, row)) or hands_in(m.procedure, m.standing).include(by):
            raise NotIndependent(_("不重办要由没有经手过的督办员、分派员来定。"))
        if found.kept_at is not None:
            if found.kept_by_id == by.person_id and key.open(found.kept_reason, field="followup.kept") == said:
                return found
            raise ValueError(_("这一条已经有人决定了，请看过再办。"))
        found.kept_at, found.kept_by_id = at, by.person_id
        found.kept_reason = key.seal(said, field="followup.kept")
        found.save(update_fields=["kept_at", "kept_by", "kept_reason"])
        end_notices(found, at)
        return found


def end_notices(row: FollowUp, at: datetime) -> None:
    """What was asked has been decided."""
    Notice.objects.filter(kind=Notice.Kind.ASK, case=row.case_id, code=f"again:{row.pk}", done_at=None).update(
        done_at=at
    )
