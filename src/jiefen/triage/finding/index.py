"""What is written down of each matter so that it is found by its words, and when.

One row a matter: a case, with its title, what its letters say and what is asked in it; or an intake that is part of no case.
Beside the marks of its masked words the row holds codes for its doors, places and month. The vault has no rows. A row follows
from the matter alone, so that `rebuild` works out the same one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from jiefen.cases import ground
from jiefen.cases.models import Case
from jiefen.intake.models import Intake
from jiefen.kernel import ask
from jiefen.kernel.models import SealKey
from jiefen.kernel.seal import Key, Sealed, open_row
from jiefen.people.actor import RECEIPT, sort_of
from jiefen.triage.finding import words
from jiefen.triage.models import SearchRow

VAULT = Case.Stratum.VAULT
OF_CASE = ("number", "outside_number", "title", "doors", "area", "opened_at", "stratum", "key")
OF_INTAKE = ("number", "outside_number", "subject", "words", "teller", "doors", "area", "received_at", "key")
"""The columns a row is made from: reading the others costs more than making it."""
_COLUMNS = ("id", "area_id", "key_id", *OF_INTAKE)
MOST_LETTERS = 20
"""Of a matter that many brought, the first say what it is about."""

Rows = Mapping[int, tuple[datetime, str]]
"""Number of a case or an intake → when it began, and its row in the database's words."""


def codes_of(doors: Sequence[int], area: int, at: datetime) -> list[str]:
    """Where a matter's doors, places and month stand in its row. A receipt's door is its holder's, who searches nothing."""
    return [
        *(words.door_code(d) for d in sorted(doors) if sort_of(d) != RECEIPT),
        *(words.area_code(a) for a in ground.lineage(area)),
        *words.day_codes(at),
    ]


def said_in(intake: Intake, key: Key) -> tuple[str, str, tuple[str, ...]]:
    """What an intake says: its subject as given, its text, and the names to be covered. Raises Sealed."""
    said = key.open(intake.words, field="intake.words") or {}
    teller = key.open(intake.teller, field="intake.teller") or {} if intake.teller else {}
    subject, text = said.get("subject", "") or "", said.get("text", "") or ""
    return ("" if text.startswith(subject) else subject), text, (teller.get("name", ""),)


def _letter(intake: Intake, key: Key) -> list[str]:
    subject, text, names = said_in(intake, key)
    return [words.masked(one, names) for one in (subject, text) if one]


def rows_of_intakes(intakes: Iterable[Intake]) -> dict[int, tuple[datetime, str]]:
    """The rows of intakes that stand alone; none of those whose key is gone."""
    made = {}
    for row in intakes:
        try:
            key = open_row(row.key)
            title = key.open(row.subject, field="intake.subject") or ""
            texts = _letter(row, key)
        except Sealed:
            continue
        codes = codes_of(row.doors, row.area_id, row.received_at)
        made[row.pk] = (row.received_at, words.document([row.number, row.outside_number, title], texts, codes))
    return made


def rows_of_cases(cases: Sequence[Case]) -> dict[int, tuple[datetime, str]]:
    """The rows of cases; none of those whose key is gone. Two questions, however many."""
    ids = [case.pk for case in cases]
    letters: dict[int, list[Intake]] = defaultdict(list)
    of_intake, sql = _letters()
    for part_of, *values in ask.rows(*ask.about(sql, ids)):
        if len(letters[part_of]) < MOST_LETTERS:
            letters[part_of].append(_made(of_intake, values))
    asked: dict[int, list[bytes]] = defaultdict(list)
    for case_id, text in ask.rows(*ask.about(DEMANDS, ids)):
        asked[case_id].append(text)
    made = {}
    for case in cases:
        try:
            key = open_row(case.key)
            title = key.open(case.title, field="case.title") or ""
            texts = [part for row in letters[case.pk] for part in _letter(row, open_row(row.key))]
            texts += [words.masked(key.open(text, field="demand.text") or "") for text in asked[case.pk]]
        except Sealed:
            continue
        titles = [case.number, case.outside_number, title, *(row.number for row in letters[case.pk])]
        codes = codes_of(case.doors, case.area_id, case.opened_at)
        made[case.pk] = (case.opened_at, words.document(titles, texts, codes))
    return made


DEMANDS = "SELECT case_id, text FROM cases_demand WHERE case_id = ANY (%s::bigint[]) ORDER BY seq"


M = TypeVar("M", Case, Intake)


@lru_cache(maxsize=1)
def _key() -> ask.Columns[SealKey]:
    return ask.Columns(SealKey, "k")


