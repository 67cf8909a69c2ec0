"""Rows of the table of races: people, offices, areas, settings, the hall."""

import tempfile
from datetime import time, timedelta
from pathlib import Path

from jiefen.analytics import exports
from jiefen.analytics.models import LedgerExport
from jiefen.cases.ruling_body import set_body
from jiefen.channels.ledger.actions import begin
from jiefen.channels.ledger.profile import shipped
from jiefen.channels.models import ImportBatch, QueueTicket
from jiefen.channels.window import actions as window
from jiefen.desk.admin import told
from jiefen.kernel.clock import local_day
from jiefen.people import actions, oncall, roster, widening
from jiefen.people.models import DutyDay, DutySlot, OnCall, Person, Posting, PostingAsk, Substitute, Unit
from jiefen.places.actions import close_area, import_areas, open_area, rename_area
from jiefen.places.models import Area
from jiefen.procedures import actions as procedures
from jiefen.procedures.models import AreaSetting
from jiefen.triage import routing
from jiefen.triage.models import RoutingTable
from tests.attacks.racing import DAY, HOUR, Race, Stage, Table
from tests.world import MONDAY, START

table = Table()
DAY_OF = local_day(MONDAY)


@table.of("people.actions.post")
def two_give_the_same_posting(s: Stage) -> Race:
    who, unit = s.person(), s.unit("labour")
    return Race(
        [lambda: actions.post(who, unit, "handler", at=MONDAY)] * 2,
        lambda: Posting.objects.filter(person=who).count(), late=0, same=True,
    )  # fmt: skip


@table.of("people.actions.post", "people.actions.close_unit")
def one_posts_to_an_office_that_another_closes(s: Stage) -> Race:
    who, unit = s.person(), s.office()
    return Race(
        [lambda: actions.post(who, unit, "handler", at=MONDAY), lambda: actions.close_unit(unit, on=DAY_OF, at=MONDAY)],
        lambda: Posting.objects.filter(unit=unit).count() + Unit.objects.filter(pk=unit.pk, until__isnull=False).count(), late=1,
    )  # fmt: skip


@table.of("people.actions.close_unit")
def two_close_the_same_office(s: Stage) -> Race:
    unit = s.office()
    return Race(
        [lambda: actions.close_unit(unit, on=DAY_OF, at=MONDAY)] * 2,
        lambda: Unit.objects.filter(pk=unit.pk, until=DAY_OF).count(), late=1,
    )  # fmt: skip


@table.of("people.actions.end_posting")
def two_end_the_same_posting(s: Stage) -> Race:
    row = actions.post(s.person(), s.unit("labour"), "handler", at=START)
    return Race(
        [lambda n=n: actions.end_posting(row, at=MONDAY + n * HOUR) for n in (1, 2)],
        lambda: Posting.objects.filter(pk=row.pk, until__isnull=False).count(), late=0,
    )  # fmt: skip


@table.of("people.actions.leave", "people.widening.decide")
def somebody_leaves_while_their_posting_is_agreed(s: Stage) -> Race:
    """Gone is gone: no posting begins for an account that is shut."""
    who, unit = s.person(), s.unit("labour")
    ask = widening.propose(who, unit, "handler", area_id=None, since=MONDAY, by=s.actor("an"), at=MONDAY)
    su = s.actor("su")
    return Race(
        [lambda: actions.leave(who, at=MONDAY + HOUR), lambda: widening.decide(ask.pk, agree=True, by=su, at=MONDAY)],
        lambda: int(not Posting.objects.filter(person=who, until__isnull=True).exists()),
    )  # fmt: skip


@table.of("people.widening.propose")
def two_propose_the_same_posting(s: Stage) -> Race:
    who, unit, an = s.person(), s.unit("labour"), s.actor("an")
    return Race(
        [lambda: widening.propose(who, unit, "handler", area_id=None, since=MONDAY, by=an, at=MONDAY)] * 2,
        lambda: PostingAsk.objects.filter(person=who).count(), late=0, same=True,
    )  # fmt: skip


