"""That a copy was taken: by code at once, or handed over at the window by whoever answers the request."""

import secrets
from datetime import datetime

from jiefen.intake.models import Intake
from jiefen.kernel.clock import day_end, local_day
from jiefen.kernel.scope import scope
from jiefen.privacy import shipped
from jiefen.privacy.models import PersonalRequest
from jiefen.privacy.requests import case_of
from jiefen.procedures.catalogue import current_calendar


def taken_by_code(intake: Intake, *, at: datetime) -> PersonalRequest:
    """Write down that the person took their copy by code: asked and answered in one row."""
    clock = shipped.answerings()["copy"]
    with scope("worker"):
        row = Intake.objects.get(pk=intake.pk)
        return PersonalRequest.objects.create(
            kind="copy", intake=row.pk, case=case_of(row), key_id=row.key_id, unit_id=row.centre_id, way="code",
            received_at=at, due_at=day_end(clock.last_day(local_day(at), current_calendar())), days=clock.days,
            basis=clock.source[:90], mark=clock.mark, once=secrets.token_urlsafe(12), state="done", answered_at=at,
        )  # fmt: skip
