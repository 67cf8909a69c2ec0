"""Last month for everybody: both counts, over enough matters, and nothing where there is nothing."""

from datetime import UTC, datetime

import pytest

from jiefen.analytics import monthly
from jiefen.analytics.asker import Asker, Cut
from jiefen.analytics.asking import figures
from jiefen.analytics.definitions import catalogue
from jiefen.analytics.models import MonthFigure
from jiefen.analytics.tests.small import matters
from jiefen.desk import door

OCTOBER = datetime(2026, 10, 5, 1, 0, tzinfo=UTC)


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr(door, "now", lambda: OCTOBER)


@pytest.mark.rules
def test_it_knows_which_month_was_the_last():
    assert str(monthly.last_month(OCTOBER)) == "2026-09-01"
    assert str(monthly.last_month(datetime(2026, 1, 31, 17, tzinfo=UTC))) == "2026-01-01"  # 1 February here
    assert str(monthly.last_day(monthly.last_month(datetime(2026, 3, 1, tzinfo=UTC)))) == "2026-02-28"


def test_it_counts_what_the_indicators_count(county):
    matters(county)
    assert (
        monthly.count_month(OCTOBER)
        == monthly.count_month(OCTOBER)
        == len(monthly.PUBLIC)
        == MonthFigure.objects.count()
    )
    month = monthly.last_month(OCTOBER)
    asked = [catalogue().indicators[key] for key in monthly.PUBLIC]
    cut = Cut.of(monthly.last_day(month), at=OCTOBER, since=month)
    for figure in figures(asked, Asker.machine(), cut):
        row = MonthFigure.objects.get(key=figure.indicator.key)
        assert (row.numerator, row.denominator) == (figure.numerator, figure.denominator)
    assert [(one.indicator.key, one.numerator, one.denominator) for one in monthly.of_last_month(OCTOBER)] == [
        ("closing-rate", 2, 5)
    ]  # the others are over fewer than five


def test_the_first_page_tells_it_with_the_way_to_its_definition(county, client, now):
    assert "上个月办得怎么样" not in client.get("/").content.decode()
    assert "还没有可以公布的数字" in client.get("/figures/").content.decode()
    matters(county)
    monthly.count_month(OCTOBER)
    page = client.get("/").content.decode()
    assert "办结率" in page and "2／5" in page and 'href="/figures/"' in page
    page = client.get("/figures/").content.decode()
    assert "截至日已到办理终点的" in page and "定义第1版" in page
