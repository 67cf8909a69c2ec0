"""Several people at one window: written down in one go, a receipt each, one decision for all, and who speaks for them."""

import re

import pytest

from jiefen.cases.actions.record import history
from jiefen.cases.actions.represent import speakers
from jiefen.cases.models import Case, Deadline, Party
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope, set_scope
from jiefen.kernel.seal import open_row
from jiefen.triage.actions import Decision, decide
from jiefen.triage.road import seal_away
from tests.clients import client_for

TEXT = "我们几个在农贸市场工地贴瓷砖，五月到七月的工钱没有给，要求支付工资。"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def _form(once: str, **more) -> dict[str, object]:
    said: dict[str, object] = {
        "once_key": once, "channel": "window", "identity": "named", "name": "兰秀英", "phone": "13900000001", "text": TEXT,
        "along_name": ["石建国", "", "王喆堃"], "along_phone": ["13900000002", "", ""], "along_speaks": ["1", "4"], "print": "1",
    }  # fmt: skip
    return said | more


def _taken() -> list[Intake]:
    set_scope("worker")
    return list(Intake.objects.select_related("key").order_by("pk"))


def test_everybody_gets_a_receipt_of_their_own_and_one_decision_is_for_all(county):
    officer = client_for(county, "officer")
    answer = officer.post("/register/", _form("many"), follow=True)
    page = answer.content.decode()
    rows = _taken()
    assert len(rows) == 3 and page.count("a4-receipt") == 3
    for row in rows:
        assert (
            row.number in page
            and row.short_code in page
            and open_row(row.key).open(row.token, field="intake.token") in page
        )
        set_scope("worker")
    assert "王喆堃" in page and rows[0].people == 3
    again = officer.post("/register/", _form("many"), follow=True)  # pressed twice: the same receipts
    assert rows[2].number in again.content.decode() and len(_taken()) == 3
    page = officer.get(f"/intakes/{rows[0].number}/").content.decode()
    assert "共3人" in page and rows[2].number in page and "王喆堃" not in page and "兰秀英" not in page
    # They came together, which is no likeness to be looked into; of anybody else's equal words it is said.
    assert "一同来的人" in page and "没有找到像是同一件的" in page
    with scope("worker"):
        other = county.intake(text=TEXT, by="officer", name="李大山", phone="13900000009")
    alone = (
        officer.get(f"/intakes/{other.number}/").content.decode().partition('id="h-like"')[2].partition("</section>")[0]
    )
    assert rows[0].number in alone
    assert rows[0].number in officer.get(f"/intakes/{rows[1].number}/").content.decode()
    set_scope("worker")
    decision = Decision(
        "open", procedure="petition-claim", kind="0705", grade="complex", unit=county.units["labour"].pk, demands=["支付工资"]
    )  # fmt: skip
    made = decide(rows[0], decision, by=county.actor("officer"), at=rows[0].received_at)
    case = Case.objects.get(pk=made.case_id)
    theirs = {p.receipt: p.key for p in Party.objects.filter(case=case, role="complainant")}
    assert list(theirs) == [row.pk for row in rows] and case.people == 3
    assert {row.state for row in _taken() if row.number != other.number} == {"decided"}
    assert speakers(history(case)) == [theirs[rows[0].pk], theirs[rows[2].pk]]
    assert {d.key for d in Deadline.objects.filter(case=case, clock="notify-by")} == set(theirs.values())


def test_a_refusal_is_told_to_each_of_them_in_writing(county):
    client_for(county, "officer").post("/register/", _form("told"))
    first = _taken()[0]
    decide(
        first, Decision("refer", to_road="external-arbitration", reason="劳动争议，应先申请仲裁"), by=county.actor("officer"), at=first.received_at
    )  # fmt: skip
    assert [row.state for row in _taken()] == ["decided"] * 3


def test_what_is_sealed_away_takes_along_what_the_others_said_alike(county):
    client_for(county, "officer").post("/register/", _form("shut"))
    rows = _taken()
    seal_away(rows[1], by=county.actor("officer"), at=rows[0].received_at)  # whoever of them it was found with
    assert {row.stratum for row in _taken()} == {2}
    assert client_for(county, "officer").get(f"/intakes/{rows[2].number}/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"along_name": [""], "along_phone": ["13900000002"], "along_speaks": []}, "第2位没有写姓名"),
        ({"along_name": list("甲乙丙丁戊"), "along_phone": [""] * 5, "along_speaks": list("123456")}, "推选的代表最多5人"),
        ({"along_name": ["甲" * 59], "along_phone": ["1" * 30], "text": ""}, "还没有写反映什么事"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_stays(county, wrong, says):
    answer = client_for(county, "officer").post("/register/", _form("wrong", **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422 and says in page and _taken() == []
    for name in wrong["along_name"]:
        assert f'value="{name}"' in page


def test_more_rows_come_without_a_script_and_the_first_button_stays_the_one_that_saves(county):
    officer = client_for(county, "officer")
    fresh = officer.get("/register/").content.decode()
    assert fresh.count('name="along_name"') == 3
    page = officer.post("/register/", _form("rows") | {"more": "1"}).content.decode()
    assert page.count('name="along_name"') == 8 and 'value="石建国"' in page and _taken() == []
    form = page[page.index('id="register"') : page.index("</form>", page.index('id="register"'))]
    assert re.search(r"<button[^>]*name=\"(\w+)\"", form).group(1) == "print"  # what the Enter key presses


def test_nobody_else_reads_who_came_along(county):
    client_for(county, "officer").post("/register/", _form("wen"))
    number, wen = _taken()[0].number, client_for(county, "wen")
    assert wen.get(f"/intakes/{number}/receipt/").content == wen.get("/intakes/none/receipt/").content


def test_the_form_begins_with_the_channel_of_whoever_writes(county):
    for name, channel in (("ge", "grid"), ("officer", "window"), ("zhou", "window")):
        page = client_for(county, name).get("/register/").content.decode()
        assert f'<option value="{channel}" selected>' in page, name
