"""Two people, the same step, the same moment: a table of rows, and how a row is run.

A row stages something in one committed county that all rows share, and gives what the two do. Each does it in a thread with a
connection of its own; both are held back just before their first statement that locks or writes, so that whatever either had
read before it is old by the time it goes on.
"""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import Error, connection

from jiefen.cases.models import Case
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from jiefen.people.models import Person, Unit
from tests.world import MONDAY, START, World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOCKS = re.compile(r"\bFOR (NO KEY )?UPDATE|pg_advisory_xact_lock|^\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
Do = Callable[[], Any]


@dataclass
class Stage:
    """The county, and what is new in it for each row."""

    county: World
    serial: int = 0
    kept: dict[str, Any] = field(default_factory=dict)  # what a row leaves for the next one

    def next(self) -> int:
        """A number no other row has."""
        self.serial += 1
        return self.serial

    def actor(self, name: str, at: datetime = MONDAY) -> Any:
        """Somebody at work."""
        return self.county.actor(name, at)

    def unit(self, name: str) -> Unit:
        """An office by its short name."""
        return self.county.units[name]

    def fresh(self, name: str) -> dict[str, Any]:
        """An intake of its own: words and phone that are like no other row's."""
        n = self.next()
        return {"once_key": f"race-{name}-{n}", "phone": f"139{n:08d}", "name": f"兰{n:03d}"}

    def case(self, **said: Any) -> Case:
        """A matter of its own, handed to 县人社局 unless said otherwise."""
        return self.county.case(**(self.fresh("case") | said))

    def intake(self, **said: Any) -> Intake:
        """A letter of its own that waits."""
        receipt = self.county.intake(**(self.fresh("letter") | said))
        with scope("worker"):
            return Intake.objects.select_related("key", "area").get(pk=receipt.intake_id)

    def office(self, **said: Any) -> Unit:
        """An office of its own, where nobody works."""
        n = self.next()
        return Unit.objects.create(**({
            "code": f"race-{n}", "name": f"赛{n}局", "unit_type": "housing", "area": self.county.areas["county"],
            "parent": self.unit("county-centre"), "since": START.date(),
        } | said))  # fmt: skip

    def person(self) -> Person:
        """Somebody new."""
        n = self.next()
        person = Person(username=f"race{n}", name=f"赛{n}")
        person.set_unusable_password()
        person.save()
        return person


@dataclass(frozen=True)
class Race:
    """What was staged. `stands`: how many times it took effect, once it is over; it must be `once`. `late`: how many must have
    been refused; None where the later one may be answered with what stands."""

    work: Sequence[Do]
    stands: Do
    late: int | None = None
    once: int = 1
    same: bool = field(default=False)  # every answer is the same row


@dataclass(frozen=True)
class Line:
    """One row of the table: the verbs it races, by module and name, and how."""

    verbs: tuple[str, ...]
    stage: Callable[[Stage], Race]

    def __str__(self) -> str:
        return f"{self.stage.__name__} ({', '.join(v.rpartition('.')[2] for v in self.verbs)})"


class Table(list[Line]):
    """Rows, each added by `@table.of("package.module.verb", …)`."""

    def of(self, *verbs: str) -> Callable[[Callable[[Stage], Race]], Callable[[Stage], Race]]:
        """Add a row that races these verbs."""

        def add(stage: Callable[[Stage], Race]) -> Callable[[Stage], Race]:
            self.append(Line(verbs, stage))
            return stage

        return add


def at_the_lock(work: Sequence[Do]) -> list[Any]:
    """Do all of these, held back together just before the first lock of each. Results, or the errors."""
    meet = threading.Barrier(len(work))
    answers: list[Any] = [None] * len(work)

    def run(n: int, do: Do) -> None:
        held = False

        def wait(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
            nonlocal held
            if not held and LOCKS.search(str(sql)):
                held = True
                with suppress(threading.BrokenBarrierError):  # the other one was refused before any lock
                    meet.wait(timeout=5)
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(wait):
                answers[n] = do()
        except Exception as error:
            answers[n] = error
        finally:
            if not held:
                meet.abort()
            connection.close()

    threads = [threading.Thread(target=run, args=(n, do)) for n, do in enumerate(work)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return answers


def _sentence(no: Exception) -> bool:
    said = no.refusal.says if hasattr(no, "refusal") else str(no)
    machine = isinstance(no, Error | LookupError | TypeError | AttributeError | AssertionError)
    return not machine and len(said) > 7 and any("一" <= c <= "鿿" for c in said)


def faults(race: Race) -> Iterator[str]:
    """Run it, and say what is wrong: an error of the machine, too many or too few effects or refusals."""
    answers = at_the_lock(race.work)
    errors = [a for a in answers if isinstance(a, Exception)]
    for no in errors:
        if not _sentence(no):
            yield f"no sentence: {no!r}"
    if len(errors) == len(answers):
        yield f"nobody did it: {errors!r}"
    if race.late is not None and len(errors) != race.late:
        yield f"{len(errors)} refused, not {race.late}: {answers!r}"
    if race.same and len({getattr(a, "pk", a) for a in answers if not isinstance(a, Exception)}) != 1:
        yield f"not the same row: {answers!r}"
    with scope("worker"):
        times = race.stands()
    if times != race.once:
        yield f"it stands {times} times, not {race.once}: {answers!r}"
