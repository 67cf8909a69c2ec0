"""What a join would do, said before anybody presses: who leads and why, who is told, whose clocks go on."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from jiefen.cases import joining, reading
from jiefen.cases.actions.join import side_of, who_joins
from jiefen.cases.models import Case, Party
from jiefen.cases.rules import Row
from jiefen.cases.standing import deadlines_of, standing_of
from jiefen.desk.language import say
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.people.actor import Actor
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import current_calendar, procedure
from jiefen.procedures.clocks import Chip, chip


@dataclass(frozen=True, slots=True)
class Running:
    """A clock of one person's that goes on as it is."""

    number: str
    label: str
    chip: Chip | None


@dataclass(frozen=True, slots=True)
class Preview:
    """`lead` and `other` with their titles; why this way round; what stands against it; what will be; who hears of it."""

    lead: Case
    other: Case
    lead_title: str
    other_title: str
    why: str
    proposed: bool  # it is the direction that the rule proposes
    no: str
    rule: str
    will: tuple[str, ...]
    told: tuple[str, ...]
    people: int
    clocks: tuple[Running, ...]


def preview_of(a: Case, b: Case, *, actor: Actor, at: datetime, lead: str = "") -> Preview:
    """The preview of joining two; `lead` names the slug of the one that somebody chose to lead, else the rule proposes."""
    with scope("worker"):
        found = {}
        for case in (a, b):
            rows = reading.history(case)
            standing = standing_of(case)
            found[case.number] = (case, standing, side_of(case, [Row(*r) for r in rows], standing, open_row(case.key)))
        first, second, why = joining.direction(found[a.number][2], found[b.number][2])
        proposed = not lead or found[first.number][0].slug == lead
        if not proposed:
            first, second = second, first
        (top, standing, side), (low, theirs, low_side) = found[first.number], found[second.number]
        no = joining.refuse(side, low_side)
        rule = no.rule if no else ""
        says = _(no.says) if no else ""
        if no is None and who_joins(actor, top, low) is None:
            rule, says = "role", _("并件由两件都管得到的中心分派员、督办员或信访部门办；同一单位主办的，由本单位办。")
        names = {
            u.pk: u.name for u in Unit.objects.filter(pk__in=[d.unit for s in (standing, theirs) for d in s.live()])
        }
        will = [
            _("%(other)s写一行“并件”，%(lead)s写一行“并件”，两件的编号、步骤都各自留着。")
            % {"other": low.number, "lead": top.number}
        ]
        leads, led = standing.lead, theirs.lead
        if leads and led and leads.unit != led.unit:
            will.append(
                _("主办改为%(unit)s；%(old)s解除主办，会收到通知。")
                % {"unit": names[leads.unit], "old": names[led.unit]}
            )
        elif leads and not led:
            will.append(_("随主件交给%(unit)s办。") % {"unit": names[leads.unit]})
        will.append(
            _("以后主件上承办单位办的步骤，在并入的件上照办照记；要本人签收、联系、送达、回访的，仍然一位一位办。")
        )
        will.append(_("各项诉求仍要逐项答复，每位反映人各有各的答复。"))
        told = [names[d.unit] for s in (standing, theirs) for d in s.live()]
        people = sum(p.role == Party.Role.COMPLAINANT for case in (top, low) for p in reading.parties(case))
        clocks = []
        for case, stand in ((top, standing), (low, theirs)):
            for due in deadlines_of(case, stand):
                if due.stopped_at is None and not due.lapsed and due.due_at and due.scope == "complainant":
                    label = say(procedure(case.procedure, case.version).clocks[due.clock].label)
                    clocks.append(Running(case.number, label, chip(due, at=at, calendar=current_calendar())))
        return Preview(
            top, low, _title(top), _title(low), _(why) if proposed else _("您选了反过来：%(why)s") % {"why": _(why)}, proposed,
            says, rule, tuple(will), tuple(dict.fromkeys(told)), people, tuple(clocks),
        )  # fmt: skip


def _title(case: Case) -> str:
    return open_row(case.key).open(case.title, field="case.title") or ""
