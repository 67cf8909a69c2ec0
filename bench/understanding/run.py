"""`jiefen bench understanding`: every figure against its anchor, in one table.

A part is a module of this folder with `measure() -> list of (what, measured, asked, reached or None)`; it joins by its line in PARTS.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time

PARTS = {
    "kinds": "类型",
    "facts": "要素",
    "alike": "相似",
    "harm": "急难",
    "search": "查找",
}
"""Module → its name. A part whose module is not there yet is told of, not passed over."""

Row = tuple[str, str, str, bool | None]


def rows_of(part: str) -> list[Row]:
    """What one part measured; a row that says why when it could not."""
    try:
        module = importlib.import_module(f"bench.understanding.{part}")
    except ModuleNotFoundError as missing:
        if missing.name != f"bench.understanding.{part}":
            return [(f"{PARTS[part]}：没有测", f"缺少 {missing.name}", "", None)]
        return [(f"{PARTS[part]}：还没有这一项", "", "", None)]
    if not hasattr(module, "measure"):
        return [(f"{PARTS[part]}：还没有接上", "", "", None)]
    try:
        return list(module.measure())
    except FileNotFoundError as away:
        return [(f"{PARTS[part]}：没有测", f"没有真实文本（{away.filename}）；用 JIEFEN_DATA 指明所在", "", None)]


def main(words: list[str]) -> int:
    """Print the table. Returns 1 when something falls short of what is asked."""
    ask = argparse.ArgumentParser(prog="jiefen bench understanding", description="逐项测量对文本的理解，与标杆对照。")
    ask.add_argument("--only", action="append", choices=list(PARTS), help="只测这一项，可重复")
    asked = ask.parse_args(words)
    short = 0
    print("| 测什么 | 测得 | 标杆 | 达到 |\n|---|---|---|---|", flush=True)
    for part in asked.only or PARTS:
        print(f"{PARTS[part]} …", file=sys.stderr, flush=True)
        began = time.monotonic()
        for what, measured, wanted, reached in rows_of(part):
            mark = "" if reached is None else "✓" if reached else "✗"
            short += reached is False
            print(f"| {what} | {measured} | {wanted} | {mark} |", flush=True)
        print(f"{PARTS[part]}：{time.monotonic() - began:.0f}秒", file=sys.stderr, flush=True)
    return 1 if short else 0
