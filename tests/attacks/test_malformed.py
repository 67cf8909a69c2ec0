"""Whatever stands in an address, a query, a form or a body: never an error of ours, never a word of theirs as markup."""

import json
import re

import pytest
from django.test import Client

from jiefen.channels.hotline.keys import make_key
from jiefen.desk import door
from tests.attacks.ground import build, clients, patterns, quickly, tried
from tests.attacks.test_roles import table
from tests.house.test_people import ASKED
from tests.world import MONDAY

pytestmark = pytest.mark.django_db

SCRIPT = "\"'><script>alert(9)</script><img src=x onerror=alert(9)>{{7*7}}"
BAD = (
    "%00", "a%00b", "a" * 3000, "１２３", "-1", "99999999999999999999", "..%2f..%2fetc%2fpasswd", "%ff%fe", "%ed%a0%80",
    "'%20OR%201=1--", "%3Cscript%3Ealert(9)%3C%2Fscript%3E", "%0d%0aX-Evil:%20y", "%F0%9D%9F%99",
)  # fmt: skip
"""As an address carries them: NUL, overlong, full-width and mathematical digits, negative, past 64 bits, paths, no UTF-8, half a
surrogate, SQL, script, a broken header, a direction mark."""
TYPED = ("a\x00b", SCRIPT, "字" * 5000, "99999999999999999999", "'; DROP TABLE cases_case;--%s")


@pytest.fixture
def ground(county, monkeypatch, settings):
    quickly(monkeypatch, settings)
    monkeypatch.setattr(door, "now", lambda: MONDAY)
    return build(county)


def typed(names: list[str], turn: int) -> dict[str, str]:
    """Something hostile in every field: script in all of them first, then each time another word in each."""
    return {name: SCRIPT if turn == 0 else TYPED[(n + turn) % len(TYPED)] for n, name in enumerate(names)}


def clean(answer) -> bool:
    """No error, and nothing of the payload as markup."""
    body = answer.content
    return answer.status_code < 500 and b"<script>alert(9)" not in body and b"<img src=x" not in body


def test_no_malformed_id_or_token_breaks_anything(ground):
    su = clients(ground.county)["su"]
    """Each of them at every kind of parameter of every part, and by turns at the other addresses of the part."""
    wrong, seen = [], set()
    for n, (pattern, _view) in enumerate(patterns()):
        if "<" not in pattern:
            continue
        sort = (pattern.split("/")[0], *re.findall(r"<(\w+):", pattern))
        for bad in BAD[n % 4 :: 4] if sort in seen else BAD:
            seen.add(sort)
            address = "/" + re.sub(r"<\w+:\w+>", lambda _m, bad=bad: bad, pattern)
            answer = tried(su, "get", address)
            if not clean(answer) or answer.has_header("X-Evil"):
                wrong.append(f"{address[:90]} {answer.status_code}")
    assert not wrong, wrong


def test_no_query_breaks_anything_and_none_comes_back_as_markup(ground):
    at, opens = clients(ground.county), table()
    wrong = []
    for pattern, _view in patterns():
        row = opens[(f"/{pattern}", "GET")]
        who = next((n for n in ("su", "zhou", "an", "caller", "keeper", "he") if row[n] == "200"), None)
        if who is None:
            continue
        for turn, word in enumerate((SCRIPT, "mixed")):
            said = typed([*ASKED, "next", "page"], turn)
            answer = tried(at[who], "get", ground.address(pattern), said)
            if not clean(answer):
                wrong.append(f"{who} /{pattern} ?…={word[:20]!r} {answer.status_code}")
            elif "text/html" in answer.get("Content-Type", "") and "default-src" not in answer.get(
                "Content-Security-Policy", ""
            ):
                wrong.append(f"/{pattern} has no policy for scripts")
    assert not wrong, wrong


FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.S | re.I)
ACTION = re.compile(r'<form\b[^>]*\baction="([^"]*)"', re.I)
NAME = re.compile(r'<(?:input|textarea|select|button)\b[^>]*\bname="([^"]+)"', re.I)
KEPT = {"csrfmiddlewaretoken", "once", "once_key"}
MORE = ("state", "doors", "stratum", "is_superuser", "is_staff", "unit", "responsible", "centre", "steps", "by", "key")


