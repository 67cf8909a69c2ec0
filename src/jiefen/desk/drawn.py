"""Facts drawn from a text as chips that a person takes or drops, and what became of each."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from jiefen.kernel.clock import local_day
from jiefen.kernel.masking import mask_id, mask_name, mask_phone
from jiefen.triage import setup
from jiefen.triage.actions import Decision
from jiefen.triage.facts import Fact, draw

MOST = 24
"""Chips shown; a text with more facts is a list, which is read rather than clicked through."""
LONGEST_SENT = 8000
AGAINST = "against"
_FIELDS = {
    "phone": "phone",
    "identity": "id_number",
    "place": "area_code",
    "amount": "amount",
    "count": "people",
    "date": "happened_on",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One fact on the page. `fill` is the field it goes to and `value` what is put there (empty: the person's name stays
    covered and the server puts it in); `state` "", "taken"; dropped ones are not shown again."""

    key: str
    label: str
    shown: str
    fill: str = ""
    value: str = ""
    state: str = ""
    sure: bool = True


def facts_of(text: str, at: datetime, home: str = "") -> list[Fact]:
    """The facts of a text in this county, each value once."""
    found: dict[str, Fact] = {}
    for fact in draw(text, setup.gazetteer(at), local_day(at), home=home).facts:
        known = found.get(fact.key)
        if known is None or (known.side in ("", "other") and fact.side not in ("", "other")):
            found[fact.key] = fact
    return list(found.values())


def sent(data: Mapping[str, Any], name: str) -> list[str]:
    """Keys that came with the form: what was taken or dropped so far."""
    return [key for key in str(data.get(name, ""))[:LONGEST_SENT].split("\n") if key.strip()]


def pressed(data: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """What is taken and what is dropped, with the button that was pressed without JavaScript counted in."""
    taken, dropped = sent(data, "facts_taken"), sent(data, "facts_dropped")
    verb, _sep, key = str(data.get("fact", "")).partition(" ")
    taken = [k.rstrip("\r") for k in taken if k.rstrip("\r") != key] + ([key] if verb == "take" and key else [])
    dropped = [k.rstrip("\r") for k in dropped if k.rstrip("\r") != key] + ([key] if verb == "drop" and key else [])
    return taken, dropped


def for_form(facts: Iterable[Fact], taken: Collection[str], dropped: Collection[str]) -> list[Chip]:
    """Chips beside the register form: what was typed there may be shown there."""
    chips = []
    for fact in facts:
        if fact.key in dropped:
            continue
        field, value = field_of(fact)
        chips.append(
            Chip(fact.key, _label(fact), _shown(fact), field, value, "taken" if fact.key in taken else "", fact.sure)
        )
    return chips[:MOST]


def for_decision(
    facts: Iterable[Fact], taken: Collection[str], dropped: Collection[str], before: Mapping[str, Any]
) -> list[Chip]:
    """Chips on the page of an intake: people stay covered, keys are offsets and tell nobody's name. `before`: what was
    taken and dropped when it was taken in, by value."""
    gone = set(before.get("dropped") or ())
    chips = []
    for fact in facts:
        key = spot(fact)
        if key in dropped or fact.key in gone:
            continue
        place = fact.kind == "place" and fact.value != fact.words
        state = "taken" if key in taken or fact.key in (before.get("taken") or ()) else ""
        chips.append(
            Chip(
                key,
                _label(fact),
                _covered(fact),
                "area_code" if place else "",
                str(fact.value) if place else "",
                state,
                fact.sure,
            )
        )
    return chips[:MOST]


def spot(fact: Fact) -> str:
    """Where a fact stands: a key without anybody's name."""
    return f"{fact.kind}:{fact.start}:{fact.end}"


def field_of(fact: Fact) -> tuple[str, str]:
    """The form's field a fact goes to, and what is put there; empty where there is none."""
    if fact.kind == "person" and fact.side == "complainant":
        return "name", str(fact.value)
    if fact.side == "complained-of":
        return (AGAINST, str(fact.value)) if fact.kind in ("person", "organisation") else ("", "")
    if fact.kind == "place" and fact.value == fact.words:
        return "address", fact.words
    if fact.kind == "amount":
        return "amount", f"{int(fact.value) / 100:.2f}".removesuffix(".00")
    field = _FIELDS.get(fact.kind, "")
    return (field, str(fact.value)) if field else ("", "")


def filled(data: Any, facts: Iterable[Fact], key: str) -> Any:
    """A copy of a posted form with the field of one fact filled in: the way without JavaScript."""
    out = data.copy()
    fact = next((f for f in facts if f.key == key), None)
    field, value = field_of(fact) if fact else ("", "")
    if field == AGAINST and value not in str(out.get(field, "")):
        out[field] = "、".join(filter(None, [str(out.get(field, "")), value]))
    elif field and field != AGAINST:
        out[field] = value
    return out


def with_taken(decision: Decision, data: Mapping[str, Any], facts: list[Fact], before: Mapping[str, Any]) -> Decision:
    """The decision with whom it is against, as far as they were taken from the text, and with what was taken and dropped
    by kind. Only counts and figures stay with it, nobody's name."""
    taken, dropped = pressed(data)
    kept = [f for f in facts if spot(f) in taken or (f.key in (before.get("taken") or ()) and spot(f) not in dropped)]
    gone = [f for f in facts if spot(f) in dropped or f.key in (before.get("dropped") or ())]
    if not kept and not gone:
        return decision
    names = [str(f.value) for f in kept if f.side == "complained-of" and f.kind in ("person", "organisation")]
    said = {
        "shown": _by_kind(facts), "taken": _by_kind(kept), "dropped": _by_kind(gone),
        "values": {f.kind: f.value for f in kept if f.kind in ("amount", "date", "count")},
    }  # fmt: skip
    return replace(decision, respondents=list(dict.fromkeys([*decision.respondents, *names])), facts=said)


def _by_kind(facts: Iterable[Fact]) -> dict[str, int]:
    return dict(Counter(f.kind for f in facts))


def _label(fact: Fact) -> str:
    sides = {"complainant": _("反映人"), "complained-of": _("被反映方")}
    kinds = {
        "person": _("姓名"), "organisation": _("单位"), "place": _("地点"), "amount": _("金额"), "date": _("日期"), "count": _("人数"),
        "phone": _("电话"), "identity": _("证件号"), "plate": _("车牌"),
    }  # fmt: skip
    if fact.kind == "phone" and fact.side == "complained-of":
        return _("对方电话")
    return sides.get(fact.side, "") or kinds[fact.kind] if fact.kind in ("person", "organisation") else kinds[fact.kind]


def _shown(fact: Fact) -> str:
    if fact.kind == "amount":
        return f"{int(fact.value) / 100:,.2f}".removesuffix(".00") + _("元")
    if fact.kind == "date":
        said = str(fact.value).replace("/", _("至"))
        return said if said == fact.words else f"{fact.words}（{said}）"
    if fact.kind in ("phone", "identity", "plate"):
        return str(fact.value)
    return fact.words


def _covered(fact: Fact) -> str:
    if fact.kind == "person":
        return mask_name(fact.words)
    if fact.kind == "phone":
        return mask_phone(str(fact.value))
    if fact.kind in ("identity", "plate"):
        return mask_id(str(fact.value))
    return _shown(fact)
