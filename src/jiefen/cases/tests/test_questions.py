"""Ask and answer: who may, when not, what the chain keeps, and that no clock stops."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from jiefen.cases import integrity, questions
from jiefen.cases.actions import PartyDraft, correct, join_party, take_step
from jiefen.cases.models import Case, Deadline, Question, Step
from jiefen.cases.questions import QuestionRefused, answer, ask, read_all, take_back
from jiefen.cases.rebuild import rebuild
from jiefen.files.actions import BadFile
from jiefen.files.models import StoredFile
from jiefen.kernel import outbox
from jiefen.kernel.scope import scope, set_scope
from jiefen.kernel.seal import open_row
from jiefen.notices.models import Notice
from jiefen.notices.questions import remind
from jiefen.people.actor import RECEIPT, door
from tests.world import MONDAY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DUE = date(2026, 11, 25)
PDF = b"%PDF-1.4 wage slip\n%%EOF"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.fixture
def signed(county) -> Case:
    case = county.case(decision={"respondents": ["某劳务公司"]})
    take_step(case, "sign", by=county.actor("he"), at=MONDAY + HOUR, facts={"recusal-declared": True})
    case.refresh_from_db()
    return case


def asked(county, case, **more) -> Question:
    said = {
        "of": "p1",
        "sort": "supplement",
        "text": "请补记工本的照片",
        "due_on": DUE,
        "without": "on-file",
        "once_key": "q-1",
    }
    return ask(case, by=county.actor("he"), at=MONDAY + 2 * HOUR, **(said | more))


def by_code(case, seq=1, **more) -> Question:
    said = {"words": "记工本在，照片传上了", "way": "code", "by": None, "for_party": "p1", "at": MONDAY + 3 * HOUR}
    return answer(case, seq, **(said | more))


def refused(rule, act, *args, **more) -> str:
    before = Step.objects.count(), StoredFile.objects.count(), Question.objects.count()
    with pytest.raises(QuestionRefused) as no:
        act(*args, **more)
    assert no.value.rule == rule and str(no.value).endswith("。")
    assert before == (Step.objects.count(), StoredFile.objects.count(), Question.objects.count())
    return str(no.value)


def test_it_goes_from_asking_to_the_answer_by_code_with_a_file(county, signed):
    question = asked(county, signed)
    got = by_code(signed, files=[("记工本.pdf", PDF)])
    assert (got.way, len(got.files), got.written_by) == ("code", 1, None)
    (words,) = read_all(signed, open_row(signed.key))
    assert words.text == "请补记工本的照片" and words.answer == "记工本在，照片传上了"
    assert words.without == "到那天没有收到，就按现有的材料办，并照样答复您。您以后补来，仍然收。"
    file = StoredFile.objects.get(pk=got.files[0])
    assert (file.holder, file.purpose, file.by_handler, file.given_by) == (
        f"case:{signed.pk}",
        "evidence",
        False,
        "resident",
    )
    rows = list(Step.objects.filter(case=signed).order_by("seq").values_list("name", "codes", "by_role"))[-2:]
    assert [r[0] for r in rows] == ["asked", "question-answered"] and rows[1][2] == "applicant"
    assert rows[0][1] == {"question": 1, "of": "p1", "sort": "supplement", "due": "2026-11-25", "without": "on-file"}
    assert "记工本".encode() not in bytes(question.words) + bytes(got.answer)


def test_no_clock_stops_and_every_cache_is_what_the_rows_add_up_to(county, signed):
    before = {d.clock: (d.due_at, d.paused, d.stopped_at) for d in Deadline.objects.filter(case=signed)}
    asked(county, signed)
    by_code(signed)
    assert {d.clock: (d.due_at, d.paused, d.stopped_at) for d in Deadline.objects.filter(case=signed)} == before
    assert not list(rebuild(True, at=MONDAY + 4 * HOUR)) and not list(integrity.verify())


def test_verify_finds_a_question_that_is_not_what_the_rows_say(county, signed):
    asked(county, signed)
    Question.objects.update(answered_at=MONDAY)
    assert [p.kind for p in integrity.verify()] == ["question"]


def test_the_same_form_sent_twice_asks_once_and_another_text_under_its_key_is_refused(county, signed):
    assert asked(county, signed).pk == asked(county, signed).pk
    assert refused("once", asked, county, signed, text="另一件事")
    assert by_code(signed).pk == by_code(signed).pk
    assert refused("answered", by_code, signed, words="又一个回答")
    assert Step.objects.filter(case=signed, name__startswith="question").count() == 1


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"due_on": None}, "date"),
        ({"due_on": date(2026, 11, 18)}, "date"),
        ({"due_on": date(2026, 11, 1)}, "date"),
        ({"due_on": date(2030, 1, 1)}, "date"),
        ({"text": "  "}, "words"),
        ({"text": "长" * 2001}, "words"),
        ({"without": ""}, "without"),
        ({"without": "punish"}, "without"),
        ({"sort": "confess"}, "sort"),
        ({"of": "p9"}, "whose"),
        ({"of": ""}, "whose"),
    ],
)
def test_it_asks_nothing_half_said(county, signed, more, rule):
    refused(rule, asked, county, signed, **more)


def test_nobody_without_a_hand_in_it_asks(county, signed):
    for name in ("wen", "an", "ge", "lin", "keeper"):
        refused(
            "role", ask, signed, of="p1", sort="explain", text="请说明", due_on=DUE, without="call",
            by=county.actor(name), at=MONDAY + 2 * HOUR, once_key=name,
        )  # fmt: skip


def test_nothing_is_asked_or_answered_after_the_end(county, signed):
    asked(county, signed)
    Case.objects.filter(pk=signed.pk).update(is_open=False)
    refused("ended", asked, county, signed, once_key="q-2")
    refused("ended", by_code, signed)


def test_somebody_elses_question_is_not_there(county, signed):
    asked(county, signed)
    words = refused("whose", by_code, signed, for_party="p2")
    assert words == refused("whose", by_code, signed, for_party="p9") == refused("whose", by_code, signed, seq=7)
    refused("whose", by_code, signed, for_party="")


def test_a_question_taken_back_needs_no_answer(county, signed):
    asked(county, signed)
    refused("words", take_back, signed, 1, by=county.actor("he"), at=MONDAY + 3 * HOUR, reason=" ")
    refused("role", take_back, signed, 1, by=county.actor("wen"), at=MONDAY + 3 * HOUR, reason="不用了")
    one = take_back(signed, 1, by=county.actor("he"), at=MONDAY + 3 * HOUR, reason="监察那边已经有了")
    assert (
        one.withdrawn_at and take_back(signed, 1, by=county.actor("he"), at=MONDAY + 4 * HOUR, reason="x").pk == one.pk
    )
    refused("withdrawn", by_code, signed, at=MONDAY + 5 * HOUR)
    assert Step.objects.filter(case=signed, name="question-withdrawn").count() == 1


def test_what_was_heard_on_the_phone_names_who_said_it(county, signed):
    asked(county, signed)
    heard = {"by": county.actor("zhou"), "for_party": "", "way": "phone", "words": "记工本丢了"}
    refused("said-by", by_code, signed, **heard)
    refused("way", by_code, signed, **heard | {"way": "code", "said_by": "本人"})
    refused("role", by_code, signed, **heard | {"by": county.actor("wen"), "said_by": "本人"})
    got = by_code(signed, **heard, said_by="本人的儿子")
    assert got.written_by == county.people["zhou"]
    row = Step.objects.get(case=signed, name="question-answered")
    assert (
        row.by == county.people["zhou"]
        and open_row(signed.key).open(row.facts, field="step.facts")["said-by"] == "本人的儿子"
    )


def test_nobody_answers_by_code_in_a_persons_name(county, signed):
    asked(county, signed)
    refused("way", by_code, signed, way="phone")
    refused("way", by_code, signed, way="")


def test_a_bad_file_leaves_nothing_behind(county, signed):
    asked(county, signed)
    before = Step.objects.count()
    with pytest.raises(BadFile), transaction.atomic():
        by_code(signed, files=[("好.pdf", PDF), ("坏.exe", b"MZ\0\0")])
    assert Step.objects.count() == before and not StoredFile.objects.exists()
    assert Question.objects.get().answered_at is None


def test_a_late_answer_is_still_taken(county, signed):
    asked(county, signed)
    assert by_code(signed, at=MONDAY + 20 * DAY).answered_at == MONDAY + 20 * DAY


def test_five_open_questions_are_enough(county, signed):
    for n in range(5):
        asked(county, signed, once_key=f"q{n}", text=f"第{n}样")
    refused("many", asked, county, signed, once_key="q6", text="第六样")


def test_under_family_violence_the_other_side_is_not_asked_before_somebody_allows_it(county, signed):
    correct(
        signed, by=county.actor("su"), at=MONDAY + HOUR, reason="来人说有家暴", about={"flags": ["domestic-violence"]}
    )
    refused("telling", asked, county, signed, of="p2")
    assert asked(county, signed).of == "p1"


def test_the_asker_hears_of_the_answer_and_of_a_day_that_comes_near_once(county, signed):
    asked(county, signed)
    assert remind(MONDAY) == 0 and remind(MONDAY + 7 * DAY) == 1 and remind(MONDAY + 8 * DAY) == 0
    by_code(signed, at=MONDAY + 8 * DAY)
    for pk in Step.objects.values_list("pk", flat=True):
        outbox.work(pk)
        outbox.work(pk)
    told = Notice.objects.filter(person=county.people["he"], case=signed)
    assert sorted(told.filter(code__startswith="question").values_list("kind", "code")) == [
        ("due", "question:1"), ("step", "question-answered"),
    ]  # fmt: skip
    assert remind(MONDAY + 9 * DAY) == 0


def test_row_level_security_shows_a_question_with_its_case_only(county, signed):
    asked(county, signed)
    for name, seen in (("he", 1), ("zhou", 1), ("wen", 0), ("ge", 0)):
        set_scope("staff", sorted(county.actor(name).keys))
        assert Question.objects.count() == seen, name
    set_scope("resident", [door(RECEIPT, 999_999)])
    assert Question.objects.count() == 0


def test_everybody_who_joined_is_asked_for_themselves(county, signed):
    join_party(
        signed, PartyDraft("complainant", name="丁", receipt=None, joined_at=MONDAY), by=county.actor("zhou"), at=MONDAY + HOUR,
        recorded_at=MONDAY + HOUR,
    )  # fmt: skip
    key = next(p.key for p in signed.parties.all() if p.role == "complainant" and p.key != "p1")
    asked(county, signed, of=key, once_key="b")
    asked(county, signed, once_key="a")
    assert [w.row.of for w in read_all(signed, open_row(signed.key), of="p1")] == ["p1"]
    refused("whose", by_code, signed, seq=1)
    assert by_code(signed, seq=2).of == "p1"


def test_the_table_says_what_happens_without_an_answer_and_that_no_clock_stops():
    table = questions.table()
    assert set(table["sorts"]) == {"supplement", "explain"} and all(w["mark"] == "A" for w in table["without"].values())
    assert "不停" in table["clock"]
