"""Leaving the reading line of something that is taken away, and the mark for it that leads back to the line."""

from datetime import datetime

from jiefen.cases.access import note_reading
from jiefen.kernel import ask
from jiefen.kernel.marks import Mark, code_of
from jiefen.people.actor import Actor

_LINE = """
SELECT id, at FROM kernel_reading WHERE subject = %(subject)s AND person = %(person)s AND purpose = %(purpose)s
   AND what = %(what)s AND at <= %(at)s ORDER BY at DESC, id DESC LIMIT 1
"""


def marked_reading(subject: str, actor: Actor, *, purpose: str, what: str, at: datetime) -> Mark:
    """Leave the line (one for the same thing within ten minutes) and return the mark that what is taken bears."""
    note_reading(subject, actor, purpose=purpose, what=what, at=at)
    given = {"subject": subject, "person": actor.person_id, "purpose": purpose, "what": what, "at": at}
    found = ask.row(_LINE, given)
    desk = actor.desk
    return Mark(actor.name, desk.unit_name if desk else "", at, code_of(found[0]) if found else "")
