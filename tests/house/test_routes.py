"""No address is open by oversight: each says who may come in, and each that writes refuses what was not sent by a form."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

pytestmark = pytest.mark.rules

# Views of packages that guard themselves: module → why it may stand without our guard.
OWN_GUARD = {
    "allauth": "signs people in; what needs a session asks for it itself",
    "ninja": "each operation is guarded by the API's own key, tested with the API",
    "django.views.static": "files of the front end, nothing of anybody",
    "django.contrib.staticfiles": "files of the front end, nothing of anybody",
    "django.views.i18n": "names of the interface in another language",
    "django.views.generic.base": "sends on to another address, shows nothing",
}


def routes(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(address, view) of every route."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, address)
        elif isinstance(entry, URLPattern):
            yield address, entry.callback


def _home(view: Any) -> str:
    return str(getattr(getattr(view, "view_class", view), "__module__", ""))


def test_there_are_routes():
    assert len(list(routes())) > 20


def test_every_route_says_who_may_come_in():
    bare = [
        f"{address} ({_home(view)}.{getattr(view, '__name__', view)})"
        for address, view in routes()
        if not hasattr(view, "guard") and not _home(view).startswith(tuple(OWN_GUARD))
    ]
    assert not bare, "no guard (desk.door.staff or public) on: " + "; ".join(bare)


def test_a_guard_is_staff_or_public_and_names_roles_that_exist():
    from jiefen.procedures.catalogue import vocabulary

    known = set(vocabulary().roles) | {"administrator", "vault-keeper"}  # these two open no step
    for address, view in routes():
        if hasattr(view, "guard"):
            sort, roles = view.guard
            assert sort in ("staff", "public", "key", "self"), address
            assert set(roles) <= known, f"{address} asks for roles nobody can hold: {sorted(set(roles) - known)}"


LOOSE_FOR_A_REASON = {
    "language/": "sets a cookie of the reader's own and shows nothing; works before any page of ours was seen"
}


def test_nothing_is_let_through_without_a_form_of_ours():
    loose = [
        address
        for address, view in routes()
        if getattr(view, "csrf_exempt", False) and getattr(view, "guard", ("",))[0] != "key"
        and not _home(view).startswith(tuple(OWN_GUARD)) and address not in LOOSE_FOR_A_REASON
    ]  # fmt: skip
    assert not loose, f"csrf_exempt and no key of its own: {loose}"


def test_no_two_routes_have_one_address():
    seen: dict[str, str] = {}
    for address, view in routes():
        assert address not in seen or seen[address].startswith("allauth"), (
            f"{address}: {seen[address]} and {_home(view)}"
        )
        seen[address] = _home(view)
