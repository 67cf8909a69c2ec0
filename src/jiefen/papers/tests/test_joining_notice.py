"""When matters are joined or parted each complainant is told on a paper of their own, which names nobody else."""

from datetime import timedelta

import pytest

from jiefen.cases.actions.join import join, part
from jiefen.cases.models import Party, Step
from jiefen.kernel.outbox import at_once
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.papers.actions.filing import make_papers
from jiefen.papers.models import Paper
from jiefen.papers.queries import made_for
from tests.world import MONDAY

HOUR = timedelta(hours=1)
KIND = "joining-notice"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"), at_once():
        yield


def said(case) -> list[tuple[str, dict]]:
    key = open_row(case.key)
    rows = Paper.objects.filter(case=case, kind=KIND).order_by("pk")
    return [(p.to_party, key.open(p.fields, field="paper")) for p in rows]


def test_each_complainant_is_told_of_a_join_and_its_undo_and_nothing_of_the_others(county):
    lan = county.case(once_key="lan", decision={"respondents": ["王老板"]})
    shi = county.case(once_key="shi", text="同一工地拖欠我的工资6000元", name="石建国", phone="13800002062", unit=None, at=MONDAY + HOUR)  # fmt: skip
    join(lan, shi, by=county.actor("zhou"), at=MONDAY + 2 * HOUR, reason="同一个工地")
    for case, own, other in ((lan, "兰秀英", "石建国"), (shi, "石建国", "兰秀英")):
        ((_to, fields),) = said(case)
        words = str(fields)
        assert fields["applicant"] == own and fields["case"] == case.number and fields["handling-unit"] == "县人社局"
        assert "一并办理" in fields["outcome"] and "都还是您自己的" in fields["rights"]
        assert other not in words and (lan if case is shi else shi).number not in words
        receipt = Party.objects.get(case=case, role="complainant").receipt
        assert [p.kind for p in made_for(case, receipt)].count(KIND) == 1  # they open it by their own code
    assert not Party.objects.filter(case=lan, role="respondent", receipt__isnull=False).exists()

    for step in Step.objects.filter(name="joined"):
        make_papers(step.pk)  # running twice makes nothing twice
    assert Paper.objects.filter(kind=KIND).count() == 2
    part(shi, by=county.actor("zhou"), at=MONDAY + 3 * HOUR, reason="不是同一个工头")
    assert ["单独往下办" in f["outcome"] for _to, f in said(shi)] == [False, True]
    assert ["单独往下办" in f["outcome"] for _to, f in said(lan)] == [False, True]
