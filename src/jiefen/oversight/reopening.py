"""«It is not solved»: said by code after the end, told to who may reopen, and answered either way."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.cases import ground
from jiefen.cases.access import roles_on
from jiefen.cases.actions.steps import moment_for, numbers_in_force, weigh_step
from jiefen.cases.models import Case
from jiefen.cases.reading import step_of
from jiefen.cases.rules import Standing
from jiefen.cases.standing import rows_of, standing_of
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.notices.actions import people_with, tell
from jiefen.notices.models import Notice
from jiefen.oversight.models import ReopenAsk
from jiefen.people.actor import Actor
from jiefen.procedures import definition as defs
from jiefen.procedures.catalogue import procedure

LONGEST = 2000
WINDOW = "reopen-days"
DECIDE = frozenset({"dispatcher", "supervisor", "petition-officer", "mediation-head"})
"""Who may say that it is not reopened, with the reason; besides whoever took the matter in."""


class NotAsked(ValueError):
    """The asking cannot be taken; the message says why and what to do."""


def reopening_steps(case: Case) -> list[defs.Step]:
    """The steps by which a case may be reopened from where it stands, whoever may take them."""
    steps = procedure(case.procedure, case.version).steps.values()
    return [step for step in steps if step.reopens and case.state in step.from_states]


def may_ask(case: Case, standing: Standing, at: datetime) -> bool:
    """Whether a resident may ask for it now: the engine finds a step by which somebody may reopen it, and its window, in
    natural days from the day after the end, has not closed."""
    if case.is_open or standing.ended_at is None:
        return False
    days = numbers_in_force(case.opened_at).get(WINDOW)
    if days is not None and local_day(at) > local_day(standing.ended_at) + timedelta(days=days):
        return False
    return any(_open_to_somebody(case, standing, step, at) for step in reopening_steps(case))


def _open_to_somebody(case: Case, standing: Standing, step: defs.Step, at: datetime) -> bool:
    moment = moment_for(case, standing, step, by=None, role=step.roles[0], unit=case.centre_id, at=at)
    return weigh_step(moment, roles=frozenset(step.roles), papers=frozenset()) is None


def ask_reopen(case: Case, *, intake: int, words: str, once: str, at: datetime) -> ReopenAsk:
    """Somebody's own words that it is not solved, kept and told to whoever took it in and to the dispatcher.

    `once` is the key of the form: sent twice it is one asking. Raises NotAsked without words, when it cannot be reopened, and
    while an earlier asking waits.
    """
    said = words.strip()
    if not said:
        raise NotAsked(_("请写一句：什么还没解决，或者又出了什么情况。"))
    if len(said) > LONGEST:
        raise NotAsked(_("最多%(n)s字，请写要点。") % {"n": LONGEST})
    with transaction.atomic(), scope("worker"):
        row = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        key = open_row(row.key)
        before = ReopenAsk.objects.filter(case=row, intake=intake).order_by("-at").first()
        if before is not None and before.once == once and key.open(before.words, field="ask.words") == said:
            return before
        if before is not None and (before.done_at is None or before.once == once):
            raise NotAsked(_("您已经请求过重启，正在看，有结果会写在这里。要补充请打电话说。"))
        if not may_ask(row, standing_of(row, rows_of(row)), at):
            raise NotAsked(_("这件事现在不能重启。有新情况请重新反映，或打下面的电话。"))
        ask = ReopenAsk.objects.create(
            case=row, intake=intake, words=key.seal(said, field="ask.words"), at=at, once=once
        )  # fmt: skip
        tell(_who_hears(row, at), Notice.Kind.ASK, at=at, case=row, code=f"reopen:{ask.pk}")
        return ask


def _who_hears(case: Case, at: datetime) -> set[int]:
    told = people_with("dispatcher", case, at) or people_with("supervisor", case, at)
    first = case.first_asked_id
    return told | ({first} if first and ground.door_of("person", first) in case.doors else set())


def decline_reopen(case: Case, ask: int, *, by: Actor, words: str, at: datetime) -> ReopenAsk:
    """It is not reopened, and here is why; whoever asked reads it. Raises NotAsked without a reason, when it was answered
    already, and for somebody who has no say."""
    said = words.strip()[:LONGEST]
    if not said:
        raise NotAsked(_("请写明为什么不重启、还能走哪条路，当事人会看到。"))
    with transaction.atomic(), scope("worker"):
        row = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        if not (DECIDE & set(roles_on(by, row)) or by.person_id == row.first_asked_id):
            raise NotAsked(_("这由派单、督办的人或首问的人答复。"))
        found = ReopenAsk.objects.select_for_update(of=("self",)).filter(case=row, pk=ask).first()
        key = open_row(row.key)
        if found is None:
            raise NotAsked(_("没有这条请求，请刷新后再看。"))
        if found.done_at is not None:
            if found.done_by_id == by.person_id and found.answer and key.open(found.answer, field="ask.answer") == said:
                return found
            raise NotAsked(_("这条请求已经有人答复了，请看过再办。"))
        found.done_at, found.done_by_id, found.reopened = at, by.person_id, False
        found.answer = key.seal(said, field="ask.answer")
        found.save()
        _end_notices(found, at)
        return found


def after_step(step_id: int) -> None:
    """A case that was reopened answers whoever asked for it. Running twice changes nothing."""
    step = step_of(step_id)
    known = procedure(step.case.procedure, step.case.version).steps.get(step.name)
    if known is None or not known.reopens:
        return
    for ask in ReopenAsk.objects.filter(case=step.case, done_at__isnull=True, at__lte=step.recorded_at):
        ask.done_at, ask.done_by_id, ask.reopened = step.recorded_at, step.by_id, True
        ask.save()
        _end_notices(ask, step.recorded_at)


def _end_notices(ask: ReopenAsk, at: datetime) -> None:
    Notice.objects.filter(kind=Notice.Kind.ASK, case=ask.case_id, code=f"reopen:{ask.pk}", done_at__isnull=True).update(
        done_at=at
    )
