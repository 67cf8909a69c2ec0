"""What people ask about their own information: written down, told to whoever answers, answered within its clock.

By code with a fresh proof, or before a member of staff who writes it down. Each request is one row; the same form sent
twice is one request.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.cases.access import roles_on
from jiefen.cases.actions import correct
from jiefen.cases.actions.correct import NotCorrected
from jiefen.cases.actions.opening import PartyDraft
from jiefen.cases.models import Case, Party
from jiefen.intake.drafts import digits_of
from jiefen.intake.models import Intake
from jiefen.kernel.clock import day_end, local_day
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, blind, open_row, second_mark
from jiefen.notices.actions import tell
from jiefen.notices.models import Notice
from jiefen.people.actor import Actor
from jiefen.people.queries import postings_at
from jiefen.privacy import retention, rules, shipped
from jiefen.privacy.models import PersonalRequest, Shortened
from jiefen.procedures.catalogue import current_calendar
from jiefen.triage.models import TriageDecision
from jiefen.triage.sealing import second_thing

LONGEST = 2000
ANSWERS = frozenset({"clerk", "dispatcher", "supervisor", "petition-officer", "hotline-agent", "vault-keeper"})
"""Who answers at the office that took it in; what is said of a reading is the supervisor's alone."""
SUPERVISES = frozenset({"supervisor", "vault-keeper"})
CORRECTS = ("clerk", "dispatcher", "supervisor", "petition-officer", "hotline-agent", "handler", "unit-head")


class NotTaken(ValueError):
    """The request cannot be taken or answered so; the message says why and what to do."""


class NotProved(NotTaken):
    """It is not shown that this is the person whose matter it is."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody asks. `part` and `wanted` for a correction, `reading` for a reading that should not have been."""

    kind: str
    once: str
    words: str = ""
    part: str = ""
    wanted: str = ""
    reading: int | None = None


def case_of(intake: Intake) -> Case | None:
    """The case an intake became, within the transaction's eyes."""
    decision = TriageDecision.objects.filter(intake=intake, case__isnull=False).select_related("case__key").first()
    return decision.case if decision else None


def prove(intake: Intake, fresh: str) -> None:
    """A session alone proves nothing: the phone's last digits or the chosen word are said again. Raises NotProved."""
    if intake.second_mark is None:
        raise NotProved(_("这件事登记时没有留手机，也没有定口令，网上核对不了是不是您本人。请带受理单到窗口办。"))
    if not second_thing(intake.pk, fresh):
        raise NotProved(_("没有核对上。请再输一次手机后四位或您定的口令；忘了的，请带受理单到窗口办。"))


def ask(
    intake: Intake, asking: Asking, *, at: datetime, fresh: str = "", by: Actor | None = None, way: str = "code"
) -> PersonalRequest:
    """Take one request. By code it needs the second thing said again (`fresh`); else a member of staff (`by`) writes down who
    came or called. Raises NotProved and NotTaken."""
    said, wanted = asking.words.strip(), asking.wanted.strip()
    with transaction.atomic(), scope("worker"):
        row = Intake.objects.select_for_update(of=("self",)).select_related("key").get(pk=intake.pk)
        if by is None:
            way = "code"
            prove(row, fresh)
        elif way not in ("window", "phone") or not by.keys & set(row.doors):
            raise NotTaken(_("请选择是到窗口还是打电话提出的。"))
        before = PersonalRequest.objects.filter(intake=row.pk, once=asking.once).first() if asking.once else None
        if before is not None:
            return before
        problem = _problem(row, asking, said, wanted)
        if problem:
            raise NotTaken(problem)
        waiting = PersonalRequest.objects.filter(
            intake=row.pk, kind=asking.kind, part=asking.part, reading=asking.reading, state="open"
        )
        if waiting.exists():
            raise NotTaken(_("同样的请求正在办，答复会写在这里，不用再提。"))
        key = open_row(row.key)
        clock = shipped.answerings()[asking.kind]
        received = local_day(at)
        case = case_of(row)
        made = PersonalRequest.objects.create(
            kind=asking.kind, intake=row.pk, case=case, key_id=row.key_id, unit_id=row.centre_id, reading_id=asking.reading,
            part=asking.part, wanted=_sealed(key, wanted, "wanted"), words=_sealed(key, said, "words"), way=way,
            written_by_id=by.person_id if by else None, received_at=at,
            due_at=day_end(clock.last_day(received, current_calendar())), days=clock.days, basis=clock.source[:90],
            mark=clock.mark, once=asking.once or f"staff-{at.timestamp():.6f}"[:32],
        )  # fmt: skip
        tell(
            _who_hears(row, asking.kind, at),
            Notice.Kind.ASK,
            at=at,
            case=case,
            intake=row.pk,
            code=f"personal:{made.pk}",
        )
        return made


