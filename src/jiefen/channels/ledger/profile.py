"""Column mappings as data: which column is which field of a draft, what stays as extra, where places come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "profiles"
TEXTS = (
    "once_key", "subject", "text", "name", "phone", "id_number", "address", "happened_on", "outside_number",
    "area_code",
)  # fmt: skip
FIELDS = frozenset({*TEXTS, "received_at", "people", "place", "identity", "reply", "replied_at"})
KEYS = frozenset(
    {
        "profile", "label", "channel", "once", "columns", "outside-number", "keep", "constants", "places", "answered",
        "apostrophe",
    }
)  # fmt: skip


class BadProfile(ValueError):
    """The mapping has a fault, or does not fit the file; the message says which."""


@dataclass(frozen=True, slots=True)
class Answered:
    """How rows that carry a reply become answered orders: the fixed words for what the source does not give."""

    ask_type: str
    kind: str
    outcome: str
    basis: str
    remedy: str
    signed: str
    file: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One mapping. `columns`: field → the names it may have in a file, the first being the one we would write."""

    name: str
    label: str
    channel: str
    once: str
    columns: Mapping[str, tuple[str, ...]]
    required: frozenset[str]
    outside: str = ""
    keep: tuple[str, ...] | str = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    place_fields: tuple[str, ...] = ()
    place_words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    answered: Answered | None = None
    apostrophe: bool = False

    @property
    def wanted(self) -> frozenset[str]:
        """Every column name that means something."""
        return frozenset(n for names in self.columns.values() for n in names)


def read_profile(body: Mapping[str, Any]) -> Profile:
    """A profile from its data. Raises BadProfile naming every fault."""
    faults = [f"不认得“{k}”" for k in sorted(set(body) - KEYS)]
    columns, required = {}, set()
    for name, spec in (body.get("columns") or {}).items():
        if name not in FIELDS:
            faults.append(f"没有“{name}”这个字段")
        elif not isinstance(spec, Mapping) or not spec.get("names"):
            faults.append(f"字段{name}没有写列名")
        else:
            columns[name] = tuple(map(str, spec["names"]))
            if spec.get("required"):
                required.add(name)
    faults += [f"缺少{label}" for key, label in (("profile", "名字"), ("channel", "渠道")) if not body.get(key)]
    faults += [f"缺少字段{f}" for f in ("once_key", "text") if f not in columns]
    answered = {k.replace("-", "_"): v for k, v in (body.get("answered") or {}).items()}
    if answered:
        faults += [f"缺少字段{f}" for f in ("reply", "replied_at", "received_at") if f not in columns]
        wrong = {f.name for f in fields(Answered)} ^ set(answered)
        faults += [f"answered里{f}多了或少了" for f in sorted(wrong)]
    if faults:
        raise BadProfile("列对应有错：" + "；".join(faults) + "。")
    places = body.get("places") or {}
    keep = body.get("keep") or ()
    return Profile(
        name=body["profile"], label=body.get("label", body["profile"]), channel=body["channel"],
        once=body.get("once", body["profile"]), columns=columns, required=frozenset(required),
        outside=body.get("outside-number", ""), keep=keep if isinstance(keep, str) else tuple(keep),
        constants=body.get("constants") or {}, place_fields=tuple(places.get("read", ())),
        place_words=places.get("words") or {}, apostrophe=bool(body.get("apostrophe")),
        answered=Answered(**answered) if answered else None,
    )  # fmt: skip


@lru_cache(maxsize=1)
def shipped() -> dict[str, Profile]:
    """The mappings that come with Jiefen, by name."""
    found = [read_profile(yaml.safe_load(p.read_text("utf-8"))) for p in sorted(FOLDER.glob("*.yaml"))]
    return {p.name: p for p in found}
