"""Walks of what is hard or shut: a matter that a leader sponsors, and an accusation in its keeper's hands."""

from collections.abc import Callable

from jiefen.cli.demo.petitions import fill_paper
from jiefen.cli.demo.walks import Matter
from jiefen.people.actor import Actor, actor_for
from jiefen.people.models import Person

HARD_WAYS: dict[str, tuple[str, ...]] = {
    "sponsored": ("hard_opened", "hard_sponsored", "hard_planned", "hard_met"),
    "vault-screened": ("vault_opened", "vault_screened"),
}  # fmt: skip


def _supervisor(m: Matter) -> Actor:
    return m.crew.at_unit(m.crew.unit("county-centre", m.area), "supervisor")


def _leader(m: Matter) -> Actor:
    found = actor_for(Person.objects.get(username="lin"), m.now)
    assert found is not None
    return found


def _keeper(m: Matter) -> Actor:
    return m.crew.at_unit(m.crew.unit("vault", m.crew.area("")), "vault-keeper")


def hard_opened(m: Matter) -> None:
    """Half a year unsolved when the supervisor opens its file as a hard matter."""
    m.until(m.moments.came(14, "9:20"))
    m.decide(_supervisor(m), **m.opening(unit=False, procedure="long-standing-case"))


def hard_sponsored(m: Matter) -> None:
    m.until(m.moments.came(11, "10:05"))
    by, unit = _supervisor(m), m.crew.unit(m.row["unit"], m.area)
    m.step("list", by, reason=m.row["listed"], lead_unit=unit.pk)
    m.soon("sponsor")
    fill_paper(
        m, "sponsor-letter", by, leader="林若水", team=[f"{unit.name}负责人"], measures=m.row["plan"],
    )  # fmt: skip
    handler = m.crew.at_unit(unit, "handler")
    m.step(
        "appoint-sponsor", by, sponsor_person=_leader(m).person_id, responsible_person=handler.person_id, due_on=m.row["by"],
        helper_units=[m.crew.unit(sort, m.area).pk for sort in m.row.get("help", ())],
    )  # fmt: skip


def hard_planned(m: Matter) -> None:
    m.until(m.moments.came(8, "15:10"))
    by = _leader(m)
    fill_paper(m, "resolution-plan", by, leader="林若水", team=["责任单位、司法所各一人"], measures=m.row["plan"])
    m.step("make-plan", by, measures=m.row["plan"], due_on=m.row["by"])


def hard_met(m: Matter) -> None:
    m.until(m.moments.came(3, "9:40"))
    m.step("meet", _leader(m), session_note=m.row["met"])


def vault_opened(m: Matter) -> None:
    m.decide(
        _keeper(m),
        action="open",
        kind="2401",
        title="检举控告线索",
        procedure="accusation-handover",
        demands=["依法核查"],
    )


def vault_screened(m: Matter) -> None:
    m.soon("screen")
    unit = m.crew.unit("discipline", m.crew.area(""))
    m.step(
        "screen",
        _keeper(m),
        recusal_declared=True,
        accused_level="village",
        receiver_unit={"unit": unit.pk, "independent": True},
    )


HARD_WALKS: dict[str, Callable[[Matter], None]] = {
    walk.__name__: walk for walk in (hard_opened, hard_sponsored, hard_planned, hard_met, vault_opened, vault_screened)
}
