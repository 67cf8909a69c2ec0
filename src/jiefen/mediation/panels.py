"""What mediation adds to the case page: who agreed to what, how far the agreement is, which promises are open."""

from datetime import datetime
from typing import Any

from jiefen.cases.access import roles_on
from jiefen.cases.models import Case
from jiefen.cases.panels import Panel
from jiefen.kernel import ask
from jiefen.kernel.seal import Key
from jiefen.mediation.actions.agreements import DRAFTS
from jiefen.mediation.actions.obligations import WATCHES
from jiefen.mediation.proofs import WRITES_DOWN
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure, vocabulary

READS = frozenset({"consents", "obligations", "agreement-lint", "signatures"})
_STANDING = """SELECT
  (SELECT count(*) FROM mediation_consent WHERE case_id = %(case)s AND withdrawn_at IS NULL),
  (SELECT state FROM mediation_agreement WHERE case_id = %(case)s ORDER BY seq DESC LIMIT 1),
  (SELECT count(*) FROM mediation_obligation WHERE case_id = %(case)s AND state = 'due'),
  (SELECT count(*) FROM mediation_obligation WHERE case_id = %(case)s AND state <> 'changed')"""


def mediates(case: Case) -> bool:
    """Whether any step of the case's procedure goes by what is recorded here."""
    guards = vocabulary().guards
    steps = procedure(case.procedure, case.version).steps.values()
    return any(READS & {*step.facts, *(f for g in step.guards for f in guards[g]["facts"])} for step in steps)


def read(case: Case, key: Key, actor: Actor, at: datetime) -> dict[str, Any] | None:
    """One query, and none where the procedure has nothing to do with agreeing."""
    if not mediates(case):
        return None
    consents, agreement, due, promises = ask.row(_STANDING, {"case": case.pk}) or (0, None, 0, 0)
    may = bool((WRITES_DOWN | DRAFTS | WATCHES) & set(roles_on(actor, case)))
    if not (may or consents or agreement):
        return None
    return {"consents": consents, "agreement": agreement, "due": due, "promises": promises, "may": may}


MEDIATION = Panel("mediation", "同意、协议与履行", 50, "mediation/panel.html", read)
