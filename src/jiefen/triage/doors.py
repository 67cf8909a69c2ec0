"""An intake that became part of a case is seen by whoever may see the case, and by nobody else of the offices."""

from collections.abc import Iterable

from jiefen.kernel import ask
from jiefen.kernel.scope import scope
from jiefen.people.actor import RECEIPT

VAULT_STRATUM = 2

FOLLOW = f"""
UPDATE intake_intake i SET doors = new.doors
  FROM (SELECT d.intake_id, c.stratum, ARRAY(
                 SELECT y FROM unnest(c.doors) y WHERE y %% 4 <> {RECEIPT:d}
                 UNION SELECT d.intake_id * 4 + {RECEIPT:d} ORDER BY 1) AS doors
          FROM triage_triagedecision d JOIN cases_case c ON c.id = d.case_id
         WHERE c.id = ANY(%s::bigint[])) new
 WHERE i.id = new.intake_id AND i.doors IS DISTINCT FROM new.doors
   AND (i.stratum <> {VAULT_STRATUM} OR new.stratum = {VAULT_STRATUM})
"""


def follow(cases: Iterable[int]) -> int:
    """Give the intakes of these cases the doors their case has: an office it was taken from, or that is complained of,
    no longer reads them; one it was handed to does. Each keeps its own receipt's door. A letter that was shut away in the
    vault stays there. Returns how many changed."""
    with scope("worker"):
        return ask.do(*ask.about(FOLLOW, list(cases)))


def after_step(step_id: int) -> None:
    """After each step: the intakes follow their case."""
    if found := ask.row("SELECT case_id FROM cases_step WHERE id = %s", [step_id]):
        follow([found[0]])
