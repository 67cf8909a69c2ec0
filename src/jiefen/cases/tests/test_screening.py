"""A hidden danger found by Ge: every step of the file, every end, every guard's refusal."""

import pytest

from jiefen.cases.actions import StepRefused, open_next
from jiefen.cases.models import Assignment, Case, Step
from jiefen.cases.tests.petitions import DAY, walked
from jiefen.kernel.scope import scope
from jiefen.mediation.tests.walk import Mediation, clean
from jiefen.people.actions import post
from tests.world import START

SCREENING = "screening-hidden-danger"
ROUTES = "可向清和县人民法院起诉，诉讼时效三年，最晚2029年11月1日；也可由调委会调解。"
NOT_OURS = {"objection_reasons": "不属人社职权", "proper_unit": "县住建局"}


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def found(county, once: str = "found", **kw) -> Mediation:
    """Ge writes down what he saw on his round; Zhou makes it a matter."""
    draft = {
        "by": "ge",
        "home": "xiaba",
        "channel": "grid",
        "text": "两户为排水沟争吵，沟堵了半年",
        "area_code": "450399100201",
    }
    receipt = county.intake(**(draft | {"once_key": once}))
    from jiefen.intake.models import Intake
    from jiefen.triage.actions import Decision, decide

    intake = Intake.objects.get(pk=receipt.intake_id)
    said = {
        "action": "open", "kind": "0201", "procedure": SCREENING, "respondents": ["石建国"], "demands": ["疏通排水沟"],
    } | kw  # fmt: skip
    made = decide(intake, Decision(**said), by=county.actor("zhou"), at=intake.received_at)
    w = Mediation(county, Case.objects.get(pk=made.case_id), intake.received_at, leads="ge")
    w.fresh()
    return w


def registered(county, once: str, *, grade: str = "ordinary", **kw) -> Mediation:
    w = found(county, once, **kw)
    w.step("receive", "zhou")
    w.step("register", "zhou", grade=grade, flags=[])
    return w


def assigned(county, once: str, *, helpers: tuple[str, ...] = (), grade: str = "ordinary", **kw) -> Mediation:
    w = registered(county, once, grade=grade, **kw)
    units = {name: unit.pk for name, unit in county.units.items()}
    w.step(
        "assign", "su", lead_unit=units["labour"], helper_units=[units[h] for h in helpers],
        responsible_person=county.people["he"].pk, due_on="2026-11-23", measures="包调处、包跟踪、包反馈",
    )  # fmt: skip
    w.leads = "he"
    return w


def settled_on_the_spot(county) -> Mediation:
    w = found(county)
    w.consent()
    w.step("settle-on-spot", "ge", settlement_words="两家各出一半，当天疏通")
    w.answer(remedy="反悔的可以找调委会调解或起诉")
    w.evidence()
    w.heard("沟通了，不吵了")
    w.step("visit-again", "caller")
    w.step("strike-off", "su")
    return w


def handled_to_the_end(county) -> Mediation:
    """Assigned with a helper, conferred about, extended, answered, sent back once, struck off; it breaks out again."""
    w = assigned(county, "full", helpers=("housing",))
    w.step("report-danger", "he", flags=["public-danger"])
    w.step("sign-assignment", "housing_handler", assignment="a2")
    w.step("sign", "he")
    w.does("confer", "he", session_note="三家单位会商")
    w.step("extend", "su", extensions=[{"clock": "resolve-by", "days": 5, "reason": "等雨停"}])
    w.step("answer-assignment", "housing_handler", assignment="a2", assignment_answer="已派挖机")
    w.answer(remedy="可向法院起诉")
    w.evidence()
    w.step("report-result", "he")
    w.step("send-back", "su")
    w.step("report-result", "he")
    w.heard("通了")
    w.step("visit-again", "caller")
    w.step("strike-off", "su")
    assert w.state == "struck-off"
    w.step("reopen", "ge", after=10 * DAY, new_facts="又堵了")
    assert w.state == "registered" and w.fresh().is_open
    w.step("raise-level", "zhou", grade="complex")
    w.step("refer", "zhou", routes_text=ROUTES)
    return w


