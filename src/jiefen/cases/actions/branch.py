"""Opening one procedure out of another: a review out of an opinion, a mediation out of a petition, a court outside.

The case it came out of gets a row «opened» naming what was opened (clocks that wait for it stop there); the new case keeps
its own clocks, its own key, and the number of where it came from. What is opened outside the platform leaves the row alone.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from jiefen.cases.access import roles_on
from jiefen.cases.actions.opening import CaseDraft, DemandDraft, PartyDraft, open_case
from jiefen.cases.actions.record import append, history
from jiefen.cases.actions.steps import PARTY_ROLES, WRITE_DOWN, StepRefused
from jiefen.cases.models import Case, Demand, Party, Step
from jiefen.cases.standing import standing_of
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, open_row
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.engine import Refusal, may_open

OUTSIDE = "external-"
HANDLES = WRITE_DOWN | {"unit-head", "dispatcher", "supervisor", "sponsor", "grid-worker", "vault-keeper"}
"""Who may open something out of a case they have to do with."""


def open_next(
    case: Case, to: str, *, by: Actor | None, at: datetime, recorded_at: datetime | None = None, reason: str = "",
    for_party: str = "", lead: int | None = None, helpers: Sequence[int] = (), title: str = "", kind: str = "",
    demands: Sequence[str] = (), persons: Sequence[str] = (), facts: dict[str, Any] | None = None, stratum: int | None = None,
) -> tuple[Case | None, Step]:  # fmt: skip
    """Open the procedure `to` out of a case; returns the new case (None for one outside the platform) and the row here.

    `lead`: the office that has the duty there from the first row on (a reviewing organ). `demands`: in words; as here
    where empty. `persons`: keys of the parties that go along; all where empty. `for_party`: whose request it is, by code
    where `by` is None. `facts` are sealed with the row here (external-case …). Raises StepRefused; nothing is half-done.
    """
    recorded_at = recorded_at or at
    with scope("worker"):
        case = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        rows = history(case)
        standing = standing_of(case, rows)
        parties = list(Party.objects.filter(case=case).order_by("pk"))
        role, unit = _entitled(case, to, by, for_party, parties)
        refusal = may_open(procedure(case.procedure, case.version), to, state=standing.state)
        if refusal is None and at < rows[-1].at:
            refusal = Refusal(to, "state", _("时间早于上一步，请核对日期。"), ())
        running = Case.objects.filter(arose_from=case, procedure=to, is_open=True).first()
        if refusal is None and running is not None:
            refusal = Refusal(to, "state", _("已经转开过，编号%(number)s，还在办理。") % {"number": running.number}, ())
        if refusal is not None:
            raise StepRefused(refusal)
        key = open_row(case.key)
        child = None
        if not to.startswith(OUTSIDE):
            child = open_case(
                CaseDraft(
                    procedure=to, title=title or key.open(case.title, field="case.title"), kind=kind or case.kind,
                    area=case.area_id, centre=case.centre_id, channel=case.channel, grade=case.grade, flags=case.flags,
                    stratum=case.stratum if stratum is None else stratum, people=case.people,
                    first_asked=case.first_asked_id, demands=_demands(case, key, demands), lead=lead, helpers=helpers,
                    parties=[_again(p, key, at) for p in parties if not persons or p.key in persons], arose_from=case.pk,
                    facts={"arose-from": case.number},
                ),
                by=by, role=role, unit=unit, at=at, recorded_at=recorded_at,
            )  # fmt: skip
        told = dict(facts or {}) | ({"opened-case": child.number} if child else {})
        row, _standing = append(
            case, key, rows=rows, name="opened", from_state=standing.state, to_state=standing.state, by=by, by_role=role,
            unit=unit, at=at, recorded_at=recorded_at, reason=reason.strip(), parties=parties, facts=told or None,
            codes={"opens": to} | ({"for": for_party} if for_party else {}),
        )  # fmt: skip
        return child, row


def _entitled(
    case: Case, to: str, by: Actor | None, for_party: str, parties: Sequence[Party]
) -> tuple[str, int | None]:
    """In which role, and at which unit. Raises StepRefused for whoever has nothing to do with the case."""
    if by is None:
        party = next((p for p in parties if p.key == for_party), None)
        if party is not None and party.role in PARTY_ROLES:
            return PARTY_ROLES[party.role], None
    else:
        held = roles_on(by, case)
        role = next((r for r in held if r in HANDLES), "")
        if role:
            return role, held[role][0]
    raise StepRefused(Refusal(to, "role", _("只有当事人本人，或者经办这件事的人，可以转开别的程序。"), ()))


def _demands(case: Case, key: Key, words: Sequence[str]) -> list[DemandDraft]:
    if said := [DemandDraft(text.strip()) for text in words if text.strip()]:
        return said
    return [DemandDraft(key.open(d.text, field="demand.text")) for d in Demand.objects.filter(case=case)]


def _again(party: Party, key: Key, at: datetime) -> PartyDraft:
    """The same person in the new case, with the receipt that opens it for them."""
    who = key.open(party.sealed, field="party") or {}
    return PartyDraft(
        party.role, identity=party.identity, unit=party.unit_id, receipt=party.receipt, joined_at=at, **who
    )
