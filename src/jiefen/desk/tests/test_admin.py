"""The administrator's pages: who may open what, one way each form goes well, and what each refuses."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jiefen.cases.models import Case
from jiefen.desk.models import SetupChange
from jiefen.kernel.clock import local_day, now
from jiefen.kernel.scope import scope
from jiefen.people.models import Person, Posting, PostingAsk, Substitute, Unit
from jiefen.places.models import Area
from jiefen.procedures import catalogue
from jiefen.procedures.loader import procedure_files
from jiefen.procedures.models import AreaSetting, Holiday, PublishedProcedure
from jiefen.triage import routing, setup
from jiefen.triage.models import RoutingTable
from tests.clients import client_for

PAGES = [
    "/admin/", "/admin/areas/", "/admin/areas/?q=柳", "/admin/areas/new/", "/admin/areas/check/", "/admin/areas/450399100000/",
    "/admin/units/", "/admin/units/new/", "/admin/units/{unit}/", "/admin/people/", "/admin/people/?q=何静", "/admin/people/new/",
    "/admin/people/{he}/", "/admin/holidays/", "/admin/holidays/?year=2027", "/admin/settings/",
    "/admin/settings/hotline.finish-days/", "/admin/routing/", "/admin/routing/row/", "/admin/routing/row/?id=R001",
    "/admin/routing/try/?kind=0701&grade=ordinary&area=450399100000", "/admin/procedures/",
    "/admin/procedures/hotline-order/1/", "/admin/changes/", "/admin/ruling-body/", "/admin/seals/",
]  # fmt: skip
POSTS = [
    "/admin/areas/new/", "/admin/areas/import/", "/admin/areas/450399100000/rename/", "/admin/areas/450399100000/close/",
    "/admin/units/new/", "/admin/units/{unit}/", "/admin/units/{unit}/close/", "/admin/people/new/", "/admin/people/{he}/post/",
    "/admin/people/{he}/absent/", "/admin/people/{he}/end/{posting}/", "/admin/people/{he}/shut/", "/admin/holidays/upload/",
    "/admin/settings/hotline.finish-days/", "/admin/routing/row/", "/admin/routing/remove/", "/admin/routing/publish/",
    "/admin/procedures/upload/", "/admin/procedures/publish/", "/admin/ruling-body/",
]  # fmt: skip


def filled(address, county):
    posting = Posting.objects.get(person=county.people["he"])
    return address.format(unit=county.units["labour"].pk, he=county.people["he"].pk, posting=posting.pk)


@pytest.fixture
def an(client, county):
    client.force_login(county.people["an"])
    return client


def today():
    return local_day(now())


def said(response):
    return response.content.decode()


@pytest.mark.parametrize("who", ["an", "su", "zhou", "he", "wen", None])
def test_it_opens_for_the_administrator_alone(client, county, who):
    if who:
        client.force_login(county.people[who])
    wanted = {"an": 200, None: 302}.get(who, 404)
    got = {address: client.get(filled(address, county)).status_code for address in PAGES}
    assert got == dict.fromkeys(PAGES, wanted)


@pytest.mark.parametrize("who", ["su", "zhou", "he", "wen", None])
def test_it_takes_no_form_from_anybody_else(client, county, who):
    if who:
        client.force_login(county.people[who])
    for address in POSTS:
        assert client.post(filled(address, county)).status_code == (404 if who else 302), address


@pytest.mark.parametrize("address", [a for a in POSTS if "remove" not in a])
def test_it_refuses_an_empty_form_with_a_sentence(an, county, address):
    response = an.post(filled(address, county))
    assert response.status_code == 422
    assert 'role="alert"' in said(response)


@pytest.mark.parametrize(
    "address",
    [
        "/admin/areas/999999000000/",
        "/admin/units/999999/",
        "/admin/people/999999/",
        "/admin/settings/no.such/",
        "/admin/procedures/no-such/1/",
        "/admin/routing/77/",
        "/admin/routing/row/?id=R999",
        "/admin/procedures/draft/",
    ],
)
def test_it_has_no_page_for_what_is_not_there(an, address):
    assert an.get(address).status_code == 404


# ---- areas


def test_it_opens_renames_and_closes_an_area(an):
    form = {"code": "450399100203", "name": "新安村", "level": "village", "since": "2026-01-01", "once": "a1"}
    assert an.post("/admin/areas/new/", form).status_code == 302
    assert (
        an.post(
            "/admin/areas/450399100203/rename/", {"name": "新安社区", "on": "2026-06-01", "basis": "清政〔2026〕3号"}
        ).status_code
        == 302
    )
    assert Area.objects.get(code="450399100203").full_name.endswith("新安社区")
    assert an.post("/admin/areas/450399100203/close/", {"on": today().isoformat()}).status_code == 302
    assert Area.objects.get(code="450399100203").until == today()


def test_it_says_why_an_area_may_not_be_closed(an):
    response = an.post("/admin/areas/450399100000/close/", {"on": today().isoformat()})
    assert response.status_code == 422 and "还有2个区域没有停用" in said(response)


def test_it_refuses_a_day_that_no_calendar_holds(an):
    form = {"code": "450399100203", "name": "新安村", "level": "village", "since": "2019-02-30"}
    response = an.post("/admin/areas/new/", form)
    assert response.status_code == 422 and "日历上没有这一天" in said(response)


def table(text, name="t.csv", encoding="utf-8"):
    return SimpleUploadedFile(name, text.encode(encoding))


def test_it_takes_a_table_of_areas_in_whole_or_not_at_all(an):
    bad = "代码,名称,级别\n450399100203,新安村,村\n450399100204,,村\n"
    response = an.post("/admin/areas/import/", {"file": table(bad), "since": "2026-01-01"})
    assert response.status_code == 422 and "第3行“名称”：名称是空的" in said(response)
    assert not Area.objects.filter(code="450399100203").exists()
    good = "代码,名称,级别\n450399100203,新安村,村\n"
    assert (
        an.post("/admin/areas/import/", {"file": table(good, encoding="gb18030"), "since": "2026-01-01"}).status_code
        == 302
    )
    assert Area.objects.filter(code="450399100203").exists()


def test_it_hands_out_branches_to_htmx_only(an):
    assert an.get("/admin/areas/450399100000/children/").status_code == 302
    piece = an.get("/admin/areas/450399100000/children/", headers={"hx-request": "true"})
    assert "下坝村" in said(piece) and "<html" not in said(piece)


# ---- units


FACTS = {
    "name": "县水利局",
    "area": "450399000000",
    "stay": "rotating",
    "stay_note": "周二",
    "mark": "清水",
    "letters": "SL",
    "phone": "0000-7000009",
    "parent": "county-centre",
}


def test_it_opens_and_changes_a_unit(an):
    assert (
        an.post(
            "/admin/units/new/", {**FACTS, "code": "water", "unit_type": "water", "since": today().isoformat()}
        ).status_code
        == 302
    )
    unit = Unit.objects.get(code="water")
    assert an.post(f"/admin/units/{unit.pk}/", {**FACTS, "phone": "0000-7000010"}).status_code == 302
    unit.refresh_from_db()
    assert (unit.phone, unit.parent.code) == ("0000-7000010", "county-centre")


def test_it_refuses_letters_that_another_unit_has(an):
    response = an.post(
        "/admin/units/new/", {**FACTS, "letters": "LH", "code": "water", "unit_type": "water", "since": "2026-01-01"}
    )
    assert response.status_code == 422 and "柳河镇综治中心使用" in said(response)
    assert not Unit.objects.filter(code="water").exists()


def test_it_closes_no_unit_that_still_has_work_or_people(an, county):
    address = f"/admin/units/{county.units['labour'].pk}/close/"
    county.case(at=now() - timedelta(hours=1))
    response = an.post(address, {"on": today().isoformat()})
    assert response.status_code == 422 and "还有1件没有办完" in said(response)
    other = f"/admin/units/{county.units['housing'].pk}/close/"
    assert "任职没有结束" in said(an.post(other, {"on": today().isoformat()}))
    for posting in Posting.objects.filter(unit=county.units["housing"]):
        an.post(f"/admin/people/{posting.person_id}/end/{posting.pk}/", {"on": today().isoformat()})
    assert an.post(other, {"on": today().isoformat(), "successor": "labour"}).status_code == 302
    unit = Unit.objects.get(code="housing")
    assert (unit.until, unit.successor.code) == (today(), "labour")


# ---- people


def test_it_shows_a_new_password_once(an, county):
    response = an.post("/admin/people/new/", {"name": "新小来", "username": "xinlai", "once": "p1"})
    person = Person.objects.get(username="xinlai")
    secret = said(response).split('id="secret">')[1].split("<")[0]
    assert person.check_password(secret) and person.must_change_password
    assert response["Cache-Control"] == "no-store"
    assert secret not in said(an.get(f"/admin/people/{person.pk}/"))
    assert not SetupChange.objects.filter(now__icontains=secret).exists()
    again = an.post(f"/admin/people/{person.pk}/password/")
    person.refresh_from_db()
    assert again.status_code == 200 and not person.check_password(secret)


def test_it_refuses_a_username_that_is_taken(an):
    response = an.post("/admin/people/new/", {"name": "另一个", "username": "he"})
    assert response.status_code == 422 and "已经有人用" in said(response)


def agreed(county):
    """Su agrees to whatever was put forward last."""
    waits = PostingAsk.objects.get(decided_at__isnull=True)
    assert client_for(county, "su").post(f"/admin/postings/{waits.pk}/decide/", {"answer": "yes"}).status_code == 302


def test_it_posts_somebody_and_refuses_the_past_and_a_second_time(an, county):
    address = f"/admin/people/{county.people['ge'].pk}/post/"
    form = {"unit": "柳河镇司法所", "role": "mediator", "since": today().isoformat()}
    assert an.post(address, form).status_code == 302
    assert not Posting.objects.filter(person=county.people["ge"], role="mediator").exists(), "it takes two"
    agreed(county)
    assert Posting.objects.filter(person=county.people["ge"], role="mediator").count() == 1
    assert "没有再加一次" in said(an.post(address, form))
    past = an.post(address, {**form, "role": "handler", "since": "2026-01-05"})
    assert past.status_code == 422 and "不能从过去的日子起" in said(past)
    assert "没有叫“不存在”的单位" in said(an.post(address, {**form, "unit": "不存在"}))


def test_it_says_how_many_matters_were_handed_on_and_to_whom(an, county):
    from jiefen.cases.actions import take_step

    at = now() - timedelta(hours=2)
    for n in range(3):
        case = county.case(at=at + timedelta(minutes=n))
        with scope("worker"):
            take_step(
                case, "sign", by=county.actor("he", at), at=at + timedelta(minutes=30), facts={"recusal-declared": True}
            )
    posting = Posting.objects.get(person=county.people["he"])
    page = an.post(
        f"/admin/people/{county.people['he'].pk}/end/{posting.pk}/", {"on": today().isoformat()}, follow=True
    )
    assert "他负责的3件已移交：何主任 3件" in said(page)
    with scope("worker"):
        assert set(Case.objects.values_list("responsible__username", flat=True)) == {"he_head"}
    twice = an.post(f"/admin/people/{county.people['he'].pk}/end/{posting.pk}/", {"on": today().isoformat()})
    assert twice.status_code == 422


def test_it_keeps_the_last_administrator(an, county):
    posting = Posting.objects.get(person=county.people["an"])
    page = an.post(f"/admin/people/{county.people['an'].pk}/end/{posting.pk}/", {"on": today().isoformat()})
    assert page.status_code == 422 and "最后一位管理员" in said(page)
    assert an.post(f"/admin/people/{county.people['an'].pk}/shut/", {"sure": "yes"}).status_code == 422


def test_it_names_a_stand_in_once_and_takes_them_back(an, county):
    person = county.people["he"]
    form = {"stand_in": "he_head", "since": today().isoformat(), "until": today().isoformat(), "reason": "培训"}
    assert an.post(f"/admin/people/{person.pk}/absent/", form).status_code == 302
    assert an.post(f"/admin/people/{person.pk}/absent/", form).status_code == 422
    row = Substitute.objects.get(person=person)
    assert an.post(f"/admin/people/{person.pk}/absent/{row.pk}/end/").status_code == 302
    assert not Substitute.objects.filter(person=person, until__gt=now()).exists()
    assert "没有用户名是nobody" in said(an.post(f"/admin/people/{person.pk}/absent/", {**form, "stand_in": "nobody"}))


def test_it_shuts_an_account_only_when_sure(an, county):
    person = county.people["ming"]
    assert an.post(f"/admin/people/{person.pk}/shut/").status_code == 422
    assert an.post(f"/admin/people/{person.pk}/shut/", {"sure": "yes"}).status_code == 302
    person.refresh_from_db()
    assert not person.is_active
    assert an.post(f"/admin/people/{person.pk}/password/").status_code == 422


def test_it_finds_people_by_whole_names_only(an):
    assert "何静" in said(an.get("/admin/people/?q=何静"))
    assert "没有找到" in said(an.get("/admin/people/?q=何"))


# ---- holidays


def test_it_previews_a_year_before_writing_it(an, county):
    county.case(at=now() - timedelta(hours=1))
    text = "日期,休班,名称\n2027-01-01,休,元旦\n2027-02-14,班,春节调休\n2027/2/15,休,春节\n"
    page = an.post("/admin/holidays/upload/", {"file": table(text), "source": "放假通知"})
    assert page.status_code == 200 and "看一遍，再写入" in said(page)
    assert not Holiday.objects.exists()
    taken = an.post("/admin/holidays/upload/", {"text": text, "source": "放假通知", "once": "h1"})
    assert taken.status_code == 302 and Holiday.objects.filter(day__year=2027).count() == 3
    catalogue.forget()
    calendar = catalogue.current_calendar()
    assert {2026, 2027} <= calendar.published_years, "the years that came with the package stay known"
    assert "工作日" in said(an.get("/admin/holidays/?year=2027"))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("2027-02-30,休,春节", "读不懂"),
        ("2027-01-01,放,元旦", "是休是班"),
        ("2027-01-04,班,", "平日本来就上班"),
        ("", "没有一天"),
    ],
)
def test_it_says_which_row_of_the_year_is_wrong(an, row, why):
    response = an.post("/admin/holidays/upload/", {"file": table(f"日期,休班,名称\n{row}\n"), "source": "通知"})
    assert response.status_code == 422 and why in said(response)
    assert not Holiday.objects.exists()


def test_it_counts_the_dates_that_a_new_year_moves(county):
    from datetime import date

    from jiefen.desk.admin import holidays

    with scope("worker"):
        county.case(at=now())
        due = Case.objects.get().next_due_at
        day = local_day(due - timedelta(seconds=1))
        found = [Holiday(day=day, working=False, name="临时放假")]
        assert len(holidays.moved_by(holidays.calendar_with(found), {day.year})) == 1
        far = date(day.year + 3, 1, 4)
        assert holidays.moved_by(holidays.calendar_with([Holiday(day=far, working=False, name="远")]), {far.year}) == []


# ---- settings


def test_it_sets_a_number_from_a_day_on_and_takes_it_back(an):
    later = (today() + timedelta(days=5)).isoformat()
    form = {
        "value": 12,
        "variant0": 2,
        "variant1": 8,
        "variant2": 8,
        "variant3": 24,
        "since": later,
        "source": "清政办〔2026〕9号",
    }
    assert an.post("/admin/settings/hotline.finish-days/", form).status_code == 302
    row = AreaSetting.objects.get(undone=False)
    assert row.value["value"] == 12 and row.source_document == "清政办〔2026〕9号"
    assert "清政办〔2026〕9号" in said(an.get("/admin/settings/hotline.finish-days/"))
    assert an.post(f"/admin/settings/undo/{row.pk}/").status_code == 302
    assert an.post(f"/admin/settings/undo/{row.pk}/").status_code == 422


def test_it_lets_a_statutory_number_only_be_shortened(an):
    form = {"value": 61, "since": today().isoformat(), "source": "文件"}
    response = an.post("/admin/settings/petition.assigned-days/", form)
    assert response.status_code == 422 and "只能缩短" in said(response)
    assert not AreaSetting.objects.exists()
    assert an.post("/admin/settings/campaign.daily-days/", {**form, "value": 1}).status_code == 422
    past = an.post(
        "/admin/settings/hotline.sign-days/", {"value": 1, "variant0": 2, "since": "2026-01-01", "source": "文件"}
    )
    assert past.status_code == 422 and "从今天或以后起改" in said(past)


# ---- routing


ROW = {
    "id": "R900", "area_level": "county", "kind": "0701", "grade": "major", "flag": "*", "unit_type": "county-centre",
    "helper_units": ["human-resources"], "procedure": "hotline-order", "try_level": "county", "try_kind": "0701",
    "try_grade": "major", "try_flag": "-", "note": "重大欠薪由县中心牵头",
}  # fmt: skip


def test_it_makes_a_version_of_a_draft_and_takes_it_back(an, county):
    assert an.post("/admin/routing/row/", ROW).status_code == 302
    assert RoutingTable.objects.count() == 0, "a draft changes nothing"
    page = said(an.get("/admin/routing/"))
    assert "草稿" in page and "新加" in page
    assert (
        an.post("/admin/routing/publish/", {"since": today().isoformat(), "note": "机构改革", "once": "r1"}).status_code
        == 302
    )
    setup.forget()
    tried = an.get("/admin/routing/try/?kind=0701&grade=major&area=450399000000")
    assert "R900" in said(tried) and "县综治中心" in said(tried)
    assert "R900" in said(an.get("/admin/routing/1/"))
    again = an.post("/admin/routing/publish/", {"since": today().isoformat(), "note": "机构改革", "once": "r1"})
    assert again.status_code == 302 and RoutingTable.objects.count() == 1, "a double click is one version"
    assert an.post("/admin/routing/1/undo/").status_code == 302
    setup.forget()
    assert (
        "R900" not in said(an.get("/admin/routing/try/?kind=0701&grade=major&area=450399000000")).split("看会交给谁")[1]
    )
    assert an.post("/admin/routing/1/undo/").status_code == 422


def test_it_refuses_equal_winners_with_their_rows(an):
    an.post("/admin/routing/row/", {**ROW, "area_level": "*", "grade": "*"})
    response = an.post("/admin/routing/publish/", {"since": today().isoformat(), "note": "试"})
    assert response.status_code == 422 and "同样强，分不出先后" in said(response) and "第115行" in said(response)
    assert RoutingTable.objects.count() == 0


def test_it_refuses_a_row_whose_example_goes_astray(an):
    an.post("/admin/routing/row/", {**ROW, "try_grade": "ordinary"})
    response = an.post("/admin/routing/publish/", {"since": today().isoformat(), "note": "试"})
    assert response.status_code == 422 and "应到" in said(response)


def test_it_refuses_a_draft_that_began_from_an_older_version(an, county):
    an.post("/admin/routing/row/", ROW)
    row = {
        **routing.rows_of(None)[0],
        "id": "R901",
        "kind": "0702",
        "area_level": "county",
        "grade": "major",
        "flag": "*",
    }
    row |= {"unit_type": "human-resources", "helper_units": "", "procedure": "hotline-order", "try": ""}
    other = routing.with_row(routing.base_of()[1], row)
    routing.publish(other, since=today(), note="别人", by=county.people["an"].pk, at=now(), base=0)
    response = an.post("/admin/routing/publish/", {"since": today().isoformat(), "note": "我的"})
    assert response.status_code == 422 and "别人已经存了第1版" in said(response)


def test_it_removes_a_row_and_drops_a_draft(an):
    assert an.post("/admin/routing/remove/", {"id": "R020"}).status_code == 302
    assert an.post("/admin/routing/remove/", {"id": "R020"}).status_code == 422
    assert an.post("/admin/routing/drop/").status_code == 302
    assert "草稿里的各行" not in said(an.get("/admin/routing/"))


# ---- procedures


NEWEST = procedure_files(of="hotline-order")[-1]
HAS = len(procedure_files(of="hotline-order"))


def next_version(**changed):
    text = NEWEST.read_text("utf-8").replace(f"version: {HAS}", f"version: {HAS + 1}", 1)
    text = re.sub(r"\{from: [0-9-]+\}", "{from: %s}" % (today() + timedelta(days=3)), text, count=1)
    for old, new in changed.items():
        assert old in text
        text = text.replace(old, new)
    return SimpleUploadedFile(f"hotline-order.v{HAS + 1}.yaml", text.encode())


def test_it_publishes_only_what_was_checked_and_confirmed(an):
    assert an.post("/admin/procedures/upload/", {"file": next_version()}).status_code == 302
    assert not PublishedProcedure.objects.exists()
    draft = an.get("/admin/procedures/draft/")
    assert "草稿，没有发布" in said(draft) and "<svg" in said(draft)
    assert an.post("/admin/procedures/publish/").status_code == 422
    assert an.post("/admin/procedures/publish/", {"sure": "yes", "once": "d1"}).status_code == 302
    assert PublishedProcedure.objects.filter(name="hotline-order").count() == HAS + 1
    own = len(procedure_files())
    assert PublishedProcedure.objects.count() == own + 1, "the package's own are published beside it"
    assert an.post("/admin/procedures/publish/", {"sure": "yes"}).status_code == 422
    assert "已发布" in said(an.get(f"/admin/procedures/hotline-order/{HAS + 1}/"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"roles: [dispatcher]": "roles: [nobody-such]"},
        {f"version: {HAS + 1}": "version: 7"},
        {"states:": "states: ["},
        {"guards: [no-interest]": "guards: [made-up]"},
    ],
)
def test_it_lists_what_is_wrong_with_a_definition(an, wrong):
    response = an.post("/admin/procedures/upload/", {"file": next_version(**wrong)})
    assert response.status_code == 422 and "<ol" in said(response)
    assert not PublishedProcedure.objects.exists()


# ---- the log


def test_it_logs_who_changed_what_bulk_updates_too(an, county):
    Unit.objects.update(address="城关镇人民路1号")
    an.post(
        f"/admin/people/{county.people['ge'].pk}/post/",
        {"unit": "justice", "role": "mediator", "since": today().isoformat()},
    )
    agreed(county)
    rows = SetupChange.objects.filter(what="people_posting", op="insert").order_by("-id")
    assert rows[0].by == county.people["su"].pk and rows[0].now["role"] == "mediator"
    assert SetupChange.objects.filter(what="people_unit", op="update").count() == Unit.objects.count()
    page = said(an.get("/admin/changes/"))
    assert "安宁" in page and "调解员" in page


def test_it_lets_nobody_change_the_log(county, django_assert_num_queries):
    from django.db import Error, transaction

    for write in (lambda: SetupChange.objects.update(by=None), lambda: SetupChange.objects.all().delete()):
        with pytest.raises(Error), transaction.atomic():
            write()


def test_it_carries_a_double_click_out_once(an):
    form = {**FACTS, "code": "water", "unit_type": "water", "since": today().isoformat(), "once": "same"}
    assert an.post("/admin/units/new/", form).status_code == 302
    again = an.post("/admin/units/new/", {**form, "code": "water2"}, follow=True)
    assert "没有再办一次" in said(again) and Unit.objects.filter(code__startswith="water").count() == 1


def test_it_shows_the_administrator_no_matter(an, county):
    case = county.case(at=now() - timedelta(hours=1))
    assert an.get(f"/cases/{case.slug}/").status_code == 404
    for address in PAGES:
        page = said(an.get(filled(address, county)))
        assert case.number not in page and "9560" not in page


@pytest.mark.parametrize("address", ["/admin/units/", "/admin/people/", "/admin/changes/", "/admin/areas/"])
def test_it_asks_no_more_as_rows_grow(an, county, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost():
        an.get(address)
        with CaptureQueriesContext(connection) as found:
            an.get(address)
        return len(found)

    before = cost()
    for n in range(12):
        unit = Unit.objects.create(
            code=f"x{n}", name=f"单位{n}", unit_type="water", area=county.areas["county"], since="2020-01-01"
        )
        person = Person.objects.create(username=f"x{n}", name=f"人{n}")
        Posting.objects.create(
            person=person, unit=unit, role="handler", area=county.areas["county"], since=now() - timedelta(days=1)
        )
        code = f"450399{110 + n}000"
        Area.objects.create(
            code=code, name=f"镇{n}", full_name=f"镇{n}", level="township", parent=county.areas["county"],
            path=f"450399000000.{code}", since="2020-01-01",
        )  # fmt: skip
    assert cost() <= before + 1


def test_it_reads_a_table_with_or_without_a_heading():
    from jiefen.desk.admin.holidays import read

    out = io.StringIO()
    csv.writer(out).writerows([["date", "working|rest", "name"], ["2027-01-01", "rest", "元旦"]])
    assert read(out.getvalue()) == [{"day": "2027-01-01", "working": "休", "name": "元旦"}]
    assert read("2027-01-01,休,元旦") == [{"day": "2027-01-01", "working": "休", "name": "元旦"}]
