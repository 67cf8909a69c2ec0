"""The rows of the overall ledger: each matter as its steps tell it at a moment, in batches, in the order of coming in."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from jiefen.analytics.asker import Asker, last_day_of
from jiefen.analytics.definitions import catalogue
from jiefen.analytics.ledger import COLUMNS, GRADES, harmless
from jiefen.analytics.meaning import step_means
from jiefen.cases.models import Case, Deadline, Demand, Party, Step
from jiefen.cases.rules import Row as StepRow
from jiefen.cases.rules import Standing, fold
from jiefen.cases.succession import line_of
from jiefen.intake.models import Intake
from jiefen.kernel.clock import local
from jiefen.kernel.masking import mask_text
from jiefen.kernel.progress import Progress, silent
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, Sealed, open_wrapped
from jiefen.oversight.models import FollowUp
from jiefen.papers.fill import CHANNELS
from jiefen.people.models import Person, Unit
from jiefen.people.queries import who_answers
from jiefen.places.models import Area
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.definition import Procedure
from jiefen.triage import setup
from jiefen.triage.models import TriageDecision

BATCH = 1000
GONE, WITHHELD, SHUT = "（保管期满，内容已销毁）", "（限看，内容不出表）", "（内容打不开）"

_CASE = (
    "id", "number", "procedure", "version", "title", "stratum", "channel", "outside_number", "opened_at", "centre_id", "first_asked_id",
    "key__wrapped", "key__master",
)  # fmt: skip
_STEP = ("case_id", "seq", "name", "assignment", "to_state", "by_id", "by_role", "unit_id", "at", "codes")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the table is cut from: by whom, what had happened before `till` and was written down before `known`."""

    asker: Asker
    till: datetime
    known: datetime
    area: Area | None = None
    unit: Unit | None = None

    def cases(self) -> QuerySet[Case]:
        """The matters that may be in it. The vault's are counted elsewhere and stand in no table."""
        rows = Case.objects.exclude(stratum=Case.Stratum.VAULT).filter(
            opened_at__lt=self.till, recorded_at__lt=self.known
        )
        if self.asker.keys is not None:
            rows = rows.filter(doors__overlap=list(self.asker.keys))
        if self.area:
            rows = rows.filter(area__path__within=str(self.area.path))
        if self.unit:  # whoever leads by the steps, leads or led by the assignments
            # Its duties may lie with an heir by now; what the steps say of the moment decides, row by row.
            rows = rows.filter(assignments__unit__in=line_of(self.unit.pk), assignments__part="lead").distinct()
        return rows


Values = tuple[Any, ...]


def ledger_rows(of: Scope, *, progress: Progress = silent, batch: int = BATCH) -> Iterator[Values]:
    """One tuple a matter, a value a column. Ten queries a batch, whatever its size, and one to
    three for each office that answers for some."""
    labels = _Labels(of.till)
    serial = done = 0
    with scope("analytics"):
        total = of.cases().count()
    after: tuple[datetime, int] | None = None
    while True:
        # A transaction a batch: none stays open while rows are written to a file, and progress can be told to others.
        with scope("analytics"):
            found = _page(of, after, batch)
            made = list(_batch(of, found, labels)) if found else []
        if not found:
            return
        after = (found[-1]["opened_at"], found[-1]["id"])
        for row in made:
            serial += 1
            yield (serial, *row)
        done += len(found)
        progress(done, total)


def _page(of: Scope, after: tuple[datetime, int] | None, size: int) -> list[dict[str, Any]]:
    rows = of.cases()
    if after:
        rows = rows.filter(Q(opened_at__gt=after[0]) | Q(opened_at=after[0], id__gt=after[1]))
    return list(rows.order_by("opened_at", "id").values(*_CASE)[:size])


