"""Whoever works at an office that a matter lies with sees its title and its clock; the content only for the work in hand.

The content is open to whoever answers for the matter or is named for a duty in it, to the heads of the office, to the
centre that dispatches and follows it, to whoever has a door of their own (took it in, sponsors it), and, until somebody has
signed for an office's duty, to those there who may sign. Anybody else there writes a reason first (design: who may see
what). The reason opens the matter until the day ends, and stands in the list of readings that the person concerned can see.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jiefen.cases.models import Case, WhyRead
from jiefen.cases.rules import UNIT_ROLES
from jiefen.kernel import ask
from jiefen.kernel.clock import day_start, local_day
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.people.actor import CENTRE_ROLES, CENTRE_UNIT_TYPES, PERSON, Actor, door

HEADS = frozenset({"unit-head", "mediation-head", "arbitration-head", "ruling-body", "supervisor", "dispatcher"})
"""Roles in which somebody answers for what their office does."""
LEAST, LONGEST = 4, 300
WHAT = gettext_noop("说明理由后查看")
PURPOSES = (
    gettext_noop("代同事接待"),
    gettext_noop("类似事项参考"),
    gettext_noop("上级要求了解"),
    gettext_noop("其他工作需要"),
)
"""What a reason is filed under, in clear: the person reads it beside the words, which are sealed."""

_DUTIES = """
SELECT a.unit_id, a.named_id, a.responsible_id, a.state FROM cases_assignment a
 WHERE a.case_id = %(case)s AND a.unit_id = ANY (%(units)s::bigint[])
"""
_SAID = """
SELECT 1 FROM cases_whyread w JOIN kernel_reading r ON r.id = w.reading_id
 WHERE w.case_id = %(case)s AND r.person = %(person)s AND r.at >= %(since)s AND r.at <= %(at)s LIMIT 1
"""


_UNSIGNED = ("open", "objected")
"""Nobody there has signed for it: whoever may sign reads it, and whoever objected reads what is said to that."""


class ReasonFirst(Exception):
    """The matter lies with the reader's office but is not theirs to read without a reason. Carries the case."""

    def __init__(self, case: Case):
        super().__init__(case.slug)
        self.case = case


class NoReason(ValueError):
    """What was written is no reason; the message says what is missing."""


def reads_content(actor: Actor, case: Case) -> bool:
    """Whether the content is open without a reason. Asks the database only where the row of the case does not say."""
    doors = set(case.doors)
    who = {actor.person_id} | {p.for_person for p in actor.held}
    if case.stratum == Case.Stratum.VAULT or {door(PERSON, one) for one in who} & doors:
        return True
    if who & {case.responsible_id, case.named_id, case.sponsor_id, case.first_asked_id}:
        return True
    here = [p for p in actor.held if p.doors & doors and p.role != "administrator"]
    if any(p.role in HEADS or (p.role in CENTRE_ROLES and p.unit_type in CENTRE_UNIT_TYPES) for p in here):
        return True
    work = {p.unit_id for p in here if p.role in UNIT_ROLES}
    units = sorted({p.unit_id for p in here})
    for unit, named, responsible, state in ask.rows(_DUTIES, {"case": case.pk, "units": units}) if units else ():
        if who & {named, responsible} or (state in _UNSIGNED and named is None and unit in work):
            return True
    return False


def said_why(actor: Actor, case: Case) -> bool:
    """Whether the reader has written today why they read it."""
    if actor.at is None:
        return False
    since = day_start(local_day(actor.at))
    return ask.row(_SAID, {"case": case.pk, "person": actor.person_id, "since": since, "at": actor.at}) is not None


def say_why(case: Case, *, by: Actor, purpose: str, words: str, at: datetime) -> WhyRead:
    """Write the reason: a reading without a task, with its words sealed. Saying it again the same day changes nothing.
    Raises NoReason."""
    said = words.strip()[:LONGEST]
    if purpose not in PURPOSES:
        raise NoReason(_("请选择为什么要看。"))
    if len(said) < LEAST:
        raise NoReason(_("请写清楚为什么要看，至少四个字。本人会看到。"))
    desk = by.desk
    with transaction.atomic(), scope("worker"):
        Case.objects.select_for_update().only("pk").get(pk=case.pk)
        before = WhyRead.objects.filter(
            case=case, reading__person=by.person_id, reading__at__gte=day_start(local_day(at)), reading__at__lte=at
        ).first()
        if before is not None:
            return before
        line = Reading.objects.create(
            subject=f"case:{case.pk}", person=by.person_id, name=by.name, unit=desk.unit_name if desk else "", purpose=purpose,
            what=WHAT, with_task=False, at=at,
        )  # fmt: skip
        words_sealed = open_row(case.key).seal(said, field="why.words")
        return WhyRead.objects.create(case=case, reading=line, words=words_sealed)
