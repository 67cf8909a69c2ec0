"""What is said to an office that handles badly, and what it answers (条例 39, 40): advice, a talk, a circular, being listed.

Advice (improve the work, mend the policy, hold somebody to account) is the petition office's; the office must answer in
writing whether it takes it. Talk, circular and listing are the joint conference's. Each is a row of the matter's chain and a
paper with a number; none moves a clock or a state, and none speaks of whoever complained.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiefen.cases import reading
from jiefen.cases.access import roles_on
from jiefen.cases.actions import StepRefused, once
from jiefen.cases.actions.record import append, history
from jiefen.cases.models import Case, Step
from jiefen.cases.standing import standing_of
from jiefen.kernel.clock import local, local_day
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, open_row
from jiefen.notices.actions import tell
from jiefen.notices.models import Notice
from jiefen.oversight.meetings import people_of
from jiefen.papers.actions import put_on_file
from jiefen.papers.models import Paper
from jiefen.people.actor import Actor
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import procedure, vocabulary
from jiefen.procedures.citing import cited
from jiefen.procedures.engine import Refusal

LONGEST, LONGEST_LINE, MOST_COUNTS = 4000, 200, 20
ANSWERED = "advice-answered"


@dataclass(frozen=True, slots=True)
class Sort:
    """One kind of measure: its row, its paper, who may take it, by which article, and what must be said."""

    row: str
    label: Any
    paper: str
    roles: frozenset[str]
    basis: str
    asks: tuple[str, ...]


SORTS: Mapping[str, Sort] = {
    "advice": Sort("advised", gettext_lazy("提出建议"), "improvement-advice", frozenset({"petition-officer"}), "L-XF:40", ("about", "problem", "request")),
    "talk": Sort("talk-called", gettext_lazy("约谈"), "talk-notice", frozenset({"ruling-body"}), "L-XF:39", ("problem", "when", "place")),
    "circular": Sort("circulated", gettext_lazy("通报"), "circular", frozenset({"ruling-body"}), "L-XF:39", ("problem", "period", "counts")),
    "listed": Sort("listed-to-mend", gettext_lazy("挂牌督办"), "listed-notice", frozenset({"ruling-body"}), "L-XF:39", ("problem", "request", "deadline")),
}  # fmt: skip
ABOUT = {"work": gettext_lazy("改进工作"), "policy": gettext_lazy("完善政策"), "account": gettext_lazy("追究责任")}
"""The three kinds of advice that 条例 40 names."""
ADOPTION = {"all": gettext_lazy("采纳"), "part": gettext_lazy("部分采纳"), "none": gettext_lazy("不采纳")}
ROWS = frozenset({sort.row for sort in SORTS.values()} | {ANSWERED})


@dataclass(frozen=True, slots=True)
class Said:
    """What is said with a measure. `counts`: lines like «超期 3 件／交办 20 件，15.00％», each with both numbers."""

    problem: str
    request: str = ""
    about: str = ""
    when: datetime | None = None
    place: str = ""
    period: str = ""
    counts: tuple[str, ...] = ()
    deadline: date | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A measure as the case page shows it; `answer` is there for advice once the office has answered."""

    seq: int
    sort: str
    label: Any
    unit: int
    unit_name: str
    at: datetime
    by: str
    problem: str
    request: str
    about: str
    deadline: str
    paper: int | None
    waits: bool
    answer: Mapping[str, Any] | None = None


def may_take(case: Case, by: Actor) -> list[str]:
    """Which of the measures this person may take in this matter now."""
    if case.stratum == Case.Stratum.VAULT:
        return []
    held = set(roles_on(by, case))
    return [name for name, sort in SORTS.items() if sort.roles & held]


def units_of(case: Case, rows: Sequence[Any] | None = None) -> list[int]:
    """Offices with a duty in the matter, to which a measure may be said; ended matters keep whoever answered."""
    standing = standing_of(case, list(rows) if rows is not None else None)
    return list(dict.fromkeys(duty.unit for duty in standing.live()))