@table.of("people.actions.stand_in", "desk.admin.told.stand_in")
def two_name_the_same_stand_in(s: Stage) -> Race:
    who, other, an = s.person(), s.county.people["he"], s.actor("an")
    said = {"since": MONDAY, "until": MONDAY + 3 * DAY, "reason": "休假", "by": an, "at": MONDAY}
    return Race(
        [lambda: told.stand_in(who, other, **said)] * 2,
        lambda: Substitute.objects.filter(person=who).count(), late=0, same=True,
    )  # fmt: skip


@table.of("people.actions.end_stand_in")
def two_end_the_same_absence(s: Stage) -> Race:
    row = actions.stand_in(s.person(), s.county.people["he"], since=MONDAY, until=MONDAY + 3 * DAY, reason="休假")
    return Race(
        [lambda n=n: actions.end_stand_in(row, at=MONDAY + n * HOUR) for n in (1, 2)],
        lambda: Substitute.objects.filter(pk=row.pk, until__lt=MONDAY + DAY).count(), late=0,
    )  # fmt: skip


@table.of("people.actions.add_person")
def two_make_the_same_account(s: Stage) -> Race:
    name = f"newcomer{s.next()}"
    return Race(
        [lambda: actions.add_person(name, "新来的")] * 2, lambda: Person.objects.filter(username=name).count(), late=1
    )


@table.of("people.actions.reset_password", "desk.admin.told.reset_password")
def two_reset_the_same_password(s: Stage) -> Race:
    """Both are told of, the later one holds."""
    who, an = s.person(), s.actor("an")
    return Race(
        [lambda: told.reset_password(who, by=an, at=MONDAY)] * 2,
        lambda: Person.objects.filter(pk=who.pk, must_change_password=True).count(), late=0,
    )  # fmt: skip


@table.of("people.actions.open_unit")
def two_open_the_same_office(s: Stage) -> Race:
    code = f"new-{s.next()}"
    said = {"unit_type": "housing", "since": DAY_OF, "name": "新局", "area_id": s.county.areas["county"].pk}
    return Race([lambda: actions.open_unit(code, **said)] * 2, lambda: Unit.objects.filter(code=code).count(), late=1)


@table.of("people.actions.open_unit", "people.actions.change_unit")
def two_offices_take_the_same_letters(s: Stage) -> Race:
    unit, code = s.office(), f"new-{s.next()}"
    said = {"unit_type": "housing", "since": DAY_OF, "name": "新局", "area_id": s.county.areas["county"].pk}
    return Race(
        [lambda: actions.open_unit(code, letters="ZZ", **said), lambda: actions.change_unit(unit, on=DAY_OF, letters="ZZ")],
        lambda: Unit.objects.filter(letters="ZZ").count(), late=1,
    )  # fmt: skip


@table.of("places.actions.open_area")
def two_open_the_same_area(s: Stage) -> Race:
    code = f"4503991005{s.next():02d}"
    return Race(
        [lambda: open_area(code, "新村", "village", since=DAY_OF, parent="450399100000")] * 2,
        lambda: Area.objects.filter(code=code).count(), late=1,
    )  # fmt: skip


@table.of("places.actions.import_areas")
def two_take_the_same_areas_in(s: Stage) -> Race:
    code = f"4503991007{s.next():02d}"
    table_ = f"code,name,level,parent,since\n{code},新村{code[-2:]},village,450399100000,2026-01-01\n".encode()
    return Race(
        [lambda: import_areas(table_, since=DAY_OF).created] * 2, lambda: Area.objects.filter(code=code).count(), late=0
    )


@table.of("places.actions.open_area", "places.actions.close_area")
def one_opens_in_an_area_that_another_closes(s: Stage) -> Race:
    n = s.next()
    town = open_area(f"4503992{n:02d}000", f"赛{n}镇", "township", since=START.date(), parent="450399000000").code
    inner = f"{town[:9]}201"
    return Race(
        [lambda: open_area(inner, "里村", "village", since=DAY_OF, parent=town), lambda: close_area(town, on=DAY_OF)],
        lambda: Area.objects.filter(code=inner).count() + Area.objects.filter(code=town, until__isnull=False).count(), late=1,
    )  # fmt: skip


