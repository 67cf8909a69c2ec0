"""What must be so before something is closed: every demand answered, on evidence, and somebody independent asked."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ._registry import Facts, guard, listed, numbers, rows, written
from .not_ours import only_not_ours

_SOME_OFFICE = re.compile(r"(有关|相关|其他|上级|主管|职能)(部门|单位|机关)")
_ROAD = re.compile(
    r"法院|起诉|诉讼|仲裁|复议|复查|复核|申诉|裁决|检察|公证|监察|公安|派出所|法律援助|\d{5}"
    r"|[\u4e00-\u9fff]{2,}(局|院|委|会|所|中心|政府|机关|机构|大队|银行)"
)
_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{1,2}-\d{1,2}|(没有|无|不设)期限|随时")


def names_a_road(text: str) -> bool:
    """Whether a remedy names where to go (an office or a procedure, not «有关部门») and the last day, or that none runs."""
    return bool(_ROAD.search(_SOME_OFFICE.sub("", text)) and _DATE.search(text))


@guard("every-demand-answered")
def every_demand_answered(facts: Facts, number: int | None) -> str | None:
    """Each demand has a result, a basis and a remedy. `demand-answers`: rows {demand, outcome, result, basis, remedy}.

    «Not our department» alone is no outcome, whatever it is called: who is sent on is told where, how, and until when.
    """
    answers = rows(facts["demand-answers"])
    if not answers:
        return "还没有登记诉求，不能答复或办结。"
    says = []
    for key, label in (("result", "没有结果"), ("basis", "缺依据"), ("remedy", "缺救济途径")):
        places = [
            place
            for place, row in enumerate(answers, 1)
            if not written(row.get(key)) and (key == "result" or written(row.get("result")))
        ]
        if places:
            says.append(numbers(places) + label)
    vague = [
        place
        for place, row in enumerate(answers, 1)
        if row.get("outcome") == "guided" and written(row.get("remedy")) and not names_a_road(row["remedy"])
    ]
    if vague:
        says.append(numbers(vague) + "引导其他途径的，要写明向哪个机关、走什么程序、最晚哪一天")
    nothing = [place for place, row in enumerate(answers, 1) if place not in vague and _sends_away(row)]
    if nothing:
        says.append(numbers(nothing) + "只说不归本单位管，不算答复，要写明向哪个机关、走什么程序、最晚哪一天")
    return "，".join(says) + "。" if says else None


def _sends_away(answer: Mapping[str, Any]) -> bool:
    """Whether an answer only says that it is not this office's, and no part of it names the road that there is."""
    said = [str(answer.get(part) or "") for part in ("result", "remedy")]
    return any(only_not_ours(part) for part in said) and not any(names_a_road(part) for part in said)


@guard("opinion-complete")
def opinion_complete(facts: Facts, number: int | None) -> str | None:
    """The four elements, and the remedy with its time (条例 32). `opinion-parts`: names of the parts written."""
    wanted = {
        "requests": "投诉请求",
        "facts": "事实和理由",
        "decision": "处理意见",
        "law": "法律法规依据",
        "remedy": "救济途径和期限",
    }
    have = set(listed(facts["opinion-parts"]))
    lacking = [label for key, label in wanted.items() if key not in have]
    return f"意见书还缺：{'、'.join(lacking)}。" if lacking else None


@guard("remedy-told")
def remedy_told(facts: Facts, number: int | None) -> str | None:
    """The paper says to whom, within how many days and how to object."""
    return None if written(facts["remedy-text"]) else "文书里还没有写明不服可以向谁、在几日内、怎样提出。"


@guard("routes-told")
def routes_told(facts: Facts, number: int | None) -> str | None:
    """Arbitration, administrative and court roads were told, with their last days."""
    return None if written(facts["routes-text"]) else "还没有告知仲裁、行政、司法等其他途径及其最晚日期。"


@guard("dossier-complete")
def dossier_complete(facts: Facts, number: int | None) -> str | None:
    """Every paper demanded is on file or made by this step, and paged. `papers-on-file`: `engine.dossier` rows."""
    made = set(facts["step-makes"])
    lacking = [row["label"] for row in rows(facts["papers-on-file"]) if not row["on_file"] and row["paper"] not in made]
    if lacking:
        return f"卷宗还缺：{'、'.join(f'《{label}》' for label in lacking)}。"
    if any(not row.get("paged", True) for row in rows(facts["papers-on-file"])):
        return "卷宗还没有编页。"
    return None


@guard("assignments-answered")
def assignments_answered(facts: Facts, number: int | None) -> str | None:
    """Nothing assisting hangs: each assignment is answered or released. The lead answers by the case itself."""
    assists = [row for row in rows(facts["assignments"]) if row.get("part") == "assist"]
    disputed = [row for row in assists if row["state"] == "objected"]
    if disputed:
        return f"有{len(disputed)}项协办任务的异议还没有答复{_who_owes(disputed)}。"
    waiting = [row for row in assists if row["state"] not in ("answered", "released")]
    return f"还有{len(waiting)}项协办任务没有反馈或解除{_who_owes(waiting)}。" if waiting else None


def _who_owes(assists: list[Any]) -> str:
    """Which offices, and where their duty stands: 县住建局（待签收）. Empty where the names are not known."""
    words = {"open": "未签收", "signed": "已签收", "objected": "有异议"}
    named = [f"{row['name']}（{words.get(row['state'], row['state'])}）" for row in assists if row.get("name")]
    return f"：{'、'.join(named)}" if named else ""


