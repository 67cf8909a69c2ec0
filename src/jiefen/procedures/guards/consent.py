"""Nobody is mediated, helped or made public without having said yes."""

from ._registry import Facts, guard, listed, rows, written


def _sides(facts: Facts) -> dict[str, list[dict]]:
    """Consents to mediation by party, in the order given."""
    sides: dict[str, list[dict]] = {}
    for row in rows(facts["consents"]):
        if row.get("to", "mediation") == "mediation":
            sides.setdefault(row["party"], []).append(dict(row))
    return sides


@guard("both-consent")
def both_consent(facts: Facts, number: int | None) -> str | None:
    """Every side gave its own dated consent (人民调解法 17)."""
    sides = _sides(facts)
    lacking = [
        party
        for party, said in sides.items()
        if not any(row.get("given_on") and not row.get("withdrawn_on") for row in said)
    ]
    if len(sides) < 2 or lacking:
        return "还没有各方当事人本人作出的、有日期的同意。"
    return None


@guard("consent-stands")
def consent_stands(facts: Facts, number: int | None) -> str | None:
    """Nobody has withdrawn; withdrawing needs no reason (人民调解法 23)."""
    if any(said[-1].get("withdrawn_on") for said in _sides(facts).values()):
        return "有一方已撤回同意，撤回不需要理由，调解不能继续。"
    if any(not said[-1].get("given_on") for said in _sides(facts).values()):
        return "还有一方没有表示同意调解，先问过本人再继续。"
    if not _sides(facts):
        return "没有当事人同意调解的记录。"
    return None


@guard("not-barred")
def not_barred(facts: Facts, number: int | None) -> str | None:
    """No bar to mediation is recorded: exclusive jurisdiction, a statutory ban, another authority already seized."""
    if facts["bars"] is None:
        return "还没有核对可不可以调解：有没有别的机关已经受理或处理，法律允不允许。"
    bars = listed(facts["bars"])
    return f"有不得调解的情形：{'、'.join(map(str, bars))}。" if bars else None


@guard("privacy-kept")
def privacy_kept(facts: Facts, number: int | None) -> str | None:
    """Nothing is public unless every side agreed to it."""
    if any(row.get("open") and not row.get("all_agreed") for row in rows(facts["open-consents"])):
        return "未经各方同意，调解和协议内容不得公开。"
    return None


@guard("rights-told")
def rights_told(facts: Facts, number: int | None) -> str | None:
    """The parties were told what mediation is, its effect, and their rights, on a recorded day
    (人民调解若干规定 30).
    """
    return None if facts["rights-told-on"] else "还没有告知当事人调解的性质、原则、效力和权利义务。"


@guard("oral-allowed")
def oral_allowed(facts: Facts, number: int | None) -> str | None:
    """An oral agreement is enough: nobody asked for paper, no local rule demands it (人民调解法 28)."""
    if facts["written-asked"]:
        return "有一方要求制作书面协议。"
    excluded = listed(facts["oral-exclusions"])
    return f"本地规定这类事项须书面：{'、'.join(map(str, excluded))}。" if excluded else None


@guard("help-consented")
def help_consented(facts: Facts, number: int | None) -> str | None:
    """Help is offered, never a condition: the person said yes to it."""
    for row in rows(facts["consents"]):
        if row.get("to") == "help" and row.get("given_on") and not row.get("withdrawn_on"):
            return None
    return "帮扶须经本人同意，还没有本人同意的记录。"


@guard("both-apply")
def both_apply(facts: Facts, number: int | None) -> str | None:
    """Both sides, or those who act for them, signed the joint application."""
    signed = rows(facts["applicants-signed"])
    if len(signed) < 2 or not all(row.get("signed") for row in signed):
        return "司法确认须双方共同申请，还有一方没有在申请书上签名。"
    return None


@guard("free-withdrawal")
def free_withdrawal(facts: Facts, number: int | None) -> str | None:
    """A follow-up caller asked separately whether anybody pressed for the withdrawal, and wrote down what was said."""
    if not written(facts["withdrawal-check"]):
        return "撤回须由回访员另行联系，核实出于自愿、无人施压，还没有核实记录。"
    return None
