"""A backup holds everything but the key, refuses to be used when damaged, and comes back as it was."""

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from jiefen.cli import leaving
from jiefen.kernel import embedded
from tests.kill.house import House

COUNT = "SELECT count(*) FROM django_content_type"
LOW = "最低八千就签，别告诉他"
TALK = f"""
from tests.world import build
from jiefen.mediation.actions import tell_alone
from jiefen.mediation.tests.test_labour import labour
world = build()
with scope("worker"):
    w = labour(world).in_session()
    tell_alone(w.case, "p1", words="{LOW}", kind="concession", fen=800000, by=world.actor("ming", w.later()), at=w.at)
print(json.dumps([w.case.pk, w.at.isoformat()]))
"""
READ = """
from datetime import datetime
from jiefen.cases.integrity import verify
from jiefen.cases.models import Case, Party
from jiefen.mediation.queries import lane_seen
from jiefen.people.actor import actor_by_id
from jiefen.people.models import Person
case, at = {case}, datetime.fromisoformat("{at}")
with scope("staff", actor_by_id(Person.objects.get(username="ming").pk, at).keys):
    seen = lane_seen(Case.objects.get(pk=case), Party.objects.get(case=case, key="p1"))
    rows = [row.words for row in seen.rows] if seen else []
print(json.dumps([rows, [str(problem) for problem in verify()]]))
"""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House() as house:
        house.jiefen("migrate", "--quiet")
        (house.home / "files" / "ab").mkdir(parents=True)
        (house.home / "files" / "ab" / "abcd").write_bytes(b"sealed" * 1000)
        (house.home / "models").mkdir()
        (house.home / "models" / "kind-0001.model").write_bytes(b"weights")
        (house.home / "models" / "kind-0001.draft").write_bytes(b"half")
        (house.home / "models" / "in-use.json").write_text('{"history": [1]}')
        (house.home / "keys" / "master.key").write_text(f"1 {'ab' * 32}\n")
        (house.home / "keys" / "master.key").chmod(0o600)
        yield house


@pytest.fixture(scope="module")
def talk(house: House) -> str:
    """What a side said to its mediator alone; how to read it as that mediator, and to verify everything."""
    case, at = house.run(TALK)
    return READ.format(case=case, at=at)


@pytest.fixture(scope="module")
def kept(house: House, talk: str) -> Path:
    target = house.home / "kept.jiefen"
    done = house.jiefen("backup", str(target))
    assert "主密钥不在备份里" in done.stdout
    return target


def count(house: House) -> int:
    with psycopg.connect(embedded.resolve_urls(house.home).owner) as link:
        return (link.execute(COUNT).fetchone() or (0,))[0]


def test_it_holds_database_and_files_with_their_sums_but_not_the_key(kept: Path):
    with tarfile.open(kept) as tar:
        names = tar.getnames()
        manifest = json.load(tar.extractfile("manifest.json") or io.BytesIO())
    models = ["models/kind-0001.model", "models/in-use.json"]
    files = [name for name in names if name.startswith("files/")]
    assert "files/ab/abcd" in files and names == ["database.dump", *files, *models, "manifest.json"]
    assert set(manifest["members"]) == {"database.dump", *files, *models}
    assert kept.stat().st_mode & 0o077 == 0


def test_it_does_not_write_over_what_is_there_without_being_told(house: House, kept: Path):
    assert house.jiefen("backup", str(kept), check=False).returncode == leaving.NOT_READY
    assert house.jiefen("restore", str(kept), check=False).returncode == leaving.NOT_READY


def test_it_comes_back_as_it_was(house: House, kept: Path, talk: str):
    before = count(house)
    with psycopg.connect(embedded.resolve_urls(house.home).owner) as link:
        link.execute("TRUNCATE django_content_type, mediation_lane CASCADE")
    (house.home / "files" / "ab" / "abcd").unlink()
    (house.home / "models" / "in-use.json").write_text('{"history": [1, 2]}')
    house.jiefen("restore", "--force", str(kept))
    assert count(house) == before > 0
    assert (house.home / "models" / "in-use.json").read_text() == '{"history": [1]}'
    assert (house.home / "models" / "kind-0001.model").read_bytes() == b"weights"
    assert (house.home / "files" / "ab" / "abcd").read_bytes() == b"sealed" * 1000
    assert house.jiefen("migrate").returncode == leaving.FINE
    with psycopg.connect(embedded.resolve_urls(house.home).app) as link:  # the plain role's rights came back too
        assert link.execute(COUNT).fetchone() == (before,)
    assert house.run(talk) == [[LOW], []]  # a talk with one side alone too: read by its mediator, its chain whole


def test_it_changes_nothing_when_one_byte_of_the_backup_is_wrong(house: House, kept: Path):
    before = count(house)
    damaged = house.home / "damaged.jiefen"
    content = bytearray(kept.read_bytes())
    content[2000] ^= 1
    damaged.write_bytes(content)
    done = house.jiefen("restore", "--force", str(damaged), check=False)
    assert done.returncode == leaving.FOUND
    assert "不符" in done.stderr
    cut = house.home / "cut.jiefen"
    cut.write_bytes(kept.read_bytes()[: kept.stat().st_size // 2])
    assert house.jiefen("restore", "--force", str(cut), check=False).returncode == leaving.FOUND
    assert count(house) == before


def test_it_refuses_a_backup_of_a_newer_program(house: House, kept: Path):
    newer = house.home / "newer.jiefen"
    with tarfile.open(kept) as old, tarfile.open(newer, "w") as new:
        for member in old:
            content = (old.extractfile(member) or io.BytesIO()).read()
            if member.name == "manifest.json":
                manifest = json.loads(content)
                manifest["migrations"].append(["cases", "9999_from_tomorrow"])
                content = json.dumps(manifest).encode()
                member.size = len(content)
            new.addfile(member, io.BytesIO(content))
    done = house.jiefen("restore", "--force", str(newer), check=False)
    assert done.returncode == leaving.NOT_READY
    assert "更新的程序" in done.stderr


def test_the_key_is_exported_and_put_back_but_never_swapped_by_accident(house: House):
    key, copy = house.home / "keys" / "master.key", house.home / "copy.key"
    house.jiefen("key", "export", str(copy))
    assert copy.stat().st_mode & 0o077 == 0
    key.unlink()
    house.jiefen("key", "restore", str(copy))
    assert key.read_text() == copy.read_text()
    other = house.home / "other.key"
    other.write_text(f"1 {'cd' * 32}\n")
    assert house.jiefen("key", "restore", str(other), check=False).returncode == leaving.NOT_READY
    other.write_text("not a key\n")
    assert house.jiefen("key", "restore", str(other), check=False).returncode == leaving.FOUND
    assert key.read_text() == copy.read_text()
