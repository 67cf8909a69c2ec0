"""`jiefen facts`: what a file's texts say, fact by fact, without the database."""

import csv
import json
import time
from datetime import date, datetime
from pathlib import Path
from typing import TextIO

import click

from jiefen.cli import lines
from jiefen.cli.leaving import WRONG_USE, Leave
from jiefen.cli.ready import stopwatch
from jiefen.triage.facts import draw
from jiefen.triage.rules import Gazetteer

NAMED = 20
"""So many of the skipped rows are named one by one; the rest only counted."""


@click.command(
    help="从文件每一行的文字里抽取事实，写成 JSON 行：row、kind、start、end、words、value、side、sure。不用数据库，边读边写。\n\n"
    "kind：person 姓名、organisation 单位、place 地点、amount 金额（分）、date 日期、count 人数、phone 电话、identity 证件号、plate 车牌。"
    "start、end 是在原文里的位置，从 0 数起。row 是文件里的行号，表头是 1。\n\n退出码：0；2 用法不对。"
)
@click.option(
    "--csv", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True, help="读哪个文件"
)
@click.option("--text", "column", default="text", show_default=True, help="文字在哪一列")
@click.option(
    "--areas",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="区域表：code,name,level,parent,aliases（别名用分号隔开）；不写就只认地址的样子",
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="说话的日子，“上个月底”从它算起；默认今天")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="写到哪个文件，默认标准输出")
def command(path: Path, column: str, areas: Path | None, on: datetime | None, to: Path | None) -> None:
    with lines.written(to) as out:
        _run(path, column, _gazetteer(areas), on.date() if on else _today(), out)


def _today() -> date:
    from jiefen.kernel.clock import local_day, now

    return local_day(now())


def _gazetteer(path: Path | None) -> Gazetteer | None:
    if path is None:
        return None
    with open(path, encoding="utf-8-sig", newline="") as source:
        rows = csv.DictReader(source)
        missing = {"code", "name", "level"} - set(rows.fieldnames or ())
        if missing:
            raise Leave(f"{path.name}里没有{'、'.join(sorted(missing))}这几列", WRONG_USE)
        return Gazetteer(
            [(r["code"], r["name"], r["level"], r.get("parent") or "", r.get("aliases") or "") for r in rows]
        )


def _run(path: Path, column: str, gazetteer: Gazetteer | None, on: date, out: TextIO) -> None:
    clock, said = stopwatch(), time.monotonic()
    done = facts = 0
    skipped: list[int] = []
    for number, row in lines.rows(path, [column]):
        text = row[column] or ""
        done += 1
        if not text.strip():
            skipped.append(number)
            continue
        for f in draw(text, gazetteer, on).facts:
            facts += 1
            told = {
                "row": number,
                "kind": f.kind,
                "start": f.start,
                "end": f.end,
                "words": f.words,
                "value": f.value,
                "side": f.side,
                "sure": f.sure,
            }
            out.write(json.dumps(told, ensure_ascii=False) + "\n")
        if time.monotonic() - said > 2:
            said = time.monotonic()
            lines.progress(f"  {done}行，{facts}项 …")
    lines.progress(f"{done}行，抽取{facts}项，{clock()}；跳过{len(skipped)}行")
    if skipped:
        more = f" 等{len(skipped)}行" if len(skipped) > NAMED else ""
        lines.progress(f"  没有文字的行：{'、'.join(map(str, skipped[:NAMED]))}{more}")
