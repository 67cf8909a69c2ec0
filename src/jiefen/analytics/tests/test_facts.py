"""The counting ground: after any verbs the facts equal a recount from the steps, and the sums equal the facts."""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from jiefen.analytics import facts, meaning
from jiefen.analytics.asker import Asker, Cut
from jiefen.analytics.asking import figure, figures, things
from jiefen.analytics.definitions import Indicator, catalogue
from jiefen.analytics.recount import rebuild
from jiefen.analytics.tests.by_month import months_agree
from jiefen.analytics.tests.small import call_back, local, matters, reply, send_back, sign
from jiefen.cases.actions import StepRefused, correct, take_step
from jiefen.cases.models import Case
from jiefen.kernel.scope import scope
from jiefen.oversight import left_out
from jiefen.oversight.by_code import rate_by_code
from tests.world import MONDAY, World

RECOUNT = Path(__file__).parent / "recount"
LATER = local(12, 20)
CHANGED = {"21-said"}
"""Asked of several people who brought one matter, these take everybody's last word, also one from before the period."""


def from_steps(indicator: Indicator, asker: Asker, cut: Cut) -> dict[int, tuple[bool, bool, bool]]:
    """What the question gives when it is asked of the steps themselves: id → base, hit, waiting."""
    name = f"{'21-solved' if indicator.said == 'solved' else '22-satisfied'}" if indicator.said else indicator.question
    params: dict[str, Any] = {
        **meaning.as_params(), **left_out.as_params(), **cut.params(), "window": indicator.window, "clocks": list(indicator.clocks),
        "steps": list(indicator.steps), "keys": None if asker.keys is None else list(asker.keys), "paths": None,
    }  # fmt: skip
    sql = (RECOUNT / "00-ground.sql").read_text("utf-8") + (RECOUNT / f"{name}.sql").read_text("utf-8")
    with scope("analytics"), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {row[0]: (row[3], row[4], row[5]) for row in cursor.fetchall()}


def told(rows: dict[int, tuple[bool, bool, bool]]) -> tuple[int, int, int]:
    return (
        sum(hit and not waiting for _, hit, waiting in rows.values()),
        sum(base and not waiting for base, _, waiting in rows.values()),
        sum(waiting for *_, waiting in rows.values()),
    )


def agree(asker: Asker, cut: Cut) -> None:
    """For every indicator that the steps can be asked for: sums, facts and steps say the same."""
    asked = [i for i in facts.kept() if (RECOUNT / f"{i.question}.sql").is_file() or i.said]
    for found in figures(asked, asker, cut):
        indicator = found.indicator
        listed = things(indicator, asker, cut, size=10_000)
        lengths = (
            sum(t.hit and not t.waiting for t in listed), sum(t.base and not t.waiting for t in listed), sum(t.waiting for t in listed),
        )  # fmt: skip
        where = (indicator.key, str(cut.day), str(cut.since), asker.username)
        assert (
            found.numerator,
            lengths[1] if found.denominator is None else found.denominator,
            found.waiting,
        ) == lengths, where
        assert lengths == told(from_steps(indicator, asker, cut)), where


class Walk:
    """Random verbs on a few matters; what a rule refuses did not happen."""

    def __init__(self, county: World, seed: int):
        self.county, self.random, self.at = county, random.Random(seed), local(9, 1)
        self.cases: list[Case] = []
        self.done: set[str] = set()

    def open(self) -> None:
        helpers = ("housing",) if self.random.random() < 0.4 else ()
        named = {} if self.random.random() < 0.7 else {"identity": "anonymous", "name": "", "phone": ""}
        self.cases.append(self.county.case(at=self.at, helpers=helpers, once_key=f"walk-{self.at}", **named))

    def sign(self, case: Case) -> None:
        sign(self.county, case, self.at, self.at + timedelta(hours=1))

    def back(self, case: Case) -> None:
        said = {"objection-reasons": "不属人社职权", "proper-unit": "housing"}
        take_step(case, "return", by=self.county.actor("he", self.at), at=self.at, facts=said, reason="工程款问题")

    def again(self, case: Case) -> None:
        facts = {"lead-unit": self.county.units["labour"].pk}
        take_step(case, "redispatch", by=self.county.actor("zhou", self.at), at=self.at, reason="同意", facts=facts)

    def reply(self, case: Case) -> None:
        reply(self.county, case, self.at)

    def heard(self, case: Case) -> None:
        call_back(self.county, case, self.at)

    def sent_back(self, case: Case) -> None:
        send_back(self.county, case, self.at)

    def rate(self, case: Case) -> None:
        rate_by_code(case, "p1", at=self.at, solved=self.random.random() < 0.5, satisfied=self.random.random() < 0.5)

    def reopen(self, case: Case) -> None:
        facts = {"new-facts": "又要回去了", "lead-unit": self.county.units["labour"].pk}
        take_step(case, "reopen", by=self.county.actor("su", self.at), at=self.at, reason="反弹", facts=facts)

    def take_back(self, case: Case) -> None:
        last = (
            case.trail.filter(name__in=("sign", "contact", "reply", "call-back"))
            .order_by("-seq")
            .values_list("seq", flat=True)
            .first()
        )
        if last:
            correct(case, by=self.county.actor("su", self.at), at=self.at, reason="记错了事项", step=last, void=True)

    def move(self) -> None:
        self.at += timedelta(hours=self.random.choice((2, 26, 50, 130, 400)))
        sort = self.random.choice(("open", "sign", "back", "again", "reply", "reply", "heard", "heard", "sent_back", "rate", "reopen", "take_back"))  # fmt: skip
        if sort == "open" or not self.cases:
            return self.open()
        case = self.random.choice(self.cases)
        try:
            with scope("worker"):
                getattr(self, sort)(case)
        except (StepRefused, ValueError, LookupError):
            return None
        self.done.add(sort)
        return None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_verbs_the_facts_equal_a_recount_from_the_steps(county: World, seed: int):
    walk = Walk(county, seed)
    for n in range(40):
        walk.move()
        if n % 13 == 0:
            facts.settle_all()  # whether counted at once or late makes no difference
    at = walk.at + timedelta(hours=1)
    askers = [Asker.machine(), *(Asker.of(county.actor(name, at)) for name in ("su", "zhou", "he", "wen"))]
    begin = local(9, 1).date()
    for asker in askers:
        months_agree(asker, begin, at.date())
        day = begin + timedelta(days=walk.random.randrange((at.date() - begin).days))
        for since in (None, day.replace(day=1), day - timedelta(days=9)):
            if since is not None:
                agree_since(asker, Cut.of(day, at=at, since=since))
            else:
                agree(asker, Cut.of(day, at=at))
    assert len(walk.done) >= 3
    assert not rebuild(check=True)


