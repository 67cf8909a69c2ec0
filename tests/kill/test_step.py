"""Matters are walked over real HTTP while web, worker and database are killed: what was acknowledged is there, once."""

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from jiefen.kernel import embedded
from tests.kill.clerk import THINKS, Clerk
from tests.kill.house import House
from tests.kill.made import made, units
from tests.kill.petitioner import PAPERS, STEPS, Petitioner

pytestmark = pytest.mark.kill

KILLS = {"web": 3, "worker": 3, "database": 3, "database at once": 3}
WALKED = 5  # matters at least, however soon the last kill came
LONGEST = 400  # seconds; on a quiet machine it takes about 60
FOUND = """
from django.db import connection
from jiefen.cases.models import Case, Question, Step
from jiefen.intake.models import Intake
from jiefen.oversight.models import FollowUp
from jiefen.papers.models import Paper
from jiefen.procedures.catalogue import procedure
with scope("worker"):
    cases = {}
    for case in Case.objects.all():
        definition = procedure(case.procedure, case.version)
        rows = list(Step.objects.filter(case=case).order_by("seq"))
        wanted = [[1, kind] for kind in definition.makes_on_open]
        wanted += [[row.seq, kind] for row in rows if row.name in definition.steps for kind in definition.steps[row.name].makes]
        wanted += [[row.seq, "service-record"] for row in rows if row.name == "delivered" and row.facts]
        papers = Paper.objects.filter(case=case).select_related("step").order_by("pk")
        cases[case.slug] = {
            "steps": [row.name for row in rows], "wanted": wanted,
            "papers": [[p.step.seq, p.kind] for p in papers if p.step],
            "kinds": [p.kind for p in papers], "delivered": [row.codes for row in rows if row.name == "delivered"],
            "answered": Question.objects.filter(case=case, answered_at__isnull=False).count(),
            "follow-ups": FollowUp.objects.filter(case=case).count(),
        }
    intakes = [[i.number, bytes(i.once_key).hex(), i.state] for i in Intake.objects.all()]
    numbers = [[p.unit_id, p.kind, p.made_at.year, p.case.slug, p.number] for p in Paper.objects.select_related("case")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT series, value FROM kernel_counter WHERE series LIKE 'paper %'")
        series = dict(cursor.fetchall())
print(json.dumps({"cases": cases, "intakes": intakes, "numbers": numbers, "series": series}))
"""
WAITING = "SELECT status::text, count(*) FROM procrastinate_jobs WHERE task_name = 'after_steps' GROUP BY 1"


class Walker(threading.Thread):
    """Takes matters in, decides and walks them one after another, and writes down what the house acknowledged."""

    def __init__(self, house: House, number: int, units: dict[str, int], go_on: Callable[[], bool]):
        super().__init__(name=f"walker-{number}", daemon=True)
        self.house, self.number, self.units, self.go_on = house, number, units, go_on
        self.zhou, self.he = Clerk(house, "zhou", thinks=THINKS), Clerk(house, "he", thinks=THINKS)
        self.receipts: dict[str, str] = {}  # once-key → number
        self.taken: dict[str, list[str]] = {}  # case → names of steps
        self.acknowledged = 0
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            self.zhou.sign_in()
            self.he.sign_in()
            n = 0
            while self.go_on():
                n += 1
                self.walk(n)
        except BaseException as error:
            self.failure = error

    def walk(self, n: int) -> None:
        """opened → dispatch → return → reject-return → sign; three of the five make a paper."""
        once = f"kill-{self.number}-{n}"
        said = {"once_key": once, "channel": "window", "identity": "named", "name": "兰秀英", "phone": "13800002061",
                "text": f"第{self.number}组第{n}次：改造工地拖欠工资{n}百元，请帮我要回来。"}  # fmt: skip
        number = self.done(*self.zhou.post("/register/", said)).split("/")[2]
        # The same key again, as after a lost answer, gives the same receipt.
        assert self.done(*self.zhou.post("/register/", said)).split("/")[2] == number
        self.receipts[once] = number
        choice = {"action": "open", "kind": "0701", "unit": self.units["labour"], "procedure": "hotline-order",
                  "ask_type": "求助", "grade": "ordinary", "demands": "支付拖欠工资", "area_code": ""}  # fmt: skip
        status, where, page = self.zhou.post(f"/intakes/{number}/", choice)
        if status != 302:  # decided already, by a try whose answer was lost: the page names the case
            assert status == 422, page[-2000:]
            where = self.case_of(number)
        self.acknowledged += 1
        case, slug = where, where.split("/")[2]
        self.taken[slug] = ["opened", "dispatch"]
        reasons = {"objection-reasons": "不属本单位职权", "proper-unit": "县住建局", "reason": "不属本单位职权"}
        for who, name, facts in (
            (self.he, "return", reasons),
            (self.zhou, "reject-return", {"reason": "属于本单位职权"}),
            (self.he, "sign", {"recusal-declared": "on"}),
        ):
            status, _, page = who.post(f"{case}steps/{name}/", facts)
            # Refused: it was taken by a try whose answer was lost. Whether that is so is compared at the end.
            assert status in (302, 422), f"{name}: {status}\n{page[-2000:]}"
            self.taken[slug].append(name)
            self.acknowledged += 1

    def done(self, status: int, where: str, page: str) -> str:
        assert status == 302, f"{status}\n{page[-2000:]}"
        self.acknowledged += 1
        return where

    def case_of(self, number: str) -> str:
        import re

        found = re.search(r'href="(/cases/[^"/?#]+/)"', self.zhou.get(f"/intakes/{number}/"))
        assert found is not None, "an intake that is decided names its case"
        return found[1]


