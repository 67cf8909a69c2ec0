"""Opinions and what asks for one: handling, review, second review, and the applications for them."""

from typing import Any

from jiefen.cases.models import Case, Step
from jiefen.papers.remedies import remedy_text
from jiefen.papers.sources.known import Known, day

OUTCOMES = {
    "支持": "支持", "部分支持": "部分支持", "解释说明": "解释说明", "引导其他途径": "引导其他途径", "不予支持": "不予支持",
}  # fmt: skip


def remedy(k: Known) -> str:
    """What the paper says about the ways to object: the fixed wording in force for the office."""
    return remedy_text(k.kind, k.case.procedure, k.case.version, k.office)


def handling(k: Known) -> dict[str, Any]:
    """处理意见书: each demand with its answer, what was found, the law, the ways to object."""
    _row, record = k.latest("investigation-record")
    outcomes = list(dict.fromkeys(a["outcome"] for a in k.asked if a["outcome"]))
    return {
        "received-on": day(k.case.opened_at),
        "sending-unit": k.case.centre.name,
        "requests": [a["demand"] for a in k.asked],
        "main-facts": record.get("summary", ""),
        "inquiry": record.get("body", ""),
        "opinion": [f"关于“{a['demand']}”：{a['outcome']}。{a['result']}" for a in k.asked if a["result"]],
        "law": "\n".join(dict.fromkeys(a["basis"] for a in k.asked if a["basis"])),
        "outcome": outcomes[0]
        if len(outcomes) == 1
        else "部分支持"
        if "支持" in outcomes or "部分支持" in outcomes
        else "",
        "remedy": remedy(k),
        "unit": k.office.name,
    }


def origin(k: Known) -> dict[str, Any]:
    """The opinion that a review is asked for: of the case it came out of."""
    before: Case | None = k.case.arose_from
    if before is None:
        return {}
    row, fields = k.latest("rereview-opinion", "review-opinion", "handling-opinion", case=before)
    if row is None:
        return {}
    served = Step.objects.filter(case=before, name="delivered", codes__paper=row.kind).order_by("-seq").first()
    opinion = fields.get("opinion") or fields.get("outcome") or ""
    return {
        "orig-unit": row.unit.name if row.unit else "",
        "orig-number": row.number,
        "orig-opinion": "\n".join(opinion) if isinstance(opinion, list) else opinion,
        "received-on": day(served.at) if served else "",
    }


def application(k: Known) -> dict[str, Any]:
    """复查、复核申请书."""
    return {**origin(k), "requests": [a["demand"] for a in k.asked]}


def review(k: Known) -> dict[str, Any]:
    """复查、复核意见书. The outcome is the reviewer's own word and is asked."""
    _row, record = k.latest("investigation-record")
    found = origin(k)
    found.pop("received-on", None)
    return {
        **found,
        "inquiry": record.get("body", ""),
        "law": "\n".join(dict.fromkeys(a["basis"] for a in k.asked if a["basis"])),
        "outcome": "",
        "remedy": remedy(k),
        "unit": k.office.name,
    }


SOURCES = {
    "handling-opinion": handling,
    "review-application": application,
    "rereview-application": application,
    "review-opinion": review,
    "rereview-opinion": review,
    "arbitration-award": lambda k: {"remedy": remedy(k)},
}
