"""Opening one procedure out of another: a review out of an opinion, a mediation out of a petition, a court outside.

The case it came out of gets a row «opened» naming what was opened and for whom (clocks that wait for it stop there, each
person's own); the new case keeps its own clocks, its own key, and the number of where it came from. What is opened outside
the platform leaves the row alone. A review belongs to whoever asks for it, and to an office above those that handled.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from jiefen.cases import review
from jiefen.cases.access import roles_on
from jiefen.cases.actions.once import newer
from jiefen.cases.actions.opening import CaseDraft, DemandDraft, PartyDraft, open_case
from jiefen.cases.actions.record import append, history
from jiefen.cases.actions.steps import PARTY_ROLES, WRITE_DOWN, StepRefused, remaining
from jiefen.cases.models import Case, Demand, Party, Step
from jiefen.cases.rules import Standing
from jiefen.cases.same import NEW_FACTS
from jiefen.cases.standing import standing_of
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, open_row
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.engine import Refusal, may_open

OUTSIDE = "external-"
HANDLES = WRITE_DOWN | {"unit-head", "dispatcher", "supervisor", "sponsor", "grid-worker", "vault-keeper"}
"""Who may open something out of a case they have to do with."""
HANDED_DOWN = (NEW_FACTS, "late-reason", "reply-received-on")
"""What is said when something is opened and the new case must know: it stands in its first row too."""


def open_next(
    case: Case, to: str, *, by: Actor | None, at: datetime, recorded_at: datetime | None = None, reason: str = "",
    for_party: str = "", lead: int | None = None, helpers: Sequence[int] = (), title: str = "", kind: str = "",
    demands: Sequence[str] = (), persons: Sequence[str] = (), facts: dict[str, Any] | None = None, stratum: int | None = None,
    expected: int | None = None,
) -> tuple[Case | None, Step]:  # fmt: skip
    """Open the procedure `to` out of a case; returns the new case (None for one outside the platform) and the row here.

    `lead`: the office that has the duty there from the first row on; of a review the office above, found where none is
    named. `demands`: in words; as here where empty. `persons`: keys of the parties that go along; of a side from which
    nobody is named all go, but a review is only for `for_party`. `for_party`: whose request it is, by code where `by` is
    None. `facts` are sealed with the row here (external-case, new-facts …). `expected`: the number of rows the caller had
    seen; with more by now nothing is opened, unless this very request wrote the next row: then that is the answer. Raises
    StepRefused; nothing is half-done.
    """
    recorded_at = recorded_at or at
    with scope("worker"):
        case = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        rows = history(case)
        standing = standing_of(case, rows)
        parties = list(Party.objects.filter(case=case).order_by("pk"))
        role, unit = _entitled(case, to, by, for_party, parties, standing)
        definition = procedure(case.procedure, case.version)
        if expected is not None and expected != case.steps:
            return _opened_already(case, to, expected, by=by, for_party=for_party, reason=reason.strip(), facts=facts)
        refusal = may_open(definition, to, state=standing.state) or _through_the_vault(case, to)
        if refusal is None and at < rows[-1].at:
            refusal = Refusal(to, "state", _("时间早于上一步，请核对日期。"), ())
        reviews = review.right_to(definition, to) is not None
        going = _going(parties, standing, persons or ([for_party] if reviews and for_party else []))
        if refusal is None:
            refusal = _running(case, to, going)
        if refusal is None and reviews:
            lead, refusal = _office_above(case, standing, to, lead, at)
        if refusal is not None:
            raise StepRefused(refusal)
        key = open_row(case.key)
        child = None
        told = dict(facts or {})
        if not to.startswith(OUTSIDE):
            child = open_case(
                CaseDraft(
                    procedure=to, title=title or key.open(case.title, field="case.title"), kind=kind or case.kind,
                    area=case.area_id, centre=case.centre_id, channel=case.channel, grade=case.grade, flags=case.flags,
                    stratum=case.stratum if stratum is None else stratum, people=case.people,
                    first_asked=case.first_asked_id, demands=_demands(case, key, demands), lead=lead, helpers=helpers,
                    parties=[_again(p, key, at) for p in going], arose_from=case.pk,
                    facts={"arose-from": case.number} | {name: told[name] for name in HANDED_DOWN if told.get(name)},
                ),
                by=by, role=role, unit=unit, at=at, recorded_at=recorded_at,
            )  # fmt: skip
            told["opened-case"] = child.number
        codes: dict[str, Any] = {"opens": to} | ({"for": for_party} if for_party else {})
        mine = [p.key for p in going if p.role == Party.Role.COMPLAINANT]
        if len(mine) < len(remaining(parties, standing)):
            codes["persons"] = mine  # the clocks of the others go on
        row, _standing = append(
            case, key, rows=rows, name="opened", from_state=standing.state, to_state=standing.state, by=by, by_role=role,
            unit=unit, at=at, recorded_at=recorded_at, reason=reason.strip(), parties=parties, facts=told or None,
            codes=codes,
        )  # fmt: skip
        return child, row


def _opened_already(
    case: Case, to: str, expected: int, *, by: Actor | None, for_party: str, reason: str, facts: dict[str, Any] | None
) -> tuple[Case | None, Step]:
    """What this very request opened before, where its answer was lost. Raises StepRefused with what happened meanwhile."""
    key = open_row(case.key)
    row = Step.objects.filter(case=case, seq=expected + 1, name="opened", by_id=by.person_id if by else None).first()
    if row is not None and (row.codes.get("opens"), row.codes.get("for", "")) == (to, for_party):
        told = (key.open(row.facts, field="step.facts") or {}) if row.facts else {}
        number = told.pop("opened-case", "")
        said = key.open(row.reason, field="step.reason") if row.reason else ""
        if (told, said) == (dict(facts or {}), reason):
            return (Case.objects.get(number=number) if number else None), row
    raise StepRefused(
        Refusal(to, "newer", newer(case, procedure(case.procedure, case.version), expected, "opened"), ())
    )


def _through_the_vault(case: Case, to: str) -> Refusal | None:
    """Into the vault and out of it only `triage.vault` leads: what is opened there leaves no row here, and no number."""
    if to != "accusation-handover" and case.stratum != Case.Stratum.VAULT:
        return None
    return Refusal(to, "sealed", _("检举控告的内容须由封存移送办理，不在本件留下记载。"), ())


def _entitled(
    case: Case, to: str, by: Actor | None, for_party: str, parties: Sequence[Party], standing: Standing
) -> tuple[str, int | None]:
    """In which role, and at which unit. Raises StepRefused for whoever has nothing to do with the case."""
    if by is None:
        party = next((p for p in parties if p.key == for_party and p.key not in standing.left), None)
        if party is not None and party.role in PARTY_ROLES:
            return PARTY_ROLES[party.role], None
    else:
        held = roles_on(by, case)
        role = next((r for r in held if r in HANDLES), "")
        if role:
            return role, held[role][0]
    raise StepRefused(Refusal(to, "role", _("只有当事人本人，或者经办这件事的人，可以转开别的程序。"), ()))


def _going(parties: Sequence[Party], standing: Standing, named: Sequence[str]) -> list[Party]:
    """Who goes along: those named; of a side from which nobody is named, all of it that is still here."""
    here = [p for p in parties if p.key not in standing.left]
    sides = {p.role for p in here if p.key in named}
    return [p for p in here if p.key in named or p.role not in sides]


def _running(case: Case, to: str, going: Sequence[Party]) -> Refusal | None:
    """The same was opened for one of these people already, and still runs."""
    asking = [p for p in going if p.role == Party.Role.COMPLAINANT]
    for running in Case.objects.filter(arose_from=case, procedure=to, is_open=True):
        there = list(Party.objects.filter(case=running, role=Party.Role.COMPLAINANT))
        if not asking or not there or any(review.same_person(a, b) for a in asking for b in there) or _unknown(asking):
            says = _("已经转开过，编号%(number)s，还在办理。") % {"number": running.number}
            return Refusal(to, "state", says, ())
    return None


def _unknown(people: Sequence[Party]) -> bool:
    """Whether nothing tells these people from others: no receipt, no number, no phone."""
    return all(p.receipt is None and p.id_blind is None and p.phone_blind is None for p in people)


def _office_above(
    case: Case, standing: Standing, to: str, lead: int | None, at: datetime
) -> tuple[int | None, Refusal | None]:
    """The office that reviews: the one named, if it is none of those that handled; else the one above."""
    handled = review.handling_units([(case, standing), *review.who_handled(review.chain(case))])
    if lead is not None:
        if lead in handled:
            says = _("原办理单位及其下属不能办理对自己意见的复查复核，请交它的上一级机关。")
            return None, Refusal(to, "respondent-excluded", says, ())
        return lead, None
    office = review.reviewing_office(case, handled, at)
    if office is None:
        says = _("还没有设定有权复查复核的上一级机关，系统找不到该交给谁。请到任一窗口提出，由工作人员选定机关。")
        return None, Refusal(to, "fact", says, ())
    return office.pk, None


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
