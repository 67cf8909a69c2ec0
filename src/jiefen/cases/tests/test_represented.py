"""Several people bring one petition: at most five speak for all, and nobody loses what is theirs."""

import pytest

from jiefen.cases.actions import StepRefused, leave, name_representatives
from jiefen.cases.actions.record import history
from jiefen.cases.actions.represent import asks_for, speakers
from jiefen.cases.models import Party, Step
from jiefen.cases.tests.petitions import Walk, petition, whole
from jiefen.kernel.scope import scope
from jiefen.papers.models import Paper

MORE = tuple(
    {"name": f"石建{n}", "phone": f"1380000010{n}", "text": f"同一工地也欠我{n}个月工资"} for n in "一二三四五六"
)


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.fixture
def seven(county) -> Walk:
    return petition(county, people=MORE)


def name(w: Walk, *persons: str, who: str = "officer", **said) -> Step:
    return name_representatives(w.case, persons, by=w.county.actor(who, w.later()), at=w.at, **said)


def test_five_may_speak_for_all_and_a_sixth_is_refused_with_the_article(seven):
    keys = [p.key for p in Party.objects.filter(case=seven.case, role="complainant").order_by("pk")]
    assert len(keys) == 7 and asks_for(seven.fresh(), history(seven.case))
    with pytest.raises(StepRefused, match="最多5人（《信访工作条例》第二十条）") as refused:
        name(seven, *keys[:6])
    assert refused.value.refusal.rule == "representatives" and refused.value.refusal.basis == ("L-XF:20",)
    assert not Step.objects.filter(case=seven.case, name="represented").exists()
    row = name(seven, *keys[:5])
    assert speakers(history(seven.case)) == keys[:5] and name(seven, *keys[:5]).pk == row.pk


def test_who_speaks_takes_nothing_from_the_others(seven):
    name(seven, "p2", "p1")
    seven.accepted()
    notices = Paper.objects.filter(case=seven.case, kind="acceptance-notice").values_list("to_party", flat=True)
    assert set(notices) == {f"p{n}" for n in range(1, 8)}
    assert len({p.receipt for p in Party.objects.filter(case=seven.case, role="complainant")}) == 7
    whole(seven.at)


def test_nobody_else_is_named_and_nobody_else_names(seven):
    for persons, who, rule in (
        ((), "officer", "representatives"), (("p9",), "officer", "representatives"), (("p1",), "wen", "role"), (("p1",), "lin", "role"),
    ):  # fmt: skip
        with pytest.raises(StepRefused) as refused:
            name(seven, *persons, who=who)
        assert refused.value.refusal.rule == rule
    name(seven, "p1", "p3")
    seven.paper("withdrawal-statement", "officer")
    seven.called(party="p3")
    leave(seven.case, "p3", by=None, at=seven.later())
    assert speakers(history(seven.case)) == ["p1"]
    with pytest.raises(StepRefused):
        name(seven, "p3")


def test_a_page_that_is_behind_is_refused(seven):
    before = seven.fresh().steps
    name(seven, "p1")
    with pytest.raises(StepRefused) as refused:
        name(seven, "p2", expected=before)
    assert refused.value.refusal.rule == "newer" and speakers(history(seven.case)) == ["p1"]
