"""On a county's own PostgreSQL, prepared by the words of the manual, everything works as on the one that comes along."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.kill.clerk import Clerk
from tests.kill.house import House
from tests.kill.made import BUILD
from tests.kill.named import NamedServer
from tests.kill.test_step import FOUND, until_all_is_done, waiting

pytestmark = pytest.mark.kill


@pytest.fixture(scope="module")
def server() -> Iterator[NamedServer]:
    with NamedServer() as server:
        yield server


@pytest.fixture(scope="module")
def named(server: NamedServer) -> Iterator[House]:
    """A house on the server, migrated, with the small county and one matter taken in over HTTP."""
    with House(**server.prepare("")) as house:
        house.jiefen("init")
        house.run(BUILD)
        house.start()
        clerk = Clerk(house, "zhou")
        clerk.sign_in()
        said = {"once_key": "named-1", "channel": "window", "identity": "named", "name": "兰秀英",
                "phone": "13800002061", "text": "改造工地拖欠工资9560元，请帮我要回来。"}  # fmt: skip
        _, where, _ = clerk.post("/register/", said)
        labour = house.run("from jiefen.people.models import Unit\nprint(Unit.objects.get(code='labour').pk)")
        choice = {"action": "open", "kind": "0701", "unit": labour, "procedure": "hotline-order", "ask_type": "求助",
                  "grade": "ordinary", "demands": "支付拖欠工资", "area_code": ""}  # fmt: skip
        status, _, page = clerk.post(f"/intakes/{where.split('/')[2]}/", choice)
        assert status == 302, page[-2000:]
        until_all_is_done(house)
        yield house


def test_it_needs_no_server_of_its_own(named: House):
    assert not (named.home / "pg" / "data").exists()
    assert named.get("/")[0] == 200
    assert waiting(named)["succeeded"] == 2
    assert len(named.run(FOUND)["cases"]) == 1


def test_it_serves_as_a_plain_role_under_the_floor(named: House):
    with psycopg.connect(named.env["DATABASE_URL"]) as link:
        assert link.execute("SELECT count(*) FROM cases_case").fetchone() == (0,), "no scope, no row"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            link.execute("DELETE FROM cases_step")
        link.rollback()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            link.execute("CREATE TABLE mine (id int)")


def test_it_tells_a_wrong_password_by_its_number(named: House):
    house = House(
        **{name: url.replace("made", "wrong") for name, url in named.env.items() if name.startswith("DATABASE_")}
    )
    with house:
        done = house.jiefen("migrate", check=False)
    assert done.returncode == 3, done.stderr
    assert "wrong" not in done.stderr


@pytest.fixture(scope="module")
def backup(named: House) -> Path:
    """All of that house in one file, with its key."""
    kept = named.home / "kept.jiefen"
    named.jiefen("backup", "--with-key", str(kept))
    return kept


@pytest.fixture(scope="module")
def found(named: House) -> Any:
    """What is in that house."""
    return named.run(FOUND)


def test_it_comes_back_on_another_database_whose_roles_have_other_names(backup: Path, found: Any, server: NamedServer):
    with House(**server.prepare("_two")) as other:
        other.jiefen("restore", str(backup))
        assert other.jiefen("verify", check=False).returncode == 0
        with psycopg.connect(other.env["DATABASE_URL"]) as link, pytest.raises(psycopg.errors.InsufficientPrivilege):
            link.execute("DELETE FROM cases_step")
        # A second time it is refused, unless one says that what is there may go; then nothing of it is left.
        assert other.jiefen("restore", str(backup), check=False).returncode == 4
        with psycopg.connect(other.env["DATABASE_OWNER_URL"]) as link:
            link.execute("CREATE TABLE of_yesterday (id int)")
        other.jiefen("restore", "--force", str(backup))
        with psycopg.connect(other.env["DATABASE_OWNER_URL"]) as link:
            assert link.execute("SELECT to_regclass('of_yesterday')").fetchone() == (None,)
        assert other.run(FOUND) == found


def test_it_moves_to_the_server_that_comes_along(backup: Path, found: Any):
    with House() as other:
        other.jiefen("restore", str(backup))
        assert other.run(FOUND) == found
        assert other.jiefen("verify", check=False).returncode == 0
