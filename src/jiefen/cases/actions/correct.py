"""Putting right what was written wrong. Nothing is changed in place: the old row stays, a row `corrected` follows."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from jiefen.cases.actions.once import newer
from jiefen.cases.actions.opening import PartyDraft, seal_party
from jiefen.cases.actions.record import append, history
from jiefen.cases.models import Case, Party, Step
from jiefen.cases.rules import BUILT_IN
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, open_row
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure


class NotCorrected(ValueError):
    """The correction cannot stand; the message says why and what to do instead."""


def correct(
    case: Case,
    *,
    by: Actor | None,
    role: str = "",
    unit: int | None = None,
    at: datetime,
    reason: str,
    about: dict[str, Any] | None = None,
    title: str = "",
    party: tuple[str, PartyDraft] | None = None,
    step: int | None = None,
    step_at: datetime | None = None,
    void: bool = False,
    responsible: tuple[str, int] | None = None,
    expected: int | None = None,
) -> Step:
    """Correct one thing, with a reason.

    `about`: any of kind, area, grade, flags, people. `title`: without names. `party`: (key, who it really is).
    `step` with `step_at`: when the step really happened. `step` with `void`: it belonged to another case; only the last
    step of the procedure can be taken back. `responsible`: (assignment key, person). `expected`: the number of rows the
    caller had seen; with more by now nothing is written: the row is returned where this very request wrote it, else
    NotCorrected says what happened meanwhile. Raises NotCorrected.
    """
    if not reason.strip():
        raise NotCorrected(_("请写明为什么更正。"))
    with scope("worker"):
        case = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        key = open_row(case.key)
        rows = history(case)
        if expected is not None and expected != case.steps:
            again = Step.objects.filter(case=case, seq=expected + 1, by_id=by.person_id if by else None).first()
            plain: dict[str, Any] | None = {"about": about} if about else {"title": True} if title.strip() else None
            if step is not None:
                plain = {"step": step, "void": True} if void else {"step": step, "at": step_at and step_at.isoformat()}
            if responsible:
                plain = {"assignment": responsible[0], "responsible": responsible[1]}
            if (
                again
                and again.codes == {"corrected": plain}
                and _words(key, again, title) == (reason.strip(), title.strip())
            ):
                return again
            raise NotCorrected(newer(case, procedure(case.procedure, case.version), expected, "corrected"))
        what: dict[str, Any] = {}
        told: dict[str, Any] = {}
        if about:
            told["before"] = {name: getattr(case, "area_id" if name == "area" else name) for name in about}
            what["about"] = about
        if title.strip():
            told["title"] = {"before": key.open(case.title, field="case.title"), "after": title.strip()}
            case.title = key.seal(title.strip(), field="case.title")
            case.save(update_fields=["title"])
            what["title"] = True
        if party:
            what["party"], told["party"] = _party(case, key, *party)
        if step is not None:
            what |= _step(rows, step, step_at, void)
        if responsible:
            what |= {"assignment": responsible[0], "responsible": responsible[1]}
        if not what:
            raise NotCorrected(_("没有要更正的内容。"))
        row, _standing = append(
            case, key, rows=rows, name="corrected", from_state=case.state, to_state=case.state, by=by, by_role=role,
            unit=unit, at=at, recorded_at=at, reason=reason.strip(), codes={"corrected": what}, facts=told or None,
        )  # fmt: skip
        return row


def _words(key: Key, row: Step, title: str) -> tuple[str, str]:
    """The reason of a correction, and the title it gave where a title is asked for."""
    told = (key.open(row.facts, field="step.facts") or {}) if row.facts else {}
    reason = key.open(row.reason, field="step.reason") if row.reason else ""
    return reason, told.get("title", {}).get("after", "") if title.strip() else ""


def _party(case: Case, key: Any, name: str, draft: PartyDraft) -> tuple[str, dict[str, Any]]:
    row = Party.objects.filter(case=case, key=name).first()
    if row is None:
        raise NotCorrected(_("本件没有这位当事人。"))
    before = key.open(row.sealed, field="party") or {}
    for column, value in seal_party(key, draft).items():
        setattr(row, column, value)
    row.unit_id = draft.unit
    row.save()
    return name, {"before": before}


def _step(rows: list[Any], seq: int, step_at: datetime | None, void: bool) -> dict[str, Any]:
    known = {row.seq: row for row in rows}
    if seq not in known:
        raise NotCorrected(_("没有这一步。"))
    if void:
        gone = {r.codes["corrected"]["step"] for r in rows if r.codes.get("corrected", {}).get("void")}
        last = next((r.seq for r in reversed(rows) if r.name not in BUILT_IN and r.seq not in gone), None)
        if seq != last:
            raise NotCorrected(_("只能撤回最后一步；更早的步骤之后已有人据此办理，请写更正说明。"))
        return {"step": seq, "void": True}
    if step_at is None:
        raise NotCorrected(_("请写明这一步实际发生的时间。"))
    before = max((r.at for r in rows if r.seq < seq), default=None)
    if before is not None and step_at < before:
        raise NotCorrected(_("更正后的时间早于它的前一步，请核对。"))
    return {"step": seq, "at": step_at.isoformat()}
