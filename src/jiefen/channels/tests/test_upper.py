"""Petitions and the system above: nothing typed twice, nothing without a number forgotten."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import xlsxwriter
from django.test import Client
from python_calamine import CalamineWorkbook

from jiefen.cases.models import Case
from jiefen.channels.models import OutsideNumber
from jiefen.channels.reading import Unreadable
from jiefen.channels.upper.actions import NumberRefused, end, enter, make_pack, take_receipt
from jiefen.channels.upper.mapping import BadSystem, read_system, systems
from jiefen.channels.upper.queries import sheet, without_number
from jiefen.kernel.marks import code_of
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope
from tests.world import MONDAY

DAY = timedelta(days=1)
NATIONAL = systems()["national-petition"]
NUMBER = "XF20261116000123"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.fixture
def petition(county) -> Case:
    return county.case(unit=None, decision={"procedure": "petition-claim", "kind": "0701"})


def test_it_lists_every_petition_without_a_number_and_no_order(county, petition):
    order = county.case(at=MONDAY + DAY)
    officer = county.actor("officer")
    listed = set(without_number(officer, NATIONAL))
    assert petition in listed and order not in listed
    enter(petition, NATIONAL, NUMBER, by=officer, at=MONDAY + DAY)
    assert petition not in set(without_number(officer, NATIONAL))
    assert not without_number(county.actor("wen"), NATIONAL).exists()


def test_it_fills_every_required_field_from_what_was_registered(county, petition):
    cells = sheet(petition, NATIONAL, MONDAY)
    assert not [c.label for c in cells if c.missing]
    said = {c.name: c.value for c in cells}
    assert said["applicant"] == "兰秀英" and said["phone"] == "13800002061" and said["channel"] == "来访"
    assert said["our-number"] == petition.number and said["purpose"] == "申诉求决" and "9560" in said["requests"]
    # Keystrokes: what the officer would otherwise type again, against one press for each field or one for all.
    assert sum(len(c.value) for c in cells) > 100


def test_it_takes_the_same_number_once_and_refuses_what_cannot_be(county, petition):
    officer, at = county.actor("officer"), MONDAY + DAY
    first = enter(petition, NATIONAL, NUMBER, by=officer, at=at)
    assert enter(petition, NATIONAL, f" {NUMBER} ", by=officer, at=at + DAY).pk == first.pk
    with pytest.raises(NumberRefused, match="作废旧的"):
        enter(petition, NATIONAL, "XF0000009", by=officer, at=at)
    with pytest.raises(NumberRefused, match="6到40位"):
        enter(petition, NATIONAL, "编号", by=officer, at=at)
    other = county.case(unit=None, at=at, decision={"procedure": "petition-claim"})
    with pytest.raises(NumberRefused, match="另一件"):
        enter(other, NATIONAL, NUMBER, by=officer, at=at)
    with pytest.raises(NumberRefused, match="不由您填报"):
        enter(other, NATIONAL, "XF0000010", by=county.actor("wen"), at=at)
    end(petition, NATIONAL, by=officer, at=at, why="抄错一位")
    enter(other, NATIONAL, NUMBER, by=officer, at=at)
    assert OutsideNumber.objects.filter(number=NUMBER).count() == 2


def test_it_goes_out_as_a_workbook_and_comes_back_with_numbers(county, petition, tmp_path):
    officer = county.actor("officer")
    pack = make_pack(NATIONAL, by=officer, at=MONDAY + DAY)
    assert pack.row is not None and pack.row.cases == [petition.pk]
    assert Reading.objects.filter(subject=f"case:{petition.pk}", person=officer.person_id, purpose="报送上级").exists()
    head, row = CalamineWorkbook.from_filelike(BytesIO(pack.content)).get_sheet_by_index(0).to_python()
    line = Reading.objects.get(subject=f"pack:{pack.row.pk}")
    with ZipFile(BytesIO(pack.content)) as book:
        for part in ("docProps/core.xml", "xl/worksheets/sheet1.xml"):
            assert f"信小何　县信访局　2026-11-17 09:00　阅读码{code_of(line.pk)}" in book.read(part).decode()
    assert head[0] == "本地编号" and row[0] == petition.number and row[1] == "兰秀英"
    back = _sheet(
        tmp_path,
        [
            ["本地编号", "国家信访编号"],
            [petition.number, NUMBER],
            ["清柳〔2026〕9999号", "XF777777"],
            [petition.number, ""],
        ],
    )
    entered = take_receipt(back, NATIONAL, by=officer, at=MONDAY + 2 * DAY)
    assert (entered.new, entered.known, entered.empty, len(entered.bad)) == (1, 0, 1, 1) and entered.bad[0][0] == 3
    again = take_receipt(back, NATIONAL, by=officer, at=MONDAY + 2 * DAY)
    assert (again.new, again.known) == (0, 1)


def test_it_says_what_is_wrong_with_a_receipt_that_is_none(county, tmp_path):
    with pytest.raises(Unreadable, match="国家信访编号"):
        take_receipt(_sheet(tmp_path, [["本地编号"], ["x"]]), NATIONAL, by=county.actor("officer"), at=MONDAY)


def test_it_names_every_fault_of_a_mapping():
    with pytest.raises(BadSystem, match="不认得“colour”；没有写basis；没有写columns"):
        read_system({"system": "x", "colour": "red"})


@pytest.mark.parametrize(
    "name, status", [("officer", 200), ("zhou", 200), ("su", 200), ("he", 404), ("wen", 404), ("an", 404)]
)
def test_its_list_opens_for_those_who_report(county, petition, name, status):
    client = _signed_in(county, name)
    page = client.get("/upper/")
    if name == "wen":  # Wen dispatches in the next township: the page is his, this matter is not
        assert page.status_code == 200 and petition.number not in page.content.decode()
    else:
        assert page.status_code == status


def test_its_sheet_is_pasted_from_and_takes_the_number(county, petition):
    client = _signed_in(county, "officer")
    where = f"/cases/{petition.slug}/upper/national-petition/"
    page = client.get(where)
    assert page.status_code == 200 and "兰秀英" in page.content.decode()
    assert client.post(f"{where}enter/", {"number": "？"}).status_code == 422
    assert client.post(f"{where}enter/", {"number": NUMBER}).status_code == 302
    assert NUMBER in client.get(where).content.decode()
    made = client.post("/upper/national-petition/pack/")
    assert made.status_code == 422 and "没有可以报送的事项" in made.content.decode()
    stranger = _signed_in(county, "wen")
    assert stranger.get(where).content == stranger.get("/cases/none-2026-0001/upper/national-petition/").content
    assert stranger.get(where).status_code == 404


def test_the_page_of_the_case_says_the_number_and_the_number_leads_there(county, petition):
    officer, zhou = _signed_in(county, "officer"), _signed_in(county, "zhou")
    page, where = f"/cases/{petition.slug}/", f"/cases/{petition.slug}/upper/national-petition/"
    assert where in zhou.get(page).content.decode() and "还没有" in zhou.get(page).content.decode()
    officer.post(f"{where}enter/", {"number": NUMBER})
    assert NUMBER in zhou.get(page).content.decode()
    assert officer.get("/search/", {"q": NUMBER}).headers.get("Location") == page
    wen = _signed_in(county, "wen")
    assert petition.slug not in (wen.get("/search/", {"q": NUMBER}).headers.get("Location") or "")
    order = county.case(at=MONDAY + DAY)
    assert "上级系统编号" not in officer.get(f"/cases/{order.slug}/").content.decode()


def _signed_in(county, name: str) -> Client:
    client = Client()
    client.force_login(county.people[name])
    return client


def _sheet(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "back.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    for line, row in enumerate(rows):
        page.write_row(line, 0, row)
    book.close()
    return path
