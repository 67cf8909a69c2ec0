"""On the case page: the way into the vault for whoever may split off, the ways out of it for its keeper."""

from datetime import datetime
from typing import Any

from jiefen.cases.access import roles_on
from jiefen.cases.models import Case
from jiefen.cases.panels import Panel
from jiefen.desk.vault.office import slip
from jiefen.kernel.seal import Key
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.engine import may_open
from jiefen.triage.vault import ACCUSATION, KEEPER, SPLITS

HEARERS = frozenset({"handler", "unit-head", "mediator", "supervisor"})


def may_split(case: Case, actor: Actor) -> bool:
    """Whether this person may split an accusation off here now. Says nothing of whether anybody did."""
    if case.stratum == Case.Stratum.VAULT or not set(SPLITS) & set(roles_on(actor, case)):
        return False
    return may_open(procedure(case.procedure, case.version), ACCUSATION, state=case.state) is None


def hears(case: Case, actor: Actor) -> bool:
    """Whether somebody who works on it is told where such words go, though they may not split off themselves."""
    return case.is_open and case.stratum != Case.Stratum.VAULT and bool(HEARERS & set(roles_on(actor, case)))


def keeps(case: Case, actor: Actor) -> bool:
    return case.stratum == Case.Stratum.VAULT and KEEPER in roles_on(actor, case)


def out_of(case: Case, step: str) -> bool:
    """Whether the step by which something leaves the vault can be taken in this state."""
    found = procedure(case.procedure, case.version).steps.get(step)
    return found is not None and case.state in found.from_states


def read(case: Case, key: Key, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """No query: what is shown outside follows from the procedure and the roles alone, so that it tells of nothing."""
    if keeps(case, actor):
        return {
            "keeper": True,
            "may": out_of(case, "split") or out_of(case, "unseal"),
            "slip": slip(case.outside_number),
        }
    if may_split(case, actor):
        return {"keeper": False, "splits": True}
    return {"keeper": False, "splits": False} if hears(case, actor) else None


VAULT = Panel("vault", "检举控告", 90, "desk/vault/panel.html", read)
