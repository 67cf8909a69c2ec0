"""Who is at the door: every request has an actor (or none), and its transaction their scope."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.contrib.auth import logout
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jiefen.cases.need import ReasonFirst
from jiefen.desk.errors import not_found
from jiefen.desk.signin import second_factor_missing
from jiefen.kernel.clock import now
from jiefen.kernel.scope import set_scope
from jiefen.kernel.seal import Destroyed
from jiefen.people.actor import Actor, actor_for

View = Callable[..., Any]
_NEVER = re.compile("[\\x00\\ud800-\\udfff]")


class ActorMiddleware:
    """Sets `request.actor` and `request.at`, and opens the request's transaction with the actor's scope.

    A session ends with the posting: whoever holds none any more is signed out on the next click.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.at = now()  # type: ignore[attr-defined]
        request.actor = None  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        if getattr(view, "no_database", False):
            return None
        if _unwritable(request, view):
            return not_found(request)
        if request.user.is_authenticated:
            request.actor = actor_for(request.user, request.at)  # type: ignore[attr-defined]
            if request.actor is None:  # type: ignore[attr-defined]
                logout(request)
        return None


def _unwritable(request: HttpRequest, view: View) -> bool:
    """Whether an address or a form holds what no database keeps and no keyboard types: a NUL, or half a character. There is
    no such thing as it names."""
    said = [request.path, *(w for pair in request.GET.lists() for w in (pair[0], *pair[1]))]
    if request.method == "POST" and not getattr(view, "csrf_exempt", False):  # the API reads its own body
        said += [w for pair in request.POST.lists() for w in (pair[0], *pair[1])]
    return any(_NEVER.search(w) for w in said)


def staff(
    view: View | None = None, *, roles: frozenset[str] | set[str] = frozenset(), own_transaction: bool = False
) -> Any:
    """A page of the office: signed in, with one of the roles if any are named, in a transaction that sees what they may.

    Whoever lacks the role gets the same 404 as for an address that does not exist. `own_transaction`: the view opens its
    own (streams, long imports).
    """

    def guard(inner: View) -> View:
        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor: Actor | None = request.actor  # type: ignore[attr-defined]
            if actor is None:
                return (
                    redirect(f"/signin/?next={quote(request.get_full_path())}")
                    if request.method == "GET"
                    else redirect("/signin/")
                )
            if roles and not actor.roles & roles:
                raise Http404
            if request.user.must_change_password and request.path != "/password/":  # type: ignore[union-attr]
                return redirect("/password/")
            if second_factor_missing(request, actor):
                return redirect("/signin/second/")
            if own_transaction:
                return inner(request, *args, **kwargs)
            try:
                with transaction.atomic():
                    set_scope("staff", sorted(actor.keys))
                    response = inner(request, *args, **kwargs)
                    if hasattr(response, "render") and not response.is_rendered:  # type: ignore[attr-defined]
                        response.render()  # type: ignore[attr-defined]
                    return response
            except ReasonFirst as first:  # title and clock are theirs; for more they say why
                back = quote(request.get_full_path() if request.method == "GET" else "")
                return redirect(f"/cases/{first.case.slug}/why/?next={back}")
            except Destroyed:  # whatever the page was about to open: its time of keeping is over
                with transaction.atomic():
                    set_scope("staff", sorted(actor.keys))
                    return render(request, "desk/privacy/gone.html", status=410)

        guarded.guard = ("staff", frozenset(roles))  # type: ignore[attr-defined]
        return guarded

    return guard(view) if view else guard


def public(view: View) -> View:
    """A page for everybody. Says so, so that the house test knows it was meant."""

    @wraps(view)
    def open_to_all(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    open_to_all.guard = ("public", frozenset())  # type: ignore[attr-defined]
    return open_to_all
