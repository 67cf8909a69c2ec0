"""Rulings on which office must act: taken once, binding, and kept as precedents without anything of the matter itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.cases import ground
from jiefen.cases.access import roles_on, visible_cases
from jiefen.cases.actions import take_step
from jiefen.cases.models import Case, Party, Step
from jiefen.cases.reading import step_of
from jiefen.cases.rules import objects, rules_on
from jiefen.kernel.clock import local, local_day
from jiefen.kernel.ids import next_number
from jiefen.kernel.masking import mask_text
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, open_row
from jiefen.oversight.models import Precedent
from jiefen.people.actor import Actor
from jiefen.procedures import definition as defs
from jiefen.procedures.catalogue import procedure

LONGEST, LONGEST_WHY, MOST = 600, 300, 200
RETIRES = frozenset({"supervisor", "ruling-body"})


class RulingRefused(ValueError):
    """It cannot be ruled, or retired, so. The message is a sentence; nothing was written."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What one side said, when and by which step."""

    unit: str
    step: str
    at: datetime
    because: str
    proper: str
    objects: bool


def ruling_step(case: Case) -> defs.Step | None:
    """The step by which it is ruled who must act in a case; None where its procedure has none."""
    return next((s for s in procedure(case.procedure, case.version).steps.values() if rules_on(s)), None)


def may_rule(case: Case, by: Actor) -> bool:
    """Whether this person is of the body that rules here, and the matter stands where it can be ruled on."""
    step = ruling_step(case)
    return step is not None and case.state in step.from_states and bool(set(step.roles) & set(roles_on(by, case)))


def rule(
    case: Case, *, by: Actor, at: datetime, unit: int | None, words: str, reason: str, disputed: bool = False,
    expected: int | None = None,
) -> Step:  # fmt: skip
    """Rule which office must act. `words` become the precedent and may name nobody; `reason` stays with the matter.

    `disputed`: both sides dispute the remit, so it need not have been returned as often as is set. Raises RulingRefused,
    StepRefused (not of the body, not returned often enough, ruled already, an office complained of); nothing is written.
    """
    with scope("worker"):
        step = ruling_step(case)
        if step is None:
            raise RulingRefused(_("这种程序没有裁定这一步。"))
        said = words.strip()
        if not said or not reason.strip():
            raise RulingRefused(_("请写明裁定的要旨和理由。"))
        if len(said) > LONGEST:
            raise RulingRefused(_("要旨最多%(n)d字，详细的写在理由里。") % {"n": LONGEST})
        if said != without_names(case, open_row(case.key), said):
            raise RulingRefused(_("要旨会存为先例给别的事项看，请去掉姓名、电话和证件号，详细的写在理由里。"))
        facts: dict[str, Any] = {"lead-unit": unit, "ruling-words": said}
        if disputed:
            facts["remit-disputed"] = True
        return take_step(case, step.name, by=by, at=at, facts=facts, reason=reason, expected=expected)


def without_names(case: Case, key: Key, text: str) -> str:
    """A text with the names in the case, phones and numbers of papers covered. Call inside."""
    who = (key.open(p.sealed, field="party") or {} for p in Party.objects.filter(case=case, unit=None))
    names = tuple(name for one in who if (name := str(one.get("name", "")).strip()))
    return mask_text(text, names)


def keep_precedent(step_id: int) -> None:
    """After a ruling on an ordinary matter: what was ruled, for later ones of the kind. Twice keeps it once."""
    step = step_of(step_id)
    case = step.case
    known = procedure(case.procedure, case.version).steps.get(step.name)
    if known is None or not rules_on(known) or case.stratum != Case.Stratum.ORDINARY or not step.codes.get("assign"):
        return
    if Precedent.objects.filter(step=step.pk).exists():
        return
    key = open_row(case.key)
    words = str((key.open(step.facts, field="step.facts") or {}).get("ruling-words", "")) if step.facts else ""
    year = local(step.at).year
    Precedent.objects.create(
        number=f"裁定先例〔{year}〕{next_number(f'precedent {year}')}号", kind=case.kind, area_id=case.area_id,
        unit_id=step.codes["assign"][0]["unit"], words=without_names(case, key, words)[:LONGEST], body_id=step.unit_id,
        ruled_at=step.at, case=case.pk, step=step.pk,
    )  # fmt: skip


