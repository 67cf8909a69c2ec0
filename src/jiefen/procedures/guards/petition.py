"""Guards of taking in, screening, grading and reviewing a petition (信访工作条例 19-36)."""

from ._registry import Facts, guard, listed, rows, written

ROUTES = ("litigation", "arbitration", "party", "administrative", "duty")  # 条例 31(1)-(5), in that order


def _answers(facts: Facts) -> dict[str, dict]:
    return {row["route"]: dict(row) for row in rows(facts["route-answers"]) if "route" in row}


@guard("route-screened")
def route_screened(facts: Facts, number: int | None) -> str | None:
    """Each of the five questions of 条例 31(1)-(5) is answered with a basis."""
    answers = _answers(facts)
    open_ones = [
        route for route in ROUTES if "applies" not in answers.get(route, {}) or not written(answers[route].get("basis"))
    ]
    return f"法定途径五问还有{len(open_ones)}问没有写明结论和依据。" if open_ones else None


@guard("route-is-other")
def route_is_other(facts: Facts, number: int | None) -> str | None:
    """One of routes 1-5 applies, and the person can still take it or is on it."""
    if any(row.get("applies") and row.get("still_open") for row in _answers(facts).values()):
        return None
    return "甄别结论不属于现在仍可走或已在走的第一至五项途径。"


@guard("route-is-six")
def route_is_six(facts: Facts, number: int | None) -> str | None:
    """None of routes 1-5 applies."""
    answers = _answers(facts)
    if any(row.get("applies") for row in answers.values()):
        return "甄别结论属于第一至五项法定途径，应当告知该途径。"
    return None if answers else "还没有作法定途径甄别。"


@guard("refusal-ground-listed")
def refusal_ground_listed(facts: Facts, number: int | None) -> str | None:
    """The ground chosen is on the statutory list and names its article; what it speaks of is on record.

    `refusal-ground`: {code, article, holds}; `holds` False where the fact that must bear the ground out was not found.
    """
    ground = facts["refusal-ground"]
    if hasattr(ground, "get"):
        if ground.get("holds") is False:
            return "没有查到这条理由所说的事实，不能据此不予受理。请核对；别处已有文书的，请先写明文号和日期。"
        ground = ground.get("code") and ground.get("article")
    return None if ground else "不予受理须选定清单内的理由并写明条款。"


@guard("not-handled-elsewhere")
def not_handled_elsewhere(facts: Facts, number: int | None) -> str | None:
    """The same matter is not within its time at this or a lower level; reviews under 35 and 36 do not count."""
    return "同一事项正在本级或下级规定期限内办理。" if facts["same-matter-open"] else None


@guard("ordinary-grade")
def ordinary_grade(facts: Facts, number: int | None) -> str | None:
    """The grade table says ordinary, and no mark of harm stands."""
    if facts["grade"] != "ordinary":
        return "等级不是一般，不能当场办结。"
    return no_danger_sign(facts, number)


@guard("hard-grade")
def hard_grade(facts: Facts, number: int | None) -> str | None:
    """The grade table says complex or major (条例 34)."""
    return None if facts["grade"] in ("complex", "major") else "只有复杂或重大疑难的事项才可以这样办。"


HARM = {"imminent-harm", "domestic-violence", "minor-harmed", "self-harm", "death-or-serious-injury", "public-danger"}


@guard("no-danger-sign")
def no_danger_sign(facts: Facts, number: int | None) -> str | None:
    """No mark of harm stands, or it was reported and dealt with first."""
    for row in listed(facts["flags"]):
        flag, handled = (row.get("flag"), row.get("reported")) if hasattr(row, "get") else (row, False)
        if flag in HARM and not handled:
            return "有紧急伤害标记，须先行报告处置。"
    return None


@guard("review-window-open")
def review_window_open(facts: Facts, number: int | None) -> str | None:
    """Thirty days from proven receipt are not over, or there is a good reason (条例 35, 36); no proof, no
    running window.

    `served-on`: {on, window_open} (or None where receipt is not proven), read with the window's own clock.
    """
    served = facts["served-on"]
    over = bool(served) and hasattr(served, "get") and served.get("window_open") is False
    if over and not written(facts["late-reason"]):
        return "自收到书面答复之日起的申请期已满，又没有写明逾期的正当理由。"
    return None


@guard("not-finally-decided")
def not_finally_decided(facts: Facts, number: int | None) -> str | None:
    """Not the same facts and reasons already decided on re-review (条例 36)."""
    if any(row.get("same_facts", True) for row in rows(facts["final-decisions"])):
        return "同一事实和理由已有复核意见；有新的事实和理由的，请写明。"
    return None


@guard("listing-ground")
def listing_ground(facts: Facts, number: int | None) -> str | None:
    """A hard case is listed for the matter: long unsolved, hardship after re-review, or several of one cause."""
    allowed = {"long-unsolved", "hardship-after-rereview", "same-cause"}
    given = {row.get("ground") if hasattr(row, "get") else row for row in listed(facts["listing-reasons"])}
    if not given:
        return "还没有写明列入理由。"
    return None if given <= allowed else "列入只看事项，不得以反映次数或反映渠道为理由。"


@guard("not-land-taking")
def not_land_taking(facts: Facts, number: int | None) -> str | None:
    """Not about land taking and its compensation (农村土地承包经营纠纷调解仲裁法 2)."""
    return "因征收集体土地及其补偿发生的纠纷不属本程序，请走复议或诉讼。" if facts["subject"] == "land-taking" else None


@guard("limitation-shown")
def limitation_shown(facts: Facts, number: int | None) -> str | None:
    """The limitation's reckoned date was shown, which needs the day the harm became known."""
    return None if facts["knew-of-harm-on"] else "还没有记下知道权利受侵害之日，不能提示时效。"
