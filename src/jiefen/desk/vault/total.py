"""How many accusations have come in: one number, and beside it nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiefen.desk.door import staff
from jiefen.triage.vault import KEEPER, total

ROLES = frozenset({KEEPER, "supervisor"})
STEP = 10
"""Outside the vault the number moves only in tens: a number that grows by one would tell the minute of the last."""


@staff(roles=ROLES)
@require_safe
def total_page(request: HttpRequest) -> HttpResponse:
    """The keeper sees the number; the supervisor how many full tens."""
    keeper = KEEPER in request.actor.roles  # type: ignore[attr-defined]
    n = total()
    shown = n if keeper else n - n % STEP
    return render(request, "desk/vault/total.html", {"n": shown, "keeper": keeper, "step": STEP})
