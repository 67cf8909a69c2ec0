"""How dear a find is at a million matters: what the last `jiefen bench -- --rows 1000000` measured, as clerk and as handler."""

from __future__ import annotations

import json
from pathlib import Path

RESULTS = Path(__file__).resolve().parents[1] / "results"
ASKED = {
    "search-rare-clerk": ("少见的词，接待员", 20), "search-middling-clerk": ("不多不少的词，接待员", 20),
    "search-common-clerk": ("最常见的词，接待员", 150), "search-rare-handler": ("少见的词，承办人", 20),
    "search-middling-handler": ("不多不少的词，承办人", 20), "search-common-handler": ("最常见的词，承办人", 150),
}  # fmt: skip
"""Measure → what it is, and the milliseconds of processor time it may take."""


def measure() -> list[tuple[str, str, str, bool | None]]:
    """Rows of the table: what, measured, asked, reached."""
    kept = sorted(RESULTS.glob("*-1000000.json"))
    if not kept:
        return [("查找：没有测", "先运行 jiefen bench -- --rows 1000000", "", None)]
    results = json.loads(kept[-1].read_text("utf-8"))["results"]
    rows: list[tuple[str, str, str, bool | None]] = []
    for name, (what, most) in ASKED.items():
        took = results.get(name, {}).get("cpu_ms")
        said = f"{took} ms CPU（{kept[-1].name[:10]}测）" if took is not None else "没有测"
        rows.append((f"查找（一百万件）：{what}", said, f"≤ {most} ms", None if took is None else took <= most))
    return rows
