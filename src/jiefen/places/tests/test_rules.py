"""Codes, levels and names of areas."""

from pathlib import Path

import pytest
import yaml

from jiefen.places import rules

pytestmark = pytest.mark.rules

VOCABULARY = Path(__file__).parents[2] / "procedures" / "definitions" / "vocabulary.yaml"


@pytest.mark.parametrize(
    ("code", "level", "fits"),
    [
        ("450399000000", "county", True),
        ("000000000000", "county", False),
        ("450399101000", "county", False),
        ("450399101000", "township", True),
        ("450399000000", "township", False),
        ("450399101200", "township", False),
        ("450399101200", "village", True),
        ("450399101000", "village", False),
        ("450399000200", "village", False),
        ("45039910120000000001", "micro-grid", True),
        ("45039910120000000000", "micro-grid", False),
        ("450399101200", "micro-grid", False),
        ("４50399101200", "village", False),
        ("45039910120", "village", False),
        ("450399101200\n", "village", False),
        ("450399101200", "hamlet", False),
    ],
)
def test_it_knows_the_form_of_each_levels_code(code: str, level: str, fits: bool) -> None:
    assert (rules.code_problem(code, level) is None) is fits


def test_it_reads_the_parent_out_of_the_code() -> None:
    assert rules.parent_code_of("450399000000", "county") is None
    assert rules.parent_code_of("450399101000", "township") == "450399000000"
    assert rules.parent_code_of("450399101200", "village") == "450399101000"
    assert rules.parent_code_of("45039910120000000001", "dedicated") == "450399101200"


def test_it_lets_nothing_lie_where_the_vocabulary_does_not_allow_it() -> None:
    assert rules.place_problem("450399101200", "village", "450399101000", "township") is None
    assert rules.place_problem("450399101200", "village", "450399000000", "county") is not None
    assert rules.place_problem("450399101200", "village", "450399102000", "township") is not None
    assert rules.place_problem("450399000000", "county", "450399101000", "township") is not None
    assert rules.place_problem("450399101000", "township", None, None) is not None
    # A micro-grid in a grid carries the village's twelve digits, as the grid does.
    assert rules.place_problem("45039910120000000101", "micro-grid", "45039910120000010000", "grid") is None
    assert rules.place_problem("45039900000000000001", "dedicated", "450399000000", "county") is None


@pytest.mark.skipif(not VOCABULARY.exists(), reason="no vocabulary beside this package")
def test_it_has_the_levels_of_the_vocabulary() -> None:
    words = yaml.safe_load(VOCABULARY.read_text(encoding="utf-8"))["levels"]
    assert {key: set(row["under"]) for key, row in words.items()} == {
        key: set(level.under) for key, level in rules.LEVELS.items()
    }
    numbered = {key: row["number"] for key, row in words.items() if "number" in row}
    assert numbered == {key: rules.LEVELS[key].number for key in numbered}


@pytest.mark.parametrize("name", ["", "=1+1", "-石桥村", "@村", "石桥 村", "石桥村\u200b", "石" * 61, "<b>村"])
def test_it_refuses_what_is_no_name(name: str) -> None:
    assert rules.name_problem(name)


@pytest.mark.parametrize("name", ["石桥村", "第3微网格", "城关司法所（南）", "㙟村", "新民·东"])
def test_it_takes_ordinary_and_rare_names(name: str) -> None:
    assert rules.name_problem(name) is None
