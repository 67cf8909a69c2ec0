"""The pages of following up: who gets in, calling without a number, and the way from «not solved» to a decision."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiefen.cases.actions import take_step
from jiefen.desk.tests.test_matters import client_for
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope
from jiefen.oversight.actions import record_follow_up
from jiefen.oversight.models import FollowUp, Visit
from jiefen.oversight.tests.test_follow_up import PNG, replied
from jiefen.oversight.visits import ask_visit
from jiefen.people.actions import post
from tests.world import MONDAY

HOUR = timedelta(hours=1)
NOON = MONDAY + 3 * HOUR
PEOPLE = ("caller", "ge", "he", "su", "zhou", "an", "lin", "wen")


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """The edge of the house says it is noon."""
    from jiefen.desk import door

    monkeypatch.setattr(door, "now", lambda: NOON)
    return NOON


@pytest.fixture
def case(county):
    with scope("worker"):
        return replied(county, area_code="450399100201")


# person × page → status; the same 404 for «not yours» and «no such thing»
TABLE = {
    #                             caller ge he   su   zhou an   lin  wen  nobody
    "/follow-ups/":               (200, 404, 404, 404, 404, 404, 404, 404, 302),
    "/follow-ups/?which=rest":    (200, 404, 404, 404, 404, 404, 404, 404, 302),
    "/follow-ups/?which=people":  (404, 404, 404, 404, 404, 404, 404, 404, 302),
    "/follow-ups/{case}/":        (200, 404, 404, 404, 404, 404, 404, 404, 302),
    "/follow-ups/{case}/call/p1/": (302, 404, 404, 404, 404, 404, 404, 404, 302),
    "/follow-ups/{case}/call/p9/": (404, 404, 404, 404, 404, 404, 404, 404, 302),
    "/follow-ups/again/":         (404, 404, 404, 200, 200, 404, 404, 200, 302),
    "/follow-ups/visits/":        (404, 200, 404, 404, 404, 404, 404, 404, 302),
    "/follow-ups/visits/{visit}/": (404, 200, 404, 404, 404, 404, 404, 404, 302),
    "/follow-ups/visits/999/":    (404, 404, 404, 404, 404, 404, 404, 404, 302),
    "/follow-ups/no-such-case/":  (404, 404, 404, 404, 404, 404, 404, 404, 302),
}  # fmt: skip


def test_it_lets_in_who_may_come_in(county, case):
    visit = ask_visit(case, party="p1", unit=county.units["village"].pk, by=county.actor("caller"), at=NOON)
    wrong = []
    for page, statuses in TABLE.items():
        url = page.format(case=case.slug, visit=visit.pk)
        for person, status in zip([*PEOPLE, None], statuses, strict=True):
            got = client_for(county, person).get(url).status_code
            if got != status:
                wrong.append(f"{page} {person}: {got}, should be {status}")
    assert not wrong, "\n".join(wrong)


def test_it_gives_wen_the_same_bytes_for_wrong_and_not_yours(county, case):
    post(county.people["wen"], county.units["other-centre"], "follow-up-caller", at=MONDAY)
    post(county.people["wen"], county.units["other-centre"], "grid-worker", at=MONDAY)
    visit = ask_visit(case, party="p1", unit=county.units["village"].pk, by=county.actor("caller"), at=NOON)
    wen = client_for(county, "wen")
    for path in ("/follow-ups/{}/", "/follow-ups/{}/call/p1/", "/follow-ups/{}/visit/", "/follow-ups/{}/visit/off/"):
        one, two = path.format(case.slug), path.format("lh-2026-99999")
        ask = wen.post if "visit" in path else wen.get
        mine, nothing = ask(one), ask(two)
        assert (mine.status_code, mine.content) == (404, nothing.content), path
    assert wen.get(f"/follow-ups/visits/{visit.pk}/").content == wen.get("/follow-ups/visits/99999/").content
    row = heard(county, case)
    assert wen.post(f"/follow-ups/again/{row.pk}/").content == wen.post("/follow-ups/again/99999/").content
    assert case.number not in wen.get("/follow-ups/").content.decode()
    assert case.number not in wen.get("/follow-ups/again/").content.decode()


def heard(county, case, **said):
    with scope("worker"):
        return record_follow_up(
            case, by=county.actor("caller"), at=NOON,
            **{"outcome": "reached", "words": "一分钱没给", "satisfied": False, "solved": False, "ground": "untrue"} | said,
        )  # fmt: skip


def test_it_calls_without_showing_the_number_and_leaves_the_line(county, case):
    caller = client_for(county, "caller")
    page = caller.get(f"/follow-ups/{case.slug}/").content.decode()
    assert "13800002061" not in page and "兰秀英" not in page and "138" in page
    answer = caller.get(f"/follow-ups/{case.slug}/call/p1/")
    assert answer["Location"] == "tel:13800002061"
    with scope("worker"):
        assert Reading.objects.filter(subject=f"case:{case.pk}", purpose="回访", what__contains="打电话").count() == 1


def test_it_lists_what_is_due_only_to_who_had_no_hand_in_it(county, case):
    caller = client_for(county, "caller")
    assert case.number in caller.get("/follow-ups/").content.decode()
    assert case.number not in caller.get("/follow-ups/?which=rest").content.decode()
    post(county.people["caller"], county.units["labour"], "handler", at=MONDAY)  # now of the office that answered
    assert case.number not in caller.get("/follow-ups/").content.decode()
    assert caller.get(f"/follow-ups/{case.slug}/").status_code == 404


def form(caller: Client, case) -> dict[str, str]:
    page = caller.get(f"/follow-ups/{case.slug}/").content.decode()
    return {n: re.search(rf'name="{n}" value="([^"]*)"', page)[1] for n in ("once", "seen")}


def test_one_press_writes_down_a_try_and_the_same_form_twice_is_one(county, case):
    caller = client_for(county, "caller")
    sent = form(caller, case) | {"outcome": "no-answer"}
    for _again in range(2):
        assert caller.post(f"/follow-ups/{case.slug}/", sent).status_code == 302
    with scope("worker"):
        assert FollowUp.objects.count() == 1
    assert "下午 1" in caller.get("/follow-ups/").content.decode()


def test_the_second_of_two_callers_reads_what_the_first_heard_and_keeps_the_words(county, case):
    one, two = client_for(county, "caller"), client_for(county, "caller")
    first, second = form(one, case), form(two, case)
    one.post(f"/follow-ups/{case.slug}/", first | {"outcome": "reached", "words": "好", "satisfied": "yes"})
    answer = two.post(f"/follow-ups/{case.slug}/", second | {"outcome": "reached", "words": "不好，一分没给"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "访小梅已经记下一次" in page and "不好，一分没给" in page


def test_reached_without_words_is_refused_and_nothing_is_lost(county, case):
    caller = client_for(county, "caller")
    sent = form(caller, case) | {"outcome": "reached", "satisfied": "no", "place": "村口", "words": " "}
    answer = caller.post(f"/follow-ups/{case.slug}/", sent)
    assert answer.status_code == 422 and "原话" in answer.content.decode() and "村口" in answer.content.decode()


def test_after_three_parts_of_days_the_list_says_so(county, case):
    with scope("worker"):
        for hours in (3, 11, 24):
            record_follow_up(case, by=county.actor("caller"), at=MONDAY + hours * HOUR, outcome="no-answer")
    assert "已按规定试满" in client_for(county, "caller").get("/follow-ups/").content.decode()


def test_it_costs_the_same_however_many_wait(county, case):
    caller = client_for(county, "caller")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert caller.get("/follow-ups/").status_code == 200
        return len(seen)

    queries()
    few = queries()
    with scope("worker"):
        for n in range(4):
            other = replied(county, once_key=f"more-{n}")
            record_follow_up(other, by=county.actor("caller"), at=NOON, outcome="no-answer")
    assert queries() == few


def test_pages_follow_one_another_without_gap_or_repeat(county, case, monkeypatch):
    from jiefen.desk.followups import reading

    with scope("worker"):
        numbers = {case.number, *(replied(county, once_key=f"more-{n}").number for n in range(4))}
    monkeypatch.setattr(reading, "PAGE", 2)
    caller, url, seen = client_for(county, "caller"), "/follow-ups/", []
    for _page in range(5):
        page = caller.get(url).content.decode()
        seen += re.findall(r'class="no">([^，]+)，', page)
        found = re.search(r'href="(\?which=due&amp;after=[^"]+)"', page)
        if not found:
            break
        url = "/follow-ups/" + found[1].replace("&amp;", "&")
    assert sorted(seen) == sorted(numbers)


# ---------- what waits for a decision ----------


def test_unhappy_stands_at_the_top_with_the_step_one_click_away(county, case):
    heard(county, case)
    su = client_for(county, "su")
    for page in ("/supervise/", "/desk/", "/follow-ups/again/"):
        said = su.get(page).content.decode()
        assert "一分钱没给" in said and f"/cases/{case.slug}/steps/redo/" in said, page
    with scope("worker"):
        take_step(case, "redo", by=county.actor("su"), at=NOON + HOUR, reason="钱没给")
    assert "一分钱没给" not in su.get("/follow-ups/again/").content.decode()


def test_keeping_it_as_it_is_takes_a_reason_that_the_person_reads(county, case):
    row, su = heard(county, case), client_for(county, "su")
    assert su.post(f"/follow-ups/again/{row.pk}/", {"words": " "}).status_code == 422
    assert su.post(f"/follow-ups/again/{row.pk}/", {"words": "已核对转账凭证"}).status_code == 302
    assert su.post(f"/follow-ups/again/{row.pk}/", {"words": "已核对转账凭证"}).status_code == 404
    assert client_for(county, "he").post(f"/follow-ups/again/{row.pk}/", {"words": "x"}).status_code == 404


# ---------- visits ----------


def test_ge_writes_down_what_he_saw_with_a_photo(county, case):
    caller, ge = client_for(county, "caller"), client_for(county, "ge")
    sent = {"party": "p1", "unit": county.units["village"].pk, "words": "看钱给了没有"}
    assert caller.post(f"/follow-ups/{case.slug}/visit/", sent).status_code == 302
    assert "已请下坝村调委会上门看" in caller.get(f"/follow-ups/{case.slug}/").content.decode()
    with scope("worker"):
        visit = Visit.objects.get()
    page = ge.get(f"/follow-ups/visits/{visit.pk}/").content.decode()
    assert "看钱给了没有" in page and "13800002061" not in page
    assert ge.get(f"/cases/{case.slug}/").status_code == 404  # the errand opens nothing else
    photo = SimpleUploadedFile("收条.png", PNG, "image/png")
    sent = {
        "outcome": "reached",
        "words": "钱拿到了",
        "satisfied": "yes",
        "solved": "yes",
        "photos": photo,
        "once": "g",
    }
    assert ge.post(f"/follow-ups/visits/{visit.pk}/", sent).status_code == 302
    assert ge.get(f"/follow-ups/visits/{visit.pk}/").status_code == 404
    assert "钱拿到了" in caller.get(f"/follow-ups/{case.slug}/").content.decode()


# ---------- the person's own page ----------


@pytest.fixture
def lan(county, case, monkeypatch):
    from jiefen.intake.models import Intake
    from jiefen.kernel.seal import open_row

    monkeypatch.setattr("jiefen.desk.door.now", lambda: NOON)
    with scope("worker"):
        intake = Intake.objects.select_related("key").order_by("pk").first()
        token = open_row(intake.key).open(intake.token, field="intake.token")
    return Client(), f"/follow/{token}/"


GOOD = {"solved": "yes", "satisfied": "yes", "second": "2061"}
BAD = {"solved": "no", "satisfied": "no", "ground": "untrue", "words": "又要回去了", "second": "2061"}


def test_lan_says_how_it_was_and_may_change_it(county, case, lan):
    client, page = lan
    assert "办得怎么样，请您说" in client.get(page).content.decode()
    for _again in range(2):
        assert client.post(f"{page}rate/", GOOD).status_code == 302
    assert client.post(f"{page}rate/", BAD).status_code == 302
    said = client.get(page).content.decode()
    assert "没解决，不满意，答复与事实不符。又要回去了" in said and "由他决定是否退回重办" in said
    with scope("worker"):
        assert FollowUp.objects.count() == 2 and FollowUp.objects.filter(replaced_by=None).count() == 1
    assert "又要回去了" in client_for(county, "su").get("/follow-ups/again/").content.decode()


def test_the_address_of_the_form_opened_by_hand_leads_to_where_it_is_asked(county, case, lan):
    client, page = lan
    for act, part in (("rate", "rate"), ("answer", "asked"), ("reopen", "reopen")):
        answer = client.get(f"{page}{act}/")
        assert (answer.status_code, answer["Location"]) == (302, f"{page}?all=1#{part}")
    assert 'id="rate"' in client.get(f"{page}rate/", follow=True).content.decode()
    assert client.get("/follow/open/rate/")["Location"] == "/follow/open/?all=1#rate"
    assert client.get("/follow/no%2Fsuch/rate/").status_code == 404 and client.put(f"{page}rate/").status_code == 405


def test_the_link_alone_does_not_speak_for_her(county, case, lan):
    client, page = lan
    answer = client.post(f"{page}rate/", BAD | {"second": "0000"})
    assert answer.status_code == 422 and "又要回去了" in answer.content.decode()
    with scope("worker"):
        assert not FollowUp.objects.exists()


def test_guessing_the_second_thing_is_stopped(county, case, lan):
    client, page = lan
    codes = [client.post(f"{page}rate/", BAD | {"second": f"000{n}"}).status_code for n in range(7)]
    assert codes == [422] * 6 + [429]


def test_whoever_is_rated_never_reads_the_name(county, case, lan):
    client, page = lan
    client.post(f"{page}rate/", BAD)
    said = client_for(county, "he").get(f"/cases/{case.slug}/").content.decode()
    assert "兰秀英" not in said and "13800002061" not in said


def test_what_the_law_leaves_out_is_not_asked_and_says_why(county, monkeypatch):
    from jiefen.intake.models import Intake
    from jiefen.kernel.seal import open_row

    county.case(decision={"kind": "2302"})
    with scope("worker"):
        intake = Intake.objects.select_related("key").get()
        token = open_row(intake.key).open(intake.token, field="intake.token")
    page = Client().get(f"/follow/{token}/").content.decode()
    assert "涉法涉诉的事依诉讼程序办理" in page and "rate/" not in page and "满意度评价工作办法" in page


# ---------- several who brought one matter ----------


def test_of_several_the_pages_say_who_is_still_to_be_asked(county):
    from jiefen.oversight.tests.test_follow_up import two

    with scope("worker"):
        case = two(county)
    caller, record = client_for(county, "caller"), f"/follow-ups/{case.slug}/"
    said = form(caller, case) | {"outcome": "reached", "words": "好"}
    nobody = caller.post(record, said)
    assert nobody.status_code == 422 and "每一位都要问到" in nobody.content.decode()
    assert caller.post(record, form(caller, case) | said | {"party": "p1"}).status_code == 302
    page = caller.get(record).content.decode()
    assert "还有1位反映人没有问到：第2位石＊＊" in page  # beside the step that is refused
    assert page.count("已问到</span>") == 1 and "还没问到" in page and "每位共须3次" in page
    on_case = caller.get(f"/cases/{case.slug}/").content.decode()
    assert "第2位 石＊＊" in on_case and "石建国" not in on_case
    sent = {"outcome": "reached", "words": "行", "satisfied": "yes", "once": "second"}
    assert "每一位都要问到" in caller.post(f"/cases/{case.slug}/follow-ups/", sent).content.decode()
    assert caller.post(f"/cases/{case.slug}/follow-ups/", sent | {"party": "p2"}).status_code == 302
    assert "没有问到" not in caller.get(record).content.decode()
    done = {"call-result": "已解决", "recusal-declared": "on"}
    refused = caller.post(f"/cases/{case.slug}/steps/no-answer/", {"reason": "联系不上"}).content.decode()
    assert "不能按“联系不上”办结" in refused
    assert caller.post(f"/cases/{case.slug}/steps/call-back/", done).status_code == 302
    with scope("worker"):
        case.refresh_from_db()
    assert case.state == "closed"
