"""The sign-in attacked: many passwords, many names, many addresses; shutting somebody out; sessions that outlive; odd input."""

import re
from unittest import mock
from urllib.parse import quote

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.hashers import get_hasher
from django.test import Client
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from jiefen.desk import knocking, limits
from jiefen.kernel.clock import now
from jiefen.people.actions import leave
from jiefen.people.models import Person

PASSWORD = "liu-he-1234567"
WRONG = "wrong-wrong-1"


@pytest.fixture(autouse=True)
def office(county, settings, monkeypatch):
    """Everybody has a password; few tries are many, so that the test is short."""
    settings.JIEFEN_REQUIRE_MFA = False
    made = Person(username="unused")
    made.set_password(PASSWORD)
    Person.objects.filter(username__in=("zhou", "su", "he", "ge")).update(password=made.password)
    for name, most in (("WRONG_A_NAME", 4), ("WRONG_AN_ADDRESS", 5), ("WRONG_A_BROWSER", 3)):
        monkeypatch.setattr(knocking, name, most)
    return county


def at(address: str, **more) -> Client:
    return Client(REMOTE_ADDR=address, **more)


def knock(client: Client, name: str, password: str = WRONG, **more):
    return client.post("/signin/", {"login": name, "password": password, **more})


def known(name: str, address: str = "10.0.0.1") -> Client:
    """A browser in which somebody signed in before and out again."""
    client = at(address)
    assert knock(client, name, PASSWORD).status_code == 302
    client.post("/signout/")
    return client


def bare(page) -> str:
    """A page without the token of its form and without what was typed."""
    return re.sub(r'(value|nonce)="[^"]*"', "", page.content.decode())


def test_many_addresses_at_one_name_are_stopped_and_its_owner_is_not():
    zhou = known("zhou")
    for who in ("zhou", "nobody-there"):
        pages = [knock(at(f"10.1.{n}.1"), who) for n in range(6)]
        assert [p.status_code for p in pages] == [200] * 4 + [429] * 2, who
        assert "过了整点再试" in bare(pages[-1])
    assert knock(at("10.9.9.9"), "zhou", PASSWORD).status_code == 429, (
        "a browser that nobody knows waits, even with the right one"
    )
    assert knock(zhou, "zhou", PASSWORD).status_code == 302, "hers does not"
    assert knock(at("10.9.9.9"), "su", PASSWORD).status_code == 302, "nor does anybody else"


def test_one_address_at_many_names_is_stopped_and_those_who_work_there_are_not():
    su = known("su", "10.2.0.1")
    said = [knock(at("10.2.0.1"), f"n{n}").status_code for n in range(7)]
    assert said == [200] * 5 + [429] * 2
    assert knock(at("10.2.0.1"), "he", PASSWORD).status_code == 429
    for n in range(70):  # nor by whatever else counts by address alone
        knock(at("10.2.0.1"), f"m{n}")
    assert knock(su, "su", PASSWORD).status_code == 302
    assert knock(at("10.2.0.2"), "he", PASSWORD).status_code == 302


