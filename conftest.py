"""Tests need a PostgreSQL server. Unless `DATABASE_URL` names one, the embedded one is started here and left running.

Each worker of xdist gets a test database of its own on it (`test_jiefen_…_gw0`), copied from a migrated one
(`tests/template.py`). Which role owns it and which role the tests then use is decided by `django_db_setup` below.
"""

import gc
import os

import pytest

from jiefen.kernel import embedded


def pytest_configure(config: pytest.Config) -> None:
    """Start the server once, before anything asks for a database; `-m rules` asks for none and starts none."""
    os.environ.setdefault("JIEFEN_REQUIRE_MFA", "0")  # tests of the second factor ask for it themselves
    quick = config.option.markexpr.strip() == "rules" or config.option.collectonly
    if embedded.is_embedded() and not quick and "PYTEST_XDIST_WORKER" not in os.environ:
        embedded.ensure()
    from django.conf import settings

    # Pages under test need no collected files with hashes in their names.
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.PASSWORD_HASHERS = ["tests.quick.Argon2"]


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported and collected stays to the end: nothing there need be looked through for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    """Migrate as the owner, then let the tests come in as the plain role: row-level security holds in every test."""
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    from tests import template

    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    with django_db_blocker.unblock():
        owner = connections["owner"]
        # With the process's number in its name, two runs on one machine do not meet.
        name = f"test_jiefen_{os.getpid()}{'_' + worker if worker else ''}"
        template.copied(owner, name)
        owner.settings_dict["TEST"]["NAME"] = name
        kept = setup_databases(verbosity=0, interactive=False, keepdb=True, aliases={"owner"}, serialized_aliases=set())
        plain = connections["default"]
        plain.close()
        if hasattr(plain, "close_pool"):
            plain.close_pool()
        plain.settings_dict["NAME"] = owner.settings_dict["NAME"]
        owner.close()
    yield
    with django_db_blocker.unblock():
        plain.close()
        plain.close_pool()
        teardown_databases(kept, verbosity=0)


@pytest.fixture(autouse=True)
def _nothing_kept():
    """What processes keep for some seconds is forgotten between tests."""
    from jiefen.cases import ground
    from jiefen.procedures import catalogue
    from jiefen.triage import setup

    for kept in (ground, catalogue, setup):
        kept.forget()
    yield


_built: dict[str, object] = {}


@pytest.fixture
def county(db):
    """The small county of every test, with its people (tests/world.py): built once a process, then put back."""
    from tests import snapshot
    from tests.world import KINDS, World, build

    if not _built:
        world, _built["rows"] = snapshot.taken(build)
        _built["names"] = snapshot.numbers({part: getattr(world, part) for part in KINDS})
        return world
    snapshot.put_back(_built["rows"])
    return World(**snapshot.named(KINDS, _built["names"]))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first, so that none of them is left alone at the end."""
    items.sort(key=lambda item: "slow" not in item.keywords)


def pytest_make_parametrize_id(config, val, argname):
    """A value whose repr changes from run to run would give each worker tests of other names."""
    said = repr(val)
    return f"{argname}-{type(val).__name__}" if " at 0x" in said else None