def _problem(row: Intake, asking: Asking, said: str, wanted: str) -> str:
    if asking.kind not in PersonalRequest.Kind.values:
        return _("请选择要办哪一样。")
    if len(said) > LONGEST or len(wanted) > LONGEST:
        return _("最多%(n)s字，请写要点。") % {"n": LONGEST}
    if asking.kind == "correction":
        if asking.part not in PersonalRequest.Part.values or not wanted:
            return _("请选择哪里写错了，并写明应当是什么。")
        if asking.part == "phone" and not 7 <= len(digits_of(wanted)) <= 13:
            return _("电话号码像是少了或多了几位，请核对。")
        if asking.part == "name" and len(wanted) > 60:
            return _("姓名太长了，请核对。")
        if asking.part != "words" and row.identity == "anonymous":
            return _("这件事是匿名反映的，我们没有留您的姓名、电话和住址，没有可更正的。")
    elif asking.part or wanted:
        return _("请选择要办哪一样。")
    if asking.kind == "reading":
        if not said:
            return _("请写一句为什么觉得这次不该看。")
        if not _own_reading(row, asking.reading):
            return _("没有这一次查看的记录，请刷新后再看。")
    elif asking.reading is not None:
        return _("请选择要办哪一样。")
    return ""


def _own_reading(row: Intake, reading: int | None) -> bool:
    case = case_of(row)
    mine = [f"intake:{row.pk}"] + ([f"case:{case.pk}"] if case else [])
    return Reading.objects.filter(pk=reading or 0, subject__in=mine).exists()


def _sealed(key: Key, words: str, field: str) -> bytes | None:
    return key.seal(words, field=f"personal.{field}") if words else None


def _who_hears(row: Intake, kind: str, at: datetime) -> list[int]:
    """Whoever answers at the centre that took it in; of a reading, the supervisor there, else the county's."""
    if row.stratum == 2:
        rows = postings_at(at).filter(role="vault-keeper")
    elif kind == "reading":
        rows = postings_at(at).filter(role="supervisor", unit=row.centre_id)
        if not rows.exists():
            rows = postings_at(at).filter(role="supervisor", unit__unit_type="county-centre")
    else:
        rows = postings_at(at).filter(role__in=("clerk", "dispatcher"), unit=row.centre_id)
    return sorted(set(rows.values_list("person_id", flat=True)))


# ---------- answering ----------


def may_answer(by: Actor, request: PersonalRequest, intake: Intake) -> bool:
    """Whether somebody has a say: at the office that answers, or above it for what is said of a reading. Never about a
    reading of their own."""
    if not by.keys & set(intake.doors):
        return False
    if intake.stratum == 2:
        return "vault-keeper" in by.roles and not _own(by, request)
    if request.kind == "reading":
        return "supervisor" in by.roles and not _own(by, request)
    return bool(by.roles_at(request.unit_id) & ANSWERS)


def _own(by: Actor, request: PersonalRequest) -> bool:
    return request.reading is not None and request.reading.person == by.person_id


def proposed(request: PersonalRequest, intake: Intake, at: datetime) -> rules.DeletionAnswer:
    """What the rule says to a wish for deletion. Needs a scope that sees the case."""
    ended, row = _ending(request, intake)
    return rules.weigh_deletion(row, ended_on=ended, today=local_day(at))


def _ending(request: PersonalRequest, intake: Intake) -> tuple[date | None, rules.Keeping]:
    """When a matter ended (None: not yet), and the row of the table that holds for it."""
    if request.case is not None:
        return retention.ended_on(request.case), retention.rule_of(request.case)
    table = shipped.keepings()
    if intake.state == Intake.State.VOID:
        return local_day(intake.recorded_at), rules.keeping_of(table, end="void")
    if intake.withdrawn_at is not None:
        return local_day(intake.withdrawn_at), rules.keeping_of(table, end="recalled")
    decision = TriageDecision.objects.filter(intake=intake).first()
    if decision is None:
        return None, rules.keeping_of(table, end="waiting")
    return local_day(decision.at), rules.keeping_of(table, end=decision.action)


def answer(pk: int, *, by: Actor, at: datetime, grant: bool, words: str = "") -> PersonalRequest:
    """Answer one request. Granting carries it out: a correction is written into the matter, keeping is shortened to the first
    day allowed. Not granting needs words that the person reads. Raises NotTaken; nothing is half-done."""
    said = words.strip()[:LONGEST]
    with transaction.atomic(), scope("worker"):
        request = (
            PersonalRequest.objects.select_for_update(of=("self",))
            .select_related("key", "case__key", "reading")
            .filter(pk=pk)
            .first()
        )
        intake = Intake.objects.select_related("key").filter(pk=request.intake).first() if request else None
        if request is None or intake is None or not may_answer(by, request, intake):
            raise NotTaken(_("没有这条请求，请刷新后再看。"))
        if request.state != PersonalRequest.State.OPEN:
            if request.answered_by_id == by.person_id and (request.state == "done") == grant:
                return request
            raise NotTaken(_("这条请求已经有人答复了，请看过再办。"))
        key = open_row(request.key)
        if request.kind == "deletion":
            said = _deletion(request, intake, grant, said, at)
        elif not said and (not grant or request.kind == "reading"):
            raise NotTaken(_("请写明理由，当事人会看到。"))
        elif grant and request.kind == "correction":
            _correct(request, intake, key, by, said, at)
        request.state = PersonalRequest.State.DONE if grant else PersonalRequest.State.REFUSED
        request.answered_at, request.answered_by_id = at, by.person_id
        request.answer = _sealed(key, said, "answer")
        if not grant and not request.article:
            request.article = "L-PIPL:50"
        request.save()
        Notice.objects.filter(
            kind=Notice.Kind.ASK, intake=request.intake, code=f"personal:{request.pk}", done_at__isnull=True
        ).update(done_at=at)
        return request


