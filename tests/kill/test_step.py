"""Matters are walked over real HTTP while web, worker and database are killed: what was acknowledged is there, once."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.kill.clerk import PASSWORD, Clerk
from tests.kill.house import House

pytestmark = pytest.mark.kill

KILLS = {"web": 7, "worker": 7, "database": 8, "database at once": 8}
LONGEST = 400  # seconds; on a quiet machine it takes about 90
BUILD = f"""
from tests.world import build
world = build()
for name in ("zhou", "he"):
    world.people[name].set_password({PASSWORD!r})
    world.people[name].save()
print(json.dumps({{name: unit.pk for name, unit in world.units.items()}}))
"""
FOUND = """
from jiefen.cases.models import Case, Step
from jiefen.intake.models import Intake
from jiefen.papers.models import Paper
from jiefen.procedures.catalogue import procedure
with scope("worker"):
    cases = {}
    for case in Case.objects.all():
        steps = procedure(case.procedure, case.version).steps
        rows = list(Step.objects.filter(case=case).order_by("seq"))
        cases[case.slug] = {
            "steps": [row.name for row in rows],
            "papers": [[p.step.seq, p.kind] for p in Paper.objects.filter(case=case).select_related("step").order_by("pk")],
            "wanted": [[row.seq, kind] for row in rows for kind in (steps[row.name].makes if row.name in steps else ())],
        }
    intakes = [[i.number, bytes(i.once_key).hex(), i.state] for i in Intake.objects.all()]
print(json.dumps({"cases": cases, "intakes": intakes}))
"""
WAITING = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs WHERE task_name = 'after_steps' GROUP BY 1")
    print(json.dumps(dict(cursor.fetchall())))
"""


class Walker(threading.Thread):
    """Takes matters in, decides and walks them one after another, and writes down what the house acknowledged."""

    def __init__(self, house: House, number: int, units: dict[str, int], go_on: Callable[[], bool]):
        super().__init__(name=f"walker-{number}", daemon=True)
        self.house, self.number, self.units, self.go_on = house, number, units, go_on
        self.zhou, self.he = Clerk(house, "zhou"), Clerk(house, "he")
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


@pytest.fixture(scope="module")
def county() -> Iterator[tuple[House, dict[str, int]]]:
    with House() as house:
        house.jiefen("migrate", "--quiet")
        units = house.run(BUILD)
        house.start()
        yield house, units


def test_it_loses_nothing_acknowledged_and_does_nothing_twice(county: tuple[House, dict[str, int]]):
    house, units = county
    chance = random.Random()
    stopping = threading.Event()
    walkers = [Walker(house, n, units, lambda: not stopping.is_set()) for n in (1, 2)]
    for walker in walkers:
        walker.start()
    killed = _kill_on(house, walkers, chance)
    stopping.set()
    for walker in walkers:
        walker.join(120)
        if walker.failure is not None:
            raise walker.failure
        assert not walker.is_alive()

    house.wait()
    _until_all_is_done(house)
    found = house.run(FOUND)
    receipts = {key: number for walker in walkers for key, number in walker.receipts.items()}
    taken = {slug: steps for walker in walkers for slug, steps in walker.taken.items()}
    said = f"{killed}, {len(taken)} cases, {sum(w.zhou.retries + w.he.retries for w in walkers)} tries again"
    assert sum(killed.values()) >= 30, said
    assert len(taken) >= 5, said
    assert set(Counter(key for _, key, _ in found["intakes"]).values()) == {1}, "one once-key, one intake"
    assert len(set(receipts.values())) == len(receipts)
    assert set(receipts.values()) == {number for number, _, _ in found["intakes"]}, "one intake for each receipt"
    assert len(found["cases"]) == sum(state == "decided" for _, _, state in found["intakes"])
    assert {slug: found["cases"][slug]["steps"] for slug in taken} == taken, "every step once, in its order"
    for slug, case in found["cases"].items():
        assert sorted(case["papers"]) == sorted(case["wanted"]), f"{slug}: every paper of every step once"
    for verb in (("verify",), ("rebuild", "--check"), ("worker", "--stuck")):
        done = house.jiefen(*verb, check=False)
        assert done.returncode == 0, f"{verb}: {done.stdout}{done.stderr}"


def _kill_on(house: House, walkers: list[Walker], chance: random.Random) -> Counter[str]:
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


def _until_all_is_done(house: House, seconds: float = 120) -> None:
    """Wait for the worker to catch up; jobs whose worker died are taken up after its heart is missed."""
    until = time.monotonic() + seconds
    while True:
        left = house.run(WAITING)
        if not set(left) - {"succeeded"}:
            return
        assert time.monotonic() < until, f"{left}\n{house.log.read_text(errors='replace')[-3000:]}"
        time.sleep(2)
