"""A house that was set up once a process and is copied: initdb, the migrations and the small county cost more than a kill.

with made() as house:      # a copy of its own: data, keys, nothing running yet
    house.start()
"""

import atexit
import subprocess
from functools import cache
from pathlib import Path

from jiefen.cli import migrate
from jiefen.kernel import embedded, embedded_place
from tests.kill.clerk import PASSWORD
from tests.kill.house import House

WORKING = ("zhou", "he", "he_head", "caller")
"""Who can sign in; all by the same password."""
BUILD = f"""
from tests.world import build
from jiefen.cli.static import collect_if_stale
from pathlib import Path
import os
collect_if_stale(Path(os.environ["JIEFEN_HOME"]))
world = build()
for name in {WORKING!r}:
    world.people[name].set_password({PASSWORD!r})
    world.people[name].save()
print(json.dumps({{name: unit.pk for name, unit in world.units.items()}}))
"""


@cache
def _first() -> tuple[House, dict[str, int]]:
    """The house that is copied, stopped in an orderly way, and its offices by their short names."""
    house = House()
    atexit.register(house.__exit__)
    house.jiefen("migrate", "--quiet")
    units: dict[str, int] = house.run(BUILD)
    embedded.stop(house.home)
    return house, units


def units() -> dict[str, int]:
    """Offices of every copy, by their short names."""
    return _first()[1]


def made() -> House:
    """A house with the small county, its database not yet started. Use as a context."""
    first, _units = _first()
    house = House()
    theirs, ours = embedded.remembered(first.home), embedded_place.choose(house.home)
    assert theirs is not None
    subprocess.run(["cp", "-a", f"{theirs.data}/.", ours.data], check=True)  # -a: the server's user keeps its files
    for part in ("keys", "static", "static.stamp", "pg/prepared"):
        subprocess.run(["cp", "-a", first.home / part, house.home / part], check=True)
    # The note that it is migrated names the place, which is the copy's own.
    count = migrate._note(first.home).read_text().partition(" ")[2]
    migrate._note(house.home).write_text(f"{migrate.schema_mark(house.home)} {count}")
    for note in ("postmaster.pid", "server.log"):
        Path(ours.data, note).unlink(missing_ok=True)
    return house
