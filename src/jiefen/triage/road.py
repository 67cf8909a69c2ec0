"""The legal road at the desk: whether a decision keeps to the answers, what is written down of them, and what the person
is told. The rules are `rules/road.py`; a named person gives every answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.cases import ground
from jiefen.cases.models import Case
from jiefen.intake.models import Intake
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.notices.actions import tell
from jiefen.notices.models import Notice
from jiefen.people.actor import RECEIPT, Actor, sort_of
from jiefen.people.actor import VAULT as VAULT_DOOR
from jiefen.people.queries import postings_at
from jiefen.procedures.catalogue import current_calendar
from jiefen.procedures.grounds import ground_of
from jiefen.triage import companions, setup
from jiefen.triage.finding import index
from jiefen.triage.rules.road import End, Given, Question, RoadRefused, Told, end, questions, shipped

if TYPE_CHECKING:
    from jiefen.triage.actions import Decision

SEALS = "official-accused"
"""The mark that keeps a text in the vault until its keeper has looked at it."""
SEALING = frozenset({SEALS, "retaliation"})


def walk(answers: Mapping[str, Given], at: datetime) -> Question | End:
    """The next question or the end, on the day of `at`. Raises RoadRefused."""
    return questions(answers, today=local_day(at), calendar=current_calendar())


def walked(decision: "Decision", at: datetime) -> End | None:
    """Where a decision's answers end; None where nothing was answered. Raises RoadRefused where the decision does not
    keep to them, or names no ground of the list."""
    given = decision.road
    if not isinstance(given, Mapping) or not all(isinstance(v, Given) for v in given.values()):
        raise RoadRefused("answer", _("表单内容不完整，请刷新后重填。"))
    if decision.action == "refuse" and decision.article and not _ground(decision.article):
        raise RoadRefused("refusal", _("不予受理的条款请从清单里选，清单以外的不能作为理由。"))
    if not given:
        if decision.action == "refuse" and decision.article == "L-XF:31":
            raise RoadRefused("refusal", _("以法定途径走完为由不予受理的，要先把法定途径几问答完。"))
        return None
    reached = end(given, today=local_day(at), calendar=current_calendar())
    if says := _off(reached, decision):
        raise RoadRefused("end", says)
    return reached


def _off(reached: End, decision: "Decision") -> str:
    """Why a decision does not keep to where the answers ended; empty where it does."""
    does, name = decision.action, reached.name
    if reached.action == "seal":
        return _("已经答了是检举控告，请按“封存，交专管员”，不能在这里分诊（条例30）。")
    if does == "join":
        return ""
    if name == "suggestion" and (does != "open" or decision.procedure not in ("", reached.procedure)):
        return _("甄别结论是建议意见，应当按“建议意见”登记、研究、回复（条例29）。")
    if does == "open" and decision.procedure == "petition-suggestion" and name != "suggestion":
        return _("甄别结论不是建议意见，不能按“建议意见”办。请改办理程序，或改前面的回答。")
    if does == "refer" and name == "petition" and decision.to_road:
        return _("甄别结论是前五项都不是，应当按信访程序受理，不能让本人去走别的途径（条例31(6)）。")
    if does == "refer" and name == "over":
        return _("所答的途径都已经走完或过了期限，再让本人去走没有用。请选不予受理并说明理由，或改前面的回答。")
    if does == "refuse" and name in ("other-road", "in-court"):
        return _("本人还有法定途径能走，应当书面告知去哪里走，不是不予受理（条例31）。")
    if does == "refuse" and decision.article == "L-XF:31" and name != "over":
        return _("没有一条途径答的是走完或过期，不能以此不予受理。")
    return ""


def _ground(article: str) -> Any:
    return next((g for g in shipped().refusals if g.article == article), None)


def first_facts(reached: End | None, area: int, at: datetime) -> dict[str, Any] | None:
    """What the first row of a case seals of the answers, so that `accept` and `refer` need not ask again."""
    if reached is None or not reached.route_answers:
        return None
    facts: dict[str, Any] = {"route-answers": list(reached.route_answers)}
    if reached.told:
        facts |= {"routes-text": told_text(reached, area, at), **notice_facts(reached)}
    return facts


def notice_facts(reached: End) -> dict[str, Any]:
    """What the route notice of a case is filled with besides the text: its article, and the earliest last day."""
    days = [t.last_day for t in reached.told if t.last_day and t.still_open]
    return {"route-clause": reached.article, "route-deadline": f"{min(days):%Y年%-m月%-d日}" if days else ""}


def codes(answers: Mapping[str, Given], reached: End | None) -> dict[str, Any]:
    """The answers as codes for the decision's record: no note, nothing that names anybody."""
    if reached is None:
        return {}
    given = {name: one.value + (f":{one.standing}" if one.standing else "") for name, one in answers.items()}
    return {"road": {"table": shipped().version, "end": reached.name, "answers": given}}


def office(told: Told, area: int, at: datetime) -> str:
    """The real office of a road for an area with its phone, as far as the county has one; else the road's own words."""
    unit = setup.unit_for(told.road.unit, area, at) if told.road.unit else None
    where = told.road.where
    if unit is None:
        return where
    return f"{unit.name}{f'（电话{unit.phone}）' if unit.phone else ''}：{where}"


