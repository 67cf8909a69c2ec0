"""Who sits in the hall: the week, days that differ, tables, the queue, calling an office, the board for everybody."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jiefen.channels.models import QueueTicket
from jiefen.desk.models import SetupChange
from jiefen.kernel.clock import local_day, now
from jiefen.kernel.scope import scope
from jiefen.people import oncall, roster
from jiefen.people.actions import Refused
from jiefen.people.models import DutySlot, OnCall, Unit
from tests.world import MONDAY

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def hall(county):
    """柳河镇's hall: its justice office comes on set days, the government's people when called."""
    for name, stay in (("justice", Unit.Stay.ROTATING), ("town", Unit.Stay.ON_CALL)):
        Unit.objects.filter(pk=county.units[name].pk).update(stay=stay, stay_note="见值班表")
        county.units[name].refresh_from_db()
    return county


def slot(county, unit="justice", weekday=0, starts="09:00", ends="11:30", **kw):
    said = {
        "unit": unit,
        "weekday": str(weekday),
        "starts": starts,
        "ends": ends,
        "window": "3号窗口",
        "since": str(local_day(now())),
    }
    return said | kw


def week(county, *days, since=None):
    t = roster.Slot
    slots = [t(county.units["justice"], d, roster._clock("9:00"), roster._clock("17:00"), "3号窗口") for d in days]
    return roster.set_week(county.units["centre"], slots, since=since or local_day(MONDAY), today=local_day(MONDAY))


def said(response):
    return response.content.decode()


def test_the_week_and_the_days_that_differ(hall):
    centre, justice, monday = hall.units["centre"], hall.units["justice"], local_day(MONDAY)
    assert week(hall, 0, 3) == (0, 2)
    assert week(hall, 0, 3) == (0, 0)  # the same again changes nothing
    assert [s.unit.pk for s in roster.sittings(centre.pk, monday)[0]] == [justice.pk]
    assert roster.here_now(centre.pk, justice.pk, MONDAY + timedelta(hours=1))
    assert roster.here_now(centre.pk, justice.pk, MONDAY + timedelta(hours=9)) is None
    assert roster.next_time(centre.pk, justice.pk, MONDAY + DAY).day == monday + 3 * DAY
    with pytest.raises(Refused, match="为什么"):
        roster.set_day(centre, justice, monday + 3 * DAY, comes=False, today=monday)
    other = roster.set_day(centre, justice, monday + 3 * DAY, comes=False, today=monday, note="全县培训")
    here, away = roster.sittings(centre.pk, monday, 7)
    assert [s.day for s in here] == [monday] and [(a.day, a.note) for a in away] == [(monday + 3 * DAY, "全县培训")]
    assert roster.next_time(centre.pk, justice.pk, MONDAY + DAY).day == monday + 7 * DAY
    roster.take_back_day(other.pk, centre=centre, today=monday)
    # From next week on another pattern: this week stays as it was, and can be read years later.
    week(hall, 1, since=monday + 7 * DAY)
    assert [s.day.weekday() for s in roster.sittings(centre.pk, monday, 7)[0]] == [0, 3]
    assert [s.day.weekday() for s in roster.sittings(centre.pk, monday + 7 * DAY, 7)[0]] == [1]
    assert DutySlot.objects.count() == 3


def test_one_office_and_one_window_are_not_twice_at_a_time(hall):
    t, j, g = roster.Slot, hall.units["justice"], hall.units["town"]
    nine, ten, noon = (roster._clock(c) for c in ("9:00", "10:00", "12:00"))
    assert roster.clashes([t(j, 0, nine, noon, "1"), t(j, 0, ten, noon, "2")])
    assert roster.clashes([t(j, 0, nine, noon, "1"), t(g, 0, ten, noon, "1")])
    assert roster.clashes([t(j, 0, noon, nine)])
    assert not roster.clashes([t(j, 0, nine, ten, "1"), t(g, 0, ten, noon, "1"), t(j, 1, nine, noon, "1")])


def test_zhou_keeps_the_roster_on_the_page_and_the_log_says_so(client, hall):
    client.force_login(hall.people["zhou"])
    assert client.post("/roster/slot/", slot(hall)).status_code == 302
    assert client.post("/roster/slot/", slot(hall)).status_code == 302  # a double click
    assert DutySlot.objects.count() == 1
    assert SetupChange.objects.filter(what="people_dutyslot", by=hall.people["zhou"].pk).exists()
    assert "柳河镇司法所" in said(client.get("/roster/"))
    refused = client.post("/roster/slot/", slot(hall, starts="10:00", ends="12:00"))
    assert refused.status_code == 422 and "排重" in said(refused)
    assert client.post("/roster/slot/", slot(hall, ends="08:00", weekday=1)).status_code == 422
    assert client.post("/roster/slot/", slot(hall, unit="没有这个", weekday=1)).status_code == 422
    day = str(local_day(now()) + DAY)
    assert client.post("/roster/day/", {"unit": "justice", "day": day, "comes": "no"}).status_code == 422
    assert (
        client.post("/roster/day/", {"unit": "justice", "day": day, "comes": "no", "note": "培训"}).status_code == 302
    )
    client.post(f"/roster/slot/{DutySlot.objects.get().pk}/end/")
    assert not DutySlot.objects.filter(until__isnull=True).exists()


def test_a_table_is_taken_whole_or_every_bad_row_is_named(client, hall):
    client.force_login(hall.people["an"])
    good = [
        ["单位", "星期", "开始", "结束", "窗口", "姓名"],
        ["柳河镇司法所", "周一", "09:00", "11:30", "3号", "明志远"],
        ["town", "四", "14:00", "17:00", "", ""],
    ]
    bad = [
        *good,
        ["没有的单位", "周一", "9:00", "10:00", "", ""],
        ["town", "周八", "9:00", "10:00", "", ""],
        ["town", "周五", "九点", "10:00", "", ""],
        ["town", "周五", "9:00", "10:00", "", "何静"],
    ]

    def send(rows):
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        file = SimpleUploadedFile("week.csv", text.getvalue().encode("gb18030"))
        return client.post(
            "/roster/import/", {"file": file, "since": str(local_day(now())), "centre": hall.units["centre"].pk}
        )

    refused = send(bad)
    assert refused.status_code == 422 and not DutySlot.objects.exists()
    for line in ("第4行", "第5行", "第6行", "第7行"):
        assert line in said(refused)
    assert send(good).status_code == 302 and DutySlot.objects.count() == 2
    assert send([["甲", "乙"], ["1", "2"]]).status_code == 422


@pytest.mark.parametrize(
    "who,read,change", [("zhou", 200, 302), ("an", 200, 302), ("su", 200, 404), ("he", 404, 404), ("wen", 404, 404)]
)
def test_it_opens_for_who_works_there(client, hall, who, read, change):
    client.force_login(hall.people[who])
    centre = hall.units["county-centre" if who == "su" else "centre"].pk
    assert client.get(f"/roster/?centre={centre}").status_code == read
    if who != "su":
        assert client.post("/roster/slot/", slot(hall, centre=centre)).status_code == change


def test_a_number_says_when_the_office_is_there_and_an_office_is_called(client, hall, monkeypatch):
    week(hall, 3)
    monkeypatch.setattr("jiefen.desk.door.now", lambda: MONDAY)
    client.force_login(hall.people["zhou"])
    client.post("/tickets/", {"do": "take", "unit": hall.units["justice"].pk})
    client.post("/tickets/", {"do": "take", "unit": hall.units["town"].pk})
    client.post("/tickets/", {"do": "take", "unit": hall.units["labour"].pk})  # none of this hall's
    page = said(client.get("/tickets/"))
    assert "今天不在，下次" in page and "11月19日" in page
    ticket = QueueTicket.objects.get(unit=hall.units["town"])
    assert f"/roster/call/?ticket={ticket.pk}" in page
    assert QueueTicket.objects.filter(unit__isnull=True).count() == 1
    assert "30分钟" in said(client.get(f"/roster/call/?ticket={ticket.pk}"))
    call = {"ticket": ticket.pk, "unit": hall.units["town"].pk, "once": "press-1"}
    assert client.post("/roster/call/", call).status_code == 302
    assert client.post("/roster/call/", call).status_code == 302  # the same press
    again = client.post("/roster/call/", call | {"once": "press-2"})
    assert again.status_code == 422 and "已经叫过" in said(again)
    row = OnCall.objects.get()
    assert (row.minutes, row.mark, row.due_at) == (30, "A", MONDAY + 30 * MINUTE)
    assert "还有30分钟" in said(client.get("/tickets/"))
    monkeypatch.setattr("jiefen.desk.door.now", lambda: MONDAY + 45 * MINUTE)
    assert "已超15分钟" in said(client.get("/tickets/"))
    client.post(f"/roster/call/{row.pk}/", {"do": "absent", "why": ""})
    assert OnCall.objects.get().ended_at is None  # no reason, no end
    client.post(f"/roster/call/{row.pk}/", {"do": "came"})
    client.force_login(hall.people["su"])
    late = said(client.get("/roster/late/"))
    assert "晚到15分钟" in late and "近31天叫了1次，1次" in late
    client.force_login(hall.people["wen"])
    assert client.post(f"/roster/call/{row.pk}/", {"do": "came"}).status_code == 404
    assert client.get("/roster/late/").status_code == 404


def test_an_office_is_called_for_an_intake_one_may_see(client, hall):
    receipt = hall.intake(at=now())
    from jiefen.intake.models import Intake

    with scope("worker"):
        number = Intake.objects.get(pk=receipt.intake_id).number
    client.force_login(hall.people["wen"])
    assert client.get(f"/roster/call/?intake={number}").status_code == 404
    client.force_login(hall.people["zhou"])
    assert f"/roster/call/?intake={number}" in said(client.get(f"/intakes/{number}/"))
    assert number in said(client.get(f"/roster/call/?intake={number}"))
    called = client.post("/roster/call/", {"intake": number, "unit": hall.units["town"].pk, "once": "i-1"})
    assert called.url == f"/intakes/{number}/" and OnCall.objects.get().intake == receipt.intake_id
    page = said(client.get(f"/intakes/{number}/"))
    assert "为这件来件叫了柳河镇人民政府" in page and "分钟" in page  # its clock runs, and the page says so


def test_called_by_mistake_is_nobodys_lateness(hall):
    zhou, paths = hall.actor("zhou"), [hall.areas["county"].path]
    kw = {"by": zhou, "at": MONDAY, "minutes": 30, "basis": "拟定", "mark": "A"}
    row = oncall.call(hall.units["centre"], hall.units["town"], once_key="a", **kw)
    oncall.did_not_come(row.pk, why="wrong", by=zhou, at=MONDAY + DAY)
    assert not oncall.late(paths, MONDAY + DAY, since=MONDAY - DAY).exists()
    row = oncall.call(hall.units["centre"], hall.units["town"], once_key="b", **kw)
    assert oncall.late(paths, MONDAY + DAY, since=MONDAY - DAY).count() == 1
    with pytest.raises(Refused):
        oncall.call(hall.units["centre"], hall.units["labour"], once_key="c", **kw)
    with pytest.raises(Refused):
        oncall.came(row.pk, by=hall.actor("wen"), at=MONDAY)


def test_the_board_is_for_everybody_and_names_nobody(client, hall, monkeypatch):
    monkeypatch.setattr("jiefen.desk.door.now", lambda: MONDAY + timedelta(hours=1))
    t = roster.Slot
    one = t(hall.units["justice"], 0, roster._clock("9:00"), roster._clock("17:00"), "3号窗口", hall.people["ming"])
    roster.set_week(hall.units["centre"], [one], since=local_day(MONDAY), today=local_day(MONDAY))
    page = said(client.get("/hall/lh/"))
    assert "柳河镇司法所" in page and "3号窗口" in page and "现在在" in page and "柳河镇人民政府" in page
    assert "明志远" not in page
    assert "柳河镇综治中心" in said(client.get("/hall/"))
    for none in ("/hall/zz/", "/hall/qs/", "/hall/%E6%9F%B3/"):
        assert client.get(none).status_code == 404
