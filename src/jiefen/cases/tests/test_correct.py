"""Putting right what was written wrong: the old row stays, everything that follows from it changes."""

from datetime import timedelta

import pytest

from jiefen.cases.actions import PartyDraft, correct, take_step
from jiefen.cases.actions.correct import NotCorrected
from jiefen.cases.integrity import verify
from jiefen.cases.models import Case, Party, Step
from jiefen.cases.rebuild import rebuild
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from tests.world import MONDAY

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.fixture
def signed(county) -> Case:
    case = county.case()
    take_step(case, "sign", by=county.actor("he"), at=MONDAY + HOUR, facts={"recusal-declared": True})
    case.refresh_from_db()
    return case


def test_an_area_moves_the_matter_to_another_bench(county, signed):
    area = county.areas["qingshi"]
    correct(signed, by=county.actor("su"), at=MONDAY + 2 * HOUR, reason="写错了镇", about={"area": area.pk})
    signed.refresh_from_db()
    assert (signed.area, signed.centre) == (area, county.units["other-centre"])
    assert not list(rebuild(check=True, at=MONDAY + 2 * HOUR)) and not list(verify())


def test_a_wrong_name_is_put_right_and_the_old_one_kept_under_seal(county, signed):
    lan = PartyDraft("complainant", name="兰秀瑛", phone="13800002061")
    row = correct(signed, by=county.actor("zhou"), at=MONDAY + 2 * HOUR, reason="字写错", party=("p1", lan))
    key = open_row(signed.key)
    assert key.open(Party.objects.get(case=signed, key="p1").sealed, field="party")["name"] == "兰秀瑛"
    assert "兰秀英" in str(key.open(row.facts, field="step.facts"))
    assert "兰秀" not in str(row.codes)


def test_only_the_last_step_can_be_taken_back(county, signed):
    zhou = county.actor("zhou")
    with pytest.raises(NotCorrected, match="最后一步"):
        correct(signed, by=zhou, at=MONDAY + 2 * HOUR, reason="不是这件", step=2, void=True)
    correct(signed, by=zhou, at=MONDAY + 2 * HOUR, reason="不是这件", step=3, void=True)
    signed.refresh_from_db()
    assert (signed.state, signed.steps) == ("dispatched", 4)
    take_step(signed, "sign", by=county.actor("he"), at=MONDAY + 3 * HOUR, facts={"recusal-declared": True})
    assert not list(verify()) and not list(rebuild(check=True, at=MONDAY + 3 * HOUR))


@pytest.mark.parametrize(
    "what",
    [
        {}, {"reason": " ", "title": "新题"}, {"step": 99, "void": True}, {"step": 3}, {"step": 3, "step_at": MONDAY - 99 * HOUR},
        {"party": ("p9", PartyDraft("complainant", name="x"))},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_stand_is_refused_and_nothing_written(county, signed, what):
    before = Step.objects.count()
    with pytest.raises(NotCorrected):
        correct(signed, by=county.actor("zhou"), at=MONDAY + 2 * HOUR, **({"reason": "写错"} | what))
    assert Step.objects.count() == before and not list(verify())