def told_text(reached: End, area: int, at: datetime) -> str:
    """What is told of each road that applies: where, how, by what day, what after. Plain text, a line a thing."""
    many = len(reached.told) > 1
    parts = []
    for n, told in enumerate(reached.told, 1):
        lines = [f"{f'（{n}）' if many else ''}{told.road.label}", f"到哪里：{office(told, area, at)}"]
        if told.standing == "open":
            lines += [f"怎么提：{told.road.how}", f"带什么：{'、'.join(told.road.papers)}", f"最晚：{by_day(told)}"]
        if told.note:
            lines.append(f"说明：{told.note}")
        lines.append(f"以后不服：{told.road.remedy.says}")
        parts.append("\n".join(lines))
    return "\n".join(parts)


def by_day(told: Told) -> str:
    """By when, in words: the day where it can be worked out, else how it is counted, else that no limit is known."""
    limit = told.road.limitation
    if limit is None:
        return "没有查到统一的期限，请早些提出。"
    source = "" if limit.mark == "V" else "（凭记忆，请先向受理机关核对）"
    if told.last_day:
        return f"{told.last_day:%Y年%-m月%-d日}。从{limit.begins}起{limit.words}内{source}。"
    return f"从{limit.begins}起{limit.words}内{source}。"


def remedy_of(article: str) -> str:
    """The fixed wording of what somebody refused at the desk can do; empty where the table has none."""
    found = _ground(article)
    row = ground_of("petition-claim", found.code) if found and found.code else None
    return row.remedy if row else found.remedy if found else ""


def default_reason(reached: End) -> str:
    """A first wording of the reason, for a person to keep or to change."""
    if reached.name == "over":
        ways = "、".join(t.road.label for t in reached.told)
        return _("您反映的事应当通过%(ways)s解决，现在已经走完或者过了期限。") % {"ways": ways}
    if reached.action == "refer":
        ways = "、".join(t.road.label for t in reached.told)
        if reached.name == "in-court":
            return _("您反映的事已经由办案机关立案办理，请先在那里办完。")
        return _("您反映的事有专门的法定途径：%(ways)s。走那里才有效力，信访不能代替。") % {"ways": ways}
    return ""


def seal_away(intake: Intake, *, by: Actor, at: datetime) -> None:
    """Somebody at the desk found an accusation: from now on its keeper alone reads it. Sealed twice it is sealed once."""
    from jiefen.triage.actions import BadDecision

    with transaction.atomic(), scope("worker"):
        row = Intake.objects.select_for_update().get(pk=intake.pk)
        if not by.keys & set(row.doors):
            raise BadDecision(_("没有这件来件。请核对编号。"))
        if row.state != Intake.State.WAITING:
            raise BadDecision(_("这件来件已经分诊，不能在这里封存。请从事项页转检举控告专管员。"))
        _seal(row, at)
        for one in companions.waiting_with(row):  # they brought the same words
            if by.keys & set(one.doors):
                _seal(one, at)


def _seal(row: Intake, at: datetime) -> None:
    if row.stratum == Case.Stratum.VAULT:
        return
    row.stratum = Case.Stratum.VAULT
    row.flags = [*dict.fromkeys([*row.flags, SEALS])]
    vault = ground.door_of("vault", setup.county_of(at).pk)
    row.doors = sorted({d for d in row.doors if sort_of(d) == RECEIPT} | {vault})
    row.save(update_fields=["stratum", "flags", "doors"])
    index.forget_intakes([row.pk])
    keepers = set(postings_at(at).filter(role="vault-keeper").values_list("person_id", flat=True))
    Notice.objects.filter(intake=row.pk).exclude(person_id__in=keepers).delete()  # nobody else heard of it
    tell(keepers, Notice.Kind.HARM, at=at, intake=row.pk, code=SEALS)


def leave_vault(intake: Intake, *, by: Actor, at: datetime, reason: str) -> None:
    """The keeper found that a text is no accusation: it goes to the ordinary queue of its centre."""
    from jiefen.triage.actions import BadDecision

    if not reason.strip():
        raise BadDecision(_("请写明为什么不是检举控告。"))
    with transaction.atomic(), scope("worker"):
        row = Intake.objects.select_for_update().get(pk=intake.pk)
        if not by.keys & set(row.doors) or row.state != Intake.State.WAITING:
            raise BadDecision(_("没有这件待分诊的来件。请核对编号。"))
        others = companions.waiting_with(row)
        _unseal(row, at)
        for one in others:
            if one.stratum == Case.Stratum.VAULT and by.keys & set(one.doors):
                _unseal(one, at)


def _unseal(row: Intake, at: datetime) -> None:
    row.flags = [f for f in row.flags if f not in SEALING]
    row.stratum = 0
    row.doors = sorted(
        {d for d in row.doors if sort_of(d) != VAULT_DOOR}
        | {ground.door_of("unit", u.pk) for u in ground.centres_over(row.area_id, at)}
    )
    row.save(update_fields=["flags", "stratum", "doors"])
    index.write_intakes([row.pk])