@table.of("places.actions.rename_area")
def two_name_their_areas_alike(s: Stage) -> Race:
    codes = [f"4503991006{s.next():02d}" for _ in range(2)]
    for code in codes:
        open_area(code, f"旧{code[-2:]}村", "village", since=START.date(), parent="450399100000")
    return Race(
        [lambda code=code: rename_area(code, "同名村", on=DAY_OF, today=DAY_OF) for code in codes],
        lambda: Area.objects.filter(name="同名村").count(), late=1,
    )  # fmt: skip


@table.of("procedures.actions.set_setting")
def two_set_the_same_number(s: Stage) -> Race:
    said = {"since": DAY_OF + DAY, "source_document": "清政发〔2026〕9号", "at": MONDAY}
    return Race(
        [lambda n=n: procedures.set_setting("listing-days", n, set_by="an", **said) for n in (3, 4)],
        lambda: AreaSetting.objects.filter(key="listing-days", undone=False, since=DAY_OF + DAY).count(), late=0,
    )  # fmt: skip


@table.of("procedures.actions.undo_setting")
def two_take_the_same_number_back(s: Stage) -> Race:
    key = "unmask-daily"
    row = procedures.set_setting(
        key, 15, since=DAY_OF + DAY, source_document="清政发〔2026〕9号", set_by="an", at=MONDAY
    )
    return Race(
        [lambda: procedures.undo_setting(row, at=MONDAY)] * 2,
        lambda: AreaSetting.objects.filter(pk=row.pk, undone=True).count(), late=0,
    )  # fmt: skip


@table.of("procedures.actions.publish", "procedures.actions.seed_holidays")
def two_begin_the_house_at_once(s: Stage) -> Race:
    both = [procedures.publish, procedures.seed_holidays] * 2
    return Race(both, lambda: 1, late=0)


@table.of("cases.ruling_body.set_body")
def two_name_who_rules(s: Stage) -> Race:
    area = s.county.areas["qingshi"]
    said = {"since": DAY_OF + DAY, "source_document": "清政发〔2026〕9号", "set_by": "an", "at": MONDAY}
    return Race(
        [lambda unit=unit: set_body(area, unit, **said) for unit in (s.unit("county-centre"), None)],
        lambda: AreaSetting.objects.filter(key__endswith=f"{area.pk}", undone=False, since=DAY_OF + DAY, source_document=said["source_document"]).exclude(key="listing-days").count(),
        late=0,
    )  # fmt: skip


@table.of("triage.routing.publish")
def two_save_a_table_from_the_same_one(s: Stage) -> Race:
    rows, an = routing.rows_of(None), s.county.people["an"].pk
    return Race(
        [lambda n=n: routing.publish(rows[:-n], since=DAY_OF, note="改了", by=an, at=MONDAY, base=routing.SHIPPED) for n in (1, 2)],
        lambda: RoutingTable.objects.count(), late=1,
    )  # fmt: skip


@table.of("triage.routing.undo")
def two_take_the_same_table_back(s: Stage) -> Race:
    version = RoutingTable.objects.get().version
    return Race(
        [lambda: routing.undo(version, at=MONDAY)] * 2,
        lambda: RoutingTable.objects.filter(undone_at__isnull=False).count(), late=1,
    )  # fmt: skip


@table.of("people.oncall.call")
def two_call_the_same_office(s: Stage) -> Race:
    centre, unit, zhou = s.unit("centre"), s.office(stay=Unit.Stay.ON_CALL, stay_note="打电话"), s.actor("zhou")
    said = {"by": zhou, "at": MONDAY, "minutes": 30, "basis": "OWN", "mark": "A"}
    return Race(
        [lambda k=k: oncall.call(centre, unit, once_key=f"{unit.pk}-{k}", **said) for k in "aab"],
        lambda: OnCall.objects.filter(unit=unit).count(),
    )  # fmt: skip


@table.of("people.oncall.came", "people.oncall.did_not_come")
def one_says_it_came_and_one_that_it_did_not(s: Stage) -> Race:
    centre, unit, zhou = s.unit("centre"), s.office(stay=Unit.Stay.ON_CALL, stay_note="打电话"), s.actor("zhou")
    row = oncall.call(centre, unit, by=zhou, at=MONDAY, minutes=30, basis="OWN", mark="A", once_key=f"{unit.pk}")
    why = OnCall.Why.values[0]
    return Race(
        [lambda: oncall.came(row.pk, by=zhou, at=MONDAY), lambda: oncall.did_not_come(row.pk, why=why, by=zhou, at=MONDAY)],
        lambda: OnCall.objects.filter(pk=row.pk, ended_at__isnull=False).count(), late=1,
    )  # fmt: skip


