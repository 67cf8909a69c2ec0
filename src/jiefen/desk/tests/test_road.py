"""The legal road through the pages: the desk, the case, and the public sheets. Works by forms alone."""

import re

import pytest
from django.test import Client

from jiefen.cases.actions import take_step
from jiefen.cases.models import Case, Step
from jiefen.cases.recorded import said_in
from jiefen.desk.tests.test_matters import client_for, now  # noqa: F401
from jiefen.intake.models import Intake
from jiefen.kernel import outbox
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.papers.actions.wording import set_wording
from jiefen.papers.models import Paper
from jiefen.procedures.grounds import ground_of
from jiefen.triage.models import TriageDecision
from jiefen.triage.rules.road import shipped
from tests.world import MONDAY

NO = {
    f"road-{q}": "no"
    for q in ("accusation", "suggestion", "in-court", "litigation", "arbitration", "party", "administrative", "duty")
}
LABOUR = {
    "road-arbitration": "labour-arbitration",
    "road-arbitration-standing": "open",
    "road-arbitration-since": "2026-09-01",
}
OVER = {
    "road-administrative": "reconsideration",
    "road-administrative-standing": "over",
    "road-administrative-since": "2025-01-06",
}
OPEN = {"action": "open", "kind": "0701", "ask_type": "求助", "grade": "ordinary", "demands": "支付拖欠工资9560元"}


@pytest.fixture
def zhou(county, now):  # noqa: F811
    return client_for(county, "zhou")


@pytest.fixture
def waiting(county) -> Intake:
    receipt = county.intake()
    with scope("worker"):
        row = Intake.objects.get(pk=receipt.intake_id)
    row.long_code = receipt.token
    return row


def url(intake: Intake) -> str:
    return f"/intakes/{intake.number}/"


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def nothing_written() -> None:
    with scope("worker"):
        assert not Case.objects.exists() and not Paper.objects.exists() and not TriageDecision.objects.exists()


def test_it_asks_one_question_after_another_by_forms_alone(zhou, waiting):
    page = zhou.get(url(waiting)).content.decode()
    assert 'id="q-accusation"' in page and "逐问甄别" in page
    given = {}
    for name in NO:
        page = zhou.post(url(waiting), {"action": "road", **given}).content.decode()
        now_asked = re.search(r'class="ask is-next" id="q-([a-z-]+)"', page)[1]
        assert f"road-{now_asked}" == name
        given[name] = "no"
    page = zhou.post(url(waiting), {"action": "road", **given})
    assert page.status_code == 200 and "前五项都不是，按信访程序受理" in page.content.decode()
    assert '<option value="petition-claim" selected>' in page.content.decode()
    nothing_written()


def test_words_only_suggest_and_no_answer_is_given_beforehand(zhou, waiting):
    page = zhou.get(url(waiting)).content.decode()
    assert "文中说：" in page and "拖欠工资9560元" in page and "只是提示" in page
    radios = re.findall(r'<input type="radio"[^>]*name="road-[^>]*>', page)
    assert len(radios) > 30 and not [r for r in radios if "checked" in r]


def test_what_was_filled_in_is_there_when_the_page_comes_back(zhou, waiting):
    said = {
        "action": "road",
        "title": "柳河镇：工资",
        "demands": "付钱\n道歉",
        "reason": "自己写的",
        **{"road-accusation": "no"},
    }
    page = zhou.post(url(waiting), said).content.decode()
    assert 'value="柳河镇：工资"' in page and "付钱\n道歉" in page and ">自己写的</textarea>" in page