def agree_since(asker: Asker, cut: Cut) -> None:
    """With a period: the sums equal the facts, for every indicator."""
    for found in figures(facts.kept(), asker, cut):
        listed = things(found.indicator, asker, cut, size=10_000)
        assert found.numerator == sum(t.hit and not t.waiting for t in listed), (found.indicator.key, cut)
        assert found.waiting == sum(t.waiting for t in listed), (found.indicator.key, cut)


def test_what_falls_due_today_waits_until_the_day_is_over(county: World):
    county.case(at=local(9, 1))
    within = catalogue().indicators["answered-within-15"]
    for cut, wanted in (
        (Cut.of(None, at=local(9, 16, 23)), (0, 0, 1)),
        (Cut.of(date(2026, 9, 16), at=local(9, 17)), (0, 1, 0)),
        (Cut.of(None, at=local(9, 17, 8)), (0, 1, 0)),
    ):
        found = figure(within, Asker.machine(), cut)
        assert (found.numerator, found.denominator, found.waiting) == wanted, cut


def test_a_check_finds_a_changed_fact_and_a_changed_sum_and_a_rebuild_mends_both(county: World):
    matters(county)
    facts.settle_all()
    assert not rebuild(check=True)
    with scope("analytics"), connection.cursor() as cursor:
        cursor.execute("UPDATE analytics_fact SET hit = 3 WHERE question = 300")
        cursor.execute("UPDATE analytics_daycount SET total = total + 1 WHERE node = 0 AND question = 200")
        cursor.execute("UPDATE analytics_yeartally SET months[9] = months[9] + 1 WHERE node = 0")
        cursor.execute("UPDATE analytics_kindcount SET cells[1] = cells[1] + 1")
        cursor.execute("DELETE FROM analytics_matter WHERE key = (SELECT max(key) FROM analytics_matter)")
    found = rebuild(check=True)
    assert found.differed and found.sums > 1 and "不符" in str(found)
    assert rebuild(check=False)
    assert not rebuild(check=True)


def test_it_fills_an_empty_ground_in_one_go(county: World):
    matters(county)
    cut = Cut.of(None, at=LATER)
    before = figures(facts.kept(), Asker.machine(), cut)
    with scope("analytics"), connection.cursor() as cursor:
        for table in ("fact", "matter", "daycount", "yeartally", "suggested", "kindcount", "stale"):
            cursor.execute(f"DELETE FROM analytics_{table}")
    rebuild(check=False)
    assert figures(facts.kept(), Asker.machine(), cut) == before
    assert not rebuild(check=True)


def test_whoever_left_an_office_complained_of_counts_it_no_more(county: World):
    """Doors move with a correction: the figure follows in the same breath."""
    case = county.case(at=local(9, 1))
    zhou = Asker.of(county.actor("zhou", LATER))
    accepted, cut = catalogue().indicators["accepted"], Cut.of(None, at=LATER)
    assert figure(accepted, zhou, cut).numerator == 1
    correct(
        case,
        by=county.actor("su", local(9, 2)),
        at=local(9, 2),
        reason="在青石镇",
        about={"area": county.areas["qingshi"].pk},
    )
    mine = len(things(accepted, zhou, cut))
    assert figure(accepted, zhou, cut).numerator == mine
    wen = Asker.of(county.actor("wen", LATER))
    assert figure(accepted, wen, cut).numerator == len(things(accepted, wen, cut)) == 1


def test_a_reader_counts_only_some_thousands_anew_and_says_how_many_are_left(
    county: World, monkeypatch: pytest.MonkeyPatch
):
    matters(county)
    assert facts.settle(1) > 0
    facts.settle_all()
    assert facts.settle() == 0


def test_a_reader_does_not_stand_in_line_while_somebody_counts(county):
    import psycopg

    county.case(at=MONDAY)
    asked = {name: connection.settings_dict[name.upper()] for name in ("name", "user", "password", "host", "port")}
    with psycopg.connect(
        dbname=asked["name"], user=asked["user"], password=asked["password"] or None, host=asked["host"] or None,
        port=asked["port"] or None,
    ) as other:  # fmt: skip
        other.execute("SELECT pg_advisory_lock(%s)", [facts.LOCK])
        assert facts.settle() > 0 and facts.behind()
        other.execute(
            "SELECT pg_advisory_unlock(%s)", [facts.LOCK]
        )  # at once: a server may notice a hang-up a little later
    assert facts.settle() == 0 and not facts.behind()