@dataclass
class Night:
    """What the kills left: who walked, what was killed, what was found when all was quiet again."""

    house: House
    walkers: list[Walker]
    petitioner: Petitioner
    killed: Counter[str]
    found: dict[str, Any]

    @property
    def said(self) -> str:
        tries = sum(w.zhou.retries + w.he.retries for w in self.walkers) + self.petitioner.retries
        return f"{self.killed}, {len(self.found['cases'])} cases, {len(self.petitioner.done)} petitions, {tries} tries again"


@pytest.fixture(scope="module")
def night() -> Iterator[Night]:
    """One house for all of it: hotline orders and a petition are walked at once, and what is killed is killed under both."""
    with made() as house:
        house.start()
        stopping = threading.Event()
        walkers = [Walker(house, n, units(), lambda: not stopping.is_set()) for n in (1, 2)]
        petitioner = Petitioner(house, units(), lambda: not stopping.is_set())
        everybody = [*walkers, petitioner]
        for walker in everybody:
            walker.start()
        killed = _kill_on(house, everybody, random.Random())
        until = time.monotonic() + LONGEST / 4
        while sum(len(w.taken) for w in walkers) < WALKED and time.monotonic() < until:
            time.sleep(0.1)
        stopping.set()
        for walker in everybody:
            walker.join(180)
            if walker.failure is not None:
                raise walker.failure
            assert not walker.is_alive()
        house.wait()
        until_all_is_done(house)
        yield Night(house, walkers, petitioner, killed, house.run(FOUND))


def test_it_loses_nothing_acknowledged_and_does_nothing_twice(night: Night):
    found = night.found
    receipts = {key: number for walker in night.walkers for key, number in walker.receipts.items()}
    receipts |= night.petitioner.receipts
    taken = {slug: steps for walker in night.walkers for slug, steps in walker.taken.items()}
    assert sum(night.killed.values()) == sum(KILLS.values()), night.said
    assert len(taken) >= WALKED, night.said
    assert set(Counter(key for _, key, _ in found["intakes"]).values()) == {1}, "one once-key, one intake"
    assert len(set(receipts.values())) == len(receipts)
    assert set(receipts.values()) == {number for number, _, _ in found["intakes"]}, "one intake for each receipt"
    assert len(found["cases"]) == sum(state == "decided" for _, _, state in found["intakes"])
    assert {slug: found["cases"][slug]["steps"] for slug in taken} == taken, "every step once, in its order"
    for slug, case in found["cases"].items():
        assert sorted(case["papers"]) == sorted(case["wanted"]), f"{slug}: every paper of every step once"


