"""A whole number or code of one matter leads straight to it, however its brackets, blanks, dashes and zeros were typed."""

import re
import unicodedata

from jiefen.channels.upper.mapping import systems
from jiefen.desk.portal import read_typed
from jiefen.kernel import ask
from jiefen.kernel.seal import token_mark
from jiefen.people.actor import Actor

LOOKS_LIKE_ONE = re.compile(r"\S*\d\S*|[A-Za-z]{2}-\S+|[A-Za-z]{8,}")  # one code in some has letters alone
AS_PRINTED = re.compile(r"(\D+?)[\[(【〔](\d{4})[\])】〕]0*(\d{1,9})号?")
LINK = re.compile(r".*/follow/([^/?#]+).*")
_ONE = """
SELECT 1, '/cases/' || slug || '/' FROM cases_case
 WHERE (number = ANY (%(forms)s::text[]) OR slug = lower(%(q)s::text)) AND doors && %(keys)s::bigint[]
UNION ALL SELECT 2, '/cases/' || slug || '/' FROM cases_case WHERE outside_number = %(q)s::text AND doors && %(keys)s::bigint[]
UNION ALL SELECT 3, '/cases/' || c.slug || '/' FROM channels_outsidenumber o JOIN cases_case c ON c.id = o.case_id
 WHERE o.system = ANY (%(systems)s::text[]) AND o.number = %(q)s::text AND o.ended_at IS NULL AND c.doors && %(keys)s::bigint[]
UNION ALL SELECT 4, '/intakes/' || number || '/' FROM intake_intake
 WHERE (number = ANY (%(forms)s::text[]) OR short_code = %(code)s::text OR token_mark = %(token)s::bytea) AND doors && %(keys)s::bigint[]
 ORDER BY 1 LIMIT 1
"""


def forms_of(said: str) -> list[str]:
    """What was typed, and the number as we print it: 清柳[2026]15 is 清柳〔2026〕0015号."""
    plain = "".join(unicodedata.normalize("NFKC", said).split())
    found = AS_PRINTED.fullmatch(plain)
    return [said, plain, *([f"{found[1]}〔{found[2]}〕{int(found[3]):04d}号"] if found else [])]


def to(actor: Actor, typed: str) -> str:
    """The address of the one matter that bears this number or code, as far as the actor may see it; empty for anything else.
    A long code, as a link or a receipt shows it, leads whoever may see the letter to it, and nobody else."""
    said = typed.strip()[:100]
    said = found[1] if (found := LINK.fullmatch(said)) else said
    plain = "".join(said.split())
    folded = unicodedata.normalize("NFKC", said)
    forms = forms_of(said)
    if not LOOKS_LIKE_ONE.fullmatch(plain if folded.isascii() or len(forms) > 2 else said):
        return ""
    kind, code = read_typed(folded) if folded.isascii() else ("", "")
    row = ask.row(
        _ONE,
        {
            "q": plain, "forms": forms, "code": code if kind == "short" else "",
            "token": token_mark(code) if kind == "long" else None, "keys": sorted(actor.keys), "systems": sorted(systems()),
        },
    )  # fmt: skip
    return str(row[1]) if row else ""
