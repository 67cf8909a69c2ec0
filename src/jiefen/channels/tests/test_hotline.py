"""The interface for hotline orders: once, strict, bounded, and never a server error."""

import json

import pytest

from jiefen.channels.hotline.keys import end_key, make_key
from jiefen.channels.models import SourceKey
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from tests.world import MONDAY

ORDER = {"order": "RX-1", "text": "柳河镇路灯坏了三个月", "received_at": "2026-11-16 09:31", "phone": "13800002061"}


@pytest.fixture
def send(county, client):
    row, key = make_key("city-12345", county.areas["county"], by=county.people["an"], at=MONDAY)

    def post(body, *, bearer=key, **headers):
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        return client.post(
            "/api/hotline/orders",
            data,
            content_type="application/json",
            headers={"Authorization": f"Bearer {bearer}", **headers},
        )

    post.row = row
    return post


def count():
    with scope("worker"):
        return Intake.objects.count()


def test_it_takes_an_order_once(send):
    first, again = send(ORDER), send(ORDER)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["number"] == again.json()["number"] and first.json()["code"] == again.json()["code"]
    assert (first.json()["created"], again.json()["created"]) == (True, False)
    assert send(ORDER | {"text": "另一件事"}).status_code == 409
    assert count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": ""}, "text"), ({"text": 5}, "text"), ({"order": None}, "order"), ({"people": "3"}, "people"),
        ({"people": 0}, "people"), ({"received_at": "2026/2/30"}, "received_at"), ({"received_at": "2999-01-01"}, "received_at"),
        ({"received_at": "2126-01-01"}, "received_at"), ({"identity": "secret"}, "identity"), ({"area_code": "999"}, "area_code"),
        ({"nonsense": 1}, "nonsense"), ({"phone": "1" * 31}, "phone"), ({"text": "a\0b"}, "text"),
        ({"is_urgent": "yes"}, "is_urgent"),
    ],
)  # fmt: skip
def test_it_says_which_field_and_what_to_do(send, change, field):
    answer = send(ORDER | change)
    assert answer.status_code == 422, answer.content
    assert field in answer.json()["fields"] and answer.json()["fields"][field]
    assert count() == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422), (b"{", 400), (b"\xff\xfe", 400), (b"[" * 100_000, 400), ('{"a":' * 50_000, 400), (b'"x"', 422), (b"[]", 422),
        (b"null", 422), (b'{"order": NaN}', 422), ('{"text": "' + "x" * 1_000_001 + '"}', 413),
        ('{"order": "\\ud800", "text": "\\ud800", "received_at": "2026-11-16"}', 422),
    ],
    ids=["empty", "cut", "not-utf-8", "deep-list", "deep-object", "text", "list", "null", "nan", "large", "surrogate"],
)  # fmt: skip
def test_it_never_breaks(send, body, status):
    answer = send(body)
    assert answer.status_code == status, answer.content
    assert count() == 0


def test_it_opens_to_a_key_that_holds_and_to_nothing_else(send, client):
    assert client.post("/api/hotline/orders", json.dumps(ORDER), content_type="application/json").status_code == 401
    assert send(ORDER, bearer="jf_wrong").status_code == 401
    assert send(ORDER, bearer="").status_code == 401
    end_key(send.row, at=MONDAY)
    assert send(ORDER).status_code == 401
    assert count() == 0


def test_it_keeps_only_the_hash_of_a_key(county):
    row, key = make_key("city-12345", county.areas["county"], by=None, at=MONDAY)
    assert key.encode() not in bytes(SourceKey.objects.get(pk=row.pk).mark)
