"""The real messages, where they lie beside the checkout. They are read from there and never copied in."""

import csv
import os
from pathlib import Path

import pytest

from jiefen.cases.models import Case
from jiefen.channels.ledger.actions import import_file
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope

pytestmark = pytest.mark.data
FOLDER = (
    Path(os.environ.get("JIEFEN_DATA", Path(__file__).resolve().parents[4] / ".." / "shared" / "data")) / "complaints"
)


def real(name: str) -> Path:
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the real messages are not here ({name}); name their folder by JIEFEN_DATA")
    return path


def part(path: Path, to: Path, count: int) -> Path:
    with path.open(encoding="utf-8-sig", newline="") as source, to.open("w", encoding="utf-8", newline="") as out:
        rows = csv.reader(source)
        csv.writer(out).writerows(row for row, _ in zip(rows, range(count + 1), strict=False))
    return to


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def test_it_takes_all_messages_in_and_finds_the_hundred_groups(county):
    report = import_file(real("messages.csv"), "upper-messages")
    assert (report.rows, report.created, report.bad, report.twins) == (4326, 4326, 0, 100)
    assert "100组" in "\n".join(report.lines())
    rows = Intake.objects.filter(batch=report.batch)
    assert rows.count() == 4326 and not rows.filter(suggestion={}).exists()
    assert sum(n for k, n in report.counts.items() if k == "vault" or k.startswith("centre")) == 4326


def test_it_makes_answered_orders_of_replied_messages(county, tmp_path):
    report = import_file(part(real("replied.csv"), tmp_path / "r.csv", 25), "upper-replied", helpers=0)
    assert (report.created, report.bad, report.counts["answered"]) == (25, 0, 25)
    assert set(Case.objects.values_list("state", flat=True)) == {"replied"}
    again = import_file(tmp_path / "r.csv", "upper-replied", helpers=0)
    assert (again.created, again.known) == (0, 25)