def nobodys(county) -> Mediation:
    """Objected to, given back, given to another, objected to again, ruled on. Beside it one that is kept."""
    kept = assigned(county, "kept")
    kept.step("object", "he", **NOT_OURS)
    kept.step("reject-return", "su")
    assert kept.refused("object", "he", **NOT_OURS) == "objection-window-open"  # it was heard once
    kept.step("add-helpers", "su", helper_units=[county.units["housing"].pk])
    w = assigned(county, "nobody", helpers=("housing",), grade="major")
    w.step("object-assignment", "housing_handler", assignment="a2", **NOT_OURS)
    w.step("keep-assignment", "su", assignment="a2")
    w.step("release-assignment", "su", assignment="a2")
    w.step("object", "he", **NOT_OURS)
    w.step("agree-return", "su")
    assert w.fresh().lead_unit_id is None  # nobody has the duty until it is handed on again
    w.step("assign", "su", lead_unit=county.units["labour"].pk, due_on="2026-11-23", measures="再办")
    w.step("object", "he", **NOT_OURS)
    assert w.refused("reject-return", "su") == "returns-below-limit"  # now only a ruling is left
    w.step("rule", "su", lead_unit=county.units["housing"].pk, ruling_words="由住建局办理")
    w.step("sign", "housing_handler")
    w.step("raise-level", "housing_handler", grade="major")
    w.step("hand-down", "su", grade="complex")
    w.step("refer", "su", routes_text=ROUTES)
    return w


def no_dispute(county) -> Mediation:
    w = found(county, "none")
    w.step("drop", "su")
    return w


WALKS = (settled_on_the_spot, handled_to_the_end, nobodys, no_dispute)


def test_every_step_is_taken_and_every_end_reached(county):
    ends = {walk.__name__: (w := walk(county)).state for walk in WALKS}
    assert ends == {
        "settled_on_the_spot": "struck-off", "handled_to_the_end": "referred", "nobodys": "referred", "no_dispute": "dropped",
    }  # fmt: skip
    assert walked(SCREENING) == (set(), set())
    clean(w.at + 12 * DAY)


def test_what_ge_found_is_his_to_settle_and_not_his_to_strike_off(county):
    w = found(county)
    assert w.refused("settle-on-spot", "ge") == "both-consent"
    w.consent()
    assert w.refused("settle-on-spot", "zhou") == "role"
    w.step("settle-on-spot", "ge", settlement_words="各出一半")
    assert w.refused("strike-off", "ge") == "role"
    post(county.people["ge"], county.units["county-centre"], "supervisor", at=START)
    w.heard()
    w.answer()
    assert w.refused("strike-off", "ge") == "second-person"
    assert w.refused("strike-off", "su") == "evidence-on-file"
    w.evidence()
    w.step("strike-off", "su")


def test_only_small_and_harmless_things_are_settled_on_the_spot(county):
    w = found(county, grade="complex")
    w.consent()
    assert w.refused("settle-on-spot", "ge") == "ordinary-grade"
    w = found(county, "hurt", flags=["public-danger"])
    w.consent()
    assert w.refused("settle-on-spot", "ge") == "ordinary-grade"
    w.step("report-danger", "ge", flags=["public-danger"], reason="已报应急局")
    w.step("settle-on-spot", "ge", settlement_words="先排险，再分责")


def test_the_grade_that_zhou_registers_decides_the_time(county):
    for grade, due in (("ordinary", "2026-11-23"), ("complex", "2026-12-16"), ("major", "2027-01-15")):
        w = assigned(county, f"grade-{grade}", grade=grade)
        assert w.fresh().grade == grade
        assert str(w.clock("resolve-by").due_at)[:10] == due


