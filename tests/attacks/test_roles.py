"""Role × route × object: what everybody gets at every address, read and sent. The table stands beside, for people to read.

A route that is not in `routes.csv` fails the first test: whoever adds one says there who may come in. To draw the table anew
after a change that was meant: `JIEFEN_DRAW_ROUTES=1 pytest tests/attacks/test_roles.py`, then read the difference line by line.
"""

import csv
import io
import os
from pathlib import Path

import pytest
from django.test import Client

from jiefen.desk import door
from tests.attacks.ground import PEOPLE, build, clients, patterns, quickly, tried
from tests.world import MONDAY

TABLE = Path(__file__).with_name("routes.csv")
HEAD = ("route", "method", *PEOPLE)


def table() -> dict[tuple[str, str], dict[str, str]]:
    """(route, method) → person → status."""
    rows = csv.DictReader(io.StringIO("".join(ln for ln in TABLE.open(encoding="utf-8") if not ln.startswith("#"))))
    return {(row["route"], row["method"]): {name: row[name] for name in PEOPLE} for row in rows}


@pytest.mark.rules
def test_every_route_stands_in_the_table_and_no_other():
    there = {(f"/{pattern}", method) for pattern, _view in patterns() for method in ("GET", "POST")}
    said = set(table())
    assert not there - said, f"say in tests/attacks/routes.csv who may come in: {sorted(there - said)}"
    assert not said - there, f"no such route any more: {sorted(said - there)}"


def status(client: Client, method: str, address: str) -> int:
    """What somebody gets. Sending is taken back; reading leaves lines and nothing else."""
    if method == "POST":
        return int(tried(client, "post", address).status_code)
    return int(client.get(address).status_code)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_everybody_gets_what_the_table_says(county, monkeypatch, settings, method):
    """A page that says it is for everybody is asked for by three; the others would be answered by the same lines."""
    quickly(monkeypatch, settings)
    monkeypatch.setattr(door, "now", lambda: MONDAY)
    ground = build(county)
    at = clients(county)
    drawn = {}
    for pattern, view in patterns():
        address = ground.address(pattern)
        asks = ("su", "wen", "nobody") if getattr(view, "guard", ("",))[0] == "public" else PEOPLE
        got = {name: str(status(at[name], method, address)) for name in asks}
        drawn[f"/{pattern}"] = {name: got.get(name, got["su"]) for name in PEOPLE}
    if os.environ.get("JIEFEN_DRAW_ROUTES"):
        _draw(method, drawn)
    said = table()
    wrong = [
        f"{method} {route} as {name}: {got}, should be {said[(route, method)][name]}"
        for route, row in drawn.items() if (route, method) in said
        for name, got in row.items() if got != said[(route, method)][name]
    ]  # fmt: skip
    assert not wrong, "\n".join(wrong[:60])


def _draw(method: str, drawn: dict[str, dict[str, str]]) -> None:
    kept = {key: row for key, row in table().items() if key[1] != method} if TABLE.exists() else {}
    rows = kept | {(route, method): row for route, row in drawn.items()}
    remarks = [ln for ln in TABLE.open(encoding="utf-8") if ln.startswith("#")] if TABLE.exists() else []
    with TABLE.open("w", encoding="utf-8") as out:
        out.writelines(remarks)
        writer = csv.DictWriter(out, HEAD, lineterminator="\n")
        writer.writeheader()
        for (route, way), row in sorted(rows.items()):
            writer.writerow({"route": route, "method": way, **row})


@pytest.mark.rules
def test_the_table_gives_nobody_an_error_and_a_stranger_nothing_of_the_matter():
    ours = [(route, method, row) for (route, method), row in table().items() if not route.startswith("/follow/<")]
    assert not [(r, m, row) for r, m, row in ours if any(status.startswith("5") for status in row.values())]
    of_matter = [(r, m, row) for r, m, row in ours if "<str:slug>" in r or "<str:number>" in r]
    assert len(of_matter) > 60
    assert not [(r, m, row["wen"]) for r, m, row in of_matter if row["wen"] not in ("404", "405")]
    assert not [(r, m, row["an"]) for r, m, row in of_matter if row["an"] not in ("404", "405")]
    assert not [(r, m, row["nobody"]) for r, m, row in of_matter if row["nobody"] not in ("302", "405")]