def take_measure(
    case: Case, sort: str, unit: int, said: Said, *, by: Actor, at: datetime, expected: int | None = None
) -> Step:  # fmt: skip
    """Say it to an office: one row, one paper with a number, and its people are told. The very same again is the same row.

    Raises StepRefused: not who may; of the vault; an office without a duty here; something not said; nothing is half-done.
    """
    kind = SORTS.get(sort)
    if kind is None:
        raise _no("measure", "fact", _("请选择建议、约谈、通报或挂牌督办。"))
    with scope("worker"):
        row, key = _locked(case)
        held = roles_on(by, row)
        role = next((r for r in sorted(kind.roles) if r in held), "")
        if not role or row.stratum == Case.Stratum.VAULT:
            raise _no(sort, "role", _("建议由信访部门提出；约谈、通报、挂牌督办由信访工作联席会议作出。"), kind.basis)
        rows = history(row)
        if says := _lacking(kind, said, at):
            raise _no(sort, "fact", says, kind.basis)
        codes = {"measure": sort, "to-unit": unit} | ({"about": said.about} if said.about else {})
        facts = _facts(kind, said)
        if expected is not None and expected != row.steps:
            again = once.same_row(
                row, key, expected, name=kind.row, by=by.person_id, assignment="", reason="", codes=codes, facts=facts
            )
            if again is not None:
                return again
            raise _no(sort, "newer", once.newer(row, procedure(row.procedure, row.version), expected, kind.row))
        if unit not in units_of(row, rows):
            raise _no(sort, "unit", _("只能对正在办或者已经答复这件事的单位提出，请从列表里选择。"), kind.basis)
        office = Unit.objects.get(pk=held[role][0])
        step, _standing = append(
            row, key, rows=rows, name=kind.row, from_state=row.state, to_state=row.state, by=by, by_role=role,
            unit=office.pk, at=at, recorded_at=at, codes=codes, facts=facts,
        )  # fmt: skip
        put_on_file(
            kind.paper, _printed(kind, said, Unit.objects.get(pk=unit), office, at), case=row, key=key, step=step,
            by=by.person_id, unit=office, at=at,
        )  # fmt: skip
        tell(people_of([unit], at) - {by.person_id}, Notice.Kind.STEP, at=at, case=row, step=step.pk, code=kind.row)
        return step


def answer_advice(
    case: Case, seq: int, *, adoption: str, reason: str, by: Actor, at: datetime
) -> Step:  # fmt: skip
    """The office answers advice in writing: takes it, in part, or not, and why. Once; the same again is the same row.

    Raises StepRefused: no such advice; not the office it was given to; answered already; nothing said.
    """
    basis = SORTS["advice"].basis
    with scope("worker"):
        row, key = _locked(case)
        rows = history(row)
        given = next((r for r in rows if r.seq == seq and r.name == SORTS["advice"].row), None)
        if given is None:
            raise _no(ANSWERED, "fact", _("没有这条建议，请刷新后再看。"), basis)
        unit = given.codes["to-unit"]
        role = next((r for r in ("unit-head", "handler") if r in by.roles_at(unit)), "")
        if not role:
            raise _no(ANSWERED, "role", _("由收到建议的单位书面答复。"), basis)
        codes, facts = {"answers": seq, "adoption": adoption}, {"reason": reason.strip()}
        before = next((r for r in rows if r.name == ANSWERED and r.codes["answers"] == seq), None)
        if before is not None:
            same = once.same_row(
                row,
                key,
                before.seq - 1,
                name=ANSWERED,
                by=by.person_id,
                assignment="",
                reason="",
                codes=codes,
                facts=facts,
            )
            if same is not None:
                return same
            raise _no(ANSWERED, "answered", _("这条建议已经答复过，不用再答。"), basis)
        if adoption not in ADOPTION:
            raise _no(ANSWERED, "fact", _("请选择采纳、部分采纳或不采纳。"), basis)
        if not reason.strip() or len(reason) > LONGEST:
            raise _no(
                ANSWERED,
                "reason",
                _("请写明怎样采纳、做了什么；不采纳的写明理由，最多%(n)s字。") % {"n": LONGEST},
                basis,
            )
        office = Unit.objects.get(pk=unit)
        step, _standing = append(
            row, key, rows=rows, name=ANSWERED, from_state=row.state, to_state=row.state, by=by, by_role=role, unit=unit,
            at=at, recorded_at=at, codes=codes, facts=facts,
        )  # fmt: skip
        fields = {
            "handling-unit": office.name, "adoption": str(ADOPTION[adoption]), "reason": reason.strip(), "date": _day(at),
        }  # fmt: skip
        put_on_file("advice-reply", fields, case=row, key=key, step=step, by=by.person_id, unit=office, at=at)
        asked = Step.objects.filter(case=row, seq=seq).values_list("by_id", flat=True)
        tell({p for p in asked if p}, Notice.Kind.STEP, at=at, case=row, step=step.pk, code=ANSWERED)
        return step


