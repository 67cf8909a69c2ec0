"""A chance in plain words, with the past behind it."""

from dataclasses import replace

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jiefen.analytics import suggested
from jiefen.analytics.printing import percent
from jiefen.triage import setup
from jiefen.triage.rules import Suggestion, find_route
from jiefen.triage.rules.tables import Tables


def chance_said(made: Suggestion) -> str:
    """约九成；过去同样有把握的 412 件里对了 371 件，90.05％. Empty where the word list answered."""
    if not made.model or not made.kind:
        return ""
    how = tenths(made.chance)
    n, right = past(made.model, made.chance)
    if not n:
        return _("把握%(how)s。过去还没有同样有把握的事项可比。") % {"how": how}
    return _("把握%(how)s；过去同样有把握的%(n)s件里对了%(right)s件，%(percent)s％。") % {
        "how": how,
        "n": n,
        "right": right,
        "percent": percent(right, n),
    }


def tenths(chance: float) -> str:
    """0.87 → 约九成; from 0.95 on 九成五以上."""
    if chance >= 0.95:
        return _("九成五以上")
    words = (
        _("约一成"),
        _("约二成"),
        _("约三成"),
        _("约四成"),
        _("约五成"),
        _("约六成"),
        _("约七成"),
        _("约八成"),
        _("约九成"),
    )
    return words[min(max(int(chance * 10 + 0.5), 1), 9) - 1]


def past(version: int, chance: float) -> tuple[int, int]:
    """How many had such a chance, and how many of them were right: of the model's held-out matters and of the county's own
    decisions since. Kept for some seconds."""
    from jiefen.triage.learning.calibrate import band_of

    band = band_of(chance)
    return setup.kept_for("past hits", (version, band), lambda: _past(version, band))  # type: ignore[no-any-return]


def _past(version: int, band: int) -> tuple[int, int]:
    from jiefen.triage.learning.shelf import Shelf

    bands = Shelf(setup.models_folder()).card(version).get("bands", [])
    held = bands[band] if band < len(bands) else (0, 0)
    said, right = suggested.past(version, band)
    return int(held[0]) + said, int(held[1]) + right


def marked(text: str, made: Suggestion | None, where: str) -> SafeString:
    """A text with the words that made the kind, and those of an urgent mark, marked; everything escaped. `text` may be masked: masking keeps the length."""
    kind = (made.kind or made.second)[:2] if made else ""
    ringing = [h for f in made.urgent for h in f.hits] if made else []
    spans = sorted({(h.start, h.end, 1) for h in ringing if h.where == where})
    if made and kind:
        free = [h for h in made.hits if not any(h.where == where and a < h.end and h.start < b for a, b, _i in spans)]
        spans = sorted({*spans, *((h.start, h.end, 0) for h in free if h.where == where and h.code[:2] == kind)})
    parts, at = [], 0
    for start, end, rings in spans:
        if start < at or end > len(text):
            continue
        tag = '{}<mark class="alarm-word">{}</mark>' if rings else "{}<mark>{}</mark>"
        parts.append(format_html(tag, text[at:start], text[start:end]))
        at = end
    return format_html_join("", "{}", ((part,) for part in [*parts, text[at:]]))


def instead(made: Suggestion, kind: str, tables: Tables) -> Suggestion:
    """The same suggestion with another kind, which a person chose by one click, and the office that goes with it."""
    if kind not in tables.kinds or len(kind) != 4:
        return made
    firm = frozenset(f.name for f in made.flags if f.firm)
    routed = find_route(kind, level=made.grade.handled_at, grade=made.grade.value, flags=firm, tables=tables)
    return replace(made, kind=kind, kind_label=tables.label(kind), route=routed, chance=0.0, model=0)