class _Labels:
    """Names of offices, people, areas and kinds, and who answers at an office; each asked for once."""

    def __init__(self, at: datetime):
        self.at = at
        self.answering: dict[tuple[int, int | None, frozenset[int]], int | None] = {}
        self.units = dict(Unit.objects.values_list("pk", "name"))
        self.people: dict[int, str] = {}
        self.areas: dict[int, tuple[str, str]] = {}
        self.kind = setup.tables(at).label
        self.finish = [c for i in catalogue().indicators.values() if i.key == "answered-in-time" for c in i.clocks]

    def learn(self, people: Iterable[int | None], areas: Iterable[int]) -> None:
        who = {pk for pk in people if pk} - self.people.keys()
        self.people.update(Person.objects.filter(pk__in=who).values_list("pk", "name"))
        where = set(areas) - self.areas.keys()
        self.areas.update(
            {
                pk: (code, name)
                for pk, code, name in Area.objects.filter(pk__in=where).values_list("pk", "code", "full_name")
            }
        )

    def responsible(self, row: dict[str, Any], standing: Standing) -> int | None:
        """Who answered for it at that moment, by the postings of that moment; of an ended matter, who had it. Never somebody
        who had stepped back from it."""
        lead, without = standing.lead, frozenset(standing.recused)
        if not standing.is_open:
            return lead.named if lead and lead.named not in without else None
        unit, named = (lead.unit, lead.named) if lead else (row["centre_id"], row["first_asked_id"])
        where = (int(unit), named, without)
        if where not in self.answering:
            self.answering[where] = who_answers(where[0], named, self.at, without)
        return self.answering[where]


def _batch(of: Scope, found: Sequence[dict[str, Any]], labels: _Labels) -> Iterator[Values]:
    ids = [row["id"] for row in found]
    trails = _trails(of, ids)
    standings = {
        row["id"]: fold(procedure(row["procedure"], row["version"]), trails[row["id"]])
        for row in found
        if row["id"] in trails
    }
    more = _More(of, ids, labels.finish)
    answers = {row["id"]: labels.responsible(row, standings[row["id"]]) for row in found if row["id"] in standings}
    labels.learn(answers.values(), (s.about["area"] for s in standings.values()))
    for row in found:
        standing = standings.get(row["id"])
        if standing is None or (of.unit and (standing.lead is None or standing.lead.unit != of.unit.pk)):
            continue
        yield _values(row, standing, more, labels, answers[row["id"]])


def _trails(of: Scope, ids: list[int]) -> dict[int, list[StepRow]]:
    trails: dict[int, list[StepRow]] = defaultdict(list)
    rows = Step.objects.filter(case_id__in=ids, at__lt=of.till, recorded_at__lt=of.known).order_by("case_id", "seq")
    for case, *rest in rows.values_list(*_STEP):
        trails[case].append(StepRow(*rest))
    return trails


class _More:
    """What stands beside the steps of a batch: demands, names to cover, intakes, time limits, follow-ups."""

    def __init__(self, of: Scope, ids: list[int], finish: list[str]):
        self.demands: dict[int, list[Any]] = defaultdict(list)
        for case, text in (
            Demand.objects.filter(case_id__in=ids).order_by("case_id", "seq").values_list("case_id", "text")
        ):
            self.demands[case].append(text)
        self.parties: dict[int, list[Any]] = defaultdict(list)
        for case, sealed in Party.objects.filter(case_id__in=ids, sealed__isnull=False).values_list(
            "case_id", "sealed"
        ):
            self.parties[case].append(sealed)
        self.intakes: dict[int, list[str]] = defaultdict(list)
        decisions = TriageDecision.objects.filter(case_id__in=ids, recorded_at__lt=of.known).order_by(
            "case_id", "intake_id"
        )
        linked = list(decisions.values_list("case_id", "intake_id"))
        numbers = dict(Intake.objects.filter(pk__in=[intake for _, intake in linked]).values_list("pk", "number"))
        for case, intake in linked:
            self.intakes[case].append(numbers[intake])
        self.due: dict[int, datetime] = {}
        limits = Deadline.objects.filter(case_id__in=ids, clock__in=finish, run=0, due_at__isnull=False)
        for case, due in limits.values_list("case_id", "due_at"):
            if due and due < self.due.get(case, due + timedelta(1)):
                self.due[case] = due
        self.follow_ups: dict[int, tuple[str, bool | None]] = {}
        heard = FollowUp.objects.filter(case_id__in=ids, at__lt=min(of.till, of.known)).order_by("case_id", "at", "pk")
        for case, outcome, satisfied in heard.values_list("case_id", "outcome", "satisfied"):
            self.follow_ups[case] = (FollowUp.Outcome(outcome).label, satisfied)


