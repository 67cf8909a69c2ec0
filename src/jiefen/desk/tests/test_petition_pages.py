"""Pages of a petition that no other file of tests walks."""

from jiefen.cases.tests.petitions import DAY, petition
from jiefen.desk.tests.test_matters import client_for, now  # noqa: F401
from jiefen.kernel.scope import scope
from tests.world import MONDAY


def test_what_became_of_each_supported_demand_is_said_on_the_form_of_closing(county, now):  # noqa: F811
    with scope("worker"):
        w = petition(county, at=MONDAY - 30 * DAY, decision={"demands": ["支付工资", "公开账目"]})
        w.accepted().investigated()
        w.answer(only=(1,))
        w.answer("explained", "可向县人社局查阅，没有期限", only=(2,))
        w.paper("handling-opinion", "he_head")
        w.step("issue-opinion", "he_head", outcome="部分支持")
        w.served()
        w.evidence()
        w.step("second-look", "officer")
    he, step = client_for(county, "he"), f"/cases/{w.case.slug}/steps/close/"
    page = he.get(step).content.decode()
    assert 'aria-label="支付工资"' in page and 'aria-label="公开账目"' not in page  # only what was supported
    refused = he.post(step, {"obligations_0": ""})
    assert refused.status_code == 422 and "还有1项义务没有履行" in refused.content.decode()
    assert he.post(step, {"obligations_0": "fulfilled"}).status_code == 302
    with scope("worker"):
        assert w.state == "closed"
