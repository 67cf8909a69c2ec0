"""Reading a case and what belongs to it, as every page of it and every step in it does: prepared questions, one a table.

The objects are the models' own, with the offices and people that pages name set on them; what else an office or a person
has is read when somebody asks for it. Row-level security holds here as anywhere.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

from jiefen.cases.models import Assignment, Case, Deadline, Demand, Party, Question, Step
from jiefen.kernel import ask
from jiefen.kernel.models import SealKey
from jiefen.people.models import Person, Unit
from jiefen.places.models import Area

M = TypeVar("M", bound=models.Model)
_NAMED = ("id", "name", "short")


@dataclass(frozen=True, slots=True)
class Told:
    """A step's row with the names a page shows; `reason` and `facts` are sealed."""

    seq: int
    name: str
    assignment: str
    to_state: str
    by_id: int | None
    by_role: str
    unit_id: int | None
    at: datetime
    codes: Any
    recorded_at: datetime
    reason: bytes | None
    facts: bytes | None
    by_name: str
    unit_name: str


class _Case:
    """The questions that find one case, with its key, area and who took it in."""

    def __init__(self) -> None:
        self.case = ask.Columns(Case, "c")
        self.key = ask.Columns(SealKey, "k")
        self.area = ask.Columns(Area, "a", but=("shape",))  # which is heavy, and which no page of a case shows
        self.person = ask.Columns(Person, "w", only=("id", "name"))
        read = f"SELECT {self.case.sql}, {self.key.sql}, {self.area.sql}, {self.person.sql} FROM cases_case c "
        read += (
            "JOIN kernel_sealkey k ON k.id = c.key_id JOIN places_area a ON a.id = c.area_id "
            "LEFT JOIN people_person w ON w.id = c.first_asked_id WHERE "
        )
        self.by_slug = read + "c.slug = %s"
        self.by_slug_locked = read + "c.slug = %s FOR UPDATE OF c"
        self.locked = read + "c.id = %s FOR UPDATE OF c"

    def made(self, values: tuple[Any, ...] | None) -> Case | None:
        if values is None:
            return None
        case, rest = _cut(self.case, values)
        case.key, rest = _cut(self.key, rest)
        case.area, rest = _cut(self.area, rest)
        if rest[0] is not None:
            case.first_asked = self.person.make(rest)
        return case


def _cut(columns: "ask.Columns[M]", values: tuple[Any, ...]) -> tuple[M, tuple[Any, ...]]:
    return columns.make(values[: len(columns)]), values[len(columns) :]


@cache
def _case() -> _Case:
    return _Case()


def by_slug(slug: str, *, lock: bool = False) -> Case | None:
    """The case of an address, as far as the transaction's eyes see it."""
    asked = _case()
    return asked.made(ask.row(asked.by_slug_locked if lock else asked.by_slug, [slug]))


def locked(pk: int) -> Case:
    """The case, locked until the transaction ends. Raises Case.DoesNotExist."""
    asked = _case()
    case = asked.made(ask.row(asked.locked, [pk]))
    if case is None:
        raise Case.DoesNotExist
    return case


@cache
def _step() -> "tuple[ask.Columns[Step], str]":
    columns, of = ask.Columns(Step, "s"), _case()
    read = f"SELECT {columns.sql}, {of.case.sql}, {of.key.sql} FROM cases_step s JOIN cases_case c ON c.id = s.case_id "
    return columns, read + "JOIN kernel_sealkey k ON k.id = c.key_id WHERE s.id = %s"


def step_of(pk: int) -> Step:
    """A step with its case and the case's key, as all that follows a step reads it. Raises Step.DoesNotExist."""
    columns, sql = _step()
    values = ask.row(sql, [pk])
    if values is None:
        raise Step.DoesNotExist
    step, rest = _cut(columns, values)
    step.case, rest = _cut(_case().case, rest)
    step.case.key = _case().key.make(rest)
    return step


@cache
def _of_case(model: type[M], names: str, order: str) -> "tuple[ask.Columns[M], str]":
    """The columns of a table of the case's, and the question for one case's rows. `names`: more columns and joins."""
    columns = ask.Columns(model, "t")
    more, _, joins = names.partition(" FROM ")
    sql = f"SELECT {columns.sql}{more} FROM {model._meta.db_table} t {joins} WHERE t.case_id = %s ORDER BY {order}"
    return columns, sql


def deadlines(case: Case) -> list[Deadline]:
    """The cached clocks."""
    columns, sql = _of_case(Deadline, "", "t.id")
    return [columns.make(values) for values in ask.rows(sql, [case.pk])]


def demands(case: Case) -> list[Demand]:
    """What is asked, in order."""
    columns, sql = _of_case(Demand, "", "t.seq")
    return [columns.make(values) for values in ask.rows(sql, [case.pk])]


_UNIT = ", u.id, u.name, u.short FROM LEFT JOIN people_unit u ON u.id = t.unit_id"


