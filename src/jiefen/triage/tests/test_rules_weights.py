"""Estimated weights of words, beside the hand-made word list."""

import csv
from dataclasses import replace

import pytest

from jiefen.kernel.masking import mask_names
from jiefen.triage.rules import Tables, classify, suggest
from jiefen.triage.rules.kindweights import Weights, read
from jiefen.triage.rules.lexicon import ESTIMATED
from jiefen.triage.rules.scan import Scanner
from jiefen.triage.rules.tables import FOLDER, Entry
from jiefen.triage.rules.text import fold

pytestmark = pytest.mark.rules

CODES = ["0702", "0703", "1601", "1602"]
SMALL = Weights(["工资", "自来水", "路面", "坑洼"], CODES, ([0, 1, 2, 3, 0], [2, 5, 4, 4, 0]), [40, 50, 30, 40, 10])


def told(text, subject="", weights=SMALL):
    whole = fold(f"{subject}\n{text}")
    return classify(whole, len(subject) + 1, found(whole, weights), weights)


def found(whole, weights=SMALL):
    """The scan of a list that knows these words alone."""
    scanner = Scanner((word, Entry((), (), frozenset(), row=n)) for n, word in enumerate(weights.words))
    return scanner.scan(whole)


def test_it_reads_the_first_place_of_each_word_and_the_subject_loudest():
    whole = fold("路面\n路面坑洼，自来水也停，坑洼。")
    said = SMALL.said([(start, entry.row) for start, _, entry in found(whole)], 3)
    assert [(SMALL.words[r], at) for r, at in zip(said.rows, said.starts, strict=True)] == [
        ("路面", 0),
        ("坑洼", 5),
        ("自来水", 8),
    ]
    assert said.counts[0] > said.counts[1] == said.counts[2]
    assert sum(c * c for c in said.counts) < 1  # a few words never speak with full weight


def test_a_first_level_weight_counts_for_each_of_its_sub_kinds():
    row = SMALL.matrix[0].tolist()
    assert row == [50, 10, 0, 0]


def test_few_known_words_leave_the_answer_to_the_list():
    assert told("路面坑洼").abstained


def test_the_words_it_shows_stand_in_the_text():
    known = ["路面", "坑洼", "积水", "车辆", "过去", "今年", "雨天", "行人", "老人", "摔倒", "希望", "修好", "尽快"]
    many = replace(SMALL, words=known, at=([0, 1, 2, 3], [4, 4, 4, 4]), weights=[60, 60, 40, 30])
    text = "今年车辆过去，坑洼里积水，雨天行人、老人摔倒，希望尽快修好。"
    made = told(text, subject="路面", weights=many)
    assert made.code == "1601"
    assert [h.tier for h in made.hits] == [ESTIMATED] * len(made.hits) and len(made.hits) >= 3
    texts = {"subject": "路面", "body": text}
    assert all(texts[h.where][h.start : h.end] == h.word for h in made.hits)


@pytest.mark.parametrize(
    "row",
    [{"word": "水", "weights": "1602:5"}, {"word": "供水", "weights": "7777:5"}, {"word": "供水", "weights": "1602"}],
)
def test_it_refuses_a_row_that_does_not_hold(row):
    problems: list[str] = []
    read([row], CODES, problems)
    assert problems and "第2行" in problems[0]


def test_the_table_holds_no_name_number_or_place():
    with open(FOLDER / "kind-weights.csv", encoding="utf-8", newline="") as source:
        words = [row["word"] for row in csv.DictReader(source)]
    assert 4_000 < len(words) < 12_000
    assert not [w for w in words if mask_names(w) != w]
    assert not [w for w in words if w.endswith(("市", "县", "花园", "家园", "新城")) and len(w) > 2]
    assert all("一" <= c <= "鿿" for w in words for c in w)


def test_an_accusation_the_list_hears_is_never_talked_away():
    text = "实名举报：村支书贪污侵吞集体款项，还收受贿赂，以权谋私。多位老人的低保、养老金、医保报销、残疾补贴都没有领到，申请了三年，民政局、社保局也没有答复。"
    assert suggest(text, tables=Tables.load()).kind[:2] == "24"


def test_a_suggestion_by_words_names_them_and_says_how_sure():
    made = suggest(
        "小区门口的地方年年开挖，高低不平，车辆经过颠簸，下雨天积水，老人摔倒，市民出行不便，盼望有关部门尽快安排修整恢复原状。",
        tables=Tables.load(),
    )
    assert made.kind == "1601" and 0.5 < made.share < 1 and made.score > made.second_score
    assert any(h.tier == ESTIMATED for h in made.hits)
