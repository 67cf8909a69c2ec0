"""`jiefen suggest`: a kind for each line of a file, without the database."""

import csv
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import click

from jiefen.cli import lines
from jiefen.cli.leaving import NOT_READY, Leave
from jiefen.cli.ready import stopwatch

COLUMNS = ("row", "id", "label", "chance", "second", "why", "harm")
IDS = ("id", "ID", "编号", "n")
AT_ONCE = 64
"""So many lines are asked about together, which is quicker than one by one."""
Answer = tuple[str, str, str, str, int]
_DAY = re.compile(r"\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)")


@dataclass(frozen=True, slots=True)
class Asked:
    """A line of the file: its number (2 is the first after the heading), id, subject, text, and the day it was told."""

    number: int
    name: str
    subject: str
    text: str
    day: date | None

    @property
    def has_words(self) -> bool:
        """Whether there is anything to read."""
        return bool((self.subject + self.text).strip())


@click.command(
    help="给文件里的每一行建议类型，写成 CSV：row,id,label,chance,second,why,harm。不用数据库，边读边写；拿不准的 label 空着，why 说为什么。\n\n"
    "写 --model：用学好的模型（jiefen learn 写的）；不写：用词表，label 是本系统的类型代码。harm 是 1 的，文中有人可能要紧急帮助。"
    "why 里只有文中的词，不抄原文。\n\n退出码：0；2 用法不对；4 模型打不开。"
)
@click.option(
    "--csv", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True, help="读哪个文件"
)
@click.option(
    "--text", "columns", default="text", show_default=True, help="文字在哪一列；标题和正文分开时写 标题列,正文列"
)
@click.option("--model", "model_path", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="用这个模型")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="说话的日子：过节以前，欠薪更急。不写就当不知道")
@click.option(
    "--day-column", default="", help="每行自己的日子在哪一列（2026-01-20、2026/1/20 10:00 都行）；读不出的用 --day"
)
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="写到哪个文件，默认标准输出")
def command(
    path: Path, columns: str, model_path: Path | None, day: datetime | None, day_column: str, to: Path | None
) -> None:
    clock = stopwatch()
    with lines.written(to) as out:
        wanted = [c.strip() for c in columns.split(",") if c.strip()]
        _run(_rows(path, wanted, day_column, day.date() if day else None), model_path, out, clock)


def _run(rows: Iterator[Asked], model_path: Path | None, out: TextIO, clock: Any) -> None:
    from jiefen.triage.rules import Tables

    tables = Tables.load()
    model = None
    if model_path:
        from jiefen.triage.learning.model import BadModel, load

        try:
            model = load(model_path)
        except BadModel as bad:
            raise Leave(str(bad), NOT_READY) from None
    write = csv.writer(out)
    write.writerow(COLUMNS)
    done, silent, skipped, said = 0, Counter[str](), 0, time.monotonic()
    while part := list(islice(rows, AT_ONCE)):
        asked = [one for one in part if one.has_words]
        answers = iter(_by_model(model, tables, asked) if model else [_by_list(tables, one) for one in asked])
        for one in part:
            done += 1
            if not one.has_words:
                skipped += 1
                write.writerow([one.number, one.name, "", "", "", "没有文字", 0])
                continue
            answer = next(answers)
            if not answer[0]:
                silent[answer[3]] += 1
            write.writerow([one.number, one.name, *answer])
        if time.monotonic() - said > 2:
            said = time.monotonic()
            lines.progress(f"  {done}行 …")
    lines.progress(f"{done}行，{clock()}；没有文字跳过{skipped}行；不作建议{sum(silent.values())}行")
    for why, n in silent.most_common():
        lines.progress(f"  {why}：{n}行")


def _rows(path: Path, columns: list[str], day_column: str, day: date | None) -> Iterator[Asked]:
    """Streams. Leaves with 2 for a missing column."""
    for n, row in lines.rows(path, [*columns, *([day_column] if day_column else [])]):
        own = next((c for c in IDS if c in row), "")
        parts = [row[c] or "" for c in columns]
        told = (day_of(row[day_column] or "") if day_column else None) or day
        yield Asked(n, row.get(own) or "", "".join(parts[:-1]), parts[-1], told)


def day_of(words: str) -> date | None:
    """The day a cell begins with; None where it begins with none."""
    found = _DAY.match(words)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _by_model(model: Any, tables: Any, asked: list[Asked]) -> Iterator[Answer]:
    from jiefen.triage.learning.guess import ask_all

    texts = [(f"{one.subject}\n{one.text}" if one.subject else one.text, one.day) for one in asked]
    for found, harm in ask_all(model, texts, tables):
        words = "、".join(dict.fromkeys(h.word for h in found.hits))
        yield found.code, f"{found.score:.4f}" if found.code else "", found.second, found.abstained or words, harm


def _by_list(tables: Any, one: Asked) -> Answer:
    from jiefen.triage.rules import suggest

    near = bool(tables.festivals.near(one.day))
    made = suggest(one.text, subject=one.subject, tables=tables, today=one.day, holiday=near)
    words = "、".join(dict.fromkeys(h.word for h in made.hits if h.code[:2] == made.kind[:2])) if made.kind else ""
    return (
        made.kind,
        f"{made.share:.3f}" if made.kind else "",
        made.second,
        made.abstained or words,
        int(bool(made.urgent)),
    )