def forms(page: str, address: str) -> list[tuple[str, set[str]]]:
    """(where it is sent, names of its fields) of every form on a page that posts."""
    found = []
    for form in FORM.findall(page):
        if 'method="post"' in form[:400].lower():
            action = ACTION.match(form)
            found.append((action[1].split("#")[0] if action and action[1] else address, set(NAME.findall(form)) - KEPT))
    return found


def test_no_form_breaks_whatever_is_typed_into_it(ground):
    """Every form of every page that opens is found on the page itself and sent with each hostile word in every field at once,
    and with fields that no form of ours has."""
    at, opens = clients(ground.county), table()
    seen, wrong, sent = set(), [], 0
    for who in ("zhou", "he", "su", "an", "nobody"):
        for pattern, _view in patterns():
            address = ground.address(pattern)
            if opens[(f"/{pattern}", "GET")][who] != "200":
                continue
            page = tried(at[who], "get", address)
            if page.status_code != 200 or "text/html" not in page.get("Content-Type", ""):
                continue
            for action, fields in forms(page.content.decode(), address):
                if (action, frozenset(fields)) in seen or action.startswith(("/signin", "/signout", "/password")):
                    continue
                seen.add((action, frozenset(fields)))
                for turn in range(2):
                    answer = tried(at[who], "post", action.replace("&amp;", "&"), typed([*sorted(fields), *MORE], turn))
                    sent += 1
                    if not clean(answer):
                        wrong.append(f"{who} POST {action} {sorted(fields)[:6]} turn {turn} {answer.status_code}")
    assert not wrong, "\n".join(wrong[:40])
    assert len(seen) > 40 and sent > 100, (len(seen), sent)


ORDER = {"order": "A1", "text": "路灯坏了", "received_at": "2026-11-15 09:31"}


def test_the_interface_takes_no_oversized_and_no_nested_body_and_never_breaks(county):
    _row, key = make_key("hotline", county.areas["county"], by=None, at=MONDAY)
    client = Client(raise_request_exception=False, HTTP_AUTHORIZATION=f"Bearer {key}")

    def send(body, sort="application/json", **more):
        return client.generic("POST", "/api/hotline/orders", body, content_type=sort, **more)

    deep = b"[" * 100_000 + b"]" * 100_000
    big = json.dumps(ORDER | {"text": "字" * 400_000}).encode()
    bodies = {
        deep: 400, b'{"a":' * 5000: 400, b"": 422, b"\xff\xfe": 400, b"null": 422, b"[]": 422, b"1e999999": 422, b"NaN": 422, big: 413,
        b'{"order": "A", "order": "B"}': 422, json.dumps(ORDER | {"state": "closed", "doors": [1]}).encode(): 422,
        json.dumps(ORDER | {"order": 7}).encode(): 422, json.dumps(ORDER | {"people": 10**30}).encode(): 422,
        json.dumps(ORDER | {"text": "a\x00b"}).encode(): 422, json.dumps(ORDER | {"received_at": "9999-99-99"}).encode(): 422,
        b'{"order": "A1", "text": "\\ud800", "received_at": "2026-11-15 09:31"}': 422,
        json.dumps(ORDER | {"phone": "'; DROP TABLE x;--"}).encode(): 201,
    }  # fmt: skip
    got = {body[:60]: send(body).status_code for body in bodies}
    assert got == {body[:60]: status for body, status in bodies.items()}
    for sort in (
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "text/xml",
        "application/json; charset=utf-7",
    ):
        assert send(b"--x\r\n\r\n", sort).status_code == 400, sort
    for token in ("", "jf_", "jf_" + "x" * 200, "jf_\x00", "jf_１"):
        bare = Client(raise_request_exception=False, HTTP_AUTHORIZATION=f"Bearer {token}")
        assert bare.post("/api/hotline/orders", ORDER, content_type="application/json").status_code == 401, token
