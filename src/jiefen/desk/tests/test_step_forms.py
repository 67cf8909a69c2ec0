"""The form of every step can be made, and asks for every fact that no other part of the page records."""

from datetime import date

import pytest

from jiefen.desk.step_fields import Ask
from jiefen.desk.step_forms import READ_ELSEWHERE, facts_of, form_for
from jiefen.procedures.loader import DEFINITIONS, load_all

ELSEWHERE = READ_ELSEWHERE | {
    "route-answers", "consents", "obligations", "served-on", "withdrawal-check",
}  # fmt: skip
"""Recorded on pages of their own: the legal road, mediation records, deliveries, the independent call."""
NOT_YET = {"peoples-mediation", "medical-dispute-mediation", "judicial-confirmation", "campaign"}
PROCEDURES = [p for (name, _v), p in sorted(load_all(DEFINITIONS).items()) if name not in NOT_YET]


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.name)
def test_it_asks_for_every_fact_of_every_step(procedure):
    for step in procedure.steps.values():
        form = form_for(procedure, step, [(1, "县人社局")])
        missing = set(step.facts) - set(form.fields) - ELSEWHERE
        assert not missing, f"{procedure.name}.{step.name} does not ask for {missing}"


def test_it_gives_days_and_rows_in_the_shapes_that_guards_read():
    by_name = {p.name: p for p in PROCEDURES}
    claim, hard, admin = (by_name[n] for n in ("petition-claim", "long-standing-case", "administrative-mediation"))
    assign = form_for(claim, claim.steps["assign"], [(7, "县人社局")], {"lead-unit": "7", "due-on": "2026-12-31"})
    assert assign.is_valid(), assign.errors
    assert facts_of(assign)[0]["due-on"] == date(2026, 12, 31).isoformat()
    listed = form_for(
        hard,
        hard.steps["list"],
        [(7, "县人社局")],
        {"lead-unit": "7", "listing-reasons": ["long-unsolved"], "reason": "拖了两年"},
    )
    assert listed.is_valid(), listed.errors
    assert facts_of(listed)[0]["listing-reasons"] == [{"ground": "long-unsolved"}]
    ask = Ask(
        units=[(7, "县人社局")], people={"sponsor-person": [("3:5,6", "林若水")], "responsible-person": [(4, "何静")]}
    )
    sponsor = form_for(
        hard, hard.steps["appoint-sponsor"], [(7, "县人社局")],
        {"sponsor-person": "3:5,6", "responsible-person": "4", "due-on": "2026-12-31"}, ask,
    )  # fmt: skip
    assert sponsor.is_valid(), sponsor.errors
    assert facts_of(sponsor)[0]["sponsor-person"] == {"person": 3, "units": [5, 6]}
    looked = form_for(
        admin, admin.steps["start-appraisal"], [], {"appraisal_0": "市检测中心", "appraisal_1": "2026-11-20", "appraisal_2": "on"}
    )  # fmt: skip
    assert looked.is_valid(), looked.errors
    assert facts_of(looked)[0]["appraisal"] == [
        {"body": "市检测中心", "commissioned_on": "2026-11-20", "jointly": True}
    ]


def test_it_does_not_take_a_reason_that_is_not_about_the_matter():
    hard = next(p for p in PROCEDURES if p.name == "long-standing-case")
    form = form_for(
        hard, hard.steps["list"], [(7, "x")], {"lead-unit": "7", "listing-reasons": ["complains-often"], "reason": "x"}
    )
    assert not form.is_valid()
