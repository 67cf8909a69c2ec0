"""Under family violence or harm to a child the page says that nothing is told, and lets whoever may allow it do so."""

import pytest
from django.test import Client

from jiefen.cases.models import Case, Step
from jiefen.cases.telling import may_tell_other_side
from jiefen.kernel.scope import scope
from jiefen.mediation.tests.walk import Mediation, opened

SILENT = "现在什么都不告诉对方。"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.fixture
def danger(county) -> Case:
    return _danger(county, "domestic-violence").case


def _danger(county, *flags: str) -> Mediation:
    return opened(
        county, "administrative-mediation", unit="labour", leads="he", kind="0106", by="su", text="他又动手了",
        decision={"flags": list(flags)},
    )  # fmt: skip


def _client(county, name: str) -> Client:
    client = Client()
    client.force_login(county.people[name])
    return client


@pytest.mark.parametrize(
    ("name", "status"),
    [("su", 200), ("zhou", 200), ("he", 404), ("an", 404), ("keeper", 404), ("lin", 302), ("wen", 404)],
)
def test_only_whoever_may_allow_it_has_the_page(county, danger, name, status):
    client = _client(county, name)
    mine, none = client.get(f"/cases/{danger.slug}/telling/"), client.get("/cases/none-2026-0001/telling/")
    assert mine.status_code == status
    if status == 404:
        assert mine.content == none.content
        sent = client.post(f"/cases/{danger.slug}/telling/", {"do": "allow", "reason": "安全"})
        assert (sent.status_code, sent.content) == (404, none.content)
    assert not Step.objects.filter(case=danger, name="telling").exists()


@pytest.mark.parametrize("flag", ["domestic-violence", "minor-harmed"])
def test_everybody_on_the_matter_reads_that_nothing_is_told_and_who_may_allow_it(county, flag):
    case = _danger(county, flag).case
    for name, link in (("he", False), ("su", True)):
        page = _client(county, name).get(f"/cases/{case.slug}/").content.decode()
        assert SILENT in page and "督办员、分派员或信访部门经办人" in page
        assert (f"/cases/{case.slug}/telling/" in page) is link


def test_it_is_not_there_without_such_a_mark(county):
    case = county.case()
    su = _client(county, "su")
    assert su.get(f"/cases/{case.slug}/telling/").status_code == 404
    assert "能不能告诉对方" not in su.get(f"/cases/{case.slug}/").content.decode()


def test_it_is_allowed_with_a_reason_and_taken_back_and_both_stay_written(county, danger):
    su, where = _client(county, "su"), f"/cases/{danger.slug}/telling/"
    refused = su.post(where, {"do": "allow", "reason": "  "})
    assert refused.status_code == 422 and "请写明为什么这样定" in refused.content.decode()
    assert su.post(where, {"do": "take-back", "reason": "再想想"}).status_code == 422
    assert su.post(where, {"do": "tell"}).status_code == 404
    for _twice in range(2):
        assert su.post(where, {"do": "allow", "reason": "本人住进庇护所，女儿陪着"}).status_code == 302
    with scope("worker"):
        danger.refresh_from_db()
        assert may_tell_other_side(danger) and Step.objects.filter(case=danger, name="telling").count() == 1
    page = su.get(f"/cases/{danger.slug}/").content.decode()
    assert SILENT not in page and "本人住进庇护所" in page and "苏珩" in page
    su.post(where, {"do": "take-back", "reason": "对方找到了住处"})
    page = su.get(where).content.decode()
    assert SILENT in page and "对方找到了住处" in page and "本人住进庇护所" in page
    with scope("worker"):
        assert not may_tell_other_side(danger)