def test_nobody_locks_a_colleague_out_at_their_own_address_and_a_stolen_desk_has_a_limit_too():
    su = known("su", "10.3.0.1")
    assert [knock(at("10.3.0.1"), "su").status_code for _ in range(6)][-1] == 429
    assert knock(su, "su", PASSWORD).status_code == 302
    su.post("/signout/")
    assert [knock(su, "su").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert knock(su, "su", PASSWORD).status_code == 429


def test_a_browser_is_known_for_one_name_and_cannot_be_made_so():
    su = known("su", "10.4.0.1")
    for n in range(5):
        knock(at(f"10.4.1.{n}"), "zhou")
    assert knock(su, "zhou", PASSWORD).status_code == 429, "hers is no key to another name"
    forged = at("10.4.0.2")
    cookie = next(c for n, c in su.cookies.items() if n.startswith("known-"))
    assert cookie["httponly"] and cookie["path"] == "/signin/" and cookie["samesite"] == "Strict"
    for value in (cookie.value, cookie.value[:-1] + "A", "x", ""):
        forged.cookies[f"known-{knocking._mark('zhou')[:8]}"] = value
        assert knock(forged, "zhou", PASSWORD).status_code == 429


@pytest.mark.parametrize("name", ["zhou", "ZHOU", "Zhou", " zhou ", "ｚｈｏｕ"])
def test_the_same_account_by_another_spelling_is_the_same_account(name):
    for typed in ("zhou", "ZHou", "zhOU", "ZHOU"):
        assert knock(at("10.5.0.1"), typed).status_code == 200
    assert knock(at("10.5.0.2"), name, PASSWORD).status_code == 429


def test_six_wrong_at_one_address_lock_whatever_the_spelling(monkeypatch):
    monkeypatch.setattr(knocking, "WRONG_A_NAME", 99)
    monkeypatch.setattr(knocking, "WRONG_AN_ADDRESS", 99)
    said = [
        knock(at("10.5.0.9"), typed).status_code for typed in ("zhou", "Zhou", "zHou", "zhOu", "zhoU", "ZHou", "ZHOU")
    ]
    assert said == [200] * 5 + [429] * 2


def test_whether_there_is_such_a_name_shows_neither_in_bytes_nor_in_work(office):
    """Somebody at work, nobody, an account that is closed, one without a password, somebody who left: one hash, one answer."""
    Person.objects.filter(username="ge").update(is_active=False)
    leave(office.people["he"], at=now())
    hasher = type(get_hasher())
    seen = {}
    for n, who in enumerate(("zhou", "nobody-there", "ge", "lin", "he")):
        with (
            mock.patch.object(hasher, "encode", autospec=True, side_effect=hasher.encode) as encode,
            mock.patch.object(hasher, "verify", autospec=True, side_effect=hasher.verify) as verify,
        ):
            page = knock(at(f"10.6.{n}.1"), who)
        last = [knock(at(f"10.6.{n}.{i}"), who) for i in range(2, 7)][-1]
        seen[who] = (encode.call_count + verify.call_count, page.status_code, bare(page), last.status_code, bare(last))
    assert len(set(seen.values())) == 1, {who: (one[0], one[1], one[3]) for who, one in seen.items()}
    assert (seen["zhou"][0], seen["zhou"][1], seen["zhou"][3]) == (1, 200, 429)


def test_a_session_is_new_at_the_sign_in_and_dead_after_it_was_left(office):
    victim = at("10.7.0.1")
    victim.get("/signin/")
    victim.post("/language/", {"lang": "en", "next": "/"})
    session = victim.session
    session["x"] = "planted"
    session.save()
    planted = session.session_key
    victim.cookies["sessionid"] = planted
    knock(victim, "zhou", PASSWORD)
    assert victim.cookies["sessionid"].value != planted
    thief = at("10.7.0.2")
    thief.cookies["sessionid"] = planted
    assert thief.get("/desk/").status_code == 302, "whoever planted it is not signed in"
    copy = at("10.7.0.3")
    copy.cookies["sessionid"] = victim.cookies["sessionid"].value
    assert copy.get("/desk/").status_code == 200
    victim.post("/signout/")
    assert copy.get("/desk/").status_code == 302, "a copy of the cookie ends with the sign-out"


@pytest.mark.parametrize("how", ["changed", "reset", "closed", "left"])
def test_every_other_session_ends_when_the_password_or_the_person_does(office, how):
    here, there = at("10.8.0.1"), at("10.8.0.2")
    for one in (here, there):
        knock(one, "zhou", PASSWORD)
        assert one.get("/desk/").status_code == 200
    zhou = Person.objects.get(username="zhou")
    if how == "changed":
        new = "qing-he-7654321"
        here.post("/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
        assert here.get("/desk/").status_code == 200
    elif how == "reset":
        zhou.set_password("given-by-an-1")
        zhou.save()
    elif how == "closed":
        Person.objects.filter(pk=zhou.pk).update(is_active=False)
    else:
        leave(zhou, at=now())
    assert there.get("/desk/").status_code == 302


AWAY = (
    "//elsewhere.example/", "https://elsewhere.example/", "http:elsewhere.example", "///elsewhere.example", "\\\\elsewhere.example",
    "/\\elsewhere.example", "javascript:alert(1)", "https:///elsewhere.example", "//testserver@elsewhere.example/", "/\t/elsewhere.example",
    "data:text/html,x", "https://testserver.elsewhere.example/",
)  # fmt: skip


def test_next_never_leads_away_and_loses_nothing_of_a_shared_link():
    for n, away in enumerate(AWAY):
        client = at(f"10.10.0.{n}")
        assert knock(client, "zhou", PASSWORD, next=away)["Location"] in ("/", "/desk/"), away
        assert "elsewhere" not in client.post(f"/signout/?next={quote(away)}", {"next": away})["Location"]
    shared = "/search/?q=搅拌站&kind=0801&next=//elsewhere.example/"
    asked = at("10.10.1.1").get(shared)["Location"]
    page = at("10.10.1.1").get(asked).content.decode()
    kept = re.search(r'name="next" value="([^"]*)"', page)
    assert kept and "&amp;kind=0801&amp;next=//elsewhere.example/" in kept[1]
    assert knock(at("10.10.1.2"), "zhou", PASSWORD, next=kept[1].replace("&amp;", "&"))["Location"].startswith(
        "/search/?q="
    )


def test_no_form_of_the_sign_in_works_without_its_mark():
    strict = at("10.11.0.1", enforce_csrf_checks=True)
    strict.cookies["sessionid"] = (lambda c: (knock(c, "zhou", PASSWORD), c.cookies["sessionid"].value)[1])(
        at("10.11.0.2")
    )
    for address in ("/signin/", "/signout/", "/password/", "/signin/again/", "/signin/second/app/", "/signin/code/"):
        assert strict.post(address, {"login": "zhou", "password": PASSWORD}).status_code == 403, address
    assert strict.get("/desk/").status_code == 200


def test_the_code_of_the_second_factor_cannot_be_tried_from_many_addresses_nor_used_twice(office, monkeypatch):
    secret = generate_totp_secret()
    TOTP.activate(office.people["zhou"], secret)
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))

    def through(n: int, said: str) -> int:
        client = at(f"10.12.0.{n}")
        assert knock(client, "zhou", PASSWORD)["Location"] == "/signin/code/"
        return client.post("/signin/code/", {"code": said}).status_code

    assert through(0, code) == 302 and through(1, code) == 200, "seen over a shoulder, it is used up"
    assert [through(n, "000000") for n in range(2, 12)] == [200] * 9 + [429]
    fresh = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())) + 1))
    assert through(20, fresh) == 429


