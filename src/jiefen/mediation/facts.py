"""The facts that mediation can tell. Shapes as in the procedures' README."""

from typing import Any

from jiefen.cases.facts import Moment, register
from jiefen.cases.models import Party
from jiefen.cases.recorded import carried_out, reader, said
from jiefen.kernel.clock import local_day
from jiefen.kernel.seal import open_row
from jiefen.mediation.actions.agreements import MEDIATOR, SEAL, clauses_of, sides_of
from jiefen.mediation.actions.consents import SIDES
from jiefen.mediation.clauses import lint
from jiefen.mediation.models import Agreement, Consent, Groundwork, Obligation, Signature


def consents(m: Moment) -> list[dict[str, Any]]:
    """What each side said, oldest first. Who said nothing yet, or said no, has a row without a day: each side must be asked,
    and a no is no yes that was taken back."""
    given = list(Consent.objects.filter(case=m.case).order_by("pk"))
    rows = [
        {
            "party": c.party, "to": c.to, "given_on": "" if c.refused else str(c.given_on),
            "withdrawn_on": "" if c.refused else str(c.withdrawn_on or ""),
        }
        for c in given
    ]  # fmt: skip
    asked = {c.party for c in given if c.to == Consent.To.MEDIATION}
    keys = Party.objects.filter(case=m.case, role__in=SIDES).order_by("pk").values_list("key", flat=True)
    silent = [key for key in keys if key not in asked and key not in m.standing.left]
    return rows + [{"party": key, "to": "mediation", "given_on": "", "withdrawn_on": ""} for key in silent]


def bars(m: Moment) -> list[str] | None:
    """What bars mediation; None where nobody has looked yet."""
    if isinstance(m.given.get("bars"), list | tuple):
        return list(m.given["bars"])
    last = Groundwork.objects.filter(case=m.case, kind=Groundwork.Kind.BARS).order_by("-at", "-pk").first()
    return list(last.bars) if last else None


def rights_told_on(m: Moment) -> str | None:
    """The day on which the parties were told their rights; None where they were not."""
    last = Groundwork.objects.filter(case=m.case, kind=Groundwork.Kind.RIGHTS).order_by("-at", "-pk").first()
    return str(last.on) if last else said(m, "rights-told-on")


def _agreement(m: Moment) -> Agreement | None:
    return Agreement.objects.filter(case=m.case).exclude(state=Agreement.State.REPLACED).order_by("seq").last()


def agreement_lint(m: Moment) -> list[dict[str, Any]] | None:
    """What is wrong with the agreement at hand, None where there is none."""
    found = _agreement(m)
    if found is None:
        return None
    day = found.effective_on or local_day(m.at)
    wrong = lint(clauses_of(found, open_row(m.case.key)), parties=sides_of(m.case), signed_on=day)
    return [{"clause": defect.clause, "says": defect.says} for defect in wrong]


def signatures(m: Moment) -> list[dict[str, Any]]:
    """Everybody who must sign, and whether they did."""
    found = _agreement(m)
    if found is None:
        return []
    signed = set(Signature.objects.filter(agreement=found).values_list("who", flat=True))
    return [{"who": who, "signed": who in signed} for who in (*sides_of(m.case), MEDIATOR, SEAL)]


def obligations(m: Moment) -> list[dict[str, Any]]:
    """Every promise of the agreement in force, and what an opinion that supports a demand has still to see carried out."""
    return carried_out(m) + [
        {"clause": o.clause, "fen": o.fen, "due_on": str(o.due_on or ""), "state": o.state}
        for o in Obligation.objects.filter(case=m.case).order_by("clause", "pk")
    ]


def register_all() -> None:
    """Called when the app is ready."""
    for name, read in {
        "consents": consents,
        "bars": bars,
        "rights-told-on": rights_told_on,
        "agreement-lint": agreement_lint,
        "signatures": signatures,
        "obligations": obligations,
        "appraisal": reader("appraisal", nothing=[]),
        "written-asked": reader("written-asked", nothing=False),
        "oral-exclusions": reader("oral-exclusions", nothing=[]),
        "open-consents": reader("open-consents", nothing=[]),
        "applicants-signed": reader("applicants-signed", nothing=[]),
        "knew-of-harm-on": reader("knew-of-harm-on"),
        "hired-by": reader("hired-by", nothing=""),
        "employment-ended-on": reader("employment-ended-on"),
        "subject": reader("subject", nothing=""),
    }.items():
        register(name, read)
