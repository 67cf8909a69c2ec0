"""Safety first: under family violence or harm to a child nobody is put into one room with who may hurt them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ._registry import Facts, guard, listed, rows

ENDANGERED = frozenset({"domestic-violence", "minor-harmed"})


def kept_apart(
    flags: Iterable[str], *, both_present: bool, telling_allowed: bool, willing: Mapping[str, bool] | Collection[str]
) -> str | None:
    """Why the two sides may not be brought into one room, or None where they may.

    `flags`: marks of the matter. `willing`: by party, whether they said for themselves alone that they are willing to
    meet. Without such a mark nothing is in the way (反家庭暴力法 14, 未成年人保护法 11).
    """
    if not both_present or not ENDANGERED & set(flags):
        return None
    if not telling_allowed:
        return "本件有家庭暴力或未成年人受害的标记，先保安全：中心指定的人同意以前，不得让双方见面，也不告诉对方。"
    said = dict(willing) if isinstance(willing, Mapping) else dict.fromkeys(willing, True)
    if len(said) < 2 or not all(said.values()):
        return "双方还没有各自单独表示愿意见面；有一方没有表示的，只能分开谈，不得面对面。"
    return None


@guard("kept-apart")
def kept_apart_guard(facts: Facts, number: int | None) -> str | None:
    """No face-to-face under a mark of family violence or harm to a child, unless a named person allowed it and each
    side, asked alone, is willing to meet.
    """
    willing: dict[str, bool] = {}
    for row in rows(facts["consents"]):
        willing.setdefault(row["party"], False)
        if row.get("to") == "meeting":
            willing[row["party"]] = bool(row.get("given_on") and not row.get("withdrawn_on"))
    return kept_apart(
        [_name(row) for row in listed(facts["flags"])],
        both_present=bool(facts["both-present"]),
        telling_allowed=bool(facts["telling-allowed"]),
        willing=willing,
    )


def _name(row: Any) -> str:
    return str(row.get("flag", "")) if hasattr(row, "get") else str(row)