def retire(pk: int, *, by: Actor, at: datetime, why: str) -> Precedent:
    """A precedent holds no more, and why; it is proposed to nobody from now on. Once is enough. Raises RulingRefused."""
    said = why.strip()
    if not by.roles & RETIRES:
        raise RulingRefused(_("先例由督办的人或裁定机构停用。"))
    with transaction.atomic():
        row = Precedent.objects.select_for_update(of=("self",)).filter(pk=pk).first()
        if row is None:
            raise RulingRefused(_("没有这条先例，请刷新后再看。"))
        if row.retired_at is not None:
            return row
        if not said:
            raise RulingRefused(_("请写明为什么不再按它办，例如职责已经调整。"))
        if len(said) > LONGEST_WHY or said != mask_text(said):
            raise RulingRefused(_("理由最多%(n)d字，不写电话和证件号。") % {"n": LONGEST_WHY})
        row.retired_at, row.retired_by_id, row.retired_why = at, by.person_id, said
        row.save(update_fields=["retired_at", "retired_by", "retired_why"])
        return row


def precedent_for(kind: str, area_id: int, at: datetime, excluded: Iterable[int] = ()) -> Precedent | None:
    """The precedent that fits a kind at a place: of an office that still exists and answers for the place, not kept out;
    ruled nearest to it, then newest. One question beside the place's lineage."""
    above = ground.lineage(area_id)
    rows = (
        Precedent.objects.filter(kind=kind, retired_at=None, ruled_at__lte=at, unit__area_id__in=above)
        .exclude(unit_id__in=list(excluded)).select_related("unit", "area").defer("area__shape").order_by("-ruled_at", "-pk")[:MOST]
    )  # fmt: skip
    day = local_day(at)
    fit = [row for row in rows if row.unit.until is None or row.unit.until > day]
    return max(fit, key=lambda row: (_near(row.area_id, above), row.ruled_at), default=None) if kind else None


def _near(area_id: int, above: tuple[int, ...]) -> int:
    return len(set(ground.lineage(area_id)) & set(above))


def says(row: Precedent) -> str:
    """Why it is proposed, in one sentence."""
    return _("裁定先例：%(number)s，%(when)s，%(area)s的同类事项裁定由%(unit)s主办。%(words)s") % {
        "number": row.number, "when": f"{local(row.ruled_at):%Y-%m-%d}", "area": row.area.name, "unit": row.unit.name,
        "words": row.words,
    }  # fmt: skip


def voices(case: Case, key: Key) -> list[Voice]:
    """Both sides: who gave it back and why, who sent it or kept it and why, oldest first. One query."""
    steps = procedure(case.procedure, case.version).steps
    wanted = {
        s.name for s in steps.values() if objects(s) or "lead-unit" in s.facts or "returns-below-limit" in s.guards
    }
    found = []
    for row in Step.objects.filter(case=case, name__in=wanted).select_related("unit").order_by("seq"):
        facts = (key.open(row.facts, field="step.facts") or {}) if row.facts else {}
        reason = (key.open(row.reason, field="step.reason") or "") if row.reason else ""
        because = [str(facts.get("objection-reasons", "")), reason, str(facts.get("ruling-words", ""))]
        found.append(
            Voice(
                row.unit.name if row.unit else "", steps[row.name].label, row.at,
                "；".join(dict.fromkeys(filter(None, (one.strip().rstrip("。") for one in because)))),
                str(facts.get("proper-unit", "")), objects(steps[row.name]),
            )
        )  # fmt: skip
    return found


def to_be_ruled(actor: Actor) -> list[Case]:
    """Matters that this person may rule on and that were given back as often as is set, or stand given back: first due first."""
    from jiefen.procedures.catalogue import procedures

    stuck = {
        state for p in procedures().values() for s in p.steps.values() if rules_on(s) for state in s.from_states
        if any(objects(o) and o.on == "case" and o.to == state for o in p.steps.values())
    }  # fmt: skip
    rows = (
        visible_cases(actor).filter(is_open=True, state__in=stuck).select_related("key", "lead_unit", "centre", "area")
    )
    return [case for case in rows.defer("area__shape").order_by("next_due_at", "pk")[:MOST] if may_rule(case, actor)]
