"""A suggestion end to end: every step of the file, both ends, every guard's refusal."""

import pytest

from jiefen.cases.actions import open_next
from jiefen.cases.models import Case
from jiefen.cases.tests.petitions import HOUR, Walk, petition, walked, whole
from jiefen.kernel.scope import scope
from tests.world import MONDAY

ROOF = "建议在柳河镇集镇社区的公交站加装遮雨棚和座椅，老人等车方便些。"
NOT_OURS = {"objection_reasons": "不属住建职权", "proper_unit": "县交通局"}


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def suggestion(county, **more) -> Walk:
    said = {"kind": "2501", "procedure": "petition-suggestion", "demands": ["公交站加遮雨棚"]}
    return petition(county, unit=None, text=ROOF, decision=said, **more)


def test_every_step_is_taken_and_every_end_reached(county):
    housing, labour = county.units["housing"].pk, county.units["labour"].pk
    kept = suggestion(county, once_key="kept", phone="13900000071")
    kept.step("transfer", "officer", lead_unit=labour)
    kept.step("object", "he", **NOT_OURS)
    kept.step("reject-return", "officer")
    w = suggestion(county)
    w.step("transfer", "officer", lead_unit=labour)
    w.step("object", "he", **NOT_OURS)
    w.step("agree-return", "officer")
    w.step("transfer", "officer", lead_unit=labour)
    w.step("object", "he", **NOT_OURS)
    assert w.refused("reject-return", "officer") == "returns-below-limit"  # now only a ruling is left
    w.step("rule", "su", lead_unit=housing, ruling_words="由住建局研究")
    w.step("take", "housing_handler")
    w.answer()
    w.paper("suggestion-reply", "housing_handler", adoption="采纳")
    assert w.refused("reply", "housing_handler", adoption="采纳") == "each-complainant-reached"
    w.deliver("suggestion-reply", who="housing_handler")
    w.step("reply", "housing_handler", adoption="采纳")
    assert w.state == "replied"
    gone = suggestion(county, once_key="gone")
    gone.step("transfer", "officer", lead_unit=housing)
    gone.paper("withdrawal-statement", "officer")
    assert gone.refused("withdraw", None) == "free-withdrawal"
    gone.called()
    gone.step("withdraw", None)
    assert walked("petition-suggestion") == (set(), set())
    whole(w.at)


def test_each_guard_says_no(county):
    w = suggestion(county)
    w.step("transfer", "officer", lead_unit=county.units["housing"].pk)
    assert w.refused("object", "housing_handler", objection_reasons="") == "objection-reasoned"
    assert w.refused("rule", "su", lead_unit=county.units["labour"].pk, ruling_words="x") == "returns-at-limit"
    assert w.refused("take", "housing_handler", remit_unit=False) == "unit-has-remit"
    w.step("take", "housing_handler")
    assert w.refused("reply", "housing_handler", adoption="采纳") == "paper"
    w.paper("suggestion-reply", "housing_handler")
    assert w.refused("reply", "housing_handler", adoption="采纳") == "every-demand-answered"


def test_a_claim_inside_it_is_taken_out_and_goes_its_own_way(county):
    w = suggestion(county)
    child, row = open_next(
        w.case, "petition-claim", by=county.actor("officer"), at=w.later(), demands=["赔偿修车费300元"]
    )
    claim = Walk(county, Case.objects.select_related("key").get(pk=child.pk), w.at)
    claim.step("transfer", "officer", after=HOUR, lead_unit=county.units["labour"].pk)
    claim.accepted().investigated().decided().served()
    assert (claim.state, w.state, row.codes["opens"]) == ("served", "registered", "petition-claim")
    whole(MONDAY + 24 * HOUR)