def test_lans_road_is_told_in_writing_and_she_reads_it_by_her_code(zhou, waiting, county):
    page = zhou.post(url(waiting), {"action": "road", **NO, **LABOUR}).content.decode()
    assert "2027年9月1日" in page and "书面告知本人这条路" in page and "县人社局（电话0000-7000000）" in page
    hidden = dict(re.findall(r'type="hidden" name="(road_\w+)" value="([^"]*)"', page))
    assert hidden == {"road_unit": str(county.units["labour"].pk), "road_to_road": "labour-arbitration"}
    reason = re.search(r'name="road_reason"[^>]*>([^<]+)<', page)[1]
    done = zhou.post(url(waiting), {"action": "refer", "road_reason": reason, **hidden, **NO, **LABOUR})
    assert done.status_code == 302, text(done)[:1500]
    with scope("worker"):
        (paper,) = Paper.objects.filter(intake=waiting.pk)
        decision = TriageDecision.objects.get(intake=waiting)
    assert paper.kind == "route-notice" and decision.to_road == "labour-arbitration"
    assert decision.chosen["road"]["end"] == "other-road"
    assert decision.chosen["road"]["answers"]["arbitration"] == "labour-arbitration:open"
    lan = Client().get(f"/follow/{waiting.long_code}/")
    for words in (
        "法定途径告知书",
        paper.number,
        "劳动人事争议仲裁",
        "最晚提出： 2027年9月1日",
        "十五日内去法院起诉",
        "条例》31(2)",
    ):
        assert words in text(lan), words
    assert '/roads/labour-arbitration/"' in lan.content.decode() and "external" not in text(lan)
    staff = zhou.get(url(waiting))
    assert "是不是应当仲裁" in text(staff) and "劳动人事争议仲裁，现在还能走" in text(staff)


def test_a_refusal_names_its_article_from_the_list_and_what_remains(zhou, waiting):
    page = zhou.post(url(waiting), {"action": "road", **NO, **OVER}).content.decode()
    assert "不予受理，书面告知" in page and 'name="road_article" value="L-XF:31"' in page
    refused = zhou.post(url(waiting), {"action": "refuse", "article": "L-XF:99", "reason": "不归我们"})
    assert refused.status_code == 422 and "请从清单里选" in text(refused)
    nothing_written()
    done = zhou.post(
        url(waiting), {"action": "refuse", "road_article": "L-XF:31", "road_reason": "复议期限已过", **NO, **OVER}
    )
    assert done.status_code == 302
    lan = text(Client().get(f"/follow/{waiting.long_code}/"))
    assert "不予（不再）受理告知书" in lan and "申请法律援助" in lan and "最晚提出" not in lan


@pytest.mark.parametrize(
    ("action", "answers", "says"),
    [
        ({"action": "refer", "to_road": "external-court", "reason": "属法院"}, NO, "应当按信访程序受理"),
        ({"action": "refuse", "article": "L-XF:19", "reason": "不归我们"}, NO | LABOUR, "应当书面告知去哪里走"),
        ({"action": "refuse", "article": "L-XF:31", "reason": "过期"}, {}, "要先把法定途径几问答完"),
        ({"action": "refuse", "article": "L-XF:31", "reason": "过期"}, NO, "没有一条途径答的是走完或过期"),
        ({"action": "refer", "to_road": "reconsideration", "reason": "去复议"}, NO | OVER, "再让本人去走没有用"),
        (OPEN | {"procedure": "petition-suggestion"}, NO, "不是建议意见"),
        (OPEN | {"procedure": "petition-claim"}, {"road-accusation": "yes"}, "封存，交专管员"),
        (OPEN | {"procedure": "petition-claim"}, {"road-accusation": "no", "road-suggestion": "yes"}, "建议意见"),
        (OPEN | {"procedure": "petition-claim"}, {"road-accusation": "no"}, "下一问是“是不是建议意见”"),
        (OPEN | {"procedure": "petition-claim"}, {"road-duty": "no"}, "不能跳过去"),
        (OPEN, NO | LABOUR | {"road-arbitration-since": "2026-02-31"}, "日期写得不对"),
        (OPEN, NO | LABOUR | {"road-arbitration-standing": ""}, "还要选"),
        (OPEN, NO | {"road-arbitration": "nonsense"}, "没有这个回答"),
    ],
)  # fmt: skip
def test_a_decision_that_leaves_its_answers_is_refused_with_the_rule(zhou, waiting, action, answers, says):
    page = zhou.post(url(waiting), action | answers)
    assert page.status_code == 422 and says in text(page), text(page)[:1500]
    nothing_written()


def test_an_accusation_goes_into_the_vault_at_once_and_is_gone_for_the_desk(county, zhou, waiting):
    page = zhou.post(url(waiting), {"action": "road", "road-accusation": "yes"}).content.decode()
    assert "封存，交专管员" in page
    assert zhou.post(url(waiting), {"action": "seal", "road-accusation": "yes"}).url == "/intakes/"
    gone = zhou.get(url(waiting))
    assert gone.status_code == 404
    assert zhou.post(url(waiting), {"action": "seal"}).status_code == 404
    assert client_for(county, "su").get(url(waiting)).status_code == 404
    assert waiting.number not in zhou.get("/intakes/").content.decode()
    keeper = client_for(county, "keeper").get(url(waiting))
    assert keeper.status_code == 200 and "原话" in text(keeper)
    nothing_written()


