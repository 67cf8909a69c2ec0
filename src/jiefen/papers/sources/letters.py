"""Notices to the person, and letters between offices."""

from typing import Any

from jiefen.cases.models import Case, Party
from jiefen.papers.due import finish_on
from jiefen.papers.sources.known import Known, day
from jiefen.papers.sources.opinions import remedy
from jiefen.procedures.catalogue import vocabulary
from jiefen.procedures.citing import cited
from jiefen.procedures.grounds import ground_of


def acceptance(k: Known) -> dict[str, Any]:
    """受理告知书: received, accepted, the way it goes, and whom to ring."""
    lead = k.case.lead_unit or k.case.centre
    who = f"（{k.case.responsible.name}）" if k.case.responsible else ""
    return {
        "accepted-on": day(k.at), "remedy": remedy(k), "unit": k.office.name, "holder": f"{lead.phone}{who}" if lead.phone else "",
        **({"route-steps": f"按“{k.definition.label}”办理，由{lead.name}承办。"}),
    }  # fmt: skip


def refusal(k: Known) -> dict[str, Any]:
    """不予受理: the ground on the list with its article, the ways that remain by the fixed wording of that ground, and how to
    object by the office's own. Only where a step must be told other roads (mediation) do these stand beside."""
    code = k.step.codes.get("refusal-ground") if k.step else None
    ground = ground_of(k.case.procedure, code) if isinstance(code, str) else None
    step = k.definition.steps.get(k.step.name) if k.step else None
    routes = k.facts.get("routes-text", "") if step and "routes-told" in step.guards else ""
    return {
        "clause": cited(vocabulary(), ground.article) if ground else k.basis(),
        "reason": "\n".join(filter(None, [ground.label if ground else "", k.reason])),
        "right-route": "\n".join(filter(None, [ground.remedy if ground else "", routes])),
        "remedy": remedy(k),
        "unit": k.office.name,
    }


def route(k: Known) -> dict[str, Any]:
    """法定途径告知书: which of the roads, by which article, and what to do there."""
    applies = [r for r in k.facts.get("route-answers", ()) if isinstance(r, dict) and r.get("applies")]
    articles = [cited(vocabulary(), r["basis"]) for r in applies if r.get("basis")]
    if isinstance(clause := k.facts.get("route-clause"), str) and clause:
        articles = [cited(vocabulary(), clause)]
    last = k.facts.get("route-deadline", "")
    return {
        "clause": "、".join(articles) or k.basis(), "right-route": k.facts.get("routes-text", "") or k.reason,
        "unit": k.office.name, "deadline": last if isinstance(last, str) else "",
    }  # fmt: skip


def termination(k: Known) -> dict[str, Any]:
    return {"right-route": k.facts.get("routes-text", ""), "reason": k.reason}


def transfer(k: Known) -> dict[str, Any]:
    """转送函: to whom, and until when; where the time runs only from acceptance, its length by the procedure's clock."""
    proper = k.facts.get("proper-unit", "")
    clock, on = k.definition.clocks.get("finish-by"), finish_on(k.case)
    due = f"{on:%Y年%-m月%-d日}前" if on else f"自受理之日起{clock.amount.words}内" if clock else ""
    return {"due-on": due, **({"handling-unit": proper} if isinstance(proper, str) and proper else {})}


def assignment(k: Known) -> dict[str, Any]:
    """交办函: who has it, with whom, until when."""
    helpers = [a.unit.name for a in k.case.assignments.select_related("unit").filter(part="assist").order_by("pk")]
    due = k.facts.get("due-on", "")
    return {
        "responsible": k.case.responsible.name if k.case.responsible else "", "helper-units": helpers,
        **({"due-on": due} if due else {}), "measures": k.facts.get("measures", ""), "request-to-unit": "按期办理，办结后报送办结报告",
    }  # fmt: skip


def objection(k: Known) -> dict[str, Any]:
    return {
        "received-on": day(k.case.assignments.filter(part="lead").order_by("-pk").values_list("dispatched_at", flat=True).first()),
        "clause": k.facts.get("objection-reasons", ""), "right-route": k.facts.get("proper-unit", ""), "handling-unit": k.office.name,
    }  # fmt: skip


