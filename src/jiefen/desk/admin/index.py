"""The first page of the administrator: how much of each there is, and what wants looking at."""

from datetime import timedelta

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jiefen.desk.admin.changes import recent
from jiefen.desk.admin.door import administrator, page
from jiefen.kernel.clock import local_day
from jiefen.people.models import Person
from jiefen.people.queries import existing_units, postings_at
from jiefen.places.queries import in_force
from jiefen.procedures import catalogue
from jiefen.triage import routing


@administrator
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    at = request.at  # type: ignore[attr-defined]
    day = local_day(at)
    units = existing_units(day)
    calendar = catalogue.current_calendar()
    standing = routing.in_force(at)
    headless = (
        units.exclude(pk__in=postings_at(at).filter(role="unit-head").values("unit_id"))
        .filter(pk__in=postings_at(at).filter(role="handler").values("unit_id"))
        .order_by("code")
    )
    without = (
        Person.objects.filter(is_active=True)
        .exclude(pk__in=postings_at(at + timedelta(seconds=1)).values("person_id"))
        .exclude(Q(postings__since__gt=at))
        .count()
    )
    next_year = day.year + 1
    return page(
        request, "index", "",
        {
            "counts": [
                ("areas", _("在用区域"), in_force(day).count(), _("个")),
                ("units", _("在用单位"), units.count(), _("个")),
                ("people", _("在岗人员"), postings_at(at).values("person_id").distinct().count(), _("人")),
                ("procedures", _("办理程序"), len({name for name, _v in catalogue.procedures()}), _("种")),
            ],
            "headless": list(headless[:8]), "headless_total": headless.count(), "without": without,
            "next_year": next_year, "provisional": next_year not in calendar.published_years,
            "routing_version": standing, "recent": recent(8),
        },
    )  # fmt: skip