def test_a_petition_has_each_step_paper_delivery_answer_and_word_once(night: Night):
    assert night.petitioner.done, night.said
    for address in night.petitioner.done:
        case = night.found["cases"][address.split("/")[2]]
        assert case["steps"] == STEPS
        assert dict(Counter(case["kinds"])) == PAPERS
        assert [(d["paper"], d["person"], d["way"]) for d in case["delivered"]] == [("handling-opinion", "p1", "post")]
        assert (case["answered"], case["follow-ups"]) == (1, 1)


def test_no_number_of_a_paper_is_missing_or_given_twice(night: Night):
    of_office: dict[tuple[int, str, int], list[int]] = {}
    of_case: dict[tuple[str, str], list[int]] = {}
    for unit, kind, year, slug, number in night.found["numbers"]:
        if by_year := re.search(r"〔\d{4}〕(\d+)号$", number):
            of_office.setdefault((unit, kind, year), []).append(int(by_year[1]))
        elif by_case := re.search(r"-(\d+)$", number):
            of_case.setdefault((slug, kind), []).append(int(by_case[1]))
    for who, serials in {**of_office, **of_case}.items():
        assert sorted(serials) == list(range(1, len(serials) + 1)), f"{who}: {sorted(serials)}"
    assert any(kind == "handling-opinion" for _unit, kind, _year in of_office), night.found["numbers"][:20]
    given = Counter(night.found["series"])
    kept = Counter({f"paper {unit or 0} {kind} {year}": len(n) for (unit, kind, year), n in of_office.items()})
    kept |= Counter({f"paper {slug} {kind}": len(n) for (slug, kind), n in of_case.items()})
    assert {name: given[name] for name in kept} == dict(kept), "no number was taken that no paper bears"
    assert len({number for *_rest, number in night.found["numbers"]}) == len(night.found["numbers"])


@pytest.mark.parametrize("verb", [("verify",), ("rebuild", "--check"), ("worker", "--stuck")], ids=" ".join)
def test_it_verifies_and_equals_its_rebuild_afterwards(night: Night, verb: tuple[str, ...]):
    done = night.house.jiefen(*verb, check=False)
    assert done.returncode == 0, f"{verb}: {done.stdout}{done.stderr}"


def _kill_on(house: House, walkers: Sequence[Walker | Petitioner], chance: random.Random) -> Counter[str]:
    """Kill parts in a shuffled order at random moments, each time after something was acknowledged since the last."""
    killers = {
        "web": house.kill_web,
        "worker": house.kill_worker,
        "database": house.kill_database,
        "database at once": house.crash_database,
    }
    order = [name for name, times in KILLS.items() for _ in range(times)]
    chance.shuffle(order)
    killed: Counter[str] = Counter()
    until = time.monotonic() + LONGEST
    for name in order:
        before = sum(walker.acknowledged for walker in walkers)
        while sum(walker.acknowledged for walker in walkers) == before and time.monotonic() < until:
            if any(not walker.is_alive() for walker in walkers):
                return killed
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.6))
        while time.monotonic() < until:
            try:
                killers[name]()
            except (LookupError, AssertionError):
                time.sleep(0.1)  # it is away: on its way back from the last time
            else:
                killed[name] += 1
                break
    return killed


def until_all_is_done(house: House, seconds: float = 120) -> None:
    """Wait for the worker to catch up; jobs whose worker died are taken up after its heart is missed."""
    until = time.monotonic() + seconds
    while True:
        left = waiting(house)
        if not set(left) - {"succeeded"}:
            return
        assert time.monotonic() < until, f"{left}\n{house.log.read_text(errors='replace')[-3000:]}"
        time.sleep(0.5)


def waiting(house: House) -> dict[str, int]:
    """How many jobs after steps are in which state. Asked of the server itself: a process of ours would start longer."""
    url = house.env.get("DATABASE_OWNER_URL") or embedded.superuser_url(house.home, embedded.DATABASE)
    try:
        with psycopg.connect(url, connect_timeout=5) as link:
            return dict(link.execute(WAITING).fetchall())
    except psycopg.OperationalError:
        return {"nobody answers": 1}