def _values(row: dict[str, Any], standing: Standing, more: _More, labels: _Labels, who: int | None) -> Values:
    pk, about, lead = row["id"], standing.about, standing.lead
    definition = procedure(row["procedure"], row["version"])
    title, demands = _content(row, more)
    code, area = labels.areas[about["area"]]
    outcome, satisfied = more.follow_ups.get(pk, ("", None))
    helpers = [labels.units[duty.unit] for duty in standing.live() if duty.part == "assist"]
    due = more.due.get(pk)
    values = {
        "number": row["number"], "intakes": "、".join(more.intakes[pk]), "outside_number": row["outside_number"],
        "channel": CHANNELS.get(row["channel"], row["channel"]), "received_at": _minute(row["opened_at"]),
        "area_code": code, "area": area, "kind": labels.kind(about["kind"]), "grade": GRADES.get(about["grade"], about["grade"]),
        "people": about["people"], "title": title, "demands": demands, "procedure": definition.label,
        "lead": labels.units[lead.unit] if lead else "", "helpers": "、".join(helpers),
        "responsible": labels.people.get(who, "") if who else "", "sponsor": "", "measures": _measures(definition, standing),
        "due_on": str(last_day_of(due)) if due else "", "state": definition.states[standing.state].label,
        "answered_at": _minute(_answered(definition, standing)), "ended_at": _minute(standing.ended_at), "follow_up": outcome,
        "satisfied": {True: "满意", False: "不满意", None: "未表示" if outcome else ""}[satisfied], "returns": standing.returns,
    }  # fmt: skip
    return tuple(harmless(v) if isinstance(v, str) else v for v in (values[column.key] for column in COLUMNS[1:]))


def _content(row: dict[str, Any], more: _More) -> tuple[str, str]:
    """Title and demands as the table may show them; names known in the case, phones and ID numbers are covered."""
    if row["stratum"] != Case.Stratum.ORDINARY:
        return WITHHELD, ""
    if row["key__wrapped"] is None:
        return GONE, ""
    try:
        key = open_wrapped(0, bytes(row["key__wrapped"]), row["key__master"])
        names = tuple(_names(key, more.parties[row["id"]]))
        asked = [
            mask_text(" ".join(key.open(text, field="demand.text").split()), names) for text in more.demands[row["id"]]
        ]
        title = mask_text(key.open(row["title"], field="case.title"), names)
    except Sealed:
        return SHUT, ""
    return title, asked[0] if len(asked) == 1 else "；".join(f"{n}．{text}" for n, text in enumerate(asked, 1))


def _names(key: Key, sealed: list[Any]) -> Iterator[str]:
    for one in sealed:
        name = (key.open(one, field="party") or {}).get("name", "")
        if name:
            yield name


def _measures(definition: Procedure, standing: Standing) -> str:
    """What was done, in the words of the procedure: 派单→签收→联系来电人→答复."""
    said: list[str] = []
    for happened in standing.history:
        step = definition.steps.get(happened.name)
        if step and (not said or said[-1] != step.label):
            said.append(step.label)
    return "→".join(said)


def _answered(definition: Procedure, standing: Standing) -> datetime | None:
    steps = ((definition.steps.get(h.name), h.at) for h in standing.history)
    return min((at for step, at in steps if step and "answer" in step_means(definition, step)), default=None)


def _minute(at: datetime | None) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}" if at else ""


def whole_second(at: datetime) -> datetime:
    """The next whole second: what a heading can print, and what was written down before it is in the table."""
    return at if at.microsecond == 0 else at.replace(microsecond=0) + timedelta(seconds=1)