def ruling(k: Known) -> dict[str, Any]:
    helpers = [
        a.unit.name for a in k.case.assignments.select_related("unit").filter(part="assist").exclude(state="released")
    ]
    return {
        "law": k.basis(), "helper-units": helpers, "reason": "\n".join(filter(None, [k.reason, k.facts.get("ruling-words", "")])),
    }  # fmt: skip


def extension(k: Known) -> dict[str, Any]:
    """延期告知书: how long, until when, who allowed it. The former day is the new one less what was added."""
    asked = k.facts.get("extensions") or []
    if not asked:
        return {"case": k.case.number}
    by = k.step.by.name if k.step and k.step.by else ""
    return {
        "case": k.case.number,
        "approver": "，".join(filter(None, [k.office.name, by])),
        "old-due": _due_before(k, asked[-1]),
    }


def _due_before(k: Known, asked: dict[str, Any]) -> str:
    """The last day as it stood before this step, worked out from the history without it."""
    from jiefen.cases.standing import deadlines_of, rows_of, standing_of

    if k.step is None:
        return ""
    rows = [row for row in rows_of(k.case) if row.seq < k.step.seq]
    due = [d for d in deadlines_of(k.case, standing_of(k.case, rows)) if d.clock == asked.get("clock") and d.due_on]
    last = max(due, key=lambda d: d.started_at, default=None)
    return f"{last.due_on:%Y年%-m月%-d日}" if last and last.due_on else ""


def supervision(k: Known) -> dict[str, Any]:
    return {"clause": k.basis(), "unit": k.office.name, "problem": k.reason or k.facts.get("new-facts", "")}


def hearing(k: Known) -> dict[str, Any]:
    """听证通知书: when and where are not known to the step and are filled in by the office before it goes out."""
    chosen: list[str] = next((s.codes["representatives"] for s in reversed(k.trail) if s.name == "represented"), [])
    speak = {p.key for p in k.parties if p.key in chosen and p.identity == Party.Identity.NAMED}
    # A copy of one's own names nobody else who complains, but for those who were chosen to speak for all.
    asked = [
        p for p in k.parties if p.role != Party.Role.COMPLAINANT or not k.party or p.key == k.party or p.key in speak
    ]
    names = [k.opened(p).get("name", "") for p in asked]
    return {"time": "", "place": "", "attendees": list(filter(None, names))}


def joining(k: Known) -> dict[str, Any]:
    """一并办理告知书: how it goes on, who has it, and what stays one's own. Nothing of the others, neither who nor how many."""
    lead = (
        Case.objects.select_related("lead_unit").filter(pk=k.step.codes["into"]).first()
        if k.step and "into" in k.step.codes
        else None
    )
    parted = k.step is not None and k.step.name == "parted"
    at = k.case if lead is None or parted else lead
    return {
        "outcome": "不再与别的事项一并办理，单独往下办" if parted else "与反映同一件事的事项一并办理",
        "handling-unit": (at.lead_unit or k.case.lead_unit or k.case.centre).name, "unit": k.office.name,
        "rights": "您的编号、受理码、办理期限、答复、送达和复查的权利都还是您自己的，不因此少一项，也不重新起算。"
        + ("" if parted else "觉得不是同一件事的，请告诉承办单位或者本中心，核实后分开办理。"),
    }  # fmt: skip


SOURCES = {
    "joining-notice": joining,
    "acceptance-notice": acceptance,
    "refusal-notice": refusal,
    "non-mediation-notice": refusal,
    "admin-refusal-notice": refusal,
    "route-notice": route,
    "termination-notice": termination,
    "admin-termination-notice": termination,
    "transfer-letter": transfer,
    "assignment-letter": assignment,
    "objection-letter": objection,
    "ruling-note": ruling,
    "extension-notice": extension,
    "supervision-notice": supervision,
    "hearing-notice": hearing,
}
