"""A whole number or code of one matter leads straight to it."""

import re

from jiefen.channels.upper.mapping import systems
from jiefen.kernel import ask
from jiefen.kernel.ids import read_short_code
from jiefen.people.actor import Actor

LOOKS_LIKE_ONE = re.compile(r"\S*\d\S*|[A-Za-z]{2}-\S+")
_ONE = """
SELECT 1, '/cases/' || slug || '/' FROM cases_case
 WHERE (number = %(q)s::text OR slug = lower(%(q)s::text)) AND doors && %(keys)s::bigint[]
UNION ALL SELECT 2, '/cases/' || slug || '/' FROM cases_case WHERE outside_number = %(q)s::text AND doors && %(keys)s::bigint[]
UNION ALL SELECT 3, '/cases/' || c.slug || '/' FROM channels_outsidenumber o JOIN cases_case c ON c.id = o.case_id
 WHERE o.system = ANY (%(systems)s::text[]) AND o.number = %(q)s::text AND o.ended_at IS NULL AND c.doors && %(keys)s::bigint[]
UNION ALL SELECT 4, '/intakes/' || number || '/' FROM intake_intake
 WHERE (number = %(q)s::text OR short_code = %(code)s::text) AND doors && %(keys)s::bigint[]
 ORDER BY 1 LIMIT 1
"""


def to(actor: Actor, typed: str) -> str:
    """The address of the one matter that bears this number or code, as far as the actor may see it; empty for anything else."""
    said = typed.strip()[:60]
    if not LOOKS_LIKE_ONE.fullmatch(said):
        return ""
    found = ask.row(
        _ONE, {"q": said, "code": read_short_code(said), "keys": sorted(actor.keys), "systems": sorted(systems())}
    )
    return str(found[1]) if found else ""