def parties(case: Case) -> list[Party]:
    """Who is in it, with the offices complained of by name."""
    columns, sql = _of_case(Party, _UNIT, "t.id")
    found = []
    for values in ask.rows(sql, [case.pk]):
        party, unit = _cut(columns, values)
        party.unit = _unit(unit)
        found.append(party)
    return found


_WHO = ", u.id, u.name, u.short, w.id, w.name FROM LEFT JOIN people_unit u ON u.id = t.unit_id LEFT JOIN people_person w ON w.id = t.responsible_id"


def assignments(case: Case) -> list[Assignment]:
    """The duties, with the office and the person of each by name."""
    columns, sql = _of_case(Assignment, _WHO, "t.id")
    found = []
    for values in ask.rows(sql, [case.pk]):
        row, (*unit, who, name) = _cut(columns, values)
        row.unit = _unit(unit)  # type: ignore[assignment]
        row.responsible = Person.from_db("default", ("id", "name"), (who, name)) if who else None
        found.append(row)
    return found


_ASKED = (
    ", u.id, u.name, u.short, u.phone, w.id, w.name, r.id, r.name FROM LEFT JOIN people_unit u ON u.id = t.unit_id"
    " JOIN people_person w ON w.id = t.by_id LEFT JOIN people_person r ON r.id = t.written_by_id"
)


def questions(case: Case) -> list[Question]:
    """What was asked of people in it, the newest first, with who asked, their office with its phone, and who wrote down."""
    columns, sql = _of_case(Question, _ASKED, "t.seq DESC")
    found = []
    for values in ask.rows(sql, [case.pk]):
        row, (*unit, asker, name, writer, written) = _cut(columns, values)
        row.unit = Unit.from_db("default", (*_NAMED, "phone"), unit) if unit[0] is not None else None
        row.by = Person.from_db("default", ("id", "name"), (asker, name))
        row.written_by = Person.from_db("default", ("id", "name"), (writer, written)) if writer else None
        found.append(row)
    return found


def _unit(values: Any) -> Unit | None:
    return Unit.from_db("default", _NAMED, values) if values[0] is not None else None


HISTORY = """
SELECT seq, name, assignment, to_state, by_id, by_role, unit_id, at, codes FROM cases_step WHERE case_id = %s ORDER BY seq
"""
TRAIL = """
SELECT s.seq, s.name, s.assignment, s.to_state, s.by_id, s.by_role, s.unit_id, s.at, s.codes, s.recorded_at, s.reason,
       s.facts, coalesce(w.name, ''), coalesce(nullif(u.short, ''), u.name, '')
  FROM cases_step s LEFT JOIN people_person w ON w.id = s.by_id LEFT JOIN people_unit u ON u.id = s.unit_id
 WHERE s.case_id = %s ORDER BY s.seq
"""


def trail(case: Case) -> list[Told]:
    """Every step, with names and what is sealed."""
    return [Told(*(*values[:8], ask.plain(values[8]), *values[9:])) for values in ask.rows(TRAIL, [case.pk])]


def history(case: Case) -> list[tuple[Any, ...]]:
    """Every step without its sealed parts, in the order of `rules.Row`."""
    return [(*values[:8], ask.plain(values[8])) for values in ask.rows(HISTORY, [case.pk])]


def keep_rows(case: Case, rows: list[Any]) -> None:
    """Lay the rows that a page has read beside its case, for what else stands on the page. Not for verbs: they read anew
    under the lock."""
    case.__dict__["rows_of_page"] = rows


def kept_rows(case: Case) -> list[Any] | None:
    """The rows that the page of this case has read, or None."""
    return case.__dict__.get("rows_of_page")


@cache
def _adding(model: type[models.Model]) -> tuple[list[Any], str]:
    fields = [f for f in model._meta.concrete_fields if not f.primary_key]
    columns = ", ".join(f'"{f.column}"' for f in fields)
    values = ", ".join(["%s"] * len(fields))
    return fields, f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({values}) RETURNING id"


def add(row: models.Model) -> None:
    """Write a new row, as its `save` would, and give it its number. The table's own checks hold as ever."""
    fields, sql = _adding(type(row))
    found = ask.row(sql, [f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields])
    row.pk = found[0] if found else None
    row._state.adding = False
    row._state.db = "default"


@cache
def _saving(model: type[models.Model], names: tuple[str, ...]) -> tuple[list[Any], str]:
    fields = [model._meta.get_field(name.removesuffix("_id")) for name in names]
    columns = ", ".join(f'"{f.column}" = %s' for f in fields)  # type: ignore[union-attr]
    return fields, f"UPDATE {model._meta.db_table} SET {columns} WHERE id = %s"


def save(row: models.Model, names: tuple[str, ...]) -> None:
    """Write some fields of a row that is there already."""
    fields, sql = _saving(type(row), names)
    ask.do(sql, [*(f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields), row.pk])
