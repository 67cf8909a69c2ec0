"""`jiefen suggest`: a kind for each line of a file, without the database."""

import csv
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import click

from jiefen.cli import lines
from jiefen.cli.leaving import NOT_READY, Leave
from jiefen.cli.ready import stopwatch

COLUMNS = ("row", "id", "label", "chance", "second", "why", "harm")
IDS = ("id", "ID", "编号", "n")


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
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="写到哪个文件，默认标准输出")
def command(path: Path, columns: str, model_path: Path | None, to: Path | None) -> None:
    clock = stopwatch()
    with lines.written(to) as out:
        _run(path, [c.strip() for c in columns.split(",") if c.strip()], model_path, out, clock)


def _run(path: Path, columns: list[str], model_path: Path | None, out: TextIO, clock: Any) -> None:
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
    for number, name, subject, text in _rows(path, columns):
        done += 1
        if not (subject + text).strip():
            skipped += 1
            write.writerow([number, name, "", "", "", "没有文字", 0])
            continue
        answer = _by_model(model, tables, subject, text) if model else _by_list(tables, subject, text)
        if not answer[0]:
            silent[answer[3]] += 1
        write.writerow([number, name, *answer])
        if time.monotonic() - said > 2:
            said = time.monotonic()
            lines.progress(f"  {done}行 …")
    lines.progress(f"{done}行，{clock()}；没有文字跳过{skipped}行；不作建议{sum(silent.values())}行")
    for why, n in silent.most_common():
        lines.progress(f"  {why}：{n}行")


def _rows(path: Path, columns: list[str]) -> Iterator[tuple[int, str, str, str]]:
    """Row number (2 is the first after the heading), id, subject, text. Streams. Leaves with 2 for a missing column."""
    for n, row in lines.rows(path, columns):
        own = next((c for c in IDS if c in row), "")
        parts = [row[c] or "" for c in columns]
        yield n, row.get(own) or "", "".join(parts[:-1]), parts[-1]


def _by_model(model: Any, tables: Any, subject: str, text: str) -> tuple[str, str, str, str, int]:
    from jiefen.triage.learning.guess import ask

    whole = f"{subject}\n{text}" if subject else text
    found, harm = ask(model, whole, tables)
    words = "、".join(dict.fromkeys(h.word for h in found.hits))
    return found.code, f"{found.score:.4f}" if found.code else "", found.second, found.abstained or words, harm


def _by_list(tables: Any, subject: str, text: str) -> tuple[str, str, str, str, int]:
    from jiefen.triage.rules import suggest

    made = suggest(text, subject=subject, tables=tables)
    words = "、".join(dict.fromkeys(h.word for h in made.hits if h.code[:2] == made.kind[:2])) if made.kind else ""
    return (
        made.kind,
        f"{made.share:.3f}" if made.kind else "",
        made.second,
        made.abstained or words,
        int(bool(made.urgent)),
    )