@table.of("people.roster.set_week")
def two_set_the_same_week(s: Stage) -> Race:
    centre, unit = s.office(unit_type="township-centre"), s.office()
    slot = roster.Slot(unit, 1, time(9), time(12))
    return Race(
        [lambda: roster.set_week(centre, [slot], since=DAY_OF, today=DAY_OF)] * 2,
        lambda: DutySlot.objects.filter(centre=centre, until__isnull=True).count(), late=0,
    )  # fmt: skip


@table.of("people.roster.set_day", "people.roster.take_back_day")
def two_say_that_a_day_differs_and_take_it_back(s: Stage) -> Race:
    centre, unit = s.unit("centre"), s.office()
    row = roster.set_day(centre, unit, DAY_OF, comes=False, today=DAY_OF, note="开会")
    other = DAY_OF + timedelta(days=1)
    return Race(
        [
            lambda: roster.set_day(centre, unit, other, comes=False, today=DAY_OF, note="开会"),
            lambda: roster.set_day(centre, unit, other, comes=False, today=DAY_OF, note="还在开会"),
            lambda: roster.take_back_day(row.pk, centre=centre, today=DAY_OF),
            lambda: roster.take_back_day(row.pk, centre=centre, today=DAY_OF),
        ],
        lambda: DutyDay.objects.filter(unit=unit).count(), late=0,
    )  # fmt: skip


@table.of("channels.window.actions.take_ticket", "channels.window.actions.call_next")
def two_draw_and_two_call(s: Stage) -> Race:
    centre, zhou = s.unit("centre").pk, s.actor("zhou")
    window.take_ticket(centre, at=MONDAY)
    return Race(
        [
            lambda: window.take_ticket(centre, at=MONDAY, expected=1), lambda: window.take_ticket(centre, at=MONDAY, expected=1),
            lambda: window.call_next(centre, by=zhou, at=MONDAY, expected=0), lambda: window.call_next(centre, by=zhou, at=MONDAY, expected=0),
        ],
        lambda: QueueTicket.objects.filter(centre_id=centre).count() * 10 + QueueTicket.objects.filter(called_at__isnull=False).count(),
        once=21, late=1,
    )  # fmt: skip


@table.of("channels.window.actions.close_with_intake", "channels.window.actions.close_with_reason")
def one_number_ends_in_two_ways(s: Stage) -> Race:
    ticket, zhou, letter = window.take_ticket(s.unit("centre").pk, at=MONDAY), s.actor("zhou"), s.intake()
    return Race(
        [
            lambda: window.close_with_reason(ticket.pk, reason="咨询后离开", by=zhou, at=MONDAY),
            lambda: window.close_with_reason(ticket.pk, reason="转到税务大厅", by=zhou, at=MONDAY),
        ],
        lambda: QueueTicket.objects.filter(pk=ticket.pk, closed_at__isnull=False).count() if letter else 0, late=1,
    )  # fmt: skip


@table.of("channels.ledger.actions.begin")
def two_begin_the_same_ledger(s: Stage) -> Race:
    path = Path(tempfile.mkdtemp()) / "ledger.csv"
    path.write_text("a,b\n1,2\n")
    profile, home, an = next(iter(shipped().values())), s.county.areas["county"], s.county.people["an"]
    return Race(
        [lambda: begin(path, profile, home, by=an, at=MONDAY)] * 2,
        lambda: ImportBatch.objects.filter(file_name="ledger.csv").count(), same=True,
    )  # fmt: skip


@table.of("analytics.exports.ask")
def a_ledger_is_asked_for_twice(s: Stage) -> Race:
    su = s.actor("su")
    return Race(
        [lambda: exports.ask(su, at=MONDAY)] * 2,
        lambda: LedgerExport.objects.filter(person_id=su.person_id).count(), late=0, same=True,
    )  # fmt: skip
