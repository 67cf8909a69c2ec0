"""What falls due at the end of keeping, what holds it back, and destroying it with two people.

A list is proposed by one and approved by another; then each matter on it is looked at once more and destroyed in a
transaction of its own, so that a kill loses nothing and running it again goes on.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from jiefen.cases.integrity import Problem
from jiefen.cases.models import Case
from jiefen.channels.models import ImportBatch
from jiefen.intake.models import Intake
from jiefen.kernel.alone import one_at_a_time
from jiefen.kernel.clock import day_end, local_day
from jiefen.kernel.scope import scope
from jiefen.mediation.models import Obligation
from jiefen.oversight.models import ReopenAsk
from jiefen.people.actor import CENTRE_UNIT_TYPES, Actor
from jiefen.privacy import destroy as destroying
from jiefen.privacy import rules, shipped
from jiefen.privacy.models import Destruction, DestructionItem, Hold, PersonalRequest, Shortened
from jiefen.procedures.catalogue import procedures
from jiefen.procedures.days import add_months
from jiefen.triage.models import TriageDecision

MOST = 500
"""A list somebody has to answer for is no longer than can be looked through."""
PROPOSES = frozenset({"administrator"})
APPROVES = frozenset({"administrator", "supervisor"})


class NotDestroyed(ValueError):
    """It may not be destroyed so; the message says why. Nothing was changed."""


def why_held() -> dict[str, str]:
    """What can hold a matter back, in words."""
    return {
        "open": _("还在办理"),
        "early": _("保管期还没满"),
        "hold": _("有人留住了它"),
        "request": _("当事人有请求还没答复"),
        "reopen": _("当事人说还没解决，还没答复"),
        "child": _("由它转开的事项还在办，或还没到期"),
        "promise": _("协议还没履行完"),
        "key": _("和另一件要保管的事项共用一把密钥"),
        "listed": _("已在另一份清单上"),
        "gone": _("已经销毁"),
    }


@dataclass(slots=True)
class Due:
    """A matter whose keeping is over. Numbers and codes only. `held`: what holds it back, by the names of `why_held`."""

    number: str
    rule: rules.Keeping
    ended_on: date
    due_on: date
    case: int | None = None
    intake: int | None = None
    held: list[str] = field(default_factory=list)

    @property
    def free(self) -> bool:
        return not self.held


def ended_on(case: Case) -> date | None:
    """The local day a case ended; None while it is open."""
    return local_day(case.ended_at) if case.ended_at and not case.is_open else None


def rule_of(case: Case) -> rules.Keeping:
    return rules.keeping_of(shipped.keepings(), procedure=case.procedure)


def due(today: date, most: int = MOST) -> list[Due]:
    """What has fallen due by a day, the oldest end first, with what holds each back. Needs a scope that sees all rows."""
    found = [*_cases_due(today, most), *_intakes_due(today, most)]
    found.sort(key=lambda one: (one.ended_on, one.number))
    _look(found, today)
    return found[:most]


def _cases_due(today: date, most: int) -> Iterator[Due]:
    table = shipped.keepings()
    which = Q(pk__in=Shortened.objects.filter(until__lte=today, case__isnull=False).values("case"))
    for name in sorted({name for name, _version in procedures()}):
        keep = rules.keeping_of(table, procedure=name).keep
        which |= Q(procedure=name, ended_at__lt=day_end(_before(today, keep)))
    rows = Case.objects.filter(which, is_open=False, ended_at__isnull=False, key__wrapped__isnull=False)
    asked = _shortened("case")
    for case in rows.order_by("ended_at", "pk")[:most]:
        rule, last = rule_of(case), local_day(case.ended_at)  # type: ignore[arg-type]
        day = rules.due_on(rule, last, asked.get(case.pk))
        if day <= today:
            yield Due(case.number, rule, last, day, case=case.pk)


def _before(today: date, keep: rules.Term) -> date:
    """The latest day of ending that can be due: a few days more than exact, each row is reckoned by itself."""
    return add_months(today, -keep.months) - timedelta(keep.days - 4 if keep.months else keep.days)


def _intakes_due(today: date, most: int) -> Iterator[Due]:
    table, asked = shipped.keepings(), _shortened("intake")
    decided = TriageDecision.objects.filter(
        action__in=("refuse", "refer"), case__isnull=True, intake__key__wrapped__isnull=False
    ).select_related("intake")
    terms = {end: rules.keeping_of(table, end=end) for end in ("refuse", "refer", "void", "recalled")}
    over = Q(intake__in=list(asked))
    for end in ("refuse", "refer"):
        over |= Q(action=end, at__lt=day_end(_before(today, terms[end].keep)))
    ended = [(one.intake, one.action, one.at) for one in decided.filter(over).order_by("at", "pk")[:most]]
    undone = dict(ImportBatch.objects.filter(undone_at__isnull=False).values_list("pk", "undone_at"))
    cut = day_end(_before(today, terms["void"].keep))
    void = Intake.objects.filter(state=Intake.State.VOID, key__wrapped__isnull=False, recorded_at__lt=cut)
    rows = void.order_by("recorded_at", "pk")[:most]
    ended += [(row, "void", undone.get(row.batch or 0) or row.recorded_at) for row in rows]
    theirs = Q(withdrawn_at__lt=day_end(_before(today, terms["recalled"].keep))) | Q(pk__in=list(asked))
    recalled = Intake.objects.filter(theirs, state=Intake.State.RECALLED, key__wrapped__isnull=False)
    rows = recalled.order_by("withdrawn_at", "pk")[:most]
    ended += [(row, "recalled", row.withdrawn_at or row.recorded_at) for row in rows]
    for row, end, at in ended:
        last = local_day(at)
        day = rules.due_on(terms[end], last, asked.get(row.pk))
        if day <= today:
            yield Due(row.number, terms[end], last, day, intake=row.pk)


def _shortened(what: str) -> dict[int, date]:
    rows = Shortened.objects.filter(**{f"{what}__isnull": False}).order_by("-until")
    if what == "intake":
        rows = rows.filter(case__isnull=True)
    return dict(rows.values_list(what, "until"))


def _look(found: list[Due], today: date) -> None:
    """Write down what holds each back. A fixed number of questions, and one walk for each shared key."""
    cases = [one.case for one in found if one.case]
    alone = [one.intake for one in found if one.intake]
    linked: dict[int, list[int]] = {}
    for case, intake in TriageDecision.objects.filter(case__in=cases).values_list("case_id", "intake_id"):
        linked.setdefault(case, []).append(intake)
    intakes = [*alone, *(pk for many in linked.values() for pk in many)]
    waits = PersonalRequest.objects.filter(state="open").filter(Q(case__in=cases) | Q(intake__in=intakes))
    asked_case, asked_intake = set(), set()
    for case, intake in waits.values_list("case_id", "intake"):
        asked_case.add(case)
        asked_intake.add(intake)
    held = Hold.objects.filter(ended_at__isnull=True).filter(Q(case__in=cases) | Q(intake__in=intakes))
    held_case, held_intake = set(held.values_list("case_id", flat=True)), set(held.values_list("intake", flat=True))
    reopen = set(ReopenAsk.objects.filter(case__in=cases, done_at__isnull=True).values_list("case_id", flat=True))
    promised = set(Obligation.objects.filter(case__in=cases, state="due").values_list("case_id", flat=True))
    listed = DestructionItem.objects.filter(
        done_at__isnull=True, passed="", destruction__state__in=("proposed", "approved")
    )
    listed_case = set(listed.filter(case__in=cases).values_list("case_id", flat=True))
    listed_intake = set(listed.filter(intake__in=alone).values_list("intake", flat=True))
    keyed = dict(Case.objects.filter(pk__in=cases).values_list("pk", "key_id"))
    for one in found:
        own = linked.get(one.case or 0, []) if one.case else [one.intake or 0]
        marks = {
            "hold": (one.case in held_case and one.case is not None) or bool(held_intake & set(own)),
            "request": (one.case in asked_case and one.case is not None) or bool(asked_intake & set(own)),
            "reopen": one.case in reopen,
            "promise": one.case in promised,
            "listed": one.case in listed_case if one.case else one.intake in listed_intake,
            "child": one.case is not None and _has_children(one.case, today),
            "key": one.case is not None
            and Case.objects.filter(key_id=keyed[one.case]).exclude(pk=one.case).exists(),
        }  # fmt: skip
        one.held = [name for name, is_so in marks.items() if is_so]


def _has_children(case: int, today: date) -> bool:
    """Whether something opened out of it is still handled, or still kept."""
    asked = _shortened("case")
    for child in Case.objects.filter(arose_from=case).select_related("key"):
        if child.is_open or child.ended_at is None:
            return True
        if child.key.wrapped is not None and rules.due_on(
            rule_of(child), local_day(child.ended_at), asked.get(child.pk)
        ) > today:  # fmt: skip
            return True
        if _has_children(child.pk, today):
            return True
    return False


def may(by: Actor, roles: frozenset[str]) -> bool:
    """An administrator, or the county's supervisor; a township's supervisor sees too little to answer for the county."""
    return any(
        p.role in roles and (p.role == "administrator" or (p.unit_type in CENTRE_UNIT_TYPES and p.area_level == "county"))
        for p in by.held
    )  # fmt: skip


def propose(*, by: Actor, at: datetime, numbers: Iterable[str] = ()) -> Destruction:
    """Put what is due and free on a list, or of it only the numbers named. Raises NotDestroyed when nothing is left, for a
    number that may not go, and for somebody who may not propose."""
    if not may(by, PROPOSES):
        raise NotDestroyed(_("销毁清单由管理员提出。"))
    wanted = list(dict.fromkeys(n.strip() for n in numbers if n.strip()))
    today = local_day(at)
    with transaction.atomic(), scope("worker"):
        one_at_a_time("destruction")
        found = {one.number: one for one in due(today)}
        for number in wanted:
            if number not in found:
                raise NotDestroyed(_("%(number)s还没有到期，或已经销毁。") % {"number": number})
            if found[number].held:
                says = "、".join(why_held()[name] for name in found[number].held)
                raise NotDestroyed(_("%(number)s现在不能销毁：%(why)s。") % {"number": number, "why": says})
        chosen = [one for one in found.values() if one.free and (not wanted or one.number in wanted)]
        if not chosen:
            raise NotDestroyed(_("现在没有到期可以销毁的事项。"))
        made = Destruction.objects.create(as_of=today, proposed_by_id=by.person_id, proposed_at=at)
        DestructionItem.objects.bulk_create(
            DestructionItem(
                destruction=made, case_id=one.case, intake=one.intake, number=one.number, rule=one.rule.code,
                ended_on=one.ended_on, due_on=one.due_on,
            )
            for one in chosen
        )  # fmt: skip
        return made


def decide(pk: int, *, by: Actor, at: datetime, approve: bool) -> Destruction:
    """Somebody else approves the list, or declines it. Approved is not yet destroyed: `carry_out` does it.

    Raises NotDestroyed for whoever proposed it, for somebody without a say, and when it was decided otherwise already."""
    if not may(by, APPROVES):
        raise NotDestroyed(_("销毁清单由另一位管理员或县级督办的人批准。"))
    with transaction.atomic(), scope("worker"):
        row = Destruction.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            raise NotDestroyed(_("没有这份清单。"))
        wanted = Destruction.State.APPROVED if approve else Destruction.State.DECLINED
        if row.state != Destruction.State.PROPOSED:
            if row.decided_by_id == by.person_id and (row.state == wanted or (approve and row.state == "done")):
                return row
            raise NotDestroyed(_("这份清单已经有人决定了。"))
        if approve and row.proposed_by_id == by.person_id:
            raise NotDestroyed(_("提出的人不能自己批准，请另一个人来批准。"))
        row.state, row.decided_by_id, row.decided_at = wanted, by.person_id, at
        row.save()
        return row


def carry_out(pk: int, at: datetime) -> Destruction:
    """Destroy what an approved list holds, one matter a transaction. What is held back meanwhile is passed over, with the
    reason. Safe to run again."""
    row = Destruction.objects.get(pk=pk)
    if row.state not in (Destruction.State.APPROVED, Destruction.State.DONE):
        raise NotDestroyed(_("这份清单还没有批准。"))
    for item in list(row.items.filter(done_at__isnull=True, passed="").order_by("pk").values_list("pk", flat=True)):
        _one(item, at)
    Destruction.objects.filter(pk=pk, state=Destruction.State.APPROVED).update(state=Destruction.State.DONE, done_at=at)
    row.refresh_from_db()
    return row


def _one(pk: int, at: datetime) -> None:
    with transaction.atomic(), scope("worker"):
        item = DestructionItem.objects.select_for_update().get(pk=pk)
        if item.done_at or item.passed:
            return
        cases = [item.case_id] if item.case_id else []
        case = Case.objects.select_for_update(of=("self",)).get(pk=item.case_id) if item.case_id else None
        intakes = destroying.intakes_of(case) if case else [item.intake or 0]
        list(Intake.objects.select_for_update(of=("self",)).filter(pk__in=intakes).order_by("pk"))
        keys = destroying.keys_of(cases, intakes)
        why = _not_now(item, case, local_day(at))
        if not why and destroying.shared_with(keys, cases, intakes):
            why = "key"
        if why:
            item.passed = why
        else:
            says = f"第{item.destruction_id}号销毁清单"
            item.keys, item.done_at = destroying.destroy(cases, intakes, why=says, at=at), at
        item.save()


def _not_now(item: DestructionItem, case: Case | None, today: date) -> str:
    if case is not None:
        if case.is_open or case.ended_at is None:
            return "open"
        last = local_day(case.ended_at)
        day = rules.due_on(rule_of(case), last, _shortened("case").get(case.pk))
    else:
        last, day = item.ended_on, item.due_on
    if day > today:
        return "early"
    one = Due(item.number, shipped.keepings()[-1], last, day, case=item.case_id, intake=item.intake)
    _look([one], today)
    return next((name for name in one.held if name != "listed"), "")


def without_a_list() -> Iterator[Problem]:
    """Keys that were destroyed and stand on no list that two people answered for: somebody else did it."""
    with scope("worker"), connection.cursor() as cursor:
        cursor.execute(
            "WITH gone AS (SELECT jsonb_array_elements_text(keys)::bigint AS id FROM privacy_destructionitem"
            " WHERE done_at IS NOT NULL)"
            " SELECT coalesce(c.number, i.number) FROM kernel_sealkey k"
            " LEFT JOIN cases_case c ON c.key_id = k.id LEFT JOIN intake_intake i ON i.key_id = k.id"
            " WHERE k.wrapped IS NULL AND NOT EXISTS (SELECT 1 FROM gone WHERE gone.id = k.id)"
            " AND coalesce(c.number, i.number) IS NOT NULL ORDER BY 1"
        )
        rows = cursor.fetchall()
    for (number,) in rows:
        yield Problem("key", number, _("内容的密钥没有了，却不在任何经两人办理的销毁清单上"))
