"""Putting papers on file: those a step makes, and those drafted by hand because a step needs them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.cases import reading
from jiefen.cases.models import Case, Party, Step
from jiefen.kernel.models import SealKey
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, open_row
from jiefen.papers.actions import once
from jiefen.papers.actions.numbering import number_of
from jiefen.papers.fill import fields_for
from jiefen.papers.models import Paper
from jiefen.papers.remedies import is_fixed
from jiefen.people.actor import Actor
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import procedure, vocabulary

LONGEST = 20_000


class PaperRefused(ValueError):
    """The paper cannot be put on file; the message says what is missing."""


class Newer(PaperRefused):
    """Somebody put one on file since the page was opened; the message says who. Sending it once more is meant."""


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
    return [f["label"] for f in vocabulary().papers[kind]["fields"] if f["name"] in lacking(kind, fields)]


def lacking(kind: str, fields: dict[str, Any]) -> list[str]:
    """Names of required fields that are empty; the number is given by the series."""
    return [
        f["name"]
        for f in vocabulary().papers[kind]["fields"]
        if f["required"] and f["name"] != "number" and fields.get(f["name"]) in (None, "", [])
    ]


def may_draft(case: Case, kind: str) -> bool:
    """Whether a paper may be drafted by hand: a step of this state needs it, or the one there was has been voided."""
    definition = procedure(case.procedure, case.version)
    if kind in {p for step in definition.steps.values() if case.state in step.from_states for p in step.needs}:
        return True
    rows = list(Paper.objects.filter(case=case, kind=kind).values_list("void_at", flat=True))
    return bool(rows) and all(rows)


def as_lists(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    """What was typed, in the shape of each field: a list is one thing a line."""
    lists = {f["name"] for f in vocabulary().papers[kind]["fields"] if f["type"] == "list"}
    return {
        name: [line.strip() for line in value.splitlines() if line.strip()]
        if name in lists and isinstance(value, str)
        else value
        for name, value in fields.items()
    }


def draft_by_hand(
    case: Case, kind: str, fields: dict[str, Any], *, by: Actor, unit: Unit | None, at: datetime, expected: int | None = None
) -> Paper:  # fmt: skip
    """A paper that a step of this state needs, filled in by a person.

    `expected`: how many papers of the kind the caller had seen (`once.seen`); with more by now nothing is written, unless
    this very request put the next one on file: then that is the answer. Raises PaperRefused naming what is missing, Newer
    where somebody else was quicker.
    """
    with transaction.atomic(), scope("worker"):
        row = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        if kind not in vocabulary().papers:
            raise PaperRefused(_("这个环节不需要这份文书。"))
        typed = {k: v for k, v in _sized(as_lists(kind, fields)).items() if v not in (None, "", [])}
        if is_fixed(kind, row.procedure, row.version, unit):
            typed.pop("remedy", None)
        if expected is not None and (later := once.since(row, kind, expected)):
            if later[0].by_id == by.person_id and once.same_words(later[0], open_row(row.key), typed):
                return later[0]
            raise Newer(once.newer(later[-1]))
        if not may_draft(row, kind):
            raise PaperRefused(_("这个环节不需要这份文书。"))
        filled = {**fields_for(kind, row, None, at, unit=unit), **typed}
        if empty := missing(kind, filled):
            raise PaperRefused(_("还没有填：%(fields)s。") % {"fields": "、".join(empty)})
        return put_on_file(kind, filled, case=row, key=open_row(row.key), by=by.person_id, unit=unit, at=at)


def complete(paper: Paper, fields: dict[str, Any], *, by: Actor, at: datetime) -> Paper:
    """Fill in the blanks that a step left on a paper it made. What stands there already stays.

    The same filled in again by the same person changes nothing. Raises PaperRefused: nothing to fill in, something still
    missing, or the paper voided, sealed or delivered.
    """
    from jiefen.papers.actions.voiding import locked, of_the_office

    with scope("worker"):
        case, row = locked(paper)
        of_the_office(row, by, at)
        key = open_row(case.key)
        written = key.open(row.fields, field="paper") or {}
        wanted = lacking(row.kind, written)
        if not wanted and row.completed_by_id == by.person_id and _filled_so(row.kind, written, fields):
            return row
        if row.void_at or row.seal_id or delivered_to(case, row):
            raise PaperRefused(_("文书已作废、盖章或者送达，不能再补填。请作废重做。"))
        if not wanted:
            raise PaperRefused(_("这份文书没有空着的必填项。"))
        typed = _sized(as_lists(row.kind, {name: fields.get(name) for name in wanted}))
        filled = written | {name: value for name, value in typed.items() if value not in (None, "", [])}
        if empty := missing(row.kind, filled):
            raise PaperRefused(_("还没有填：%(fields)s。") % {"fields": "、".join(empty)})
        row.fields, row.completed_by_id, row.completed_at = key.seal(filled, field="paper"), by.person_id, at
        row.save(update_fields=["fields", "completed_by", "completed_at"])
        return row


def _filled_so(kind: str, written: dict[str, Any], fields: dict[str, Any]) -> bool:
    """Whether what is sent to fill the blanks is what stands there by now."""
    required = {f["name"] for f in vocabulary().papers[kind]["fields"] if f["required"]}
    sent = {n: v for n, v in as_lists(kind, fields).items() if n in required and v not in (None, "", [])}
    return bool(sent) and all(written.get(name) == value for name, value in sent.items())


def _sized(fields: dict[str, Any]) -> dict[str, Any]:
    """Raises PaperRefused for more than anybody reads on paper."""
    for value in fields.values():
        if len(value if isinstance(value, str) else "".join(map(str, value or ()))) > LONGEST:
            raise PaperRefused(_("有一项超过%(n)d字，请写要点，详情作为附件。") % {"n": LONGEST})
    return fields


def deliveries(case: Case, paper: Paper) -> dict[str, Step]:
    """The row by which this very paper reached each person (key); a delivery that was taken back does not count."""
    from jiefen.cases.standing import standing_of

    live = {h.seq for h in standing_of(case).history if h.name == "delivered"}
    rows = (
        Step.objects.filter(case=case, name="delivered", codes__document=paper.pk).select_related("by").order_by("seq")
    )
    return {row.codes["person"]: row for row in rows if row.seq in live}


def delivered_to(case: Case, paper: Paper) -> list[str]:
    """Keys of the persons this very paper was delivered to."""
    return list(deliveries(case, paper))


def make_papers(step_id: int) -> None:
    """After a step: put on file what it makes. Running twice makes nothing twice."""
    step = reading.step_of(step_id)
    definition = procedure(step.case.procedure, step.case.version)
    known = definition.steps.get(step.name)
    kinds = known.makes if known else definition.makes_on_open if step.seq == 1 else _slip(step)
    if not kinds:
        return
    with transaction.atomic():
        case = reading.locked(step.case_id)
        key = open_row(SealKey.objects.get(pk=case.key_id))  # as it is under the lock
        done = set(Paper.objects.filter(step=step).values_list("kind", "to_party"))
        for kind in kinds:
            for party in _addressees(kind, case, step):
                if (kind, party) not in done:
                    put_on_file(
                        kind, fields_for(kind, case, step, step.at, party=party), case=case, key=key, step=step, by=step.by_id,
                        unit=step.unit, at=step.at, county=case.area.code[:6], to_party=party,
                    )  # fmt: skip


def _slip(step: Step) -> tuple[str, ...]:
    """A proved delivery makes its slip (送达回证); a join or its undo tells each complainant on both sides."""
    if step.name in ("joined", "parted"):
        return ("joining-notice",)
    return ("service-record",) if step.name == "delivered" and step.facts else ()


def _addressees(kind: str, case: Case, step: Step) -> list[str]:
    """Whom a paper is made for: each complainant their own where the papers' rules say so, else one for all («»)."""
    if step.name == "delivered":
        return [step.codes["person"]]
    words = vocabulary()
    if kind not in (*words.papers_to_each_complainant, *words.papers_copy_to_each):
        return [""]
    keys = list(
        Party.objects.filter(case=case, role=Party.Role.COMPLAINANT).order_by("pk").values_list("key", flat=True)
    )
    gone = set(Step.objects.filter(case=case, name="left").values_list("codes__person", flat=True))
    stay = [key for key in keys if key not in gone]
    return stay if len(stay) > 1 else [""]
