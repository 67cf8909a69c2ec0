"""Registers, records, reports and forms: what happened, who was there, what was decided."""

from typing import Any

from jiefen.cases.models import Party
from jiefen.cases.proofs import way_of
from jiefen.kernel.clock import local
from jiefen.papers.models import Paper
from jiefen.papers.sources.known import Known, day
from jiefen.procedures.catalogue import vocabulary


def service(k: Known) -> dict[str, Any]:
    """送达回证, from the delivery and its proof."""
    if k.step is None or k.step.name != "delivered":
        return {
            "way": "",
            "server": "",
            "paper-name": "",
            "recipient": k.teller.get("name", ""),
            "place": "",
            "time": "",
        }
    codes, proof = k.step.codes, k.facts.get("proof") or {}
    paper = Paper.objects.filter(pk=codes.get("document") or 0, case=k.case).first()
    label = vocabulary().papers[codes["paper"]]["label"]
    party = next((p for p in k.parties if p.key == codes["person"]), None)
    name = k.opened(party).get("name", "") if party else ""
    way = way_of(codes["way"])
    note = [k.reason, f"邮件号码：{proof['number']}" if proof.get("number") else ""]
    if proof.get("consent"):
        note.append(f"本人同意电子送达：{proof['consent']}")
    if proof.get("file"):
        note.append("凭证已存卷")
    return {
        "paper-name": f"《{label}》{paper.number if paper else ''}",
        "recipient": name or "未留姓名",
        "server": "，".join(
            filter(None, [k.step.unit.name if k.step.unit else "", k.step.by.name if k.step.by else "系统"])
        ),
        "way": way.label if way else codes["way"],
        "time": f"{local(k.step.at):%Y年%-m月%-d日 %H:%M}",
        "place": proof.get("place") or (k.opened(party).get("address", "") if party else "") or k.case.area.full_name,
        "signed-by": proof.get("signed_by") or (name if way and way.code == "direct" else ""),
        "refused-witness": f"留置送达，见证人：{proof['witness']}" if proof.get("witness") else "",
        "remark": "；".join(filter(None, note)),
    }


def closing(k: Known) -> dict[str, Any]:
    """办结报告、结案报告表."""
    accepted = k.first("accept", "take", "sign-assignment", "transfer", "assign", "dispatch", "list")
    _row, record = k.latest("investigation-record")
    who = k.step.by.name if k.step and k.step.by else k.case.responsible.name if k.case.responsible else ""
    return {
        "handler": who, "volume-no": k.case.number,
        "accepted-on": day(accepted.at if accepted else k.case.opened_at), "resolved-on": day(k.at),
        "inquiry": record.get("body", "") or "\n".join(a["basis"] for a in k.asked if a["basis"]),
        "result": "\n".join(f"{a['demand']}：{a['outcome']}。{a['result']}" for a in k.asked if a["result"]) or k.facts.get("settlement-words", ""),
        "evidence": k.evidence, "main-facts": record.get("summary", "") or k.key.open(k.case.title, field="case.title"),
        "respondent": respondent(k), "source": "当事人申请",
    }  # fmt: skip


def respondent(k: Known) -> str:
    """The other side; where there are several, all of them."""
    return "、".join(filter(None, (k.opened(p).get("name", "") for p in k.of_role(Party.Role.RESPONDENT))))


def register(k: Known) -> dict[str, Any]:
    """信访登记表、排查登记表."""
    return {
        "area": k.case.area.full_name or k.case.area.name, "finder": [k.step.by.name] if k.step and k.step.by else [],
        "grade": {"ordinary": "一般", "complex": "复杂", "major": "重大疑难"}.get(k.case.grade, k.case.grade),
        "scale": f"{k.case.people}人", "measures": k.facts.get("settlement-words", "") or k.facts.get("measures", ""),
        "remark": k.reason, "respondent": respondent(k), "reason": "",
    }  # fmt: skip


def investigation(k: Known) -> dict[str, Any]:
    """调查记录: who asks and who writes down are known; what was said is asked."""
    return {
        "handler": k.case.responsible.name if k.case.responsible else "",
        "attendees": [k.teller.get("name", "")] if k.teller.get("name") else [],
    }


def withdrawal(k: Known) -> dict[str, Any]:
    return {"statement": ""}  # one's own words; nobody writes them for one


