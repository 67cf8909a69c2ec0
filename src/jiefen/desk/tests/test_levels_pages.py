"""The page where a matter is raised and handed down, and its part of the case page."""

import pytest

from jiefen.cases.models import Case, Step
from jiefen.kernel.clock import now
from jiefen.kernel.scope import scope


@pytest.fixture
def case(county):
    at = now()
    with scope("worker"):
        return county.case(
            unit="village", at=at, text="两户为排水沟争吵，沟堵了半年", area_code="450399100201",
            decision={"kind": "0201", "respondents": ["石建国"], "demands": ["疏通排水沟"], "grade": "complex"},
        )  # fmt: skip


def said(response):
    return response.content.decode()


def test_the_page_proposes_with_the_row_that_fired_and_raises(client, county, case):
    client.force_login(county.people["zhou"])
    here = f"/cases/{case.slug}/"
    page = said(client.get(here))
    assert "按定级表，建议由乡镇（街道）办" in page and "G25" in page
    form = said(client.get(f"{here}level/"))
    assert "G25" in form and "柳河镇综治中心" in form
    empty = client.post(f"{here}level/", {"do": "up", "to": "township", "reason": "", "seen": case.steps})
    assert empty.status_code == 422 and "理由" in said(empty)
    sent = {
        "do": "up",
        "to": "township",
        "lead": county.units["justice"].pk,
        "reason": "两家动了手",
        "seen": case.steps,
    }
    assert client.post(f"{here}level/", sent).status_code == 302
    assert client.post(f"{here}level/", sent).status_code == 302  # sent twice
    with scope("worker"):
        assert Case.objects.get(pk=case.pk).lead_unit_id == county.units["justice"].pk
        assert Step.objects.filter(case=case, name="raised").count() == 1
    for who in ("zhou", "ming", "su"):  # both levels see it, and why
        client.force_login(county.people[who])
        page = said(client.get(here))
        assert "两家动了手" in page and "提级" in page, who


def test_handing_down_names_everybody_who_agrees(client, county, case):
    client.force_login(county.people["zhou"])
    here = f"/cases/{case.slug}/level/"
    client.post(
        here,
        {"do": "up", "to": "township", "lead": county.units["justice"].pk, "reason": "请镇上调", "seen": case.steps},
    )
    client.force_login(county.people["su"])
    down = {
        "do": "down",
        "to": "village",
        "lead": county.units["village"].pk,
        "reason": "两家都愿意",
        "agreed": ["p1", "p2"],
    }
    refused = client.post(here, down)
    assert refused.status_code == 422 and "G25" in said(refused)  # it is complex: the table would raise it again
    client.force_login(county.people["ming"])
    assert 'value="down"' not in said(client.get(here))


@pytest.mark.parametrize(
    "who,status", [("zhou", 200), ("ge", 302), ("su", 200), ("an", 404), ("he", 404), ("wen", 404)]
)
def test_it_opens_for_whoever_has_to_do_with_it(client, county, case, who, status):
    client.force_login(county.people[who])
    assert client.get(f"/cases/{case.slug}/level/").status_code == status
    assert client.post(f"/cases/{case.slug}/level/", {"do": "sideways"}).status_code == (302 if status == 302 else 404)
