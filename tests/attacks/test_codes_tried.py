"""Residents' codes tried from many addresses, at once, for days; the public form flooded. Whoever has their own code comes in."""

from datetime import timedelta

import pytest
from django.test import Client

from jiefen.desk import limits
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from tests.world import MONDAY

TOLD = {
    "text": "村口的路灯坏了三个月，夜里看不见路",
    "identity": "named",
    "name": "兰秀英",
    "phone": "13800002061",
    "consent": "on",
}


@pytest.fixture(autouse=True)
def _moment(monkeypatch):
    from jiefen.desk import door

    monkeypatch.setattr(door, "now", lambda: MONDAY)


@pytest.fixture
def lans(county) -> Intake:
    """A letter of Lan's: its short code goes with the last digits of her phone."""
    receipt = county.intake(once_key="codes")
    with scope("worker"):
        return Intake.objects.select_related("key").get(pk=receipt.intake_id)


def at(n: int) -> Client:
    return Client(REMOTE_ADDR=f"10.{n // 65536}.{n // 256 % 256}.{n % 256}")


def follow(client: Client, code: str, second: str = "0000") -> int:
    return client.post("/follow/", {"code": code, "second": second}).status_code


def test_a_try_is_counted_before_it_is_weighed(lans, monkeypatch):
    """A hundred at the same moment are a hundred tries: none is weighed before it was counted."""
    from jiefen.desk import portal

    before = []

    def weighed(code: str, second: str):
        before.append(limits.tried("code", limits.code_mark(code), MONDAY))

    monkeypatch.setattr(portal, "intake_by_short_code", weighed)
    assert [follow(at(n), lans.short_code) for n in range(3)] == [404] * 3
    assert before == [1, 2, 3]


def test_a_right_one_gives_its_try_back(lans):
    for n in range(12):
        assert follow(at(5), lans.short_code, "2061") == 302, n
    assert limits.tried("follow", "x", MONDAY) == limits.tried("code", limits.code_mark(lans.short_code), MONDAY) == 0


def test_one_code_bears_so_many_in_a_day_and_its_long_code_opens_all_the_same(lans, monkeypatch):
    from jiefen.desk import door
    from jiefen.kernel.seal import open_row

    said = []
    for hour in range(6):
        monkeypatch.setattr(door, "now", lambda hour=hour: MONDAY + timedelta(hours=hour))
        said += [follow(at(100 * hour + n), lans.short_code) for n in range(4)]
    assert said == [404] * limits.WRONG_A_DAY + [429] * 4
    monkeypatch.setattr(door, "now", lambda: MONDAY + timedelta(hours=7))
    page = at(9000).post("/follow/", {"code": lans.short_code, "second": "2061"})
    assert page.status_code == 429 and "受理单上的二维码、长码照样能用" in page.content.decode()
    with scope("worker"):
        token = open_row(lans.key).open(lans.token, field="intake.token")
    assert at(9001).get(f"/follow/{token}/").status_code == 200
    monkeypatch.setattr(door, "now", lambda: MONDAY + timedelta(days=1))
    assert follow(at(9002), lans.short_code, "2061") == 302


def test_many_addresses_at_many_codes_are_braked_together_and_nobody_is_shut_out(lans, monkeypatch):
    monkeypatch.setattr(limits, "RUSH_CODES", 8)
    assert [follow(at(n), f"LH-0000-{n:02d}") for n in range(8)] == [404] * 8
    one = at(500)
    assert [follow(one, f"LH-1111-{n:02d}") for n in range(5)] == [404] * 3 + [429] * 2, "few are left to one address"
    assert [follow(at(600 + n), "LH-2222-22") for n in range(4)] == [404] * 2 + [429] * 2, "and to one code"
    assert follow(at(700), lans.short_code, "2061") == 302, "whoever has their own comes in"


def test_a_household_has_one_address_however_many_it_shows(lans, monkeypatch):
    from jiefen.desk import portal

    monkeypatch.setattr(limits, "WRONG_AN_HOUR", 3)
    monkeypatch.setattr(portal, "WRONG_AN_HOUR", 3)
    said = [follow(Client(REMOTE_ADDR=f"2001:db8:1:2::{n:x}"), f"LH-3333-{n:02d}") for n in range(1, 6)]
    assert said == [404] * 3 + [429] * 2
    assert follow(Client(REMOTE_ADDR="2001:db8:1:3::1"), lans.short_code, "2061") == 302


def test_the_public_form_flooded_from_many_addresses_leaves_some_to_each(county, monkeypatch):
    monkeypatch.setattr(limits, "RUSH_SAID", 3)
    monkeypatch.setattr(limits, "SAID_IN_A_RUSH", 2)

    def say(client: Client, n: int) -> int:
        return client.post("/say/", TOLD | {"once": f"flood-{n}", "text": f"{TOLD['text']}，第{n}盏"}).status_code

    assert [say(at(n), n) for n in range(3)] == [302] * 3
    one = at(800)
    assert [say(one, 10 + n) for n in range(4)] == [302, 302, 429, 429]
    page = one.post("/say/", TOLD | {"once": "flood-99"})
    assert "从这里送来的太多了" in page.content.decode() and TOLD["text"] in page.content.decode()
    assert say(at(801), 20) == 302


def test_wrong_proofs_of_one_receipt_are_counted_before_they_are_weighed(lans, monkeypatch, rf):
    from jiefen.desk.privacy import resident
    from jiefen.privacy.requests import NotProved

    before = []

    def prove(row: Intake, fresh: str) -> None:
        before.append(limits.tried("proof", resident.blind("proof", str(row.pk)).hex()[:16], MONDAY))
        if fresh != "2061":
            raise NotProved("no")

    monkeypatch.setattr(resident, "prove", prove)
    for n in range(9):
        request = rf.post("/", {"second": "0000"}, REMOTE_ADDR=f"10.77.0.{n}")
        request.at = MONDAY
        with pytest.raises(NotProved):
            resident.fresh_proof(request, lans)
    assert before == [1, 2, 3, 4, 5, 6]
