"""The legal road: where each matter ends (a table an official can read), what is refused, and what words may suggest."""

import csv
from datetime import date
from pathlib import Path

import pytest

from jiefen.procedures import grounds, loader
from jiefen.procedures.guards.petition import route_is_other, route_is_six, route_screened
from jiefen.procedures.loader import load_vocabulary
from jiefen.triage.rules import TableError, Tables, road_table, suggest
from jiefen.triage.rules.road import End, Given, Question, RoadRefused, end, hints, questions, shipped

pytestmark = pytest.mark.rules

TODAY = date(2026, 11, 20)
FIVE = ("litigation", "arbitration", "party", "administrative", "duty")
NO = {name: Given("no") for name in ("accusation", "suggestion", "in-court", *FIVE)}


def read(text: str) -> dict[str, Given]:
    found = {}
    for part in text.split():
        name, _, said = part.partition("=")
        value, standing, since = [*said.split(":"), "", ""][:3]
        found[name] = Given(value, standing, date.fromisoformat(since) if since else None)
    return found


def rows() -> list[dict[str, str]]:
    with (Path(__file__).parent / "roads.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["matter"])
def test_each_matter_ends_where_the_table_says(row):
    found = end(read(row["answers"]), today=TODAY)
    assert (found.name, found.action, found.notice, found.procedure, found.article, found.unit_type) == (
        row["end"], row["action"], row["notice"], row["procedure"], row["article"], row["unit"],
    )  # fmt: skip
    told = ";".join(f"{t.road.id}{f' {t.last_day}' if t.last_day else ''}" for t in found.told)
    assert told == row["roads"]


@pytest.mark.parametrize("row", [r for r in rows() if "duty" in r["answers"]], ids=lambda row: row["matter"])
def test_the_guards_of_a_petition_agree_with_the_end(row):
    found = end(read(row["answers"]), today=TODAY)
    facts = {"route-answers": list(found.route_answers)}
    assert [a["route"] for a in found.route_answers] == list(FIVE)
    assert all(set(a) == {"route", "applies", "basis", "still_open"} for a in found.route_answers)
    assert route_screened(facts, None) is None
    assert (route_is_other(facts, None) is None) == (found.action == "refer")
    assert (route_is_six(facts, None) is None) == (found.name == "petition")


def test_it_asks_one_question_after_another_in_the_order_of_the_regulations():
    given: dict[str, Given] = {}
    asked = []
    while isinstance(found := questions(given), Question):
        asked.append(found.id)
        given[found.id] = Given("no")
    assert asked == ["accusation", "suggestion", "in-court", *FIVE]
    assert isinstance(found, End) and found.name == "petition"


def test_a_matter_in_court_is_not_asked_about_the_courts_again():
    given = {"accusation": Given("no"), "suggestion": Given("no"), "in-court": Given("yes")}
    found = questions(given)
    assert isinstance(found, Question) and found.id == "arbitration"


@pytest.mark.parametrize(
    ("changes", "rule", "says"),
    [
        ({"weather": Given("fine")}, "answer", "没有这一问"),
        ({"arbitration": Given("court")}, "answer", "没有这个回答"),
        ({"arbitration": Given("civil-suit", "open")}, "answer", "没有这个回答"),
        ({"accusation": Given("yes")}, "ended", "检举控告"),
        ({"suggestion": Given("yes")}, "ended", "建议意见"),
        ({"party": None}, "order", "31\\(3\\)"),
        ({"duty": None}, "unanswered", "31\\(5\\)"),
        ({"in-court": Given("yes")}, "in-court", "不能另答"),
        ({"arbitration": Given("labour-arbitration")}, "standing", "还要选"),
        ({"arbitration": Given("labour-arbitration", "maybe")}, "standing", "还要选"),
        ({"arbitration": Given("no", "open")}, "standing", "不要再选"),
        ({"arbitration": Given("labour-arbitration", "open", date(2025, 1, 6))}, "limitation", "2026-01-06，已经过了"),
        ({"arbitration": Given("labour-arbitration", "over", date(2026, 9, 1))}, "limitation", "2027-09-01，还没有过"),
        ({"arbitration": Given("labour-arbitration", "open", date(2026, 12, 1))}, "limitation", "还没有到"),
        ({"duty": Given("no", note="长" * 501)}, "note", "最多500字"),
    ],
)  # fmt: skip
def test_it_refuses_what_contradicts_itself_or_skips_and_names_the_rule(changes, rule, says):
    given = {name: one for name, one in (NO | changes).items() if one is not None}
    with pytest.raises(RoadRefused, match=says) as refused:
        end(given, today=TODAY)
    assert refused.value.rule == rule


def test_a_limitation_that_was_broken_off_may_be_open_when_somebody_says_why():
    given = NO | {
        "arbitration": Given("labour-arbitration", "open", date(2025, 1, 6), "2025年12月向监察投诉过，时效中断")
    }
    found = end(given, today=TODAY)
    assert found.name == "other-road" and "时效中断" in found.route_answers[1]["basis"]


def test_a_last_day_on_a_day_of_rest_moves_on():
    from jiefen.procedures.seeds import seeded

    given = NO | {"administrative": Given("reconsideration", "open", date(2026, 10, 14))}
    assert end(given, today=TODAY).told[0].last_day == date(2026, 12, 13)  # a Sunday
    assert end(given, today=TODAY, calendar=seeded()).told[0].last_day == date(2026, 12, 14)


WAGES = "我在工地贴瓷砖，干了52天。工头拖欠工资9560元，一直不给。请帮我要回来。"


def test_clear_words_suggest_an_answer_with_their_sentence_and_decide_nothing():
    tables = Tables.load()
    spoken = hints(suggest(WAGES, tables=tables), subject="", text=WAGES)
    assert spoken["arbitration"].option == "labour-arbitration"
    assert spoken["arbitration"].sentence == "工头拖欠工资9560元，一直不给。"
    assert "accusation" not in spoken and isinstance(questions({}), Question)
    text = "实名举报村支书贪污低保款，请查处。"
    assert hints(suggest(text, tables=tables), subject="", text=text)["accusation"].option == "yes"
    assert hints(None, subject="", text=WAGES) == {}
    assert hints(suggest("路灯不亮。", tables=tables), subject="", text="路灯不亮。").get("arbitration") is None


def test_a_long_sentence_is_shortened_about_the_word():
    text = "我们" * 60 + "工头拖欠工资，拖欠工资不给" + "真的" * 60
    spoken = hints(suggest(text, tables=Tables.load()), subject="", text=text)
    said = spoken["arbitration"].sentence
    assert len(said) <= 62 + 2 and "拖欠工资" in said and said.startswith("…") and said.endswith("…")


def test_every_basis_stands_among_the_sources_and_every_end_leads_somewhere_that_exists():
    words, table = load_vocabulary(), shipped()
    said = [b for q in table.questions for b in q.basis]
    said += [b for e in table.ends.values() for b in e.basis] + [r.article for r in table.routes.values()]
    for one in table.roads.values():
        said += [*one.takes.basis, *one.remedy.basis, *(one.limitation.basis if one.limitation else ())]
        assert not one.unit or one.unit in words.unit_types
    said += [g.article for g in table.refusals]
    assert {b.partition(":")[0] for b in said} <= set(words.sources)
    known = {name for name, _version in loader.load_all(loader.DEFINITIONS)}
    for e in table.ends.values():
        assert e.procedure in ("", *known) and e.notice in ("", *words.papers)
    for ground in table.refusals:
        assert not ground.code or grounds.ground_of("petition-claim", ground.code).article == ground.article


def test_what_is_remembered_or_proposed_is_marked_and_what_was_read_names_its_source():
    for one in shipped().roads.values():
        for said in (one.takes, one.remedy):
            assert said.mark != "V" or said.basis, one.id
        assert one.phone_mark in ("M", "A")  # no phone was read in the law


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("route: duty\n    ask", "route: party\n    ask", "次序"),
        ("end: accusation,", "end: nowhere,", "nowhere"),
        ("unit: court", "unit: moon", "单位类型"),
        ("mark: V}\n    takes: {says: 五日内决定", "mark: X}\n    takes: {says: 五日内决定", "标记"),
        ("ends:", "endings:", "缺少"),
        ("flags: [in-litigation]", "flags: [troublemaker]", "没有的标记"),
    ],
)
def test_a_table_that_does_not_hang_together_is_refused_with_a_sentence(before, after, says):
    text = road_table.FILE.read_text("utf-8")
    assert before in text
    with pytest.raises(TableError, match=says):
        road_table.load(text.replace(before, after, 1))
