"""Who may act: remit, recusal, a second person, a neutral person, the right authority."""

from ._registry import Facts, guard, listed, rows


@guard("unit-has-remit")
def unit_has_remit(facts: Facts, number: int | None) -> str | None:
    """The acting unit is the one with statutory remit; `remit-unit` is empty or False when it is not."""
    return None if facts["remit-unit"] else "本单位对这件事没有法定职权的记载，请写明或提出异议。"


@guard("respondent-excluded")
def respondent_excluded(facts: Facts, number: int | None) -> str | None:
    """No unit that acts or is given the work is a unit complained of (信访工作条例 30, 46)."""
    if set(listed(facts["acting-unit"])) & set(listed(facts["complained-of-units"])):
        return "被投诉单位及其工作人员须回避，请交其上一级或其他单位。"
    return None


@guard("no-interest")
def no_interest(facts: Facts, number: int | None) -> str | None:
    """The person acting declared to have no direct interest in the matter."""
    if facts["recusal-declared"]:
        return None
    return "请先声明与事项和当事人没有直接利害关系；有利害关系的须回避。"


def _earlier(facts: Facts, *, handled: bool = False) -> list[dict]:
    return [dict(row) for row in rows(facts["earlier-actors"]) if row.get("handled", True) or not handled]


@guard("second-person")
def second_person(facts: Facts, number: int | None) -> str | None:
    """Whoever checks is not the handler, not of the handling unit, and had no hand in the handling."""
    who = facts["acting-person"]
    person, unit = (who.get("person"), who.get("unit")) if hasattr(who, "get") else (who, None)
    for row in _earlier(facts, handled=True):
        if row.get("person") == person:
            return "核对人须是没有经手过这件事的另一个人。"
        if unit is not None and row.get("unit") == unit:
            return "核对人不得在承办单位。"
    return None


@guard("second-look-done")
def second_look_done(facts: Facts, number: int | None) -> str | None:
    """After the last answer, the person the procedure names looked again, and is not the handler."""
    handlers = {row["person"] for row in _earlier(facts, handled=True)}
    last_answer = max((row["seq"] for row in _earlier(facts) if row.get("part") == "answer"), default=-1)
    for row in _earlier(facts):
        if row.get("part") == "second-look" and row["seq"] > last_answer and row["person"] not in handlers:
            return None
    return "最后一次答复之后，还没有由指定的核对人作二次核对。"


@guard("sponsor-outside")
def sponsor_outside(facts: Facts, number: int | None) -> str | None:
    """Who releases a hard case is neither its sponsor nor of the responsible unit."""
    who, sponsor = facts["acting-person"], facts["sponsor-person"]
    person, unit = (who.get("person"), who.get("unit")) if hasattr(who, "get") else (who, None)
    sponsor_person, sponsor_units = (
        (sponsor.get("person"), listed(sponsor.get("units"))) if hasattr(sponsor, "get") else (sponsor, [])
    )
    if person == sponsor_person or (unit is not None and unit in sponsor_units):
        return "核查解除不得由包案领导或责任单位自己作。"
    return None


@guard("sealed")
def sealed(facts: Facts, number: int | None) -> str | None:
    """Text, attachments and index are only in the vault."""
    return None if facts["vault-state"] == "sealed" else "材料还没有全部入库封存。"


@guard("receiver-by-authority")
def receiver_by_authority(facts: Facts, number: int | None) -> str | None:
    """The receiver is chosen by who manages the accused, and stands above or apart from the accused's unit
    (条例 22, 30).
    """
    receiver = facts["receiver-unit"]
    if not facts["accused-level"] or not receiver:
        return "还没有写明被检举人的管理权限和接收机关。"
    if hasattr(receiver, "get") and not receiver.get("independent", True):
        return "接收机关须高于或独立于被检举人所在单位。"
    return None


@guard("plan-complete")
def plan_complete(facts: Facts, number: int | None) -> str | None:
    """A campaign's plan names scope, dates, units, how things are counted and reported; it lists no people."""
    plan = facts["campaign-plan"]
    plan = plan[-1] if isinstance(plan, list | tuple) and plan else plan or {}
    wanted = {"scope": "范围", "stages": "阶段日期", "units": "责任单位", "measure": "口径", "reporting": "报送安排"}
    lacking = [label for key, label in wanted.items() if not plan.get(key)]
    if lacking:
        return f"方案还缺：{'、'.join(lacking)}。"
    return "方案里不得有以人为对象的清单。" if plan.get("people") else None


@guard("coverage-met")
def coverage_met(facts: Facts, number: int | None) -> str | None:
    """Every planned grid and unit reported, a zero report counting; whoever did not is explained one by one."""
    silent = [row for row in rows(facts["coverage"]) if not row.get("reported") and not row.get("why_not")]
    return f"还有{len(silent)}个网格或单位没有报送，也没有写明原因。" if silent else None
