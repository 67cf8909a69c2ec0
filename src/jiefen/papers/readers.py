"""Facts that papers can tell: which parts the latest opinion has, and what it says about the ways to object."""

from typing import Any

from jiefen.cases.facts import Moment
from jiefen.kernel.seal import open_row
from jiefen.papers.models import Paper
from jiefen.papers.remedies import remedy_text
from jiefen.procedures.catalogue import procedure, vocabulary

PARTS: dict[str, dict[str, tuple[str, ...]]] = {
    "handling-opinion": {
        "requests": ("requests",), "facts": ("main-facts", "inquiry"), "decision": ("opinion",), "law": ("law",),
        "remedy": ("remedy",),
    },
    **{
        kind: {
            "requests": ("orig-opinion",), "facts": ("inquiry",), "decision": ("outcome",), "law": ("law",),
            "remedy": ("remedy",),
        }
        for kind in ("review-opinion", "rereview-opinion")
    },
}  # fmt: skip
"""Which fields of an opinion hold each of the parts that 条例 32 asks for. A review is asked for against an opinion: what is
asked is the opinion itself."""
_EMPTY: tuple[Any, ...] = (None, "", [])


def latest_opinion(m: Moment) -> tuple[str, dict[str, Any]]:
    """Kind and fields of the latest opinion that is not void; («», {}) where there is none. One query a moment."""
    if "·opinion" not in m.cache:
        row = Paper.objects.filter(case=m.case, kind__in=PARTS, void_at=None).order_by("-made_at", "-pk").first()
        fields = (open_row(m.case.key).open(row.fields, field="paper") or {}) if row else {}
        m.cache["·opinion"] = (row.kind if row else "", fields)
    found: tuple[str, dict[str, Any]] = m.cache["·opinion"]
    return found


def opinion_parts(m: Moment) -> list[str]:
    """`opinion-parts`: names of the parts that are written."""
    kind, fields = latest_opinion(m)
    return [
        part for part, names in PARTS.get(kind, {}).items() if all(fields.get(name) not in _EMPTY for name in names)
    ]


def remedy_told(m: Moment) -> str:
    """`remedy-text`: what the paper that the step makes will say by the wording in force; else what the latest opinion says,
    where the step rests on one. Nobody's own words: the wording is data of the office."""
    for kind in m.step.makes:
        if any(f["name"] == "remedy" and f["required"] for f in vocabulary().papers[kind]["fields"]):
            return _wording(m, kind)
    kind, fields = latest_opinion(m)
    return str(fields.get("remedy") or "") if kind in m.step.needs else ""


def _wording(m: Moment, kind: str) -> str:
    from jiefen.people.models import Unit

    unit = Unit.objects.filter(pk=m.unit).first() if m.unit else None
    return remedy_text(kind, m.case.procedure, procedure(m.case.procedure, m.case.version).version, unit)