def test_the_first_row_keeps_the_answers_so_that_accepting_asks_nothing_again(county, zhou, waiting):
    done = zhou.post(url(waiting), OPEN | NO | {"procedure": "petition-claim", "unit": county.units["labour"].pk})
    assert done.status_code == 302, text(done)[:1500]
    with scope("worker"):
        case = Case.objects.select_related("key").get()
        assert [a["route"] for a in said_in(case, "route-answers")] == [
            "litigation",
            "arbitration",
            "party",
            "administrative",
            "duty",
        ]
        assert "不属于应当仲裁的".encode() not in bytes(Step.objects.get(case=case, seq=1).facts)
    he = client_for(county, "he")
    page = text(he.get(f"/cases/{case.slug}/"))
    assert "不属于应当仲裁的" in page and "按这个结论办" in page
    road = text(he.get(f"/cases/{case.slug}/road/"))
    assert "分诊时已经答过" in road and "受理并书面告知" in road
    with scope("worker"):
        take_step(case, "accept", by=county.actor("he"), at=MONDAY, facts={"recusal-declared": True})
        assert Case.objects.get().state == "accepted"


def petition(county, **answers) -> Case:
    return county.case(
        unit="labour", by="officer", decision={"procedure": "petition-claim", "kind": "1803", "demands": ["公开分红账目"]}, home="county",
        **answers,
    )  # fmt: skip


def test_a_handler_answers_on_the_case_and_the_step_takes_the_answers_along(county, now):  # noqa: F811
    case = petition(county)
    he, road = client_for(county, "he"), f"/cases/{case.slug}/road/"
    assert "逐问甄别" in text(he.get(f"/cases/{case.slug}/"))
    page = he.post(road, {"action": "road", **NO, **LABOUR})
    assert page.status_code == 200 and "告知法定途径" in text(page)
    told = re.search(r'name="routes-text"[^>]*>([^<]+)<', page.content.decode())[1]
    assert "2027年9月1日" in told
    form = {
        "action": "take",
        "again": "1",
        "routes-text": told,
        "reason": "有仲裁途径",
        "seen": str(case.steps),
        **NO,
        **LABOUR,
    }
    refused = he.post(road, form)
    assert (
        refused.status_code == 422 and "利害关系" in text(refused) and told.split("\n")[0] in refused.content.decode()
    )
    assert he.post(road, form | {"recusal-declared": "on"}).url == f"/cases/{case.slug}/"
    assert (
        he.post(road, form | {"recusal-declared": "on"}).status_code == 404
    )  # referred by now: nothing more to answer
    with scope("worker"):
        case = Case.objects.select_related("key").get(pk=case.pk)
        assert case.state == "referred" and Step.objects.filter(case=case, name="refer").count() == 1
        assert said_in(case, "route-clause") == "L-XF:31(2)" and said_in(case, "route-deadline") == "2027年9月1日"


def test_a_handler_refuses_what_has_run_out_by_the_ground_of_the_list(county, now):  # noqa: F811
    case = petition(county)
    he, road = client_for(county, "he"), f"/cases/{case.slug}/road/"
    page = he.post(road, {"action": "road", **NO, **OVER}).content.decode()
    help_roads, remedy = (
        ground_of("petition-claim", "road-exhausted").remedy,
        "对本告知有异议的，可以向本级信访部门反映",
    )
    assert help_roads in page and remedy in page and 'name="remedy-text"' not in page  # shown, not typed
    form = {
        "action": "take",
        "again": "1",
        "remedy-text": "请直接去省里",
        "reason": "复议期限已过",
        "recusal-declared": "on",
        **NO,
        **OVER,
    }
    done = he.post(road, form)
    assert done.status_code == 302, text(done)[:1500]
    with scope("worker"):
        row = Step.objects.get(case=case, name="refuse")
        assert row.codes["refusal-ground"] == "road-exhausted"
        outbox.work(row.pk)
        paper = Paper.objects.select_related("case__key").get(step=row, kind="refusal-notice")
        said = open_row(paper.case.key).open(paper.fields, field="paper")
        assert said["right-route"] == help_roads and said["remedy"].startswith(remedy)
        assert "省里" not in str(said) and "社会救助" in said["right-route"]


