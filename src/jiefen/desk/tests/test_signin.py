"""Signing in and out, the second factor, the forced new password, and the one 404."""

import re

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from jiefen.people.models import Person

PASSWORD = "liu-he-1234567"


@pytest.fixture
def office(county, settings):
    """Everybody has a password; no second factor is demanded."""
    settings.JIEFEN_REQUIRE_MFA = False
    for name in ("zhou", "su", "an", "wen"):
        county.people[name].set_password(PASSWORD)
        county.people[name].save()
    return county


def sign_in(name: str, password: str = PASSWORD, client: Client | None = None) -> Client:
    client = client or Client()
    client.answer = client.post("/signin/", {"login": name, "password": password})
    return client


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def with_app(person: Person) -> str:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def test_it_lets_staff_in_and_on_to_their_desk(office):
    zhou = sign_in("zhou")
    assert zhou.answer.status_code == 302 and zhou.answer["Location"] == "/"
    assert zhou.get("/")["Location"] == "/desk/"


def test_it_goes_on_to_the_page_that_was_asked_for(office):
    answer = Client().post("/signin/?next=/password/", {"login": "zhou", "password": PASSWORD, "next": "/password/"})
    assert answer["Location"] == "/password/"
    away = Client().post("/signin/", {"login": "zhou", "password": PASSWORD, "next": "//elsewhere.example/"})
    assert away["Location"] == "/"


def test_it_answers_an_unknown_name_and_a_wrong_password_alike(office):
    pages = [Client().post("/signin/", {"login": who, "password": "x" * 12}) for who in ("zhou", "nobody")]
    said = [re.findall(r'role="alert">(.*?)</div>', p.content.decode(), re.S) for p in pages]
    assert said[0] == said[1] and "账号或密码不对" in said[0][0]


def test_it_locks_after_six_wrong_passwords_and_says_so(office):
    for _ in range(6):
        last = sign_in("zhou", "wrong-wrong-1").answer
    assert last.status_code == 429 and "暂时锁住了" in last.content.decode()
    assert sign_in("zhou").answer.status_code == 429  # even with the right one
    assert sign_in("su").answer.status_code == 302  # nobody else is locked


def test_it_signs_out_only_by_post(office):
    zhou = sign_in("zhou")
    assert zhou.get("/signout/").status_code == 405
    assert zhou.post("/signout/")["Location"] == "/signin/"
    assert zhou.get("/password/")["Location"].startswith("/signin/")


@pytest.mark.parametrize("path", ["signup", "mail", "sent", "reset", "set"])
def test_it_has_no_sign_up_and_no_mail(office, path):
    assert Client().get(f"/signin/none/{path}/").status_code == 404


def test_it_makes_a_given_password_be_changed_first(office):
    Person.objects.filter(username="zhou").update(must_change_password=True)
    zhou = sign_in("zhou")
    assert zhou.get("/desk/")["Location"] == "/password/"
    assert "换好才能往下走" in zhou.get("/password/").content.decode()
    new = "qing-he-7654321"
    assert zhou.post("/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new}).status_code == 302
    assert not Person.objects.get(username="zhou").must_change_password
    assert sign_in("zhou", new).answer.status_code == 302


@pytest.mark.parametrize("new", ["short1", "1q2w3e4r5t", "1234567890"])
def test_it_refuses_a_weak_new_password(office, new):
    zhou = sign_in("zhou")
    assert zhou.post("/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new}).status_code == 200
    assert Person.objects.get(username="zhou").check_password(PASSWORD)


def test_it_asks_for_the_second_factor_once_one_is_set(office):
    secret = with_app(office.people["zhou"])
    zhou = sign_in("zhou")
    assert zhou.answer["Location"] == "/signin/code/"
    assert zhou.get("/password/").status_code == 302  # not in yet
    page = zhou.get("/signin/code/").content.decode()
    assert "第二重验证" in page and "备用码" in page
    assert zhou.post("/signin/code/", {"code": "000000"}).status_code == 200
    assert zhou.post("/signin/code/", {"code": code_now(secret)})["Location"] == "/"
    assert zhou.get("/password/").status_code == 200


def test_it_sets_up_an_app_and_gives_spare_codes(office):
    zhou = sign_in("zhou")
    page = zhou.get("/signin/second/app/").content.decode()
    secret = re.search(r'<code class="n">(\w+)</code>', page)[1]
    assert "data:image/svg+xml" in page
    assert zhou.post("/signin/second/app/", {"code": code_now(secret)}).status_code == 302
    spare = zhou.get("/signin/second/spare/").content.decode()
    assert len(re.findall(r"<li>\w+</li>", spare.split('class="codes"')[1])) == 10


@pytest.mark.parametrize(
    "path",
    [f"/signin/{page}/" for page in ("second", "second/keys", "second/keys/add", "second/spare/new", "again")],
)
def test_it_draws_each_page_of_the_second_factor_in_our_clothes(office, path):
    zhou = sign_in("zhou")
    if "spare" in path:
        with_app(office.people["zhou"])
    page = zhou.get(path)
    assert page.status_code == 200 and "desk/app" in page.content.decode()
    assert Client().get(path)["Location"].startswith("/signin/")


def test_it_demands_a_second_factor_of_those_who_reach_widest(office, settings):
    settings.JIEFEN_REQUIRE_MFA = True
    for name in ("su", "an"):
        assert sign_in(name).get("/desk/")["Location"] == "/signin/second/", name
        assert sign_in(name).get("/signin/second/app/").status_code == 200
    assert sign_in("zhou").get("/desk/").status_code == 200
    secret = with_app(office.people["su"])
    su = sign_in("su")
    su.post("/signin/code/", {"code": code_now(secret)})
    assert su.get("/desk/").status_code == 200


def test_it_ends_the_session_with_the_last_posting(office):
    from jiefen.kernel.clock import now
    from jiefen.people.actions import leave

    zhou = sign_in("zhou")
    assert zhou.get("/password/").status_code == 200
    leave(office.people["zhou"], at=now())
    assert zhou.get("/password/")["Location"].startswith("/signin/")


def test_it_has_one_404_identical_to_the_byte(office):
    zhou, stranger = sign_in("zhou"), Client()
    pages = [c.get(p) for c in (zhou, stranger) for p in ("/no/such/", "/cases/qh-2026-1/x/", "/signin/none/mail/")]
    pages.append(zhou.get("/cases/qh-2026-1/"))
    assert {p.status_code for p in pages} == {404}
    assert len({p.content for p in pages}) == 1
    assert "nonce" not in pages[0].headers.get("Content-Security-Policy", "")


def test_it_refuses_a_form_without_its_mark_in_words(office):
    strict = Client(enforce_csrf_checks=True)
    page = strict.post("/signin/", {"login": "zhou", "password": PASSWORD})
    assert page.status_code == 403 and "什么都没有改动" in page.content.decode()


def test_it_breaks_without_leaning_on_anything(office, rf):
    from jiefen.desk.errors import broken

    page = broken(rf.get("/"))
    assert page.status_code == 500 and "没有保存" in page.content.decode()
