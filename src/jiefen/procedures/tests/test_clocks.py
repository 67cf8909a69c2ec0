"""Clocks follow the rows, and nothing an office does gives it back a day."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as some

from jiefen.kernel.clock import day_end, local_day, local_moment
from jiefen.procedures.clocks import AssignmentRef, Deadline, Happened, chip, reckon, run
from jiefen.procedures.counting import elapsed
from jiefen.procedures.settings import SettingRow, Settings

from .examples import ASSIST, CALENDAR, LEAD, hotline, procedure, row

pytestmark = pytest.mark.rules


def _run(history: list[Happened], name: str = "hotline-order", settings: Any = None, at: str = "") -> list[Deadline]:
    moment = local_moment(at) if at else None
    return run(procedure(name), history, calendar=CALENDAR, settings=settings or {}, at=moment)


def _one(found: list[Deadline], clock: str, key: str | None = None) -> Deadline:
    return [one for one in found if one.clock == clock and key in (None, one.key)][-1]


def test_a_day_s_limit_is_late_from_midnight_after_it() -> None:
    finish = _one(_run(hotline()), "finish-by")
    assert (finish.due_on, finish.due_at) == (date(2026, 12, 11), day_end(date(2026, 12, 11)))
    assert finish.key == "lan" and finish.scope == "complainant"


@pytest.mark.parametrize(
    ("ask", "urgent", "due"),
    [("咨询", False, "2026-11-25 00:00"), ("求助", False, "2026-12-05 00:00"), ("咨询", True, "2026-11-21 10:00")],
)
def test_the_kind_of_call_chooses_the_length_and_the_earliest_holds(ask: str, urgent: bool, due: str) -> None:
    assert _one(_run(hotline(ask=ask, urgent=urgent)), "finish-by").due_at == local_moment(due)


def test_a_return_stops_the_signing_but_never_the_resident_s_wait() -> None:
    other = AssignmentRef("utility", "lead")
    found = _run(
        hotline(
            row(3, "return", "2026-11-23 09:00", "disputed"),
            row(4, "redispatch", "2026-11-24 09:00", "dispatched", opened_assignments=(other,), released=("water",)),
        )
    )
    assert [one.started_by for one in found if one.clock == "finish-by"] == ["dispatch"]
    assert _one(found, "sign-by", "water").stopped_by == "return"
    assert _one(found, "sign-by", "utility").stopped_at is None
    assert _one(found, "ruling-by", "water").stopped_by == "redispatch"
    assert not [one for one in found if one.clock == "assist-answer-by" and one.key == "utility"]


def test_a_step_on_an_assignment_moves_only_that_assignment() -> None:
    found = _run(hotline(row(3, "sign-assignment", "2026-11-20 11:00", "dispatched", assignment="housing")))
    assert _one(found, "sign-by", "housing").stopped_by == "sign-assignment"
    assert _one(found, "sign-by", "water").stopped_at is None


def test_an_end_stops_every_duty_and_releases_the_assistants() -> None:
    found = _run(
        hotline(row(3, "sign", "2026-11-23 09:00", "handling"), row(4, "refer", "2026-11-23 10:00", "referred"))
    )
    assert all(one.stopped_at or one.lapses for one in found)
    assert _one(found, "assist-answer-by", "housing").stopped_how == "end"


def test_the_residents_own_rights_outlive_the_end() -> None:
    history = [
        row(
            1,
            "opened",
            "2026-11-02 09:00",
            "registered",
            complainants=("lan", "shi"),
            facts={"received-by": "petition-office"},
        ),
        row(2, "transfer", "2026-11-03 09:00", "dispatched", opened_assignments=(LEAD,)),
        row(3, "accept", "2026-11-04 09:00", "accepted"),
        row(4, "investigate", "2026-11-05 09:00", "investigating"),
        row(5, "issue-opinion", "2026-11-06 09:00", "opinion-issued"),
        row(6, "delivered", "2026-11-06 10:00", "opinion-issued", paper="handling-opinion", complainants=("lan",)),
        row(7, "delivered", "2026-11-09 10:00", "opinion-issued", paper="handling-opinion", complainants=("shi",)),
        row(8, "serve", "2026-11-09 11:00", "served"),
        row(9, "close", "2026-11-10 11:00", "closed"),
    ]
    found = _run(history, "petition-claim")
    windows = {one.key: one for one in found if one.clock == "review-window"}
    assert windows["lan"].due_on == date(2026, 12, 7)  # 30 days end on Sunday the 6th and move on
    assert windows["shi"].due_on == date(2026, 12, 9) and windows["shi"].stopped_at is None
    assert {one.stopped_at for one in found if one.clock == "finish-by"} == {history[5].at, history[6].at}
    later = _run(history, "petition-claim", at="2026-12-08 00:00")
    assert _one(later, "review-window", "lan").lapsed and not _one(later, "review-window", "shi").lapsed


def test_whoever_joins_has_their_own_clock_from_their_own_day() -> None:
    found = _run(
        hotline(
            row(3, "sign", "2026-11-23 09:00", "handling"),
            row(4, "opened", "2026-11-25 09:00", "handling", complainants=("shi",)),
        )
    )
    assert {one.key: one.started_at for one in found if one.clock == "finish-by"} == {
        "lan": local_moment("2026-11-20 10:00"),
        "shi": local_moment("2026-11-25 09:00"),
    }
    named = _run(
        hotline(
            row(3, "sign", "2026-11-23 09:00", "handling"),
            row(4, "contact", "2026-11-23 10:00", "handling", complainants=("nobody",)),
        )
    )
    assert _one(named, "contact-by", "lan").stopped_at is None


def test_coming_back_to_the_start_is_no_new_registration() -> None:
    found = _run(
        [
            row(1, "opened", "2026-11-02 09:00", "registered"),
            row(2, "transfer", "2026-11-03 09:00", "dispatched", opened_assignments=(LEAD,)),
            row(3, "object", "2026-11-04 09:00", "objected"),
            row(4, "agree-return", "2026-11-05 09:00", "registered"),
        ],
        "petition-suggestion",
    )
    assert len([one for one in found if one.clock == "forward-by"]) == 1
    assert _one(found, "redispatch-by").due_on == date(2026, 11, 10)


def test_an_appraisal_stands_the_clock_still_on_every_day_it_touches() -> None:
    history = [
        row(1, "opened", "2026-11-02 09:00", "applied"),
        row(2, "accept", "2026-11-02 10:00", "accepted"),
        row(3, "start-appraisal", "2026-11-05 10:00", "appraising"),
    ]
    held = _one(_run(history, "medical-dispute-mediation"), "conclude-by")
    assert held.held and chip(held, at=local_moment("2026-11-10"), calendar=CALENDAR).text == "停计，已用2个工作日"
    assert not held.is_late(local_moment("2027-06-01"))
    history.append(row(4, "end-appraisal", "2026-11-11 10:00", "in-session"))
    going = _one(_run(history, "medical-dispute-mediation"), "conclude-by")
    assert CALENDAR.working_between(date(2026, 11, 2), going.due_on or date.min) == 30 + 5  # 5, 6, 9, 10, 11 November


def test_extensions_are_capped_and_never_excuse_lateness() -> None:
    def extended(days: int, at: str) -> Deadline:
        ask = {"extensions": [{"clock": "finish-by", "days": days, "reason": "等配件", "approver": "dispatcher"}]}
        return _one(
            _run(hotline(row(3, "sign", "2026-11-23 09:00", "handling"), row(4, "extend", at, "handling", facts=ask))),
            "finish-by",
        )

    assert extended(4, "2026-12-01 09:00").due_on == CALENDAR.add_working(date(2026, 12, 11), 4)
    assert extended(99, "2026-12-01 09:00").extended == 10
    assert extended(4, "2026-12-12 00:00").extended == 0


def test_a_rhythm_begins_anew_with_each_report() -> None:
    found = _run(
        [
            row(1, "opened", "2026-11-02 09:00", "planned"),
            row(2, "approve", "2026-11-03 09:00", "mobilised", opened_assignments=(LEAD, ASSIST)),
            row(3, "start-screening", "2026-11-04 09:00", "screening"),
            row(4, "report-day", "2026-11-05 17:00", "screening", assignment="water"),
        ],
        "campaign",
    )
    daily = [(one.key, one.round, one.stopped_by) for one in found if one.clock == "daily"]
    assert sorted(daily) == [("housing", 1, ""), ("water", 1, "report-day"), ("water", 2, "")]


def test_a_date_that_is_recorded_starts_a_right_and_correcting_it_moves_it() -> None:
    history = [
        row(1, "opened", "2026-11-02 09:00", "applied", facts={"knew-of-harm-on": "2025-02-28"}),
        row(
            2,
            "corrected",
            "2026-11-03 09:00",
            "applied",
            facts={"corrected-step": {"seq": 1, "facts": {"knew-of-harm-on": "2025-03-31"}}},
        ),
    ]
    right = _one(_run(history, "farmland-dispute"), "limitation")
    assert (right.due_on, right.amount.words) == (date(2027, 3, 31), "24个月")
    assert _one(_run(history[:1], "farmland-dispute"), "limitation").due_on == date(2027, 3, 1)  # a Sunday moves on


def test_the_day_written_in_the_letter_holds_instead_of_the_default() -> None:
    history = [row(1, "opened", "2026-11-02 09:00", "registered")]
    told = row(
        2, "assign", "2026-11-03 09:00", "dispatched", opened_assignments=(LEAD,), facts={"due-on": "2026-12-01"}
    )
    assert _one(_run([*history, told], "petition-claim"), "set-due-by").due_on == date(2026, 12, 1)


def test_a_deadline_keeps_the_setting_in_force_when_it_started() -> None:
    rows = [
        SettingRow(
            "hotline.finish-days",
            {"value": 12, "variants": [{"when": {"ask-type": "求助"}, "value": 7}]},
            date(2026, 11, 1),
            date(2026, 11, 25),
            "县政办〔2026〕9号",
        ),
        SettingRow("hotline.finish-days", 5, date(2026, 11, 25), None, "县政办〔2026〕12号"),
    ]
    settings = Settings(rows, day=date(2026, 12, 1), defaults={})
    kept = _one(_run(hotline(), settings=settings), "finish-by")
    assert (kept.days, kept.setting_source) == (12, "县政办〔2026〕9号")
    assert _one(_run(hotline(ask="求助"), settings=settings), "finish-by").days == 7
    assert settings["hotline.finish-days"] == 5
    longer = Settings([SettingRow("mediation.conclude", 3, date(2026, 1, 1))], day=date(2026, 12, 1), defaults={})
    history = [
        row(1, "opened", "2026-11-02 09:00", "applied"),
        row(2, "ask-parties", "2026-11-02 10:00", "asking"),
        row(3, "accept", "2026-11-03 09:00", "accepted"),
    ]
    assert _one(_run(history, "peoples-mediation", settings=longer), "conclude-by").amount.number == 1


def test_chips_say_where_a_deadline_stands() -> None:
    finish = _one(_run(hotline()), "finish-by")

    def said(at: str, one: Deadline = finish) -> tuple[str, str]:
        found = chip(one, at=local_moment(at), calendar=CALENDAR)
        return found.kind, found.text

    assert said("2026-11-23 09:00") == ("ok", "余14个工作日")
    assert said("2026-12-09 09:00") == ("soon", "余2个工作日")
    assert said("2026-12-11 23:59") == ("soon", "今天到期")
    assert said("2026-12-12 00:00") == ("late", "超1天")
    assert said("2026-12-14 09:00") == ("late", "超1个工作日")
    urgent = _one(_run(hotline(urgent=True)), "finish-by")
    assert said("2026-11-20 12:00", urgent) == ("ok", "余22小时")
    assert said("2026-11-21 09:30", urgent) == ("soon", "余30分钟")
    assert said("2026-11-21 13:00", urgent) == ("late", "超3小时")


def test_it_prints_its_arithmetic_day_by_day() -> None:
    finish = _one(_run(hotline()), "finish-by")
    shown = reckon(finish, at=local_moment("2026-11-24 09:00"), calendar=CALENDAR)
    cells = [cell for _, week in shown.weeks for cell in week if cell.day]
    numbers = [int(cell.mark_text) for cell in cells if cell.mark_text.isdigit()]
    assert numbers == list(range(1, 16)) and cells[-1].css == "left due-day"
    assert [cell.day for cell in cells if "now" in cell.css] == [date(2026, 11, 24)]
    assert "当日不计；15个工作日" in shown.rule and shown.total == "2026年12月11日 周五到期。"
    assert "[15]" in shown.as_text() and "已过2" in shown.as_text()


def test_a_date_in_a_year_not_published_is_provisional_and_says_so() -> None:
    history = [row(1, "opened", "2026-12-28 09:00", "received"), row(2, "dispatch", "2026-12-28 10:00", "dispatched")]
    finish = _one(_run(history), "finish-by")
    assert finish.provisional and "暂计" in reckon(finish, at=history[0].at, calendar=CALENDAR).total
    assert chip(finish, at=history[0].at, calendar=CALENDAR).provisional


MOVES = {
    "dispatched": [
        ("return", "disputed"),
        ("sign", "handling"),
        ("remind", "dispatched"),
        ("sign-assignment", "dispatched"),
    ],
    "disputed": [("redispatch", "dispatched"), ("reject-return", "dispatched"), ("rule", "handling")],
    "handling": [
        ("contact", "handling"),
        ("extend", "handling"),
        ("report-danger", "handling"),
        ("answer-assignment", "handling"),
    ],
}


@some.composite
def histories(draw: some.DrawFn) -> list[Happened]:
    """Anything offices may do to an order that is not yet answered, in any order and number."""
    found, state, at = hotline(), "dispatched", local_moment("2026-11-20 10:00")
    for seq in range(3, 3 + draw(some.integers(0, 12))):
        name, state = draw(some.sampled_from(MOVES[state]))
        at += timedelta(minutes=draw(some.integers(1, 4 * 24 * 60)))
        more: dict[str, Any] = {}
        if name == "extend":
            more["facts"] = {"extensions": [{"clock": "finish-by", "days": draw(some.integers(1, 30)), "reason": "x"}]}
        if name in ("redispatch", "rule"):
            more["opened_assignments"] = (AssignmentRef(f"unit{seq}", "lead"),)
        if name.endswith("-assignment"):
            more["assignment"] = "housing"
        found.append(Happened(seq, name, at, state, **more))
    return found


def _used(found: list[Deadline], at: datetime) -> int:
    one = _one(found, "finish-by")
    return elapsed(local_day(one.started_at), local_day(at), one.kind, one.pauses, CALENDAR)


@given(histories())
@hypothesis_settings(max_examples=200, deadline=None, derandomize=True)
def test_no_pause_extension_return_or_redispatch_lowers_the_time_used(history: list[Happened]) -> None:
    plain = hotline()
    last, prefix = 0, []
    for happened in history:
        prefix.append(happened)
        found = _run(prefix)
        if len(prefix) < 2:
            continue
        assert len([one for one in found if one.clock == "finish-by"]) == 1
        assert _used(found, happened.at) == _used(_run(plain), happened.at) >= last
        last = _used(found, happened.at)
        assert _one(found, "finish-by").extended <= 10
    assert _run(history) == _run(list(reversed(history)))  # rows are told by number, so running again equals


@some.composite
def appraisals(draw: some.DrawFn) -> list[Happened]:
    """A medical dispute with any number of appraisals and extensions."""
    at = local_moment("2026-03-02 10:00")
    found = [Happened(1, "opened", at, "applied"), Happened(2, "accept", at, "accepted")]
    for seq in range(3, 3 + 2 * draw(some.integers(0, 6)), 2):
        at += timedelta(minutes=draw(some.integers(1, 20 * 24 * 60)))
        found.append(Happened(seq, "start-appraisal", at, "appraising"))
        at += timedelta(minutes=draw(some.integers(1, 20 * 24 * 60)))
        found.append(Happened(seq + 1, "end-appraisal", at, "in-session"))
    return found


@given(appraisals())
@hypothesis_settings(max_examples=200, deadline=None, derandomize=True)
def test_pauses_take_out_their_own_days_and_nothing_more(history: list[Happened]) -> None:
    found = _one(_run(history, "medical-dispute-mediation"), "conclude-by")
    assert found.due_on is not None
    used = elapsed(date(2026, 3, 2), found.due_on, "working", found.pauses, CALENDAR)
    assert used == 30
    days = [date(2026, 3, 2) + timedelta(days=n) for n in range((found.due_on - date(2026, 3, 2)).days + 1)]
    walked = [elapsed(date(2026, 3, 2), day, "working", found.pauses, CALENDAR) for day in days]
    assert walked == sorted(walked)