def test_who_may_answer_for_a_case_and_who_gets_the_same_bytes_as_for_nothing(county, now):  # noqa: F811
    case, order = petition(county), county.case(once_key="order")
    table = {
        "he": 200,
        "officer": 200,
        "zhou": 404,
        "ge": 404,
        "ming": 404,
        "su": 404,
        "lin": 302,  # first says why she reads it
        "an": 404,
        "wen": 404,
        None: 302,
    }
    got = {name: client_for(county, name).get(f"/cases/{case.slug}/road/").status_code for name in table}
    assert got == table
    wen = client_for(county, "wen")
    assert wen.get(f"/cases/{case.slug}/road/").content == wen.get("/cases/qs-2026-9999/road/").content
    assert client_for(county, "he").get(f"/cases/{order.slug}/road/").status_code == 404  # an order asks no such thing


def test_every_road_has_a_public_page_with_its_marks(county):
    anybody = Client()
    page = anybody.get("/roads/")
    assert page.status_code == 200
    for name, road in shipped().roads.items():
        assert f'href="/roads/{name}/"' in page.content.decode()
        one = anybody.get(f"/roads/{name}/")
        words = text(one)
        assert one.status_code == 200 and road.where in words and all(p in words for p in road.papers)
        assert not road.limitation or road.limitation.words in words
        assert "待核对" in words or "拟定" in words  # no phone was read in a law
    assert anybody.get("/roads/nowhere/").status_code == 404
    assert "县人社局" in text(anybody.get("/roads/labour-arbitration/"))


def test_a_refusal_says_by_fixed_wording_what_remains_and_nobody_can_type_another(county, now):  # noqa: F811
    """Of the notice: what remains by the ground chosen, how to object by the office's own wording."""
    case = petition(county)
    set_wording(
        "refusal-notice", "对本告知有异议的，可以打{电话}向县信访局反映。", procedure="petition-claim", unit=county.units["labour"],
        blanks={"电话": "0773-5550001"}, source="L-XF:40", mark="A", by=county.actor("an"), at=MONDAY,
    )  # fmt: skip
    he, step = client_for(county, "he"), f"/cases/{case.slug}/steps/refuse/"
    page = he.get(step).content.decode()
    for code in ("handled-in-time", "finally-decided", "road-exhausted"):
        assert ground_of("petition-claim", code).remedy in page
    assert "0773-5550001" in page and re.search(r'<textarea name="remedy-text"[^>]*disabled', page)
    sent = {
        "refusal-ground": "road-exhausted",
        "reason": "判决已生效",
        "recusal-declared": "on",
        "remedy-text": "哪儿也不用去了",
    }
    assert he.post(step, sent).status_code == 302
    with scope("worker"):
        row = Step.objects.get(case=case, name="refuse")
        outbox.work(row.pk)
        paper = Paper.objects.select_related("case__key").get(step=row, kind="refusal-notice")
        said = open_row(paper.case.key).open(paper.fields, field="paper")
    assert said["right-route"] == ground_of("petition-claim", "road-exhausted").remedy
    assert said["remedy"] == "对本告知有异议的，可以打0773-5550001向县信访局反映。"
    assert "哪儿也不用去" not in str(said) and "信访工作条例" in said["clause"]


@pytest.mark.parametrize("article", ["L-XF:19", "L-XF:22", "L-XF:36"])
def test_what_is_refused_at_the_desk_is_told_what_remains(zhou, waiting, article):
    sent = {"action": "refuse", "article": article, "reason": "见另件"}
    assert zhou.post(url(waiting), sent).status_code == 302
    with scope("worker"):
        paper = Paper.objects.get(intake=waiting.pk, kind="refusal-notice")
        said = open_row(Intake.objects.select_related("key").get(pk=waiting.pk).key).open(paper.fields, field="paper")
    ground = next(g for g in shipped().refusals if g.article == article)
    wanted = ground.remedy or ground_of("petition-claim", ground.code).remedy
    assert wanted and said["right-route"] == wanted and "信访部门" in said["remedy"]
