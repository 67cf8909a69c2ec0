"""The tables that come with the house hold together, and tables that do not are refused with their rows."""

import dataclasses
from pathlib import Path

import pytest

from jiefen.triage.rules import Facts, TableError, Tables
from jiefen.triage.rules import names as house
from jiefen.triage.rules.tables import FOLDER, TIERS, read_csv

pytestmark = pytest.mark.rules

VOCABULARY = Path(__file__).resolve().parents[2] / "procedures" / "definitions" / "vocabulary.yaml"


@pytest.fixture(scope="module")
def tables():
    return Tables.load()


def rows(**changed):
    """The tables' own rows, as `from_rows` takes them, with some replaced."""
    own = {
        "kinds": read_csv(FOLDER / "kinds.csv"),
        "routes": read_csv(FOLDER / "routing.csv"),
        "grades": read_csv(FOLDER / "grade.csv"),
        "words": [(row, tier) for name, tier in TIERS for row in read_csv(FOLDER / name, missing_ok=True)],
        "guards": read_csv(FOLDER / "harm-guards.csv"),
        "upward": read_csv(FOLDER / "upward.csv"),
    }
    return own | changed


def problems(**changed):
    with pytest.raises(TableError) as refused:
        Tables.from_rows(**rows(**changed))
    return refused.value.problems


def test_it_loads_27_kinds_with_their_sub_kinds(tables):
    assert len({k.l1 for k in tables.kinds.values()}) == 27
    assert len(tables.kinds) == 219
    assert tables.label("0104") == "婚恋家庭·赡养"
    assert tables.label("9801") == "9801"


def test_it_gives_every_first_level_kind_a_row_of_its_own(tables):
    assert all(code[:2] in tables.kinds for code in tables.kinds)


def test_it_knows_every_word_for_a_kind_or_a_mark_but_not_both(tables):
    assert len(tables.words) > 1200
    assert all(bool(w.kind) != bool(w.flag) and 1 <= w.weight <= 5 for w in tables.words)
    assert {w.tier for w in tables.words} == {1, 2, 3}
    assert {w.flag for w in tables.words if w.flag} <= set(house.FLAGS)


def test_it_has_a_word_for_nearly_every_sub_kind(tables):
    spoken = {w.kind for w in tables.words}
    silent = {c for c in tables.kinds if len(c) == 4 and c not in spoken}
    assert silent <= {"9905"}


def test_it_uses_no_house_word_about_people():
    for path in FOLDER.glob("*.csv"):
        text = path.read_text("utf-8")
        for word in ("稳控", "管控", "重点人", "劝返", "息访承诺", "缠访", "闹访", "非访", "人员画像", "危险等级"):
            assert word not in text, path.name


def test_it_names_the_same_units_marks_and_levels_as_the_procedures():
    if not VOCABULARY.exists():
        pytest.skip("办理程序的词表还没有放进来。")
    import yaml

    words = yaml.safe_load(VOCABULARY.read_text("utf-8"))
    assert dict(house.UNIT_TYPES) == words["unit-types"]
    assert dict(house.FLAGS) == {name: row["label"] for name, row in words["flags"].items()}
    assert dict(house.HANDLED_AT) == {name: row["handled-at"] for name, row in words["levels"].items()}
    own = {p.stem for p in VOCABULARY.parent.rglob("*.yaml")} - {"vocabulary", "papers", "indicators"}
    if own:
        assert set(house.PROCEDURES) == {name.split(".")[0].split("@")[0] for name in own}


def test_it_refuses_two_equal_rules_with_both_rows():
    own = read_csv(FOLDER / "routing.csv")
    twin = own[30] | {"id": "R999", "unit_type": "court", "expected": "court", "try": ""}
    said = problems(routes=[*own, twin])
    assert "routing.csv 第115行：与第32行同样强，分不出先后" in said


def test_it_refuses_unknown_names_with_file_and_row():
    own = read_csv(FOLDER / "routing.csv")
    own[0] = own[0] | {"unit_type": "nobody", "procedure": "magic", "flag": "bad-person", "kind": "7777"}
    said = problems(routes=own)
    for part in ("nobody", "magic", "bad-person", "7777"):
        assert any(part in p and "routing.csv 第2行" in p for p in said)


def test_it_refuses_a_row_whose_own_example_goes_elsewhere():
    own = read_csv(FOLDER / "routing.csv")
    own[5] = own[5] | {"expected": "court"}
    assert problems(routes=own) == [
        "routing.csv 第7行：试例“village 0406 ordinary official-accused”由 R006 交到 vault，应到 court"
    ]


def test_it_refuses_a_routing_without_a_last_resort():
    own = [r for r in read_csv(FOLDER / "routing.csv") if r["id"] not in ("R015",)]
    assert any("网格、一般 没有兜底规则" in p for p in problems(routes=own))


def test_it_refuses_missing_columns_words_and_doubles():
    assert any("缺少列" in p for p in problems(routes=[{"id": "R1"}]))
    own = rows()["words"]
    assert any("重复" in p for p in problems(words=[*own, own[0]]))
    bad = ({"word": "某词", "kind": "0101", "flag": "hardship", "weight": "9"}, 1)
    assert any("某词" in p for p in problems(words=[*own, bad]))


def test_it_refuses_a_grade_row_that_reads_who_complained_how_often_or_by_which_channel():
    own = read_csv(FOLDER / "grade.csv")
    for field in ("person", "times_complained", "channel", "complainant", "visits"):
        row = own[0] | {"id": "G99", "field": field}
        assert any(field in p and "定级因素" in p for p in problems(grades=[*own, row]))
    assert not {f.name for f in dataclasses.fields(Facts)} & {"person", "channel", "source", "complainant", "history"}


def test_it_refuses_an_upward_circle():
    said = problems(upward=[{"unit_type": "grid", "up": "water"}, {"unit_type": "water", "up": "grid"}])
    assert any("绕回" in p for p in said)


def test_it_swaps_in_another_dated_routing(tables):
    own = read_csv(FOLDER / "routing.csv")
    own[-1] = own[-1] | {"unit_type": "county-centre", "expected": "county-centre"}
    other = tables.with_routes(own)
    assert other.routes[-1].unit_type == "county-centre"
    assert tables.routes[-1].unit_type == "hotline-centre"
    with pytest.raises(TableError):
        tables.with_routes(own[20:])
