"""Publishing, the calendar and the settings, as a database keeps them."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from jiefen.kernel.clock import local_moment
from jiefen.procedures import actions, catalogue, loader
from jiefen.procedures.models import CalendarYear, PublishedProcedure

pytestmark = pytest.mark.django_db

AT = local_moment("2026-11-20 09:00")


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    catalogue.forget()
    yield
    catalogue.forget()


def test_publishing_twice_changes_nothing_and_a_changed_file_is_refused(tmp_path: Path) -> None:
    versions = len(loader.procedure_files())
    assert len(actions.publish()) == versions
    assert actions.publish() == []
    assert PublishedProcedure.objects.count() == versions
    folder = tmp_path / "definitions"
    shutil.copytree(loader.DEFINITIONS, folder)
    path = folder / "campaign.v1.yaml"
    path.write_text(path.read_text("utf-8") + "\n# later\n", "utf-8")
    with pytest.raises(loader.DefinitionError, match="被改动了"):
        actions.publish(folder)
    (folder / loader.LOCK).unlink()
    with pytest.raises(loader.DefinitionError, match="这一版已经发布"):
        actions.publish(folder)


def test_a_procedure_is_found_by_name_and_version() -> None:
    assert catalogue.procedure("hotline-order").version == 2
    actions.publish()
    assert catalogue.procedure("hotline-order", 1).label == "12345热线工单"
    with pytest.raises(catalogue.UnknownProcedure):
        catalogue.procedure("hotline-order", 9)


def test_a_year_is_provisional_until_it_is_uploaded() -> None:
    actions.seed_holidays()
    assert actions.seed_holidays() == 0
    day = date(2027, 1, 1)
    assert catalogue.current_calendar().is_provisional(day) and catalogue.current_calendar().is_working(day)
    taken, errors = actions.upload_holidays(
        [
            {"day": "2027/1/1".replace("/1", "/01"), "working": "休", "name": "元旦"},
            {"day": "2027-01-03", "working": "班"},
        ],
        source="国办发明电〔2026〕9号",
    )
    assert (taken, errors) == (2, [])
    calendar = catalogue.current_calendar()
    assert not calendar.is_provisional(day) and not calendar.is_working(day) and calendar.is_working(date(2027, 1, 3))
    assert CalendarYear.objects.get(year=2027).source == "国办发明电〔2026〕9号"


def test_a_sheet_with_a_wrong_row_is_not_taken_at_all() -> None:
    rows = [
        {"day": "2027-01-01", "working": "休"},
        {"day": "2027-02-30", "working": "休"},
        {"day": "2027-01-02", "working": "?"},
        {"day": "2027-01-01", "working": "休"},
    ]
    taken, errors = actions.upload_holidays(rows, source="x")
    assert taken == 0 and [error.row for error in errors] == [2, 3, 4]
    assert not CalendarYear.objects.exists()
    assert actions.upload_holidays([], source="x")[1] and actions.upload_holidays(rows[:1], source=" ")[1]


def test_a_setting_holds_from_its_day_on_and_ends_the_one_before() -> None:
    key = "hotline.redo-days"
    said = {"source_document": "县政办〔2026〕9号", "set_by": "安宁", "at": AT}
    assert catalogue.settings_in_force(AT)[key] == 5
    actions.set_setting(key, 4, since=date(2026, 11, 20), **said)  # type: ignore[arg-type]
    actions.set_setting(key, 3, since=date(2026, 12, 1), **said)  # type: ignore[arg-type]
    assert catalogue.settings_in_force(AT)[key] == 4
    assert catalogue.settings_in_force(local_moment("2026-12-01"))[key] == 3


@pytest.mark.parametrize(
    ("key", "value", "since", "document", "says"),
    [
        ("no.such", 1, date(2026, 12, 1), "x", "没有"),
        ("hotline.redo-days", 1, date(2026, 11, 1), "x", "今天或以后"),
        ("hotline.redo-days", 1, date(2026, 12, 1), " ", "公开文件"),
        ("hotline.redo-days", "三", date(2026, 12, 1), "x", "整数"),
        ("mediation.conclude", 2, date(2026, 12, 1), "x", "只能缩短"),
        (
            "hotline.finish-days",
            {"value": 9, "variants": [{"when": {"a": 1}, "value": 1}]},
            date(2026, 12, 1),
            "x",
            "分情形",
        ),
    ],
)
def test_a_setting_against_the_rules_is_refused(key: str, value: object, since: date, document: str, says: str) -> None:
    with pytest.raises(actions.NotAllowed, match=says):
        actions.set_setting(key, value, since=since, source_document=document, set_by="安宁", at=AT)


def test_a_setting_not_yet_in_force_can_be_undone() -> None:
    said = {"source_document": "x", "set_by": "安宁", "at": AT}
    first = actions.set_setting("hotline.redo-days", 4, since=date(2026, 11, 20), **said)  # type: ignore[arg-type]
    second = actions.set_setting("hotline.redo-days", 3, since=date(2026, 12, 1), **said)  # type: ignore[arg-type]
    actions.undo_setting(second, at=AT)
    assert catalogue.settings_in_force(local_moment("2026-12-02"))["hotline.redo-days"] == 4
    with pytest.raises(actions.NotAllowed, match="已经生效"):
        actions.undo_setting(first, at=AT)
