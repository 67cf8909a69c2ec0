"""What the person who brought something does with it themselves, by their code, before anybody has decided about it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.intake.actions import VAULT
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.notices.actions import tell
from jiefen.notices.models import Notice
from jiefen.people.queries import postings_at

OWN_CHANNELS = frozenset({"web", "window"})
"""How somebody comes to us themselves. What another platform or office sent has its own desk there, to which we must answer."""
ASK_FIRST = frozenset({"imminent-harm", "domestic-violence", "minor-harmed", "retaliation"})
"""Marks of somebody who may be made to take it back: somebody asks them first whether they are free to."""
DECIDE = ("clerk", "dispatcher", "petition-officer", "hotline-agent")
"""Whose desk it lies on while it waits."""
WITHDRAWN = "withdrawn"
"""The notice's code."""
LONGEST = 2000


class NotWithdrawn(ValueError):
    """It cannot be taken back here; the message says why and what to do. Nothing was written."""


def shut_because(row: Intake) -> str:
    """Why somebody cannot take theirs back by code now, in a sentence; empty where they can. What was decided, and what lies
    with the keeper of accusations, has other ways out."""
    if row.state != Intake.State.WAITING or row.stratum == VAULT:
        return _("现在不能在这里撤回。不想办了，打下面的电话说一声，或到窗口说。")
    if row.channel not in OWN_CHANNELS or row.batch is not None:
        return _("这件事是从别处转来的，要撤回，请找原来受理的地方，例如再打12345；也可以打下面的电话问。")
    if ASK_FIRST & set(row.flags):
        return _("撤回以前，要有人问清楚：是您自己愿意的，没有人逼您。请打下面的电话，或到窗口说。")
    return ""


def withdraw(intake: Intake, *, words: str, at: datetime) -> Intake:
    """The person takes back what nobody has decided about yet. Whoever calls has had the second thing said again. Whoever may
    decide at its centre is told; an urgent mark goes on ringing. Twice is once. Raises NotWithdrawn."""
    said = words.strip()
    with transaction.atomic(), scope("worker"):
        row = Intake.objects.select_for_update(of=("self",)).select_related("key").get(pk=intake.pk)
        if row.state == Intake.State.RECALLED:
            return row
        if shut := shut_because(row):
            raise NotWithdrawn(shut)
        if not said or len(said) > LONGEST:
            raise NotWithdrawn(_("请写一句为什么撤回，最多%(n)s字。") % {"n": LONGEST})
        row.state, row.withdrawn_at = Intake.State.RECALLED, at
        row.withdrawn_why = open_row(row.key).seal(said, field="intake.withdrawn")
        row.save(update_fields=["state", "withdrawn_at", "withdrawn_why"])
        people = postings_at(at).filter(unit=row.centre_id, role__in=DECIDE).values_list("person_id", flat=True)
        tell(set(people), Notice.Kind.STEP, at=at, intake=row.pk, code=WITHDRAWN)
        return row
