"""The table of who may see what names, for each rule, tests that are there."""

import re

import pytest

from tests.house.tree import ROOT

pytestmark = pytest.mark.rules

NAMED = re.compile(r"`((?:src|tests)/[\w/.-]+\.py)::(\w+)`")
HELD = re.compile(r"`([\w/]+(?:/|\.py|\.sql|\.v1\.sql))`")


def rows() -> list[list[str]]:
    lines = (ROOT / "docs/reference/access.md").read_text("utf-8").splitlines()
    table = [line for line in lines if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table]


def test_every_rule_says_where_it_is_held_and_which_test_proves_it():
    wrong = []
    assert len(rows()) > 30
    for row in rows():
        if len(row) != 3 or not NAMED.findall(row[2]):
            wrong.append(f"no test: {row[0][:60]}")
            continue
        for path, name in NAMED.findall(row[2]):
            file = ROOT / path
            if not file.exists() or not re.search(rf"^(?:async )?def {name}\(", file.read_text("utf-8"), re.M):
                wrong.append(f"no such test: {path}::{name}")
        wrong += [
            f"no such place: {place}" for place in re.findall(r"`([^`]+)`", row[1]) if not (ROOT / "src/jiefen" / place).exists()
        ]  # fmt: skip
    assert not wrong, "\n".join(wrong)
