"""Showing somebody's particulars: each a reading with its purpose; above a day's number a second person agrees first.

With an open task the reading has one; without (the matter has ended, or lies elsewhere) it stands in the supervisor's month.
The second person is a head of the office, or the centre's, who may see the matter themselves.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jiefen.cases.access import note_reading, roles_on
from jiefen.cases.models import Case
from jiefen.cases.need import HEADS
from jiefen.kernel import ask
from jiefen.kernel.alone import one_at_a_time
from jiefen.kernel.clock import day_start, local_day
from jiefen.kernel.scope import scope
from jiefen.notices.actions import tell
from jiefen.notices.models import Notice
from jiefen.people.actor import Actor
from jiefen.people.queries import head_of
from jiefen.privacy.models import UnmaskAsk
from jiefen.procedures.catalogue import settings_in_force

DAILY = "unmask-daily"
WHAT = "姓名和联系方式"
_TODAY = """
SELECT count(*) FROM kernel_reading
 WHERE person = %(person)s AND at >= %(since)s AND at <= %(at)s AND what = %(what)s
"""


class NotUnmasked(ValueError):
    """It is not shown; the message says what to do."""


def shown_today(by: Actor, at: datetime) -> int:
    """How many times the reader has had particulars shown today. Their own number, for their own limit; shown to nobody."""
    since = day_start(local_day(at))
    row = ask.row(_TODAY, {"person": by.person_id, "since": since, "at": at, "what": WHAT})
    return int(row[0]) if row else 0


def unmask(case: Case, party: str, *, purpose: str, by: Actor, at: datetime) -> bool:
    """Leave the line and return True: the particulars may be shown. Above the day's number the second person is asked, and
    False is returned until they agree; what was agreed holds for that day and that party."""
    most = int(settings_in_force(at)[DAILY])
    since = day_start(local_day(at))
    with transaction.atomic(), scope("worker"):
        one_at_a_time("unmask", by.person_id)  # the day's number is counted over all matters
        mine = UnmaskAsk.objects.filter(case=case, party=party, asked_by_id=by.person_id, asked_at__gte=since)
        if shown_today(by, at) >= most and not mine.filter(agreed=True).exists():
            if not mine.exists():
                made = UnmaskAsk.objects.create(
                    case=case, party=party, purpose=purpose, asked_by_id=by.person_id, asked_at=at
                )
                _tell(made, case, by, at)
            return False
        task = case.is_open and bool(roles_on(by, case))
        note_reading(f"case:{case.pk}", by, purpose=purpose, what=WHAT, at=at, with_task=task)
        return True


def _tell(row: UnmaskAsk, case: Case, by: Actor, at: datetime) -> None:
    unit = by.desk.unit_id if by.desk else case.centre_id
    head = head_of(unit, at)
    if head is not None and head != by.person_id:
        tell([head], Notice.Kind.ASK, at=at, case=case, code=f"unmask:{row.pk}")


def may_agree(by: Actor, case: Case) -> bool:
    """Whether somebody is such a second person: a head at an office that the matter lies with."""
    return bool(HEADS & set(roles_on(by, case)))


@transaction.atomic
def decide(case: Case, pk: int, *, agree: bool, by: Actor, at: datetime) -> UnmaskAsk:
    """Agree that it is shown, or do not. Raises NotUnmasked, also for the asker's own."""
    with scope("worker"):
        row = UnmaskAsk.objects.select_for_update().filter(pk=pk, case=case).first()
        if row is None or not may_agree(by, case):
            raise NotUnmasked(_("没有等您同意的揭开，请刷新后再看。"))
        if row.decided_at is not None:
            raise NotUnmasked(_("这一次已经有人办过了，请刷新后再看。"))
        if row.asked_by_id == by.person_id:
            raise NotUnmasked(_("这是您自己提出的，要请另一个人同意。"))
        row.decided_by_id, row.decided_at, row.agreed = by.person_id, at, agree
        try:
            with transaction.atomic():
                row.save(update_fields=["decided_by", "decided_at", "agreed"])
        except IntegrityError:
            raise NotUnmasked(_("这是您自己提出的，要请另一个人同意。")) from None
        return row
