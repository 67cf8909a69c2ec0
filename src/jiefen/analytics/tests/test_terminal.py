"""What `jiefen indicators` and `jiefen export ledger` print, and the numbers they leave with."""

import csv
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jiefen.analytics.tests.small import local, matters
from jiefen.cli.main import jiefen
from jiefen.kernel import clock


def run(*words: str) -> Result:
    return CliRunner().invoke(jiefen, list(words))


@pytest.fixture
def made(county, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: local(10, 20))
    return matters(county)


def test_it_prints_name_sentence_counts_percent_version_mark_and_day(made):
    said = run("indicators", "answered-within-30")
    assert said.exit_code == 0, said.output
    for words in (
        "30日内答复率  answered-within-30",
        "2 / 3 = 66.67 %，另2件未满期",
        "来件之日起三十日内",
        "定义第1版，A",
        "截至 2026-10-20",
    ):
        assert words in said.output
    assert "1 / 2 = 50.00 %，另1件未满期" in run("indicators", "15日内答复率", "--as-of", "2026-09-16").output


def test_it_prints_everything_and_says_what_is_not_connected(made):
    said = run("indicators").output
    assert said.count("定义第1版") == 26
    assert "尚未接上 28 个" in said and "satisfied" in said
    assert "区域树：1 + 2 + 2 + 1 = 6" in said


def test_it_lists_the_numbers_behind_both_counts(made, tmp_path: Path):
    said = run("indicators", "answered-within-15", "--list", "--area", "450399100000").output
    assert "分子 2：" in said and "分母 5：" in said and said.count(made["a"].number) == 2
    path = tmp_path / "behind.csv"
    assert "已写5行" in run("indicators", "answered-within-15", "--list", "--csv", str(path)).output
    with path.open(encoding="utf-8-sig", newline="") as raw:
        rows = list(csv.DictReader(raw))
    assert [(r["编号"], r["计入分母"], r["计入分子"], r["日数"]) for r in rows[:2]] == [
        (made["a"].number, "是", "是", "15"), (made["b"].number, "是", "", "16"),
    ]  # fmt: skip
    assert "已写54行" in run("indicators", "--csv", str(path)).output


def test_a_matter_of_the_vault_is_neither_counted_nor_listed(made, county):
    county.intake(at=local(9, 12), text="举报某局长收受贿赂，帮人拿工程，请纪委查处。", once_key="sealed")
    said = run("indicators", "intakes", "--list").output
    assert "  5 件" in said and "分子 5：" in said and "检举控告" not in said


@pytest.mark.parametrize(
    "words",
    [("no-such",), ("--area", "999999000000"), ("--as-of", "2026-10-21"), ("--as-of", "2026-02-30"), ("--colour",)],
)
def test_it_leaves_with_2_for_what_there_is_not(made, words: tuple[str, ...]):
    said = run("indicators", *words)
    assert said.exit_code == 2
    assert "Traceback" not in said.output


def test_it_exports_the_ledger_and_compares_it(made, tmp_path: Path):
    path = tmp_path / "t.xlsx"
    said = run("export", "ledger", "--to", str(path), "--as-of", str(date(2026, 10, 1)), "--area", "450399100000")
    assert said.exit_code == 0 and "已导出5件" in said.output, said.output
    assert run("export", "ledger", "--to", str(path)).exit_code == 4
    same = run("export", "ledger", "--compare", str(path))
    assert (same.exit_code, "没有差别" in same.output) == (0, True), same.output
    from jiefen.analytics.ledger_file import read_ledger, write_rows

    sheet = read_ledger(path)
    rows = [tuple(int(v) if n in (0, 10, 25) else v for n, v in enumerate(values)) for _, values in sheet.rows]
    write_rows(path, [(*rows[0][:11], "改过", *rows[0][12:]), *rows[1:]], sheet.said)
    other = run("export", "ledger", "--compare", str(path))
    assert other.exit_code == 1 and f"L4 {made['a'].number}“简要情况”：表里是“改过”" in other.output


@pytest.mark.parametrize("words", [(), ("--to", "a.xlsx", "--compare", __file__), ("--compare", __file__)])
def test_it_leaves_with_2_for_a_wrong_use_of_export(made, words: tuple[str, ...]):
    assert run("export", "ledger", *words).exit_code == 2


def test_it_leaves_with_2_for_an_office_there_is_not(made, tmp_path: Path):
    assert run("export", "ledger", "--to", str(tmp_path / "t.xlsx"), "--unit", "nobody").exit_code == 2
