"""The receipt: number, code and QR on one page; for several people, a page each."""

from collections.abc import Iterable
from typing import Any

import segno
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from jiefen.intake.models import Intake
from jiefen.kernel.seal import open_row
from jiefen.papers.fill import CHANNELS


def qr_svg(address: str) -> SafeString:
    """A QR code as inline SVG; its text is an address we made ourselves."""
    return mark_safe(segno.make(address, error="m").svg_inline(scale=4, border=2, omitsize=True))


def follow_address(request: HttpRequest, token: str) -> str:
    """Where a code leads, as written on paper and in the QR."""
    return request.build_absolute_uri(f"/follow/{token}/")


def receipt_context(request: HttpRequest, intake: Intake, others: Iterable[Intake] = ()) -> dict[str, Any]:
    """What the printed receipt shows; of those who came along, each their own after it."""
    this = _one(request, intake)
    return {"intake": intake, "this": this, "others": [_one(request, one) for one in others]}


def _one(request: HttpRequest, intake: Intake) -> dict[str, Any]:
    key = open_row(intake.key)
    token = key.open(intake.token, field="intake.token")
    who = (key.open(intake.teller, field="intake.teller") or {}) if intake.teller else {}
    return {
        "who": who.get("name", ""),
        "intake": intake, "token": token, "title": key.open(intake.subject, field="intake.subject"),
        "qr": qr_svg(follow_address(request, token)), "address": follow_address(request, token),
        "channel": CHANNELS.get(intake.channel, intake.channel), "has_second": intake.second_mark is not None,
    }  # fmt: skip