def test_the_person_named_answers_at_the_office_it_is_given_to(county):
    w = assigned(county, "named")
    assert w.fresh().responsible_id == county.people["he"].pk
    assert Assignment.objects.get(case=w.case, part="lead").responsible_id == county.people["he"].pk
    with pytest.raises(StepRefused, match="不在本单位"):
        registered(county, "other").step(
            "assign", "su", lead_unit=county.units["housing"].pk, responsible_person=county.people["he"].pk
        )


def test_it_is_not_given_to_an_office_complained_of(county):
    w = registered(county, "accused", respondent_units=[county.units["labour"].pk])
    assert w.refused("assign", "su", lead_unit=county.units["labour"].pk) == "respondent-excluded"


def test_it_refuses_what_the_guards_refuse(county):
    w = assigned(county, "guards")
    assert w.refused("object", "he", proper_unit="县住建局") == "objection-reasoned"
    assert w.refused("rule", "su", lead_unit=county.units["housing"].pk, ruling_words="…") == "returns-at-limit"
    assert w.refused("sign", "he", recusal_declared=False) == "no-interest"
    w.step("sign", "he")
    assert w.refused("report-result", "he") == "every-demand-answered"
    assert w.refused("refer", "he") == "routes-told"
    w.answer()
    assert w.refused("report-result", "he") == "evidence-on-file"
    w.evidence()
    w.step("report-result", "he")
    assert w.refused("strike-off", "su") == "paper"
    w.heard(words="还没通", satisfied=False, ground="untrue")
    w.step("send-back", "su")
    assert (
        w.refused("extend", "su", extensions=[{"clock": "resolve-by", "days": 31, "reason": "雨"}])
        == "extension-allowed"
    )


def test_given_back_twice_it_is_ruled_on_and_not_given_back_again(county):
    w = assigned(county, "twice")
    w.step("object", "he", **NOT_OURS)
    w.step("agree-return", "su")
    w.step("assign", "su", lead_unit=county.units["labour"].pk, due_on="2026-11-23", measures="再办")
    w.step("object", "he", **NOT_OURS)
    assert w.refused("agree-return", "su") == "returns-below-limit"
    w.step("rule", "su", lead_unit=county.units["labour"].pk, ruling_words="由人社局办理")
    assert w.refused("object", "he", **NOT_OURS) == "objection-window-open"


def test_after_the_window_nobody_objects(county):
    w = assigned(county, "late")
    assert w.refused("object", "he", after=5 * DAY, **NOT_OURS) == "objection-window-open"


def test_a_helper_must_have_answered_before_it_is_struck_off(county):
    w = assigned(county, "helper", helpers=("housing",))
    w.step("sign", "he")
    w.answer()
    w.evidence()
    w.step("report-result", "he")
    w.heard()
    assert w.refused("strike-off", "su") == "assignments-answered"
    assert w.refused("sign-assignment", "housing_handler", assignment="a2", recusal_declared=False) == "no-interest"
    w.step("answer-assignment", "housing_handler", assignment="a2", assignment_answer="好了")
    w.step("strike-off", "su")


def test_whoever_handled_it_neither_drops_it_nor_strikes_it_off(county):
    w = assigned(county, "second")
    w.step("sign", "he")
    w.answer()
    w.evidence()
    w.step("report-result", "he")
    w.heard()
    post(county.people["he"], county.units["county-centre"], "supervisor", at=START)
    assert w.refused("strike-off", "he") == "second-person"


def test_a_mediation_opens_out_of_it_while_both_are_willing(county):
    w = assigned(county, "open")
    w.step("sign", "he")
    child, _row = open_next(
        w.case, "administrative-mediation", by=county.actor("he"), at=w.later(), lead=county.units["labour"].pk
    )
    assert child is not None and child.arose_from_id == w.case.pk and w.state == "handling"


def test_wen_of_the_next_township_does_nothing_here(county):
    w = found(county)
    for step in ("receive", "drop", "settle-on-spot", "refer"):
        assert w.refused(step, "wen", routes_text=ROUTES) == "role"
    assert Step.objects.filter(case=w.case).count() == 1