def _deletion(request: PersonalRequest, intake: Intake, grant: bool, said: str, at: datetime) -> str:
    """What the rule allows is done, what it forbids is refused with its article; nobody can grant more or refuse more."""
    found = proposed(request, intake, at)
    if found.verdict == "shortened":
        if not grant:
            raise NotTaken(_("没有法律要求再保管它，不能拒绝：请准予，保管期限会缩短到最早允许的一天。"))
        assert found.until is not None
        Shortened.objects.create(
            case=request.case, intake=None if request.case else intake.pk, until=found.until, request=request, at=at
        )
        request.until = found.until
        return said or _("同意。保管期限已缩短，到期由两个人办理销毁，谁也恢复不了。")
    if grant:
        raise NotTaken(
            _("这件事还在办，办完之前不能删除；当事人可以先撤回。")
            if found.verdict == "open"
            else _("法律要求保管，期满之前不能删除：请不予删除，并写明条款。")
        )
    request.article, request.until = found.article, found.until
    if said:
        return said
    if found.verdict == "open":
        return _("这件事还在办，办完之前要用到这些内容。您可以先撤回，再要求删除。")
    return _("法律要求保管，期满前不能删除；在这以前只保管，不作别的用。")


def _correct(request: PersonalRequest, intake: Intake, key: Key, by: Actor, said: str, at: datetime) -> None:
    """Write the correction into the matter: the party of the case by the verb of cases, the teller of the intake here. What
    the person said is never rewritten: their new words stand beside the old ones."""
    wanted = key.open(request.wanted, field="personal.wanted")
    reason = said or _("当事人要求更正")
    if request.part == "words":
        return
    who = key.open(intake.teller, field="intake.teller") or {}
    request.before = key.seal(who, field="personal.before")
    if request.case is not None:
        _correct_party(request, wanted, by, reason, at)
    who = {**who, request.part: wanted}
    intake.teller = key.seal(who, field="intake.teller")
    if request.part == "phone":
        digits = digits_of(wanted)
        old = digits_of(key.open(request.before, field="personal.before").get("phone", ""))
        if intake.second_mark is None or (old and bytes(intake.second_mark) == second_mark(old[-4:])):
            intake.second_mark = second_mark(digits[-4:])  # a word of their own choice stays
        intake.phone_blind = blind("phone", digits)
    intake.save(update_fields=["teller", "phone_blind", "second_mark"])


def _correct_party(request: PersonalRequest, wanted: str, by: Actor, reason: str, at: datetime) -> None:
    case = request.case
    assert case is not None
    party = Party.objects.filter(case=case, receipt=request.intake).first()
    if party is None:
        raise NotTaken(_("本件里没有这位当事人，请到事项页更正。"))
    held = roles_on(by, case)
    role = next((r for r in CORRECTS if r in held), None)
    if role is None:
        raise NotTaken(_("这件事现在不在您手里，请办理单位的人来更正。"))
    who = open_row(case.key).open(party.sealed, field="party") or {}
    draft = PartyDraft(party.role, identity=party.identity, unit=party.unit_id, **{**who, request.part: wanted})
    try:
        correct(case, by=by, role=role, unit=held[role][0], at=at, reason=reason, party=(party.key, draft))
    except NotCorrected as no:
        raise NotTaken(str(no)) from no


@dataclass(frozen=True, slots=True)
class Shown:
    """A request as a page shows it, opened."""

    row: PersonalRequest
    words: str
    wanted: str
    answer: str
    late: bool
    due_on: date


def shown(request: PersonalRequest, key: Key, at: datetime) -> Shown:
    """Open one. Raises Sealed when its content is gone."""
    read = {
        name: key.open(getattr(request, name), field=f"personal.{name}") or ""
        for name in ("words", "wanted", "answer")
    }  # fmt: skip
    waits = request.state == PersonalRequest.State.OPEN
    return Shown(request, **read, late=waits and request.due_at <= at, due_on=_last_day(request.due_at))


def _last_day(due_at: datetime) -> date:
    return local_day(due_at - timedelta(microseconds=1))


def of_receipt(intake: Intake, at: datetime) -> list[Shown]:
    """What the holder of a receipt asked, the newest first, within their scope."""
    key = open_row(intake.key)
    rows = (
        PersonalRequest.objects.filter(intake=intake.pk)
        .select_related("unit", "reading")
        .order_by("-received_at", "-pk")
    )
    return [shown(row, key, at) for row in rows[:50]]
