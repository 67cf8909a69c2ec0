"""How often suggestions were right, the chance in words, and one click to the second best."""

import json
from dataclasses import replace

import pytest

from jiefen.desk.suggestions.said import marked, tenths
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from jiefen.triage import setup
from jiefen.triage.actions import Decision, decide
from jiefen.triage.learning import tally
from jiefen.triage.learning.cases import decided
from jiefen.triage.models import TriageDecision
from tests.clients import client_for
from tests.world import MONDAY

URL = "/indicators/suggestions/"


def sorted_as(county, kind: str, **draft):
    receipt = county.intake(**draft)
    with scope("worker"):
        intake = Intake.objects.get(pk=receipt.intake_id)
    return decide(
        intake, Decision(action="open", kind=kind, unit=county.units["labour"].pk, demands=["付钱"]), by=county.actor("zhou"), at=MONDAY
    )  # fmt: skip


def test_right_and_wrong_are_counted_by_kind_month_and_channel(county, clock, settings, tmp_path):
    settings.HOME = tmp_path
    setup.forget()
    first = sorted_as(county, "0701")
    said = first.suggested["kind"]
    sorted_as(county, said, once_key="b")
    sorted_as(county, "1602" if said != "1602" else "1503", once_key="c")
    with scope("worker"):
        rows = list(TriageDecision.objects.values_list("suggested__kind", "chosen__kind"))
    right = sum(chosen.startswith(kind) for kind, chosen in rows if kind)
    assert 0 < right < 3
    assert tally.count_days(MONDAY.date(), MONDAY.date()) == tally.count_days(MONDAY.date(), MONDAY.date())
    for by in ("kind", "month", "channel"):
        found = tally.lines(by, MONDAY.date(), MONDAY.date())
        assert (sum(x.said for x in found), sum(x.right for x in found)) == (3, right)
    clock(MONDAY)
    for name, status in (("su", 200), ("an", 200), ("zhou", 404), ("he", 404), ("ming", 404)):
        assert client_for(county, name).get(URL).status_code == status, name
    page = client_for(county, "su").get(URL).content.decode()
    assert f"{right}／3" in page and "兰秀英" not in page and county.people["zhou"].name not in page
    assert client_for(county, "su").post(URL, {"version": "0"}).status_code == 422
    assert client_for(county, "an").post(URL, {"version": "7"}).status_code == 422
    assert client_for(county, "an").post(URL, {"version": "0"}).status_code == 302
    setup.forget()


def test_training_reads_what_stands_and_no_name(county):
    sorted_as(county, "0702", text="兰秀英说工地拖欠工资，包工头不结算工钱，电话13800002061。")
    with scope("worker"):
        (one,) = list(decided())
    assert one.kind == "0702" and "工资" in one.text
    assert "秀英" not in one.text and "1380" not in one.text


def test_an_intake_marks_the_words_and_offers_the_second_best(county, clock):
    receipt = county.intake(text="<b>楼上</b>夜里噪声扰民，工地施工噪音大，渣土车也吵。")
    clock(MONDAY)
    client = client_for(county, "zhou")
    with scope("worker"):
        intake = Intake.objects.get(pk=receipt.intake_id)
    page = client.get(f"/intakes/{intake.number}/").content.decode()
    assert "<mark>" in page and "&lt;b&gt;楼上" in page and "<b>楼上" not in page
    second = intake.suggestion["second"]
    assert len(second) == 4 and f'href="?kind={second}#h-o"' in page
    other = client.get(f"/intakes/{intake.number}/?kind={second}").content.decode()
    assert f'<option value="{second}" selected>' in other
    for bad in ("x", "0", "<script>", "9" * 50):
        assert client.get(f"/intakes/{intake.number}/", {"kind": bad}).status_code == 200
    assert "chance" not in json.dumps(intake.suggestion)


@pytest.mark.rules
def test_a_chance_is_said_in_words():
    assert [tenths(x) for x in (0.5, 0.87, 0.94, 0.95, 1)] == ["约五成", "约九成", "约九成", "九成五以上", "九成五以上"]


@pytest.mark.rules
def test_words_are_marked_where_they_stand():
    from jiefen.triage.rules import suggest

    made = suggest("小区停水三天", tables=setup.shipped_tables())
    assert "<mark>停水</mark>" in marked("小区停水三天", made, "body")
    assert marked("<i>", None, "body") == "&lt;i&gt;"
    assert marked("短", replace(made), "body") == "短"
