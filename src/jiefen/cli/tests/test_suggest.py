"""`jiefen suggest`: on anybody's file, without the database."""

from datetime import date

from click.testing import CliRunner

from jiefen.cli.suggest import command, day_of


def test_the_command_knows_the_day_of_a_row_and_a_day_makes_wages_urgent_before_the_feast(tmp_path):
    assert [day_of(words) for words in ("2026/1/5 10:00", "2026年1月5日", "2026-01-05T08", "2026-13-05", "昨天", "")] == [
        *[date(2026, 1, 5)] * 3, None, None, None,
    ]  # fmt: skip
    told = "公司拖欠我的工资"
    (tmp_path / "rows.csv").write_text(f"id,text,day\n1,{told},2026-02-10\n2,{told},2026-06-20\n3,{told},\n", "utf-8")
    answer = CliRunner().invoke(command, ["--csv", str(tmp_path / "rows.csv"), "--day-column", "day"])
    assert [line[-1] for line in answer.output.splitlines() if line[:1] in "234" and "," in line] == ["1", "0", "0"]