def _made(of: ask.Columns[M], values: Sequence[Any]) -> M:
    """A case or an intake of a row that ends in its key."""
    made = of.make(values[: len(of)])
    made.key = _key().make(values[len(of) :])
    return made


@lru_cache(maxsize=1)
def _letters() -> tuple[ask.Columns[Intake], str]:
    """The question for the letters of cases, the oldest first: case, letter, key."""
    of = ask.Columns(Intake, "i", only=_COLUMNS)
    sql = f"""
SELECT d.case_id, {of.sql}, {_key().sql} FROM triage_triagedecision d JOIN intake_intake i ON i.id = d.intake_id
  JOIN kernel_sealkey k ON k.id = i.key_id WHERE d.case_id = ANY (%s::bigint[]) AND i.stratum < {VAULT:d} ORDER BY i.id
"""
    return of, sql


@lru_cache(maxsize=1)
def _alone() -> tuple[ask.Columns[Intake], str]:
    """The question for intakes that stand alone and may be found, with their keys."""
    of = ask.Columns(Intake, "i", only=_COLUMNS)
    sql = f"""
SELECT {of.sql}, {_key().sql} FROM intake_intake i JOIN kernel_sealkey k ON k.id = i.key_id
  LEFT JOIN triage_triagedecision d ON d.intake_id = i.id
 WHERE i.id = ANY (%s::bigint[]) AND i.stratum < {VAULT:d} AND i.state <> '{Intake.State.VOID.value}' AND d.case_id IS NULL
"""
    return of, sql


@lru_cache(maxsize=1)
def _cases() -> tuple[ask.Columns[Case], str]:
    """The question for cases with their keys."""
    of = ask.Columns(Case, "c", only=("id", "area_id", "key_id", *OF_CASE))
    sql = f"SELECT {of.sql}, {_key().sql} FROM cases_case c JOIN kernel_sealkey k ON k.id = c.key_id WHERE c.id = ANY (%s::bigint[])"
    return of, sql


# ---------- writing; call in a scope that sees all rows ----------

_PUT = """
INSERT INTO triage_searchrow ({of}, at, words)
SELECT t.m, t.a, t.w::tsvector FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[]) AS t(m, a, w)
ON CONFLICT ({of}) DO UPDATE SET at = EXCLUDED.at, words = EXCLUDED.words
 WHERE triage_searchrow.words IS DISTINCT FROM EXCLUDED.words OR triage_searchrow.at <> EXCLUDED.at
"""
PUT_CASES, PUT_INTAKES = _PUT.format(of="case_id"), _PUT.format(of="intake_id")
PARTS = """
DELETE FROM triage_searchrow WHERE intake_id = ANY (ARRAY(
  SELECT d.intake_id FROM triage_triagedecision d WHERE d.case_id = ANY (%s::bigint[])))
"""
LOOSE = "decision__case__isnull"


def put(sql: str, rows: Rows) -> int:
    if not rows:
        return 0
    return ask.do(sql, [list(rows), [at for at, _said in rows.values()], [said for _at, said in rows.values()]])


def write_intakes(ids: Sequence[int]) -> int:
    """Write the rows of these intakes, as far as they stand alone and may be found. Returns how many were written anew."""
    of, sql = _alone()
    return put(PUT_INTAKES, rows_of_intakes([_made(of, values) for values in ask.rows(*ask.about(sql, ids))]))


def write_cases(ids: Sequence[int]) -> int:
    """Write the rows of these cases, and take away those of the intakes that are part of them. Returns how many changed."""
    of, sql = _cases()
    cases = [_made(of, values) for values in ask.rows(*ask.about(sql, ids))]
    open_ = [case for case in cases if case.stratum < VAULT]
    changed = put(PUT_CASES, rows_of_cases(open_))
    if shut := [case.pk for case in cases if case.stratum == VAULT]:
        changed += SearchRow.objects.filter(case__in=shut).delete()[0]
    return changed + ask.do(PARTS, [list(ids)])


def forget_intakes(ids: Sequence[int]) -> None:
    """Take intakes out at once: what goes into the vault is not found by its words any more."""
    SearchRow.objects.filter(intake__in=list(ids)).delete()


def after_step(step_id: int) -> None:
    """After each step: the row of its case follows, and of an intake that the step let go."""
    found = ask.row("SELECT case_id, codes ->> 'intake' FROM cases_step WHERE id = %s", [step_id])
    if found is None:
        return
    write_cases([found[0]])
    if found[1] and found[1].isdigit():
        write_intakes([int(found[1])])


def later(ids: Sequence[int]) -> None:
    """Have these intakes written by a job, deferred in the transaction that takes them in: an import brings hundreds at once."""
    from jiefen.triage.jobs import search_intakes

    if ids:
        search_intakes.defer(intakes=list(ids))
