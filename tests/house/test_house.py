"""The house in order: one direction, read-me's, migrations, published definitions, drawn procedures, small files."""

import os
import re
import subprocess
import sys

import pytest

from tests.house.tree import PACKAGE, ROOT, lines, texts, tracked

pytestmark = pytest.mark.rules

GENERATED = (
    "migrations/", "package-lock.json", "requirements.lock", ".csv", ".svg", ".po", ".geojson", ".yaml", ".lock", ".md", ".json",
)  # fmt: skip
MOST_LINES = 400
LONG_FOR_A_REASON = {
    "src/jiefen/desk/tests/test_admin.py": "one page after another of one part, read by its headings",
}


def packages() -> list[str]:
    return sorted(p.parent.name for p in PACKAGE.glob("*/__init__.py") if p.parent.name not in ("config",))


@pytest.mark.parametrize("name", packages())
def test_every_package_says_its_addresses_its_rights_and_its_records(name: str):
    path = PACKAGE / name / "README.md"
    assert path.exists(), f"src/jiefen/{name}/README.md is missing"
    text = path.read_text("utf-8").lower()
    for words in (("url", "地址", "page", "verb"), ("right", "权", "| who |"), ("record", "记录")):
        assert any(word in text for word in words), f"{name}/README.md says nothing of its {words[0]}s"
    assert len(text.splitlines()) <= 120, "a read-me is two screens"


def test_work_flows_one_way():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False, env=_env(),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-500:]


def test_no_migration_is_missing():
    """Asked of the models and the files alone; the database is not touched."""
    import django.apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState
    from django.utils import translation

    loader = MigrationLoader(None)
    assert not loader.detect_conflicts()
    with translation.override(None):  # as `makemigrations` does: labels are compared untranslated
        state = ProjectState.from_apps(django.apps.apps)
        changes = MigrationAutodetector(loader.project_state(), state).changes(loader.graph)
    ours = {app for app in changes if django.apps.apps.get_app_config(app).name.startswith("jiefen.")}
    assert not ours, f"makemigrations would write for {sorted(ours)}"


def test_every_numbered_sql_file_is_run_by_a_migration():
    said = "\n".join(text for name, text in texts(".py").items() if "/migrations/" in name)
    left = [p for p in tracked() if p.suffix == ".sql" and p.parent.name == "sql" and p.name not in said]
    queries = "\n".join(text for name, text in texts(".py").items() if "/migrations/" not in name)
    assert not [str(p.relative_to(ROOT)) for p in left if p.name not in queries]


def test_published_definitions_are_unchanged():
    from jiefen.procedures.loader import check_lock

    assert check_lock() == []


def test_no_file_is_longer_than_one_sitting():
    long = {
        name: text.count("\n")
        for name, text in texts(".py", ".html", ".js", ".css", ".sql").items()
        if text.count("\n") > MOST_LINES and not any(mark in name for mark in GENERATED)
    }
    assert set(long) <= set(LONG_FOR_A_REASON), long
    assert all((ROOT / name).exists() for name in LONG_FOR_A_REASON), "a reason for a file that is gone"


DAYS = re.compile(r"timedelta\((?:days|weeks)=\s*(\d+)")
DAYS_FOR_A_REASON = {
    "src/jiefen/kernel/clock.py": "the calendar day after",
    "src/jiefen/procedures/days.py": "the calendar day after",
    "src/jiefen/procedures/reckoning.py": "a week of the calendar drawn",
    "src/jiefen/procedures/counting.py": "arithmetic of the calendar",
    "src/jiefen/cli/demo/": "the made-up past of the demo county",
    "src/jiefen/desk/supervise/queries.py": "how far a list looks back; no right and no duty hangs on it",
    "src/jiefen/channels/ledger/actions.py": "when an interrupted upload may be taken up by somebody else; no duty hangs on it",
    "src/jiefen/analytics/exports.py": "how long a finished download is kept",
    "src/jiefen/analytics/asker.py": "the calendar day before",
    "src/jiefen/triage/facts/lunar.py": "the calendar's months and weeks, to read what somebody calls a day",
    "src/jiefen/desk/roster/": "the week before and after, and how far its lists look; no duty hangs on it",
}


def test_no_number_of_days_stands_in_code():
    """The law is data: a limit of days is in a procedure's file or in a dated setting, with its source."""
    bare = [
        f"{name}:{n}: {line.strip()}"
        for name, n, line in lines(".py")
        if name.startswith("src/") and "/tests/" not in name and "/migrations/" not in name and DAYS.search(line)
        and not name.startswith(tuple(DAYS_FOR_A_REASON))
    ]  # fmt: skip
    assert not bare, bare


def test_a_rule_asks_nobody_for_the_time():
    """`now` is called at the edge (pages, processes, commands) and passed in as `at=`."""
    edge = (
        "kernel/clock.py", "kernel/reaper.py", "desk/", "channels/", "cli/", "analytics/", "procedures/catalogue.py", "/jobs.py",
        "cases/rebuild.py", "procedures/actions.py", "places/actions.py", "kernel/supervise.py", "kernel/embedded.py",
    )  # fmt: skip
    calls = re.compile(r"(datetime\.now\(|timezone\.now\(|date\.today\(|(?<![\w.])now\(\))")
    bare = [
        f"{name}:{n}: {line.strip()}"
        for name, n, line in lines(".py")
        if name.startswith("src/") and "/tests/" not in name and calls.search(line) and "heartbeat" not in line
        and "procrastinate_" not in line and not any(e in name for e in edge)
        and not line.lstrip().startswith(("#", '"'))
    ]  # fmt: skip
    assert not bare, bare


DOORS = (
    "desk/lists.py", "desk/follow.py", "desk/portal.py", "desk/tasks.py", "desk/admin/verbs.py", "desk/intakes.py",
    "channels/ledger/", "channels/window/actions.py", "analytics/", "/queries.py",
)  # fmt: skip


def test_pages_reach_matters_through_the_door():
    """A heuristic, above the floor: each file of `DOORS` was read and asks under the reader's own scope or through a door.

    `visible_cases`, `case_for` and the named questions; a page that asks the table itself forgets the door one day."""
    bare = [
        f"{name}:{n}: {line.strip()}"
        for name, n, line in lines(".py")
        if name.startswith(("src/jiefen/desk/", "src/jiefen/channels/")) and "/tests/" not in name
        and re.search(r"\b(Case|Intake|Party|Demand|Step|Paper|FollowUp)\.objects\.(all|filter|get|exclude|values)", line)
        and not any(door in name for door in DOORS)
        and "doors__overlap" not in line and "case=case" not in line and "case=row" not in line and "intake=intake" not in line and "case_id__in" not in line
    ]  # fmt: skip
    assert not bare, bare


def test_it_starts_without_what_only_jobs_need():
    heavy = ("sklearn", "lightgbm", "pandas", "scipy", "typst", "pyspark")
    start = "import django; django.setup(); import jiefen.config.urls, sys"
    words = f"{start}; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", words], cwd=ROOT, capture_output=True, text=True, check=True, env=_env()
    )
    assert done.stdout.strip() == "[]"


def _env() -> dict[str, str]:
    return os.environ | {"DJANGO_SETTINGS_MODULE": "jiefen.config.settings", "PYTHONPATH": str(ROOT / "src")}