@guard("each-complainant-reached")
def each_complainant_reached(facts: Facts, number: int | None) -> str | None:
    """Each person who complained has a delivery of their own, or how it was tried and why it failed.

    `complainants`: rows {key, says}; `delivery`: rows {to, on} or {to, tried, why}; `served-on` is kept for single matters.
    """
    wanted = _complainants(facts)
    reached = {
        row["to"]
        for row in rows(facts["delivery"])
        if row.get("on") or (written(row.get("tried")) and written(row.get("why")))
    }
    if not wanted:
        return "没有登记反映人。"
    missing = [key for key in wanted if key not in reached]
    if missing and not (len(wanted) == 1 and facts["served-on"]):
        who = f"（{_named(wanted, missing)}）" if len(wanted) > 1 else ""
        return f"还有{len(missing)}位反映人{who}没有送达记录，送不到的请写明方式和原因。"
    return None


@guard("evidence-on-file")
def evidence_on_file(facts: Facts, number: int | None) -> str | None:
    """At least one piece a party or third person can check; the handler's own word is not enough."""
    if any(not row.get("by_handler") for row in rows(facts["evidence"])):
        return None
    return "还没有当事人或第三方可以查证的化解证据，只有承办人自述的不算。"


UNREACHABLE = "unreachable"
"""The end of a matter nobody of whom could be reached."""
HEARD = "call-result"
"""What somebody who was reached answered; a step that records it rests on having reached somebody."""


@guard("follow-up-done")
def follow_up_done(facts: Facts, number: int | None) -> str | None:
    """Somebody independent reached each person who complained and wrote down their words, or tried each as often as the
    step's setting says. Only where nobody at all was reached may a matter end as unreachable, and only where somebody was,
    as confirmed.

    `follow-ups`: rows {person, outcome "reached|no-answer", words, part "morning|afternoon|evening", at}; `complainants`:
    rows {key, says}. A row that names nobody speaks of the only one there is. Tries count once for each part of each day,
    so that several calls in one morning are one try.
    """
    wanted = _complainants(facts) or {"": ""}
    calls = [row for row in rows(facts["follow-ups"]) if len(wanted) == 1 or row.get("person") in wanted]
    heard = [row for row in calls if row.get("outcome") == "reached"]
    if facts["step-to"] == UNREACHABLE and heard:
        who = f"（{_named(wanted, [row['person'] for row in heard])}）" if len(wanted) > 1 else ""
        return f"已经联系上当事人{who}，不能按“联系不上”办结，请按回访到的情况办。"
    lacking = {key: says for key in wanted if (says := _unasked(_of(key, calls, wanted), number))}
    if lacking and len(wanted) == 1:
        return next(iter(lacking.values()))
    if lacking:
        first = next(iter(lacking))
        return f"还有{len(lacking)}位反映人没有问到：{_named(wanted, lacking)}。第{[*wanted].index(first) + 1}位：{lacking[first]}"
    if HEARD in facts["step-facts"] and not heard:
        return "没有联系上当事人，不能按回访确认办结；各时段都试满的，请按“联系不上办结”办。"
    return None


def _of(key: str, calls: list[Mapping[str, Any]], wanted: Mapping[str, str]) -> list[Mapping[str, Any]]:
    return calls if len(wanted) == 1 else [row for row in calls if row.get("person") == key]


def _unasked(calls: list[Mapping[str, Any]], number: int | None) -> str:
    """Why one person does not count as asked; empty where they do."""
    reached = [row for row in calls if row.get("outcome") == "reached"]
    if any(written(row.get("words")) for row in reached):
        return ""
    if reached:
        return "已联系上，但没有记下当事人的原话。"
    tries = {
        (str(row.get("on") or row.get("at"))[:10], row.get("part"))
        for row in calls
        if row.get("outcome") == "no-answer"
    }
    if number is None or len(tries) < number:
        return f"还没有独立回访；联系不上的须在不同时段试{number}次，已试{len(tries)}次。"
    return ""


def _complainants(facts: Facts) -> dict[str, str]:
    """Everybody who complains, in their order: key, and what they may be called (a covered name, or nothing)."""
    given = listed(facts["complainants"])
    return {row["key"]: row.get("says", "") for row in map(_row, given)}


def _row(one: Any) -> Mapping[str, Any]:
    return one if hasattr(one, "get") else {"key": one}


def _named(wanted: Mapping[str, str], some: Iterable[str]) -> str:
    """第2位石**、第3位: which of them, by place and covered name."""
    keys = set(some)
    return "、".join(f"第{n}位{wanted[key]}" for n, key in enumerate(wanted, 1) if key in keys)


@guard("redo-justified")
def redo_justified(facts: Facts, number: int | None) -> str | None:
    """The person is not content, and a demand is unanswered, the result untrue, or nobody got in touch."""
    calls = rows(facts["follow-ups"])
    if not any(row.get("satisfied") is False for row in calls):
        return "回访没有记下当事人不满意。"
    grounds = any(row.get("ground") in ("unanswered", "untrue", "no-contact") for row in calls)
    unanswered = any(not written(row.get("result")) for row in rows(facts["demand-answers"]))
    return None if grounds or unanswered else "发回重办须写明：诉求未答复、结果不实，或者无人联系。"
