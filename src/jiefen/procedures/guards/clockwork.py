"""Guards about clocks, returns and extensions. They read what the clocks said at the moment of asking."""

from ._registry import Facts, guard, rows, written

OBJECTION_CLOCKS = {"object-by", "return-by"}


def _clocks(facts: Facts) -> list[dict]:
    return [dict(row) for row in rows(facts["clock-state"])]


def _over(row: dict) -> bool:
    """Due before the moment of asking; a clock without a due moment (held) is not over."""
    return row.get("due_at") is not None and row["at"] >= row["due_at"]


@guard("objection-window-open")
def objection_window_open(facts: Facts, number: int | None) -> str | None:
    """The unit's time to object still runs (条例 23). `clock-state` holds the clocks of the assignment in question."""
    windows = [row for row in _clocks(facts) if row["clock"] in OBJECTION_CLOCKS]
    if not windows:
        return "这次交办没有异议期，例如已经裁定。"
    if not any(row["open"] and not _over(row) for row in windows):
        return "提出异议的期限已过，或者这项任务已经签收、答复。"
    return None


@guard("clock-expired")
def clock_expired(facts: Facts, number: int | None) -> str | None:
    """The procedure's own term is over, with no extension that still runs."""
    terms = [row for row in _clocks(facts) if row["clock"] in ("conclude-by", "joint-window")]
    return None if any(_over(row) for row in terms) else "期限还没有届满。"


@guard("joint-window-open")
def joint_window_open(facts: Facts, number: int | None) -> str | None:
    """Thirty days from the agreement taking effect are not over (人民调解法 33)."""
    windows = [row for row in _clocks(facts) if row["clock"] == "joint-window"]
    if not windows:
        return "还没有记下协议生效日。"
    return "自协议生效之日起的共同申请期已过。" if any(_over(row) for row in windows) else None


@guard("objection-reasoned")
def objection_reasoned(facts: Facts, number: int | None) -> str | None:
    """The objection names the legal basis and who should handle it."""
    if not written(facts["objection-reasons"]):
        return "异议须写明不属本单位职权的依据。"
    return None if facts["proper-unit"] else "异议须写明应当由哪个单位办理。"


@guard("returns-below-limit")
def returns_below_limit(facts: Facts, number: int | None) -> str | None:
    """Returned fewer times than the setting of the step; after that only a ruling is possible."""
    if number is not None and facts["return-count"] >= number:
        return f"本件已退回{facts['return-count']}次，满{number}次只能裁定，不能再退。"
    return None


@guard("returns-at-limit")
def returns_at_limit(facts: Facts, number: int | None) -> str | None:
    """Returned as often as the setting of the step, or both sides dispute who must act."""
    if facts["remit-disputed"] or (number is not None and facts["return-count"] >= number):
        return None
    return f"退回{facts['return-count']}次，未满{number}次，双方也没有受理争议，还不到裁定的时候。"


@guard("no-ruling-stands")
def no_ruling_stands(facts: Facts, number: int | None) -> str | None:
    """Nobody ruled yet who must act, since the matter was last opened: a ruling is given once and binds."""
    return "本件已经裁定由谁办理，裁定作数，不再另行裁定。" if facts["ruling-stands"] else None


@guard("extension-allowed")
def extension_allowed(facts: Facts, number: int | None) -> str | None:
    """The last extension asked for has a reason, an approver who may, was told, and stays within the clock's cap.

    `extensions`: rows {clock, days, reason, approver, approver_allowed, told, most}; `most` is the cap in days,
    None agreed.
    """
    asked = rows(facts["extensions"])
    if not asked:
        return "还没有写明延长几日、理由和批准人。"
    last = asked[-1]
    if not written(last.get("reason")):
        return "延长须写明理由。"
    if not last.get("days") or last["days"] <= 0:
        return "延长须写明日数。"
    if not last.get("approver") or not last.get("approver_allowed", True):
        return "批准延长的人没有这项权限。"
    if not last.get("told", True):
        return "延长须告知当事人。"
    most = last.get("most")
    total = sum(row.get("days") or 0 for row in asked if row.get("clock") == last.get("clock"))
    if most is not None and total > most:
        return f"延长合计{total}日，超过上限{most}日。"
    return None
