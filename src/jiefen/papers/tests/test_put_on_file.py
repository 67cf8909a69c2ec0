"""Papers: numbered once, sealed, refused with a sentence."""

import pytest

from jiefen.cases.models import Case
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.papers.actions import PaperRefused, draft_by_hand, missing, put_on_file
from jiefen.papers.models import Paper
from tests.world import MONDAY


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.fixture
def case(county) -> Case:
    return county.case()


def test_each_paper_has_a_number_of_its_own_and_its_fields_are_sealed(case):
    key = open_row(case.key)
    papers = [put_on_file("hotline-order-sheet", {"caller": "兰秀英"}, case=case, key=key, at=MONDAY) for _ in range(3)]
    assert len({p.number for p in papers}) == 3
    assert "兰秀英".encode() not in bytes(papers[0].fields)
    assert key.open(papers[0].fields, field="paper")["caller"] == "兰秀英"


def test_it_refuses_a_kind_nobody_knows_and_one_the_state_does_not_need(county, case):
    with pytest.raises(PaperRefused, match="没有这种文书"):
        put_on_file("no-such", {}, case=case, key=open_row(case.key), at=MONDAY)
    with pytest.raises(PaperRefused, match="不需要"):
        draft_by_hand(case, "suggestion-reply", {}, by=county.actor("he"), unit=None, at=MONDAY)
    assert not Paper.objects.exists()


def test_it_names_what_is_missing(db):
    assert missing("hotline-reply", {}) and all(isinstance(label, str) for label in missing("hotline-reply", {}))
