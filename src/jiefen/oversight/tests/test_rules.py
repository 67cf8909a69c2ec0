"""What follows from what was heard, as a table an official can read; and what the law leaves out."""

import csv
from pathlib import Path

import pytest

from jiefen.oversight.answers import last_answer, occasion, shape_of
from jiefen.oversight.left_out import left_out, table
from jiefen.oversight.rules import WHY, Heard, consequence
from jiefen.procedures import loader
from jiefen.procedures.clocks import Happened
from tests.world import MONDAY

pytestmark = pytest.mark.rules
WINDOW = 90
YES = {"yes": True, "no": False, "": None}
with (Path(__file__).parent / "again.csv").open(encoding="utf-8", newline="") as lines:
    TABLE = list(csv.DictReader(lines))
WORDS = loader.load_vocabulary()
PROCEDURES = {p.name: p for p in (loader.trusted(f.read_text("utf-8"), WORDS) for f in loader.procedure_files())}


@pytest.mark.parametrize("row", TABLE, ids=[f"{n}-{r['procedure']}-{r['state']}" for n, r in enumerate(TABLE, 2)])
def test_it_proposes_what_the_table_says(row):
    found = consequence(
        PROCEDURES[row["procedure"]], row["state"], Heard(YES[row["solved"]], YES[row["satisfied"]], row["ground"]),
        days=int(row["days"]) if row["days"] else None, window=WINDOW, unanswered=row["unanswered"] == "yes",
        left_out=row["left_out"] == "yes",
    )  # fmt: skip
    assert (found.step, found.why) == (row["step"], row["why"]), row["note"]
    assert found.why in WHY


def test_it_proposes_only_steps_that_may_be_taken_from_there():
    for row in TABLE:
        if row["step"]:
            assert row["state"] in PROCEDURES[row["procedure"]].steps[row["step"]].from_states


def test_it_knows_for_every_procedure_where_an_answer_is_given():
    gives = {name: sorted(shape_of(p).gives) for name, p in PROCEDURES.items() if p.about == "matter"}
    without = {name for name, steps in gives.items() if not steps}
    assert without == {"accusation-handover", "judicial-confirmation"}  # these answer nobody's demand
    assert {"sign-written", "record-oral"} <= set(gives["peoples-mediation"])
    assert "settle" in gives["long-standing-case"] and "settle-on-spot" in gives["screening-hidden-danger"]


def history(*names: str, people: dict[int, tuple[str, ...]] | None = None, paper: str = "") -> list[Happened]:
    return [
        Happened(
            seq=n, name=name, at=MONDAY, state="", complainants=(people or {}).get(n, ()),
            paper=paper if name == "delivered" else "",
        )
        for n, name in enumerate(names, 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("procedure", "steps", "answer", "asked"),
    [
        ("hotline-order", ["opened", "dispatch", "sign"], 0, 0),
        ("hotline-order", ["opened", "dispatch", "sign", "reply"], 4, 4),
        ("hotline-order", ["opened", "dispatch", "sign", "reply", "delivered"], 4, 4),
        ("hotline-order", ["opened", "dispatch", "sign", "reply", "call-back"], 4, 5),
        ("hotline-order", ["opened", "dispatch", "sign", "reply", "call-back", "opened", "corrected"], 4, 5),
        ("hotline-order", ["opened", "dispatch", "sign", "reply", "redo"], 0, 0),
        ("hotline-order", ["opened", "dispatch", "sign", "reply", "redo", "reply"], 6, 6),
        ("hotline-order", ["opened", "dispatch", "sign", "reply", "call-back", "reopen", "sign", "reply"], 8, 8),
        ("screening-hidden-danger", ["opened", "settle-on-spot"], 2, 2),
        ("screening-hidden-danger", ["opened", "settle-on-spot", "strike-off"], 2, 3),
        ("peoples-mediation", ["opened", "accept", "sign-written"], 3, 3),
        ("long-standing-case", ["opened", "settle", "send-back", "settle"], 4, 4),
        ("petition-claim", ["opened", "accept", "issue-opinion", "serve", "close"], 3, 5),
    ],
)
def test_it_finds_the_answer_that_stands(procedure, steps, answer, asked):
    rows = history(*steps)
    assert (last_answer(PROCEDURES[procedure], rows), occasion(PROCEDURES[procedure], rows)) == (answer, asked)


def test_it_does_not_take_an_answer_for_that_of_somebody_who_joined_later():
    rows = history("opened", "dispatch", "sign", "reply", "opened", "delivered", people={1: ("p1",), 5: ("p2",), 6: ("p2",)},
                   paper="hotline-reply")  # fmt: skip
    order, each = PROCEDURES["hotline-order"], frozenset({"hotline-reply"})
    assert last_answer(order, rows[:5], person="p1", each=each) == 4
    assert last_answer(order, rows[:5], person="p2", each=each) == 0
    assert last_answer(order, rows, person="p2", each=each) == 6


def test_it_leaves_out_what_the_law_leaves_out_and_says_where_it_was_read():
    common = {"procedure": "petition-claim", "state": "closed", "kind": "0701"}
    assert left_out(**common) is None
    assert left_out(**common | {"kind": "2302"}).code == "litigation-kind"
    assert left_out(**common, lead="court").code == "court"
    assert left_out(**common, flags=["in-litigation"]).code == "in-litigation"
    assert left_out(**common | {"state": "referred"}).code == "referred"
    assert left_out(**common | {"procedure": "accusation-handover"}).code == "vault"
    assert left_out(**common, stratum=1).ask is True
    assert all(row.source and row.mark in "VMA" and row.says.endswith("。") for row in table())
    assert len({row.code for row in table()}) == len(table())
