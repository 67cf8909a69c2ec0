"""The embedded server: it starts once, outlives a command, comes back after a crash, and knows its two roles."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from jiefen.kernel import embedded, embedded_place


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="jiefen-pg-"))
    folder.chmod(0o711)
    yield folder
    embedded.destroy(folder)
    shutil.rmtree(folder, ignore_errors=True)


def test_it_serves_two_roles_and_the_plain_one_owns_nothing(home: Path):
    urls = embedded.ensure(home)
    with psycopg.connect(urls.owner) as owner:
        owner.execute("CREATE TABLE note (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, path ltree, words text)")
        owner.execute("ALTER TABLE note ENABLE ROW LEVEL SECURITY")
    with psycopg.connect(urls.app) as app:
        powers = "SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        assert app.execute(powers).fetchone() == (False, False, False)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("DROP TABLE note")
        app.rollback()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("INSERT INTO note (path, words) VALUES ('a.b', '兰')")  # no policy lets it
        app.rollback()
        assert app.execute("SELECT count(*) FROM note").fetchone() == (0,)
        assert {"pg_trgm", "ltree", "btree_gist"} <= {row[0] for row in app.execute("SELECT extname FROM pg_extension")}


def test_it_keeps_what_was_acknowledged_when_it_is_killed(home: Path):
    urls = embedded.ensure(home)
    with psycopg.connect(urls.owner) as link:
        link.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    number = embedded.running(home)
    assert number is not None
    os.kill(number, signal.SIGKILL)
    while embedded.running(home) == number:
        time.sleep(0.01)
    embedded.ensure(home)
    with psycopg.connect(urls.app) as link:
        assert link.execute("SELECT count(*) FROM kept").fetchone() == (1000,)


def test_it_starts_quickly_the_second_time_and_costs_nothing_while_it_runs(home: Path):
    embedded.ensure(home)
    embedded.stop(home)
    began = time.monotonic()
    assert embedded.start(home)
    assert time.monotonic() - began < 3
    began = time.monotonic()
    assert not embedded.start(home)
    assert time.monotonic() - began < 0.1


def test_it_is_started_once_when_two_commands_ask_at_once(home: Path):
    words = "import sys, pathlib; from jiefen.kernel import embedded; print(embedded.start(pathlib.Path(sys.argv[1])))"
    both = [
        subprocess.Popen([sys.executable, "-c", words, str(home)], stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    assert sorted(one.communicate()[0].strip() for one in both) == ["False", "True"]


def test_it_forgets_a_note_that_a_crash_left_behind(home: Path):
    embedded.ensure(home)
    place = embedded.remembered(home)
    assert place is not None
    embedded.stop(home)
    note = Path(place.data) / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n{place.data}\n")  # a number that now belongs to somebody else
    assert embedded.running(home) is None
    assert embedded.start(home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user for the server")
def test_it_lies_outside_a_home_the_server_may_not_enter(home: Path):
    home.chmod(0o700)
    inner = home / "var"
    try:
        urls = embedded.ensure(inner)
        place = embedded.remembered(inner)
        assert place is not None
        assert Path(place.data).is_relative_to(embedded_place.OUTSIDE)
        assert not Path(place.socket).is_relative_to(home)
        psycopg.connect(urls.app).close()
    finally:
        embedded.destroy(inner)
    assert not Path(place.data).exists()


@pytest.mark.rules
def test_it_is_not_used_when_a_server_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db/jiefen")
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    assert not embedded.is_embedded()
    assert embedded.resolve_urls(tmp_path) == ("postgresql://app@db/jiefen",) * 2
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://owner@db/jiefen")
    assert embedded.resolve_urls(tmp_path).owner == "postgresql://owner@db/jiefen"


@pytest.mark.rules
def test_it_answers_addresses_without_a_server_and_makes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    home = tmp_path / ("long" * 40) / "home"
    urls = embedded.resolve_urls(home)
    assert urls.owner.startswith("postgresql://jiefen_owner@/jiefen?host=")
    assert len(embedded_place.socket_folder(home).as_posix()) <= embedded_place.LONGEST_SOCKET_FOLDER
    assert list(tmp_path.iterdir()) == []
