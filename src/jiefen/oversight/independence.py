"""Who had no hand in a matter, and so may ask the person. Pure; `queries.py` says the same in SQL."""

from dataclasses import dataclass

from jiefen.cases.rules import UNIT_ROLES, Standing
from jiefen.oversight.answers import ASKED_BY, shape_of
from jiefen.people.actor import Actor
from jiefen.procedures.definition import Procedure

HANDLING = UNIT_ROLES | {"sponsor", "grid-worker", "hotline-agent"}
"""Roles in which somebody handles a matter; taking it in, handing it on and looking again are not handling."""
TAKEN_IN = "opened"


@dataclass(frozen=True, slots=True)
class Hands:
    """Who had a hand in a matter: people, and offices with all who work there."""

    people: frozenset[int]
    units: frozenset[int]

    def include(self, by: Actor) -> bool:
        """Whether this person, or one of the offices they work at, had a hand in it."""
        return by.person_id in self.people or bool(by.units & self.units)


def hands_in(procedure: Procedure, standing: Standing) -> Hands:
    """Every office that ever had a duty in the matter or gave the answer, whoever took a step there, and whoever
    handled it from elsewhere."""
    gives = shape_of(procedure).gives
    handled = [act for act in standing.acts if act.role in HANDLING and act.name != TAKEN_IN]
    units = {duty.unit for duty in standing.duties.values()}
    units |= {act.unit for act in handled if act.name in gives and act.unit is not None}
    people = {act.person for act in standing.acts if act.unit in units and act.role != ASKED_BY}
    return Hands(frozenset(people | {act.person for act in handled}), frozenset(units))
