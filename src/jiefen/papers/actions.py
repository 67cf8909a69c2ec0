"""Putting papers on file: those a step makes, and those drafted by hand because a step needs them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.cases.models import Case, Step
from jiefen.kernel.clock import local
from jiefen.kernel.ids import next_number
from jiefen.kernel.models import SealKey
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, open_row
from jiefen.papers.fill import fields_for
from jiefen.papers.models import Paper
from jiefen.people.actor import Actor
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import procedure, vocabulary


class PaperRefused(ValueError):
    """The paper cannot be put on file; the message says what is missing."""


def number_of(kind: str, *, case: Case | None, unit: Unit | None, at: datetime, county: str = "") -> str:
    """The paper's number by its numbering rule. Series run by unit, kind and year; a case's own papers by the case."""
    rule = vocabulary().papers[kind].get("numbering", "{事项编号}-{文种}-{序}")
    label = vocabulary().papers[kind]["label"]
    year = local(at).year
    mark = (unit.mark if unit and unit.mark else "解") if unit else "解"
    if "{事项编号}" in rule and case is not None:
        serial = next_number(f"paper {case.slug} {kind}")
        return f"{case.number}-{label}-{serial}"
    serial = next_number(f"paper {unit.pk if unit else 0} {kind} {year}")
    if "{年月日}" in rule:
        return f"{county or '000000'}{local(at):%Y%m%d}{serial:06d}"
    return f"{mark}{label}〔{year}〕{serial}号"


def put_on_file(
    kind: str, fields: dict[str, Any], *, case: Case | None = None, intake: int | None = None, key: Key, step: Step | None = None,
    by: int | None = None, unit: Unit | None = None, at: datetime, to_party: str = "", county: str = "",
) -> Paper:  # fmt: skip
    """Write one paper. Raises PaperRefused for an unknown kind or a required field left empty."""
    known = vocabulary().papers.get(kind)
    if known is None:
        raise PaperRefused(_("没有这种文书：%(kind)s。") % {"kind": kind})
    return Paper.objects.create(
        case=case, intake=intake, key_id=key.id, kind=kind, step=step, by_id=by, unit=unit, made_at=at, to_party=to_party,
        number=number_of(kind, case=case, unit=unit, at=at, county=county), fields=key.seal(fields, field="paper"),
    )  # fmt: skip


def missing(kind: str, fields: dict[str, Any]) -> list[str]:
    """Labels of required fields that are empty."""
    return [
        f["label"]
        for f in vocabulary().papers[kind]["fields"]
        if f["required"] and f["name"] != "number" and fields.get(f["name"]) in (None, "", [])
    ]


def draft_by_hand(
    case: Case, kind: str, fields: dict[str, Any], *, by: Actor, unit: Unit | None, at: datetime
) -> Paper:
    """A paper that a step of this state needs, filled in by a person. Raises PaperRefused naming what is missing."""
    with transaction.atomic(), scope("worker"):
        row = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        definition = procedure(row.procedure, row.version)
        if kind not in {p for step in definition.steps.values() if row.state in step.from_states for p in step.needs}:
            raise PaperRefused(_("这个环节不需要这份文书。"))
        filled = {**fields_for(kind, row, None, at), **{k: v for k, v in fields.items() if v not in (None, "")}}
        lacking = missing(kind, filled)
        if lacking:
            raise PaperRefused(_("还没有填：%(fields)s。") % {"fields": "、".join(lacking)})
        return put_on_file(kind, filled, case=row, key=open_row(row.key), by=by.person_id, unit=unit, at=at)


def make_papers(step_id: int) -> None:
    """After a step: put on file what it makes. Running twice makes nothing twice."""
    step = Step.objects.select_related("case__key", "unit").get(pk=step_id)
    definition = procedure(step.case.procedure, step.case.version)
    known = definition.steps.get(step.name)
    kinds = known.makes if known else definition.makes_on_open if step.seq == 1 else ()
    if not kinds:
        return
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).select_related("key", "area").get(pk=step.case_id)
        key = open_row(SealKey.objects.get(pk=case.key_id))
        done = set(Paper.objects.filter(step=step).values_list("kind", flat=True))
        for kind in kinds:
            if kind not in done:
                put_on_file(
                    kind, fields_for(kind, case, step, step.at), case=case, key=key, step=step, by=step.by_id,
                    unit=step.unit, at=step.at, county=case.area.code[:6],
                )  # fmt: skip
