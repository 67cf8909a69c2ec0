"""The demo county in the database."""

from datetime import UTC, datetime

import pytest

from jiefen.cli.demo.load import DEMO_PASSWORD, NotADemo, load_demo
from jiefen.people.models import Person, Posting, Unit
from jiefen.places.actions import open_area
from jiefen.places.checks import check_areas
from jiefen.places.models import Area

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def test_it_loads_once_and_a_second_time_adds_nothing() -> None:
    told: list[str] = []
    first = load_demo(lambda what, done, total: told.append(what), at=AT)
    assert (first.areas, Area.objects.count()) == (1985, 1985)
    assert told
    before = (Unit.objects.count(), Person.objects.count(), Posting.objects.count())
    zhou = Person.objects.get(username="zhou")
    assert zhou.check_password(DEMO_PASSWORD)
    assert load_demo(at=AT).added == 0
    assert (Unit.objects.count(), Person.objects.count(), Posting.objects.count()) == before
    assert Person.objects.get(username="zhou").password == zhou.password

    report = check_areas(AT.date())
    assert report.clean
    assert report.total == 1985

    text = "\n".join(first.lines())
    assert DEMO_PASSWORD in text
    for words in ("周敏", "窗口接待员", "柳河镇综治中心", "督办员、中心分派员", "管理员", "文博"):
        assert words in text


def test_it_does_not_enter_a_real_county() -> None:
    open_area("990101000000", "方县", "county", since=AT.date())
    with pytest.raises(NotADemo):
        load_demo(at=AT)
    assert not Person.objects.exists()