ODD = (
    "",
    " ",
    "x" * 300,
    "x" * 100_000,
    "a\x00b",
    "\ud800",
    "𠮷野家",
    "\u202ezhou",
    "zhou\u200b",
    "' OR 1=1 --",
    "<script>",
    "ı",
    "İ",
    "zhou\n",
    "%00",
    "兰" * 150,
)


def test_no_name_and_no_password_breaks_anything():
    for n, odd in enumerate(ODD):
        for name, password in ((odd, WRONG), ("zhou", odd or "y")):
            body = f"login={quote(name, errors='surrogatepass')}&password={quote(password, errors='surrogatepass')}"
            page = at(f"10.13.{n}.{len(password) % 200}").post(
                "/signin/", body, content_type="application/x-www-form-urlencoded"
            )
            assert page.status_code in (200, 302, 404, 429) and "sessionid" not in page.cookies, (
                name[:20],
                password[:20],
            )
            assert "<script>'" not in page.content.decode()
    raw = at("10.13.99.1").post(
        "/signin/", b"login=%ff%fe&password=%80", content_type="application/x-www-form-urlencoded"
    )
    assert raw.status_code == 200


def test_an_address_in_a_header_is_believed_only_from_the_machine_in_front():
    said = [knock(at("10.14.0.1", headers={"x-forwarded-for": f"10.15.0.{n}"}), f"n{n}").status_code for n in range(6)]
    assert said == [200] * 5 + [429], "the pages themselves read no header"
    for client, header, trusted, seen in (
        ("203.0.113.9", "10.0.0.1", "127.0.0.1", "203.0.113.9"),  # not from the machine in front: not believed
        ("127.0.0.1", "6.6.6.6, 203.0.113.9", "127.0.0.1", "203.0.113.9"),  # what the visitor wrote before it
        ("10.0.0.5", "6.6.6.6, 203.0.113.9", "127.0.0.1,10.0.0.5", "203.0.113.9"),
        ("10.0.0.5", "6.6.6.6, 203.0.113.9, 127.0.0.1", "127.0.0.1,10.0.0.5", "203.0.113.9"),
    ):
        scope = {"type": "http", "client": (client, 1), "headers": [(b"x-forwarded-for", header.encode())]}

        async def app(scope, receive, send):
            pass

        run = ProxyHeadersMiddleware(app, trusted_hosts=trusted)(scope, None, None)
        with pytest.raises(StopIteration):
            run.send(None)
        assert scope["client"][0] == seen, (client, header)


def test_what_is_no_address_is_one_and_half_an_ipv6_address_is_a_household(rf):
    def origin(address: str) -> str:
        return limits.origin(rf.get("/", REMOTE_ADDR=address))

    assert origin("2001:db8:1:2::5") == origin("2001:db8:1:2:ffff::9") == "2001:db8:1:2::"
    assert origin("2001:db8:1:3::5") != origin("2001:db8:1:2::5")
    assert origin("::ffff:10.0.0.1") == origin("10.0.0.1") == "10.0.0.1"
    assert {origin(bad) for bad in ("", "abc", "999.1.1.1", "1.2.3.4:99", "x" * 3000)} == {"0.0.0.0"}
    for bad in ("abc", ""):
        assert knock(at(bad), "zhou").status_code in (200, 403)
