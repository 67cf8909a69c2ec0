"""What a paper's fixed fields say, read from the case. Nothing is made up: what nobody wrote stays empty."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from jiefen.cases import reading
from jiefen.cases.models import Case, Party, Step
from jiefen.kernel.clock import local
from jiefen.kernel.seal import Key, open_row
from jiefen.papers.due import due_days, finish_on
from jiefen.papers.sources import Known, own_fields
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import procedure, vocabulary

CHANNELS = {
    "window": "窗口", "web": "网页", "hotline": "12345热线", "ledger": "台账导入", "letter": "来信", "grid": "网格",
    "upper": "上级转来",
}  # fmt: skip


_label_of_kind: list[Callable[[str, datetime], str]] = []


def label_kinds(by: Callable[[str, datetime], str]) -> None:
    """Whoever keeps the kinds says what a code is called at a moment: no paper names a matter by its code."""
    _label_of_kind[:] = [by]


def day(at: datetime | None) -> str:
    """2026年11月20日."""
    return f"{local(at):%Y年%-m月%-d日}" if at else ""


def date_said(on: date | None) -> str:
    """2026年11月20日, of a day."""
    return f"{on:%Y年%-m月%-d日}" if on else ""


def who(case: Case, key: Key, role: str = "complainant") -> dict[str, str]:
    """The first party of a role, opened."""
    party = Party.objects.filter(case=case, role=role).order_by("pk").first()
    return (key.open(party.sealed, field="party") or {}) if party else {}


def demands(case: Case, key: Key) -> list[dict[str, str]]:
    """Every demand with its answer."""
    return [
        {
            "demand": key.open(d.text, field="demand.text"),
            "outcome": d.get_outcome_display() if d.outcome else "",
            **{n: key.open(getattr(d, n), field=f"demand.{n}") or "" for n in ("result", "basis", "remedy")},
        }
        for d in reading.demands(case)
    ]


def fields_for(
    kind: str, case: Case, step: Step | None, at: datetime, *, party: str = "", unit: Unit | None = None
) -> dict[str, Any]:
    """The fields a paper of this case can be filled with. Papers name the same things alike, so one reading serves all;
    what a kind says in its own way stands in `sources`. `party`: whose copy it is; `unit`: who drafts it."""
    key = open_row(case.key)
    asked = demands(case, key)
    reason = key.open(step.reason, field="step.reason") if step and step.reason else ""
    facts = (key.open(step.facts, field="step.facts") or {}) if step and step.facts else {}
    lead = case.lead_unit
    definition = procedure(case.procedure, case.version)
    wanted = {f["name"] for f in vocabulary().papers.get(kind, {}).get("fields", ())}
    known = Known(kind, case, key, step, at, asked, party, unit, facts, reason)
    teller = known.teller
    last_day = date_said(finish_on(case))
    whole = {
        "caller": teller.get("name", "") or "未留姓名",
        "applicant": _applicants(known, party),
        "applicant-phone": teller.get("phone", ""),
        "applicant-address": teller.get("address", "") or case.area.name,
        "applicant-id": teller.get("id_number", ""),
        "time": f"{local(at):%Y年%-m月%-d日 %H:%M}",
        "date": day(at),
        "received-on": day(case.opened_at),
        "proposed-on": day(case.opened_at),
        "accepted-on": day(at),
        "ask-type": (step.codes.get("ask-type") if step else "") or "求助",
        "summary": key.open(case.title, field="case.title"),
        "topic": key.open(case.title, field="case.title"),
        "facts": key.open(case.title, field="case.title"),
        "place": case.area.full_name or case.area.name,
        "handling-unit": lead.name if lead else "",
        "sending-unit": case.centre.name,
        "unit": step.unit.name if step and step.unit else case.centre.name,
        "holder": (lead or case.centre).phone,
        "due-on": last_day,
        "requests": [a["demand"] for a in asked],
        "reply": "\n".join(f"{a['demand']}：{a['outcome']}。{a['result']}" for a in asked if a["result"]),
        "result": "\n".join(a["result"] for a in asked if a["result"]),
        "remedy": "\n".join(dict.fromkeys(a["remedy"] for a in asked if a["remedy"])),
        "evidence": facts.get("evidence-names") or (known.evidence if "evidence" in wanted else []),
        "reason": reason,
        "clause": facts.get("objection-reasons", ""),
        "right-route": facts.get("proper-unit", "") or facts.get("routes-text", ""),
        "route-steps": f"按{definition.label}办理，由{lead.name if lead else case.centre.name}承办。",
        "channel": CHANNELS.get(case.channel, case.channel),
        "kind": _label_of_kind[0](case.kind, at) if _label_of_kind else case.kind,
        "people-count": case.people,
        "case": case.number,
        "outcome": {"agree-return": "同意退回", "redispatch": "同意退回", "reject-return": "不同意退回"}.get(
            step.name if step else "", ""
        ),
        "adoption": (step.codes.get("adoption") if step else "") or "",
        "problem": reason,
        "request-to-unit": "按期办理并反馈结果",
        "deadline": last_day,
        "danger": reason,
        "told": reason,
        "measures": facts.get("measures", "") or reason,
        "law": known.basis(),
        **_extension(facts, case),
        **own_fields(known),
    }
    return {name: value for name, value in whole.items() if name in wanted or not wanted}


def _applicants(known: Known, party: str) -> str:
    """兰秀英, or 兰秀英等4人 where one paper is for all."""
    name = known.teller.get("name", "") or "未留姓名"
    n = len(known.of_role(Party.Role.COMPLAINANT))
    return name if party or n < 2 else f"{name}等{n}人"


def _extension(facts: dict[str, Any], case: Case) -> dict[str, Any]:
    """What an extension's notice says of days, and who approved."""
    asked = facts.get("extensions") or []
    if not asked:
        return {}
    return {
        "days": asked[-1].get("days", ""), "approver": "派单单位",
        "new-due": date_said(due_days(case).get(asked[-1].get("clock", ""))), "old-due": facts.get("old-due", ""),
    }  # fmt: skip
