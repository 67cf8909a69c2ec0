"""Every public verb, done by two at the same moment: one does it, the other reads a sentence or what stands, never an error.

Which verbs there are is read from the source. A new one that is in no row fails here until it has one, or until it is said in
`verbs.py` where else it is raced, or that it only reads or is part of others, both of which are proved here.
"""

from importlib import import_module

import pytest
from django.db import InternalError, connection, transaction

from jiefen.cases.integrity import verify
from jiefen.cases.models import Case
from jiefen.cases.rebuild import rebuild
from jiefen.kernel.scope import scope
from tests.attacks import race_cases, race_last, race_more, race_rest, race_setup
from tests.attacks.callers import Callers
from tests.attacks.racing import DAY, Stage, Table, faults
from tests.attacks.verbs import ELSEWHERE, READS, ROOT, SOURCE, WITHIN, verbs
from tests.committed import empty
from tests.world import MONDAY, build

TABLES = {"setup": race_setup.table, "rest": race_rest.table, "more": race_more.table, "matters": race_cases.table,
          "last": race_last.table}  # fmt: skip
RACED = {verb for table in TABLES.values() for line in table for verb in line.verbs}


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """One committed county for the whole table."""
    with django_db_blocker.unblock():
        try:
            yield Stage(build())
        finally:
            connection.close()
            empty()


def run(stage: Stage, table: Table) -> list[str]:
    """What is wrong with each row."""
    found = []
    for line in table:
        try:
            race = line.stage(stage)
        except Exception as wrong:
            found.append(f"{line}: could not be staged: {wrong!r}")
            continue
        found += [f"{line}: {fault}" for fault in faults(race)]
    return found


@pytest.mark.parametrize("name", TABLES)
def test_of_two_at_once_one_does_it(stage, name):
    wrong = run(stage, TABLES[name])
    assert not wrong, "\n".join(wrong)


def test_after_all_of_it_the_chains_verify_and_the_caches_are_what_the_rows_say(stage):
    with scope("worker"):
        assert Case.objects.count() > len(race_cases.table)
    assert [str(p) for p in verify(files=False)] + [str(d) for d in rebuild(check=True, at=MONDAY + 400 * DAY)] == []


def test_every_verb_is_raced_or_said_why_not():
    there = set(verbs())
    said = RACED | set(ELSEWHERE) | READS | WITHIN
    assert sorted(there - said) == [], "a row for it, or where it is raced, or why not"
    for verb in sorted(said - there):  # others are raced too; what is named must be there
        module, _dot, name = verb.rpartition(".")
        assert callable(getattr(import_module(f"jiefen.{module}"), name, None)), f"{verb} is no more"
    for verb, path in ELSEWHERE.items():
        text = (ROOT / path).read_text("utf-8")
        name = "serve" if verb.endswith(".deliver") else verb.rpartition(".")[2]  # a paper is served by delivering it
        assert "at_once(" in text and f"{name}(" in text, f"{verb} is not raced in {path}"


def test_what_only_reads_does_so_where_nothing_can_be_written(stage):
    tried = set()
    for verb, do in race_last.reading(stage):
        with transaction.atomic(), scope("worker"):
            connection.cursor().execute("SET TRANSACTION READ ONLY")
            do()
        tried.add(verb)
    assert tried == READS
    with pytest.raises(InternalError, match="read-only"), transaction.atomic(), scope("worker"):
        connection.cursor().execute("SET TRANSACTION READ ONLY")
        Case.objects.update(number="x")


def test_parts_of_verbs_are_come_to_through_raced_ones_alone():
    callers = Callers(SOURCE)
    raced = RACED | set(ELSEWHERE)
    wrong = {verb: found for verb in sorted(WITHIN) if (found := callers.from_outside(verb, raced))}
    assert wrong == {}
    for verb in WITHIN - {"cases.chain.link"}:
        assert callers.of[verb], f"nobody calls {verb}: the names were not understood"
    without = raced - {"channels.upper.actions.enter", "channels.upper.actions.take_receipt"}
    assert "channels.upper.views._enter" in callers.from_outside("channels.upper.actions.enter", without)
