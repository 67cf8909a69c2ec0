"""A township's year by the real verbs, and what the figures say of it: 187 petitions due, 184 answered in time (98.40 %;
the printed 98.6 % was wrong), 287 reports from the grids, 42 of them hidden dangers found early, 39 of those settled.

A run walks every sixth matter of each course; with JIEFEN_WHOLE_YEAR=1 it walks all of them, which takes a minute."""

import os
from datetime import UTC, date, datetime, timedelta

import pytest

from jiefen.analytics.asker import Asker, Cut
from jiefen.analytics.asking import figure
from jiefen.analytics.definitions import catalogue
from jiefen.analytics.facts import settle_all
from jiefen.analytics.indicators import as_lines, rows_behind, says
from jiefen.cases.models import Case, Step
from jiefen.cases.tests.petitions import DAY, HOUR, Walk, petition, whole
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from jiefen.mediation.tests.walk import Mediation
from jiefen.triage.actions import Decision, decide
from tests.world import World

DUE, LATE, NEVER = 187, 2, 1
REPORTS, WARNED, SETTLED = 287, 42, 39
WHOLE = os.environ.get("JIEFEN_WHOLE_YEAR") == "1"
FIRST = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
AFTER = datetime(2027, 1, 8, 1, 0, tzinfo=UTC)
YEAR = {"day": date(2026, 12, 31), "since": date(2026, 1, 1)}


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def one_petition(county: World, n: int) -> Walk:
    """Taken in, handed on and accepted within days; answered and served after three weeks, some after ten, one not yet."""
    at = FIRST + n * 1.5 * DAY
    w = petition(county, at=at, once_key=f"year-{n}", phone=f"139{n:08d}", decision={"grade": "ordinary"}, tells=False)
    w.at += DAY
    w.accepted().investigated()
    if n < NEVER:
        return w
    w.later(70 * DAY if n < NEVER + LATE else 20 * DAY)
    w.decided().served()
    return w


def one_report(county: World, n: int) -> None:
    """Ge's note from a round: some are dangers found before anybody complained, most are small things passed on."""
    at = FIRST + n * DAY + 3 * HOUR
    receipt = county.intake(
        by="ge",
        home="xiaba",
        channel="grid",
        at=at,
        once_key=f"grid-{n}",
        text=f"第{n}次巡查：两户为排水沟争吵",
        area_code="450399100201",
    )
    intake = Intake.objects.get(pk=receipt.intake_id)
    if n >= WARNED:
        passed = Decision("refer", reason="转村里清理", to_unit=county.units["village"].pk)
        decide(intake, passed, by=county.actor("zhou", at), at=at)
        return
    said = Decision(
        "open", kind="0201", procedure="screening-hidden-danger", respondents=["石建国"], demands=["疏通排水沟"]
    )  # fmt: skip
    made = decide(intake, said, by=county.actor("zhou", at), at=at)
    if n < SETTLED:
        settle(Mediation(county, Case.objects.select_related("key").get(pk=made.case_id), at, leads="ge"))


def settle(w: Mediation) -> None:
    """Made up on the spot, heard again, struck off by somebody else."""
    w.consent()
    w.step("settle-on-spot", "ge", settlement_words="两家各出一半，当天疏通")
    w.answer(remedy="反悔的可以找调委会调解或起诉")
    w.evidence()
    w.heard("沟通了，不吵了")
    w.step("visit-again", "caller")
    w.step("strike-off", "su")


def said(key: str) -> str:
    return says(
        figure(catalogue().indicators[key], Asker.machine(), Cut.of(YEAR["day"], at=AFTER, since=YEAR["since"]))
    )


def listed(key: str, part: str) -> list[str]:
    cut = Cut.of(YEAR["day"], at=AFTER, since=YEAR["since"])
    return [row["number"] for row in rows_behind(catalogue().indicators[key], Asker.machine(), cut, part=part)]


def some(first: int, end: int) -> list[int]:
    """The matters of one course that are walked: all of them, or every sixth from its first on."""
    return list(range(first, end, 1 if WHOLE else 6))


def share(part: int, of: int) -> str:
    return f"{part} / {of} = {100 * part / of:.2f} %"


@pytest.mark.slow
def test_the_year_is_counted_as_it_was_and_not_as_it_was_printed(county):
    missed, in_time = list(range(NEVER + LATE)), some(NEVER + LATE, DUE)
    settled, warned, passed = some(0, SETTLED), some(SETTLED, WARNED), some(WARNED, REPORTS)
    made = {n: one_petition(county, n).case.number for n in missed + in_time}
    withdrawn = petition(county, at=FIRST + 30 * DAY, once_key="withdrawn", phone="13800000099").accepted()
    withdrawn.paper("withdrawal-statement", "officer")
    withdrawn.called()
    withdrawn.step("withdraw", None)
    for n in settled + warned + passed:
        one_report(county, n)

    settle_all()
    answered = share(len(in_time), len(made))
    assert answered == "184 / 187 = 98.40 %" or not WHOLE
    assert said("answered-in-time") == answered
    assert set(listed("answered-in-time", "missing")) == {made[n] for n in missed}
    assert set(listed("answered-in-time", "numerator")) == {made[n] for n in in_time}
    lines = list(
        as_lines(
            Asker.machine(), Cut.of(YEAR["day"], at=AFTER, since=YEAR["since"]), name="answered-in-time", lists=True
        )
    )
    assert f"  {answered}" in lines
    assert sum(line.startswith("    ") for line in lines) == len(in_time) + len(made)

    reports, early = len(settled + warned + passed), len(settled + warned)
    assert said("useful-reports") == f"{reports} 件"
    assert said("early-warnings") == share(early, reports)
    assert said("early-warnings-settled") == share(len(settled), early)
    assert len(listed("early-warnings", "numerator")) == early
    assert len(listed("early-warnings-settled", "missing")) == len(warned)
    assert Step.objects.filter(name="accept").count() == len(made) + 1
    whole(AFTER)


def test_a_petition_counts_as_answered_when_it_reached_everybody_in_time(county):
    """Issued in time is not enough: the sixty days end with the service, for each of them."""
    both = ({"name": "石建国", "phone": "13800000002", "text": "也欠我的"},)
    w = (
        petition(county, at=FIRST, once_key="two", people=both, decision={"grade": "ordinary"})
        .accepted()
        .investigated()
    )
    w.decided()
    w.deliver("handling-opinion", "p1")
    w.deliver("handling-opinion", "p2", after=timedelta(days=61))
    w.step("serve", "he")
    assert said("answered-in-time") == "0 / 1 = 0.00 %"
    for n in (0, WARNED):
        one_report(county, n)
    assert (said("useful-reports"), said("early-warnings"), said("early-warnings-settled")) == (
        "2 件", "1 / 2 = 50.00 %", "1 / 1 = 100.00 %",
    )  # fmt: skip
