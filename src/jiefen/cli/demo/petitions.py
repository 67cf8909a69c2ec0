"""Walks of the petition family: transferred by the petition office, accepted, looked into, answered, served, reviewed."""

from collections.abc import Callable
from typing import Any

from jiefen.cases.actions import open_next
from jiefen.cases.models import Case
from jiefen.cli.demo.walks import Matter, answered, served
from jiefen.files.actions import store
from jiefen.papers.actions import draft_by_hand
from jiefen.papers.actions.filing import missing
from jiefen.papers.fill import fields_for
from jiefen.people.actor import Actor
from jiefen.procedures.guards.petition import ROUTES

NOT_THESE = [
    {"route": route, "applies": False, "basis": "所诉为要求履行职责，没有进入诉讼、仲裁等程序，不属这一途径"} for route in ROUTES
]  # fmt: skip

PETITION_WAYS: dict[str, tuple[str, ...]] = {
    "petition-registered": ("petition_registered",),
    "petition-transferred": ("petition_transferred",),
    "petition-accepted": ("petition_transferred", "petition_accepted"),
    "petition-looked-into": ("petition_transferred", "petition_accepted", "petition_looked_into"),
    "petition-extended": (
        "petition_transferred", "petition_accepted", "petition_looked_into", "petition_extended",
    ),
    "petition-opinion": (
        "petition_transferred", "petition_accepted", "petition_looked_into", "answered", "petition_opinion",
    ),
    "petition-served": (
        "petition_transferred", "petition_accepted", "petition_looked_into", "answered", "petition_opinion",
        "petition_served",
    ),
    "petition-closed": (
        "petition_transferred", "petition_accepted", "petition_looked_into", "answered", "petition_opinion",
        "petition_served", "petition_closed",
    ),
    "petition-reviewed": (
        "petition_transferred", "petition_accepted", "petition_looked_into", "answered", "petition_opinion",
        "petition_served", "petition_review_asked",
    ),
}  # fmt: skip


def _officer(m: Matter) -> Actor:
    return m.crew.at_unit(m.crew.unit("petition-office", m.area), "petition-officer")


def _head(m: Matter) -> Actor:
    m.case.refresh_from_db()
    return m.crew.at_unit(m.case.lead_unit_id or 0, "unit-head", "handler")


def fill_paper(m: Matter, kind: str, by: Actor, **fields: Any) -> None:
    """Draft a paper; what neither the case nor the row says is put in the words of an ordinary file."""
    m.case = Case.objects.select_related("key", "area", "centre", "lead_unit").get(pk=m.case.pk)
    filled = fields_for(kind, m.case, None, m.now) | fields
    rest = {name: "已按规定核实，材料附后。" for name in _names(kind, missing(kind, filled))}
    draft_by_hand(m.case, kind, fields | rest, by=by, unit=m.case.lead_unit, at=m.now)


def _names(kind: str, labels: list[str]) -> list[str]:
    from jiefen.procedures.catalogue import vocabulary

    return [f["name"] for f in vocabulary().papers[kind]["fields"] if f["label"] in labels]


def petition_registered(m: Matter) -> None:
    m.decide(_officer(m), **m.opening(unit=False, procedure="petition-claim"))


def petition_transferred(m: Matter) -> None:
    m.decide(_officer(m), **m.opening(unit=True, procedure="petition-claim"))


def petition_accepted(m: Matter) -> None:
    m.until(m.moments.later(m.dispatched_at, 4, "accept"))
    m.step("accept", m.handler, recusal_declared=True, route_answers=NOT_THESE)


def petition_looked_into(m: Matter) -> None:
    m.until(m.moments.later(m.dispatched_at, 9, "look"))
    by = m.handler
    fill_paper(m, "investigation-record", by, facts=m.row["looked"])
    m.step("investigate", by, recusal_declared=True, session_note=m.row["looked"])


def petition_extended(m: Matter) -> None:
    m.until(m.moments.later(m.dispatched_at, 30, "extend"))
    why = m.row["extend"]
    m.step(
        "extend", _head(m), reason=why,
        extensions=[{"clock": "finish-by", "days": 30, "reason": why, "approver": "unit-head", "told": True}],
    )  # fmt: skip


def petition_opinion(m: Matter) -> None:
    m.until(m.moments.later(m.dispatched_at, m.row["days"], "opinion"))
    head = _head(m)
    fill_paper(m, "handling-opinion", head)
    m.step("issue-opinion", head, recusal_declared=True, outcome=m.row["said"][0][0])


def petition_served(m: Matter) -> None:
    m.until(m.moments.later(m.now, 2, "serve"))
    by = m.handler
    served(m, "handling-opinion", by)
    m.step("serve", by)


def petition_closed(m: Matter) -> None:
    m.until(m.moments.later(m.now, 2, "look again"))
    store(
        "付款凭证：已付至申请人账户，申请人签收。".encode(), "付款凭证（申请人签收）.txt", holder=f"case:{m.case.pk}",
        key_id=m.case.key_id, given_by="resident", at=m.now,
    )  # fmt: skip
    m.step("second-look", _officer(m), reason="已与本人核对，诉求逐项有答复，款项已收到。")
    m.soon("close")
    m.step(
        "close", m.handler, obligations=[{"demand": n, "state": "fulfilled"} for n in range(1, len(m.row["said"]) + 1)]
    )


def petition_review_asked(m: Matter) -> None:
    m.until(m.moments.later(m.now, 5, "review"))
    child, _row = open_next(
        m.case, "petition-review", by=None, for_party="p1", at=m.now, reason=m.row["why-review"],
        demands=[m.row["want-review"]],
    )  # fmt: skip
    assert child is not None
    m.case = Case.objects.select_related("key").get(pk=child.pk)


PETITION_WALKS: dict[str, Callable[[Matter], None]] = {
    walk.__name__: walk
    for walk in (
        petition_registered, petition_transferred, petition_accepted, petition_looked_into, petition_extended,
        petition_opinion, petition_served, petition_closed, petition_review_asked, answered,
    )
}  # fmt: skip
