"""The pages of intakes and cases: who gets what, and the way of one matter through the pages alone."""

import re

import pytest

from jiefen.cases.models import Case, Step
from jiefen.intake.models import Intake
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope
from tests.clients import client_for
from tests.world import MONDAY, WAGES

PEOPLE = ("zhou", "ge", "ming", "he", "su", "lin", "an", "wen")


@pytest.fixture
def now(monkeypatch):
    """The edge of the house says it is Monday."""
    from jiefen.desk import door

    monkeypatch.setattr(door, "now", lambda: MONDAY)
    return MONDAY


# person × page → status. 404 is the same for «not yours» and «no such thing».
TABLE = {
    #             zhou ge  ming he   su  lin  an  wen  nobody
    "/desk/":    (200, 200, 200, 200, 200, 200, 302, 200, 302),
    "/register/": (200, 200, 404, 404, 200, 404, 404, 200, 302),
    "/intakes/": (200, 200, 200, 200, 200, 200, 200, 200, 302),
    "/cases/":   (200, 200, 200, 200, 200, 200, 200, 200, 302),
    "{case}":    (200, 404, 404, 200, 200, 302, 404, 404, 302),
    "{case}correct/": (200, 404, 404, 200, 200, 302, 404, 404, 302),
    "{case}steps/sign/": (404, 404, 404, 200, 404, 302, 404, 404, 302),
    "{case}demands/1/": (404, 404, 404, 200, 404, 302, 404, 404, 302),
    "{case}papers/999/": (404, 404, 404, 404, 404, 302, 404, 404, 302),
    "{intake}":  (200, 404, 404, 200, 200, 302, 404, 404, 302),
    "{intake}receipt/": (200, 404, 404, 200, 200, 302, 404, 404, 302),
    "/cases/no-such-case/": (404, 404, 404, 404, 404, 404, 404, 404, 302),
    "/intakes/000/": (404, 404, 404, 404, 404, 404, 404, 404, 302),
}  # fmt: skip


def test_it_lets_in_who_may_come_in(county, now):
    case = county.case()
    with scope("worker"):
        intake = Intake.objects.get()
    wrong = []
    for page, statuses in TABLE.items():
        url = page.format(case=f"/cases/{case.slug}/", intake=f"/intakes/{intake.number}/")
        for person, status in zip([*PEOPLE, None], statuses, strict=True):
            got = client_for(county, person).get(url).status_code
            if got != status:
                wrong.append(f"{page} {person}: {got}, should be {status}")
    assert not wrong, "\n".join(wrong)


def test_it_gives_wen_the_same_bytes_for_wrong_and_not_yours(county, now):
    case = county.case()
    wen = client_for(county, "wen")
    assert wen.get(f"/cases/{case.slug}/").content == wen.get("/cases/qs-2026-9999/").content


def test_it_walks_one_matter_by_the_pages_alone(county, now):
    zhou, he, caller = (client_for(county, n) for n in ("zhou", "he", "caller"))
    page = zhou.get("/register/").content.decode()
    once = re.search(r'name="once_key" value="([^"]+)"', page)[1]
    said = {
        "once_key": once,
        "channel": "window",
        "identity": "named",
        "name": "兰秀英",
        "phone": "13800002061",
        "text": WAGES,
    }
    first = zhou.post("/register/", said | {"print": "1"})
    again = zhou.post("/register/", said | {"print": "1"})
    assert first.status_code == again.status_code == 302 and first.url == again.url
    receipt = zhou.get(first.url).content.decode()
    assert "<svg" in receipt and "兰秀英" not in receipt
    number = first.url.split("/")[2]
    page = zhou.get(f"/intakes/{number}/").content.decode()
    assert "兰秀英" not in page and "13800002061" not in page
    decided = zhou.post(
        f"/intakes/{number}/",
        {
            "action": "open",
            "kind": "0701",
            "unit": county.units["labour"].pk,
            "procedure": "hotline-order",
            "ask_type": "求助",
            "grade": "ordinary",
            "demands": "支付工资9560元",
            "area_code": "",
        },
    )
    assert decided.status_code == 302, decided.content.decode()[:3000]
    case = decided.url
    assert he.get(case).status_code == 200
    refused = he.post(case + "steps/sign/", {})
    assert refused.status_code == 422 and "利害关系" in refused.content.decode()
    assert he.post(case + "steps/sign/", {"recusal-declared": "on"}).status_code == 302
    page = he.get(case).content.decode()
    assert "move-no" in page and "没有结果" in page  # the refused step stays visible with its rule
    assert (
        he.post(
            case + "demands/1/",
            {"outcome": "supported", "result": "已责令支付", "basis": "条例30", "remedy": "60日内复议"},
        ).status_code
        == 302
    )
    from django.core.files.uploadedfile import SimpleUploadedFile

    assert (
        he.post(
            case + "files/", {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%%EOF"), "whose": "outside"}
        ).status_code
        == 302
    )
    assert (
        he.post(
            case + "files/", {"file": SimpleUploadedFile("a.jpg", b"%PDF-1.4\n%%EOF"), "whose": "outside"}
        ).status_code
        == 422
    )
    assert he.post(case + "steps/reply/", {}).status_code == 302
    assert he.post(case + "follow-ups/", {"outcome": "reached", "words": "好"}).status_code == 404
    assert (
        caller.post(case + "follow-ups/", {"outcome": "reached", "words": "钱拿到了", "satisfied": "yes"}).status_code
        == 302
    )
    assert caller.post(case + "steps/call-back/", {"call-result": "已解决"}).status_code == 302
    with scope("worker"):
        row = Case.objects.get()
        assert not row.is_open
        names = list(Step.objects.filter(case=row).values_list("name", flat=True))
    assert names == ["opened", "dispatch", "sign", "reply", "call-back"]


def test_it_leaves_a_line_for_each_reading(county, now):
    case = county.case()
    client_for(county, "he").get(f"/cases/{case.slug}/")
    client_for(county, "he").get(f"/cases/{case.slug}/")
    assert [(r.name, r.purpose) for r in Reading.objects.filter(subject=f"case:{case.pk}")] == [("何静", "办理")]


def test_it_shows_a_name_only_for_a_purpose(county, now):
    case = county.case()
    he = client_for(county, "he")
    url = f"/cases/{case.slug}/"
    assert "兰秀英" not in he.get(url).content.decode()
    assert he.post(url + "unmask/", {"party": "p1", "purpose": ""}).status_code == 422
    assert he.post(url + "unmask/", {"party": "p1", "purpose": "电话核对事实"}).status_code == 302
    assert "兰秀英" in he.get(url).content.decode()
    assert "兰秀英" not in client_for(county, "su").get(url).content.decode()
    assert Reading.objects.filter(name="何静", purpose="电话核对事实").count() == 1


def test_it_signs_out_the_leaver_on_the_next_click(county, now):
    from jiefen.people.actions import leave

    he = client_for(county, "he")
    assert he.get("/desk/").status_code == 200
    leave(county.people["he"], at=MONDAY)
    assert he.get("/desk/").status_code == 302


def test_it_asks_the_same_number_of_questions_however_long_the_list(county, now, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries(url: str, who: str) -> int:
        client = client_for(county, who)
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    county.case()
    pages = [("/desk/", "zhou"), ("/cases/?scope=centre", "zhou"), ("/cases/?scope=unit", "he"), ("/intakes/", "zhou")]
    few = [queries(*p) for p in pages]
    for _ in range(12):
        county.case()
        county.intake()
    many = [queries(*p) for p in pages]
    assert many == few
    assert max(many) <= 22
