"""Guards about agreements, appraisals, obligations and judicial confirmation."""

from ._registry import Facts, guard, listed, rows


@guard("agreement-clear")
def agreement_clear(facts: Facts, number: int | None) -> str | None:
    """Each clause says who does what, how much, when and where; nothing unlawful. `agreement-lint`: what is
    wrong, None unread.
    """
    lint = facts["agreement-lint"]
    if lint is None:
        return "协议还没有经过审核。"
    wrong = [row.get("says", "") if hasattr(row, "get") else str(row) for row in listed(lint)]
    return f"协议还有{len(wrong)}处不清楚：{'；'.join(wrong)}。" if wrong else None


@guard("all-signed")
def all_signed(facts: Facts, number: int | None) -> str | None:
    """Every party, the mediator and the organisation's seal. `signatures`: rows {who, signed}."""
    signatures = rows(facts["signatures"])
    open_ones = [str(row.get("who", "")) for row in signatures if not row.get("signed")]
    if open_ones or not signatures:
        return f"签章不齐，还差{len(open_ones) or '全部'}处。"
    return None


@guard("appraisal-commissioned")
def appraisal_commissioned(facts: Facts, number: int | None) -> str | None:
    """Commissioned jointly, or by the organisation with both agreeing; body and day recorded."""
    for row in rows(facts["appraisal"]):
        if row.get("jointly") and row.get("body") and row.get("commissioned_on"):
            return None
    return "鉴定须双方共同委托或双方同意，并记下机构和日期。"


SETTLED = {"fulfilled", "unfulfilled-told", "changed"}


@guard("obligations-settled")
def obligations_settled(facts: Facts, number: int | None) -> str | None:
    """Each obligation is fulfilled, or it is not and the next roads were told."""
    left = [place for place, row in enumerate(rows(facts["obligations"]), 1) if row.get("state") not in SETTLED]
    return f"还有{len(left)}项义务没有履行，也没有告知起诉、执行等下一步。" if left else None


@guard("confirmation-eligible")
def confirmation_eligible(facts: Facts, number: int | None) -> str | None:
    """Every line of the screening sheet was answered and none stands against (民诉法解释 355)."""
    sheet = rows(facts["confirmation-screen"])
    if not sheet or any(row.get("ok") is None for row in sheet):
        return "司法确认筛查表还没有逐条填完。"
    against = [str(row.get("label", row.get("item", ""))) for row in sheet if not row["ok"]]
    return f"不符合司法确认的条件：{'、'.join(against)}。" if against else None
