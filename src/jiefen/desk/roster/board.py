"""Today at the hall, for everybody: which office sits at which window until when, and which can be called. No names."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiefen.desk.door import public
from jiefen.kernel.clock import local, local_day
from jiefen.people import roster
from jiefen.people.models import DutySlot, Unit
from jiefen.people.oncall import MINUTES
from jiefen.people.queries import existing_units
from jiefen.procedures.catalogue import settings_in_force


@public
@require_safe
def halls(request: HttpRequest) -> HttpResponse:
    """The halls that keep a roster."""
    day = local_day(request.at)  # type: ignore[attr-defined]
    rows = (
        existing_units(day)
        .filter(pk__in=DutySlot.objects.filter(until__isnull=True).values("centre"))
        .exclude(letters="")
    )
    return render(request, "portal/halls.html", {"halls": rows.order_by("code")})


@public
@require_safe
def hall(request: HttpRequest, letters: str) -> HttpResponse:
    """One hall today."""
    at = request.at  # type: ignore[attr-defined]
    day = local_day(at)
    centre = existing_units(day).filter(letters=letters.upper()[:4]).first() if letters.isascii() else None
    if centre is None or not DutySlot.objects.filter(centre=centre).exists():
        raise Http404
    here, away = roster.sittings(centre.pk, day)
    moment = local(at).time()
    lines = [(s, "now" if s.at(moment) else "later" if s.starts > moment else "past") for s in here]
    called = [u for u in roster.offices(centre, day) if u.stay == Unit.Stay.ON_CALL]
    coming = []
    sit_today = {s.unit.pk for s in here}
    for unit in roster.offices(centre, day):
        if unit.stay == Unit.Stay.ROTATING and unit.pk not in sit_today:
            coming.append((unit, roster.next_time(centre.pk, unit.pk, at)))
    context = {
        "centre": centre, "day": day, "lines": lines, "away": away, "called": called, "coming": coming,
        "minutes": settings_in_force(at)[MINUTES], "weekdays": roster.WEEKDAYS,
    }  # fmt: skip
    return render(request, "portal/hall.html", context)
