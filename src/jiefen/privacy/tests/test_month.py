"""The supervisor's month is quick because most of it was looked through before; that changes no line of it."""

from datetime import timedelta

import pytest

from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope
from jiefen.privacy.models import Taskless
from jiefen.privacy.readings import by_office, listed, look_through
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_the_hourly_look_changes_no_line_of_the_month(county):
    case = county.case(once_key="month")
    su = county.actor("su")
    month = (MONDAY - HOUR, MONDAY + 5 * HOUR)

    def read(name, at, **more):
        Reading.objects.create(
            subject=f"case:{case.pk}", person=county.people[name].pk, name=name, unit="县人社局", purpose="办理", what="事项全页", at=at,
            **more,
        )  # fmt: skip

    with scope("worker"):
        read("he", MONDAY)
        read("housing_head", MONDAY)
        read("he", MONDAY, with_task=False)
        first = (listed(su, *month), by_office(su, *month))
        assert [line.name for line in first[0]] == ["housing_head", "he"]
        assert look_through(MONDAY + HOUR) == 3 and look_through(MONDAY + HOUR) == 0
        assert Taskless.objects.count() == 2
        assert (listed(su, *month), by_office(su, *month)) == first
        read("housing_head", MONDAY + HOUR)
        assert len(listed(su, *month)) == 3, "what was read since is there at once"
        assert look_through(MONDAY + HOUR) == 0, "and is looked through when it is old enough"
        assert look_through(MONDAY + 2 * HOUR) == 1 and len(listed(su, *month)) == 3
