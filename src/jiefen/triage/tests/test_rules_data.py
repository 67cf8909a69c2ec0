"""The rules against real messages, when they lie beside the checkout. Figures only; no text is printed or kept."""

import csv
import os
from datetime import date
from pathlib import Path

import pytest

from jiefen.triage.rules import Tables, suggest

pytestmark = [pytest.mark.rules, pytest.mark.data]

REPO = Path(__file__).resolve().parents[4]
DATA = Path(os.environ.get("JIEFEN_DATA") or REPO.parent / "shared" / "data" / "complaints")
TABLES = Tables.load()


def messages(name):
    path = DATA / name
    if not path.exists():
        pytest.skip("真实来件不在检出目录旁边，跳过；用 JIEFEN_DATA 指明它们在哪里。")
    with open(path, encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


def test_it_alarms_on_no_more_than_40_of_1000_messages():
    rows = messages("messages.csv")
    alarms = 0
    for row in rows:  # each on its own day, as the desk asks
        day = date(*map(int, row["time"][:10].split("-")))
        near = bool(TABLES.festivals.near(day))
        found = suggest(row["detail"], subject=row["subject"], tables=TABLES, today=day, holiday=near)
        alarms += bool(found.urgent)
    assert alarms * 1000 <= 40 * len(rows), f"{alarms} / {len(rows)}"


def test_it_names_nearly_every_message_and_agrees_with_the_label_on_four_in_five():
    rows = messages("labelled.csv")
    named = right = 0
    for r in rows:
        text = r["text"].strip().removeprefix(r["subject"].strip())
        kind = suggest(text, subject=r["subject"], tables=TABLES).kind
        if kind:
            named += 1
            right += TABLES.kinds[kind].label7 == r["label"]
    # The seven lump together what we keep apart (a road is 城乡建设 or 交通运输), so eight in ten of all rows is near the top.
    assert named >= 0.95 * len(rows), f"{named} / {len(rows)}"
    assert right >= 0.80 * len(rows), f"{right} / {len(rows)}"