def measures(case: Case, key: Key) -> list[Read]:
    """Everything said to offices in this matter, newest first, with the papers and the answers. Three queries."""
    trail = [row for row in reading.trail(case) if row.name in ROWS]
    if not trail:
        return []
    by_row = {sort.row: name for name, sort in SORTS.items()}
    papers = dict(
        Paper.objects.filter(
            case=case, step__seq__in=[r.seq for r in trail], step__case=case, void_at=None
        ).values_list("step__seq", "pk")
    )
    names = dict(
        Unit.objects.filter(pk__in={r.codes.get("to-unit") or r.unit_id for r in trail}).values_list("pk", "name")
    )
    answers = {
        r.codes["answers"]: {
            "adoption": ADOPTION.get(r.codes["adoption"], ""), "reason": _opened(key, r.facts).get("reason", ""), "at": r.at,
            "by": r.by_name, "paper": papers.get(r.seq),
        }
        for r in trail if r.name == ANSWERED
    }  # fmt: skip
    found = []
    for r in reversed(trail):
        if r.name == ANSWERED:
            continue
        sort, words = by_row[r.name], _opened(key, r.facts)
        found.append(
            Read(
                r.seq, sort, SORTS[sort].label, r.codes["to-unit"], names.get(r.codes["to-unit"], ""), r.at,
                "，".join(filter(None, [r.by_name, r.unit_name])), words.get("problem", ""), words.get("request", ""),
                str(ABOUT.get(r.codes.get("about", ""), "")), words.get("deadline", ""), papers.get(r.seq),
                sort == "advice" and r.seq not in answers, answers.get(r.seq),
            )
        )  # fmt: skip
    return found


def _lacking(kind: Sort, said: Said, at: datetime) -> str:
    """What is not said, as a sentence; empty where everything is."""
    needs = {
        "about": (said.about in ABOUT, _("请选择是改进工作、完善政策还是追究责任的建议。")),
        "problem": (bool(said.problem.strip()), _("请写明存在什么问题：写事和单位，不写反映人。")),
        "request": (bool(said.request.strip()), _("请写明要求单位做什么。")),
        "when": (said.when is not None and said.when > at, _("请写明约谈的日期和时间，要晚于现在。")),
        "place": (bool(said.place.strip()), _("请写明在哪里约谈。")),
        "period": (bool(said.period.strip()), _("请写明通报的是哪一段时间。")),
        "counts": (bool(said.counts) and len(said.counts) <= MOST_COUNTS, _("请写出本期数字，分子分母都写，一行一项。")),
        "deadline": (said.deadline is not None and said.deadline >= local_day(at), _("请写明最晚哪天整改到位，不能早于今天。")),
    }  # fmt: skip
    for name in kind.asks:
        there, says = needs[name]
        if not there:
            return says
    if any(len(text) > LONGEST for text in (said.problem, said.request)):
        return _("最多%(n)s字，请写要点。") % {"n": LONGEST}
    lines = (said.place, said.period, *said.counts)
    return _("最多%(n)s字，请写要点。") % {"n": LONGEST_LINE} if any(len(x) > LONGEST_LINE for x in lines) else ""


def _facts(kind: Sort, said: Said) -> dict[str, Any]:
    whole = {
        "problem": said.problem.strip(), "request": said.request.strip(), "place": said.place.strip(),
        "period": said.period.strip(), "counts": list(said.counts),
        "when": said.when.isoformat() if said.when else "", "deadline": said.deadline.isoformat() if said.deadline else "",
    }  # fmt: skip
    return {name: value for name, value in whole.items() if value and (name in kind.asks or name == "deadline")}


def _printed(kind: Sort, said: Said, to: Unit, office: Unit, at: datetime) -> dict[str, Any]:
    """The fields of the paper."""
    about = f"（{ABOUT[said.about]}）" if said.about else ""
    whole = {
        "handling-unit": to.name, "problem": f"{to.name}：{said.problem.strip()}" if kind.row == "circulated" else said.problem.strip(),
        "request-to-unit": f"{about}{said.request.strip()}", "clause": cited(vocabulary(), kind.basis),
        "time": f"{local(said.when):%Y年%-m月%-d日 %H:%M}" if said.when else "", "place": said.place.strip(),
        "period": said.period.strip(), "counts": list(said.counts), "unit": office.name, "date": _day(at),
        "deadline": f"{said.deadline:%Y年%-m月%-d日}" if said.deadline else "",
    }  # fmt: skip
    wanted = {f["name"] for f in vocabulary().papers[kind.paper]["fields"]}
    return {name: value for name, value in whole.items() if name in wanted}


def _day(at: datetime) -> str:
    return f"{local(at):%Y年%-m月%-d日}"


def _opened(key: Key, facts: bytes | None) -> dict[str, Any]:
    return (key.open(facts, field="step.facts") or {}) if facts else {}


def _locked(case: Case) -> tuple[Case, Key]:
    row = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
    return row, open_row(row.key)


def _no(name: str, rule: str, says: str, basis: str = "") -> StepRefused:
    return StepRefused(Refusal(name, rule, says, (basis,) if basis else ()))
