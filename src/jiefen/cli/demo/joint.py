"""Walks of matters on which several offices disagree or meet: given back twice and ruled on; met about with tasks."""

from collections.abc import Callable
from datetime import timedelta

from jiefen.cli.demo.walks import Matter
from jiefen.kernel.clock import local_day
from jiefen.oversight import meeting_tasks, meetings
from jiefen.oversight.meetings import Decision
from jiefen.oversight.rulings import rule
from jiefen.people.actor import Actor

JOINT_WAYS: dict[str, tuple[str, ...]] = {
    "petition-ruled": ("petition_transferred", "given_back_twice", "ruled_on"),
    "petition-met": ("petition_transferred", "petition_accepted", "met_about"),
}


def _officer(m: Matter) -> Actor:
    return m.crew.at_unit(m.crew.unit("petition-office", m.area), "petition-officer")


def _objects(m: Matter, n: int) -> None:
    m.until(m.moments.later(m.now, 1, f"object {n}"))
    why = m.row["returns"][n]
    proper = m.crew.unit(m.row["other"] if n == 0 else m.row["unit"], m.area).name
    m.step("object", m.handler, reason=why, objection_reasons=why, proper_unit=proper)


def given_back_twice(m: Matter) -> None:
    """The first office says it is the other's, the other that it is the first's."""
    _objects(m, 0)
    m.soon("agree")
    m.step("agree-return", _officer(m), reason="所述有依据，改交另一单位核实。")
    m.soon("transfer again")
    m.step("transfer", _officer(m), lead_unit=m.crew.unit(m.row["other"], m.area).pk)
    _objects(m, 1)


def ruled_on(m: Matter) -> None:
    m.until(m.moments.later(m.now, 1, "rule"))
    body = m.crew.unit("conference", m.area)
    rule(
        m.case, by=m.crew.at_unit(body, "ruling-body"), at=m.now, unit=m.crew.unit(m.row["unit"], m.area).pk,
        words=m.row["gist"], reason=m.row["ruling"],
    )  # fmt: skip


def met_about(m: Matter) -> None:
    """Called, minuted, and two things decided: one done, one still to do."""
    by = _officer(m)
    m.until(m.moments.later(m.now, 1, "call meeting"))
    starts = m.moments.later(m.now, 1, "meeting")
    units = [m.crew.unit(sort, m.area) for sort in (m.row["unit"], *m.row["meets"])]
    meeting = meetings.call(
        m.case, by=by, at=m.now, starts_at=starts, place="县综治中心三楼会议室", topic=m.row["topic"],
        units=[u.pk for u in units], once="demo",
    )  # fmt: skip
    m.until(max(m.moments.soon(starts, "minutes"), starts))
    decided = [
        Decision(m.crew.unit(sort, m.area).pk, words, local_day(m.now) + timedelta(days=days))
        for sort, days, words in m.row["decides"]
    ]
    meetings.minute(
        meeting,
        by=by,
        at=m.now,
        body=m.row["minutes"],
        present=[f"{u.name}有关负责人" for u in units],
        decisions=decided,
    )
    first = meeting.tasks.order_by("seq").first()
    assert first is not None
    m.until(m.moments.later(m.now, 2, "task"))
    meeting_tasks.done(
        first.pk, by=m.crew.at_unit(first.unit_id, "handler", "unit-head"), at=m.now, words=m.row["task-done"]
    )


JOINT_WALKS: dict[str, Callable[[Matter], None]] = {
    walk.__name__: walk for walk in (given_back_twice, ruled_on, met_about)
}