def danger(k: Known) -> dict[str, Any]:
    """重大紧急情况报告."""
    return {
        "danger": k.reason,
        "told": [f"{k.case.centre.name}，{local(k.at):%-m月%-d日%H:%M}"],
        "measures": k.facts.get("measures", ""),
        "unit": k.office.name,
    }


def listing(k: Known) -> dict[str, Any]:
    """积案列入审批表."""
    name = k.step.name if k.step else ""
    days = (local(k.at).date() - local(k.case.opened_at).date()).days
    return {
        "days": max(days, 1), "outcome": {"list": "列入", "reject": "不列入"}.get(name, ""), "reason": k.reason,
        "handling-unit": (k.case.lead_unit or k.case.centre).name, "approver": k.step.by.name if k.step and k.step.by else "",
    }  # fmt: skip


def sponsor(k: Known) -> dict[str, Any]:
    """包案责任书、化解方案: who has to answer for it is known where a step named them."""
    step = k.first("appoint-sponsor", "change-sponsor")
    return {
        "leader": "", "responsible": k.case.responsible.name if k.case.responsible else "", "team": [],
        "measures": k.said(step, "measures") or "", "law": "", "main-facts": k.key.open(k.case.title, field="case.title"),
    }  # fmt: skip


def reception(k: Known) -> dict[str, Any]:
    """领导接访登记表."""
    note = k.facts.get("session-note", "")
    return {
        "leader": k.step.by.name if k.step and k.step.by else "",
        "opinion": [note] if note else [],
        "requests": [a["demand"] for a in k.asked],
    }


def release(k: Known) -> dict[str, Any]:
    """解除包案审批表."""
    _row, letter = k.latest("sponsor-letter")
    _row, visit = k.latest("follow-up-record")
    return {
        "leader": letter.get("leader", ""), "evidence": k.evidence, "satisfaction": visit.get("satisfaction", ""),
        "approver": k.step.by.name if k.step and k.step.by else "",
    }  # fmt: skip


def closing_filing(k: Known) -> dict[str, Any]:
    """结案备案表."""
    resolved = k.first("report-result", "settle-on-spot")
    return {
        "area": k.case.area.full_name or k.case.area.name, "responsible": k.case.responsible.name if k.case.responsible else "",
        "evidence": k.evidence, "resolved-on": day(resolved.at if resolved else None), "struck-on": day(k.at),
    }  # fmt: skip


def level(k: Known) -> dict[str, Any]:
    """提级、下交报告: to which level is the reporter's word."""
    return {"level-from": k.case.area.get_level_display(), "level-to": "", "measures": k.facts.get("measures", "")}


def vault(k: Known) -> dict[str, Any]:
    """The vault's own letters: nothing about who told is ever filled in."""
    return {
        "vault-no": k.case.number, "sending-unit": k.office.name, "unit": k.office.name, "applicant": "", "signed-by": "",
        "accused": respondent(k), "safe-channel": "",
    }  # fmt: skip


def volume(k: Known) -> dict[str, Any]:
    """卷宗封面、目录: the bound dossier draws its own; these are the papers that a procedure puts on file."""
    who = k.step.by.name if k.step and k.step.by else ""
    return {
        "unit": k.office.name, "volume": k.key.open(k.case.title, field="case.title"), "volume-no": k.case.number, "mediator": who,
        "from": day(k.case.opened_at), "to": day(k.at), "filer": who, "filed-on": day(k.at), "retention": "", "order": 1, "paper-name": "见装订卷宗", "page": "1",
    }  # fmt: skip


SOURCES = {
    "service-record": service,
    "closing-report": closing,
    "case-closing-report": closing,
    "admin-closing-form": closing,
    "petition-register": register,
    "screening-register": register,
    "investigation-record": investigation,
    "withdrawal-statement": withdrawal,
    "danger-report": danger,
    "listing-form": listing,
    "sponsor-letter": sponsor,
    "resolution-plan": sponsor,
    "reception-register": reception,
    "sponsor-release": release,
    "screening-closing-filing": closing_filing,
    "raise-report": level,
    "accusation-transfer": vault,
    "handover-receipt": vault,
    "organisation-brief": vault,
    "dossier-cover": volume,
    "dossier-index": volume,
}
