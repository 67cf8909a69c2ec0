"""Every question, against a county counted by hand (tests/small.py)."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiefen.analytics import facts, meaning
from jiefen.analytics.asker import Asker, Cut, NotYet
from jiefen.analytics.asking import NotConnected, figure, figures, things
from jiefen.analytics.definitions import catalogue
from jiefen.analytics.indicators import says
from jiefen.analytics.tests.small import local, matters
from jiefen.cases.access import visible_cases
from jiefen.cases.actions import correct
from jiefen.cases.models import Case
from jiefen.kernel.scope import scope
from jiefen.people.actions import post
from jiefen.people.models import Posting
from tests.world import MONDAY, START

OCTOBER = local(10, 20)


@pytest.fixture
def made(county):
    return matters(county)


def said(
    key: str, day: date | None = None, *, at: datetime = OCTOBER, asker: Asker | None = None, since: date | None = None
) -> str:
    return says(figure(catalogue().indicators[key], asker or Asker.machine(), Cut.of(day, at=at, since=since)))


def numbers(key: str, part: str, day: date | None = None, asker: Asker | None = None) -> list[str]:
    rows = things(catalogue().indicators[key], asker or Asker.machine(), Cut.of(day, at=OCTOBER), part=part)
    with scope("worker"):
        names = dict(Case.objects.filter(pk__in=[r.of for r in rows]).values_list("pk", "number"))
    return sorted(names[r.of] for r in rows)


COUNTED = [
    ("intakes", None, "5 件"),
    ("intakes", date(2026, 9, 10), "3 件"),
    ("accepted", None, "5 件"),
    ("closing-rate", None, "2 / 5 = 40.00 %"),
    ("closing-rate", date(2026, 9, 28), "1 / 5 = 20.00 %"),
    ("closing-rate", date(2026, 8, 31), "0 / 0 = —"),
    # The fifteenth days: a and b 9-16, c 9-25, d 10-05, e 10-10; the thirtieth of d is today.
    ("answered-within-15", None, "2 / 5 = 40.00 %"),
    ("answered-within-15", date(2026, 9, 16), "1 / 2 = 50.00 %，另1件未满期"),
    ("answered-within-15", date(2026, 9, 15), "0 / 0 = —，另3件未满期"),
    ("answered-within-30", None, "2 / 3 = 66.67 %，另2件未满期"),
    ("answered-within-30", date(2026, 10, 1), "2 / 2 = 100.00 %，另3件未满期"),
    ("answered-within-60", None, "0 / 0 = —，另5件未满期"),
    # d left nothing to call; c was handed on before anybody called.
    ("contacted", None, "2 / 4 = 50.00 %"),
    ("sent-back", None, "1 / 3 = 33.33 %"),
    ("sent-back", date(2026, 9, 17), "0 / 2 = 0.00 %"),
    # Handed out: a, b, c twice, d, e twice.
    ("returned-orders", None, "1 / 7 = 14.29 %"),
    # In time: a and both of e (handed out on a holiday, signed on the first working day after); b a day late, c and d never.
    ("signed-in-time", None, "3 / 7 = 42.86 %"),
    # Ten working days each: a and b until 9-15, both late; c 9-24 and d until October, both unanswered; e in time.
    ("answered-in-time", date(2026, 9, 15), "0 / 2 = 0.00 %"),
    ("answered-in-time", None, "1 / 5 = 20.00 %"),
    ("mean-days", None, "20 / 2 = 10.00 日；中位 4 日，九成位 16 日，最久 16 日"),
    ("mean-days", date(2026, 9, 17), "16 / 1 = 16.00 日；中位 16 日，九成位 16 日，最久 16 日"),
    ("mean-days", date(2026, 9, 1), "0 / 0 = —"),
    ("oldest-open", None, "3 件；中位 40 日，九成位 49 日，最久 49 日"),
    ("oldest-open", date(2026, 8, 1), "0 件，—"),
    ("grid-coverage", None, "0 / 1 = 0.00 %"),
]


def test_it_counts_what_was_counted_by_hand(county, made):
    counted = [(key, day, said(key, day)) for key, day, _ in COUNTED]
    assert [c for c in counted if c not in COUNTED] == []


def test_it_counts_only_from_the_first_day_of_the_period(county, made):
    assert said("accepted", since=date(2026, 9, 20)) == "2 件"
    assert said("closing-rate", since=date(2026, 9, 20)) == "1 / 2 = 50.00 %"
    assert said("mean-days", since=date(2026, 9, 20)) == "4 / 1 = 4.00 日；中位 4 日，九成位 4 日，最久 4 日"


def test_it_does_not_call_late_what_falls_due_tonight(county, made):
    due_tonight = local(9, 25, 10)  # c's fifteenth day, at ten in the morning
    assert said("answered-within-15", date(2026, 9, 25), at=due_tonight) == "1 / 2 = 50.00 %，另3件未满期"
    assert said("answered-within-15", date(2026, 9, 25)) == "1 / 3 = 33.33 %，另2件未满期"


def test_it_lists_exactly_what_it_counted(county, made):
    assert numbers("answered-within-15", "numerator") == sorted([made["a"].number, made["e"].number])
    assert numbers("answered-within-15", "missing") == sorted(made[x].number for x in "bcd")
    assert numbers("answered-within-15", "waiting", date(2026, 9, 16)) == [made["c"].number]


def test_every_figure_is_as_long_as_its_list_for_everybody(county, made):
    askers = [
        Asker.machine(),
        *(Asker.of(county.actor(name, OCTOBER)) for name in ("su", "zhou", "lin", "officer", "he", "wen")),
    ]
    for indicator in catalogue().indicators.values():
        for asker in askers if indicator.connected else ():
            cut = Cut.of(None, at=OCTOBER)
            found = figure(indicator, asker, cut)
            lengths = {
                part: len(things(indicator, asker, cut, part=part, size=1000))
                for part in ("numerator", "denominator", "waiting")
            }
            assert lengths["numerator"] == found.numerator, (indicator.key, asker.username)
            assert lengths["waiting"] == found.waiting
            if found.denominator is not None:
                assert lengths["denominator"] == found.denominator


def test_a_person_is_counted_only_what_their_doors_open(county, made):
    he, wen = (Asker.of(county.actor(name, OCTOBER)) for name in ("he", "wen"))
    with scope("worker"):
        hers = visible_cases(county.actor("he", OCTOBER)).count()
    assert said("accepted", asker=he) == f"{hers} 件" == "4 件"  # c went to another office
    assert said("accepted", asker=wen) == said("intakes", asker=wen) == "0 件"


def test_a_sealed_matter_changes_nothing_for_whoever_it_is_shut_to(county, made):
    su, keeper = (Asker.of(county.actor(name, OCTOBER)) for name in ("su", "keeper"))
    keys = [i.key for i in catalogue().indicators.values() if i.connected]
    before = [said(key, asker=su) for key in keys]
    county.intake(at=local(9, 12), text="举报某局长收受贿赂，帮人拿工程，请纪委查处。", once_key="sealed")
    assert [said(key, asker=su) for key in keys] == before
    assert said("intakes", asker=keeper) == "0 件"  # it has one number of its own, and moves no other
    assert said("intakes") == "5 件"  # not even the machine's


def test_it_counts_a_step_that_was_taken_back_no_more(county, made):
    with scope("worker"):
        last = made["a"].trail.order_by("-seq").values_list("seq", flat=True).first()
    correct(made["a"], by=county.actor("su"), at=OCTOBER, reason="记在了别的事项上", step=last, void=True)
    assert said("closing-rate") == "1 / 5 = 20.00 %"


def test_it_counts_a_corrected_time(county, made):
    with scope("worker"):
        replied = made["b"].trail.filter(name="reply").order_by("seq").values_list("seq", flat=True).first()
    correct(
        made["b"],
        by=county.actor("su"),
        at=OCTOBER,
        reason="当天晚上答复，次日才录",
        step=replied,
        step_at=local(9, 16, 22),
    )
    assert said("answered-within-15") == "3 / 5 = 60.00 %"


def test_it_counts_a_grid_with_a_worker_of_its_own_while_they_hold_the_post(county):
    assert said("grid-coverage") == "0 / 1 = 0.00 %"
    post(county.people["ge"], county.units["village"], "grid-worker", area_id=county.areas["grid"].pk, at=START)
    assert said("grid-coverage") == "1 / 1 = 100.00 %"
    Posting.objects.filter(area=county.areas["grid"]).update(until=MONDAY)
    assert said("grid-coverage", at=MONDAY.replace(day=20)) == "0 / 1 = 0.00 %"
    assert said("grid-coverage", asker=Asker.of(county.actor("wen"))) == "0 / 0 = —"


def test_it_counts_an_area_with_all_below_it(county, made):
    def count(area: str) -> int:
        return figure(
            catalogue().indicators["accepted"], Asker.machine(), Cut.of(None, at=OCTOBER, area=county.areas[area])
        ).numerator

    assert (count("county"), count("liuhe"), count("qingshi")) == (5, 5, 0)


def test_it_refuses_a_day_to_come_and_an_indicator_that_nothing_counts(county):
    with pytest.raises(NotYet):
        Cut.of(date(2026, 10, 21), at=OCTOBER)
    with pytest.raises(NotConnected):
        figure(catalogue().indicators["satisfied-with-office"], Asker.machine(), Cut.of(None, at=OCTOBER))


def test_all_figures_are_few_statements_however_many_there_are(county, made):
    meaning.words()
    connected = [i for i in catalogue().indicators.values() if i.connected]
    cut = Cut.of(None, at=OCTOBER)
    facts.settle_all()
    # What waits, which sums are the asker's, the sums, what is open, the grids; around each a savepoint, its eyes and the planner.
    with CaptureQueriesContext(connection) as seen:
        together = figures(connected, Asker.machine(), cut)
    assert len(seen) <= 40
    assert together == [figure(i, Asker.machine(), cut) for i in connected]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('enable_nestloop'), current_setting('jiefen.scope', true)")
        assert cursor.fetchone() == ("on", "")
