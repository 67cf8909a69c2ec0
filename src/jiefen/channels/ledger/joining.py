"""What an import brought that may be the same matter: groups with reasons, joining the chosen ones, undoing it all.

Only numbers of intakes are kept with the batch. Each intake of a group becomes a matter of its own, with its own receipt
and clocks, and then joins the one that leads; nobody disappears into somebody else's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from jiefen.cases import joining
from jiefen.cases.actions import StepRefused
from jiefen.cases.actions.join import join, part, side_of
from jiefen.cases.actions.record import history
from jiefen.cases.models import Case, Party, Step
from jiefen.cases.rules import Row
from jiefen.cases.standing import ROW, standing_of
from jiefen.channels.models import ImportBatch
from jiefen.intake.models import Intake
from jiefen.kernel.progress import Progress, silent
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.people.actor import Actor
from jiefen.triage import alike
from jiefen.triage.actions import AlreadyDecided, BadDecision, Decision, decide
from jiefen.triage.likeness import grouping
from jiefen.triage.likeness.pairs import Telling
from jiefen.triage.likeness.weights import ENOUGH, Weights
from jiefen.triage.models import Alike

MOST = 20_000
"""Intakes of one batch that are compared at once; the rest waits until these are looked through."""
MOST_GROUPS = 200
CHUNK = 50


@dataclass(slots=True)
class Result:
    """What joining a group did. `people` before and after are counted by receipts: they are equal."""

    lead: str = ""
    joined: int = 0
    before: int = 0
    after: int = 0
    behind: list[tuple[str, str]] = field(default_factory=list)  # number, why it could not
    late: list[tuple[str, str]] = field(default_factory=list)  # joined, but one step did not come along


def brought_for(actor: Actor) -> Q:
    """Batches whose groups somebody may look through: their own; and those of the command line, which nobody signed in
    for, for whoever decides at a centre over the place they came to. What they see in them are intakes they see anyway."""
    over = [p.area_id for p in actor.areas()]
    below = Q(home__in=over) | Q(home__parent__in=over) | Q(home__parent__parent__in=over)
    return Q(by_id=actor.person_id) | Q(below, by__isnull=True)


def find_groups(batch: ImportBatch, *, progress: Progress = silent) -> list[list[int]]:
    """Groups of intakes of a batch that may be the same matter, the largest first; kept with the batch by number. Nothing is
    decided by it. Call outside a transaction: it writes how far it has come."""
    rows = Intake.objects.filter(batch=batch.pk, stratum__lt=2).exclude(state=Intake.State.VOID)
    with scope("worker"):
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST])
    for n in range(0, len(ids), CHUNK):
        with scope("worker"):
            part_of = Intake.objects.select_related("key").filter(pk__in=ids[n : n + CHUNK], alike__isnull=True)
            alike.write_index(part_of)
        _note(batch.pk, state="running", done=n, of=len(ids))
        progress(n, len(ids))
    alike.weigh() if len(ids) > ENOUGH else None
    groups = _groups(ids)
    _note(batch.pk, state="done", done=len(ids), of=len(ids), groups=groups[:MOST_GROUPS])
    progress(len(ids), len(ids))
    return groups


def _note(batch: int, **said: Any) -> None:
    with transaction.atomic():
        row = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch)
        row.counts = {**row.counts, "alike": {**row.counts.get("alike", {}), **said}}
        row.save(update_fields=["counts"])


def _groups(ids: Sequence[int]) -> list[list[int]]:
    """Who is close to whom, the largest group first; a chain of faint likenesses makes no heap."""
    with scope("worker"):
        rows = list(
            Alike.objects.filter(intake__in=ids).order_by("intake_id").values_list("intake_id", "grams", "heads")
        )
        county = alike.weights_for({gram for _pk, grams, _heads in rows for gram in grams})
    tellings = [Telling(tuple(grams[:heads]), tuple(grams[heads:])) for _pk, grams, heads in rows]
    # What the batch shares is at least as common as it is here, also where the county has not been counted yet.
    here = grouping.count(tellings)
    times = {pair: max(n, county.times.get(pair, 1)) for pair, n in here.times.items()}
    weights = Weights(max(county.total, here.total), {**county.times, **times})
    found = [[rows[n][0] for n in group] for group in grouping.group(tellings, weights)]
    return sorted(found, key=lambda group: (-len(group), group[0]))


def reasons(rows: Sequence[Intake]) -> list[str]:
    """Why the first of a group and the others may be the same: the words all of them share, the place, the day."""
    texts = [alike.words_of(row) for row in rows[:10]]
    pairs = [set(alike.telling_of(text).all()) for text in texts]
    common = pairs[0].intersection(*pairs[1:]) or pairs[0] & pairs[1]
    said = []
    if words := alike.shared_words(texts[0], common, alike.weights_for(common)):
        said.append(_("共同的词：%(words)s") % {"words": "、".join(words)})
    if len({row.area_id for row in rows}) == 1:
        said.append(_("同一地点：%(place)s") % {"place": rows[0].area.name})
    if len({alike.day_of(row.received_at) for row in rows}) == 1:
        said.append(_("同一天"))
    return said


def join_group(
    batch: ImportBatch, ids: Sequence[int], *, by: Actor, at: datetime, kind: str = "", unit: int | None = None,
    reason: str, progress: Progress = silent,
) -> Result:  # fmt: skip
    """Join these intakes: each becomes a matter of its own (of `kind`, the lead handed to `unit`), and joins the one that
    leads. Each in a transaction of its own: one that cannot is named with its reason and stays as it is."""
    with scope("worker"):
        rows = list(
            Intake.objects.select_related("key", "area").filter(pk__in=ids, batch=batch.pk, doors__overlap=sorted(by.keys))
            .exclude(state=Intake.State.VOID).order_by("received_at", "pk")
        )  # fmt: skip
    result = Result(before=len(rows))
    cases: list[Case] = []
    for n, row in enumerate(rows):
        try:
            cases.append(_case_of(row, by=by, at=at, kind=kind, unit=unit if not cases else None))
        except (BadDecision, StepRefused) as no:
            result.behind.append((row.number, str(no)))
        progress(n + 1, 2 * len(rows))
    if cases:
        lead = _lead(cases)
        result.lead = lead.number
        for n, case in enumerate(cases):
            if case.pk == lead.pk:
                continue
            try:
                done = join(lead, case, by=by, at=at, reason=reason, batch=batch.pk)
                result.joined += 1
                if done.behind:
                    result.late.append((case.number, done.behind))
            except StepRefused as no:
                result.behind.append((case.number, str(no)))
            progress(len(rows) + n + 1, 2 * len(rows))
    with scope("worker"):
        in_cases = set(Party.objects.filter(receipt__in=[r.pk for r in rows]).values_list("receipt", flat=True))
        waiting = set(
            Intake.objects.filter(pk__in=[r.pk for r in rows]).exclude(state="decided").values_list("pk", flat=True)
        )
    result.after = len(in_cases | waiting)
    return result


def _case_of(row: Intake, *, by: Actor, at: datetime, kind: str, unit: int | None) -> Case:
    with scope("worker"):
        known = Case.objects.select_related("key").filter(decisions__intake=row).first()
    if known is not None:
        return known
    if row.state != Intake.State.WAITING:
        raise BadDecision(_("这件来件已转出或不予受理，不再并。"))
    try:
        made = decide(row, Decision(action="open", kind=kind, unit=unit), by=by, at=at)
    except AlreadyDecided as late:  # somebody else decided it at this moment, perhaps by joining the same rows
        if late.decision.case_id is None:
            raise BadDecision(str(late)) from late
        made = late.decision
    with scope("worker"):
        return Case.objects.select_related("key").get(decisions=made)


def _lead(cases: Sequence[Case]) -> Case:
    """Which of several leads, by the rule for two, one after another."""
    with scope("worker"):
        best, side = cases[0], None
        for case in cases:
            rows = history(case)
            one = side_of(case, rows, standing_of(case, rows), open_row(case.key))
            if not one.is_open or one.answered or one.follows:
                continue
            if side is None or joining.direction(side, one)[0].number == one.number:
                best, side = case, one
        return best


def joined_of(batch: int) -> list[Case]:
    """The matters that were joined out of a batch and still are. Call in a scope that sees them."""
    steps = Step.objects.filter(name="joined", codes__batch=batch, codes__has_key="into").order_by("case_id", "seq")
    cases = Case.objects.select_related("key").in_bulk(set(steps.values_list("case_id", flat=True)))
    return [case for pk, case in sorted(cases.items()) if standing_of(case).joined_to]


def leads_of(cases: Sequence[int]) -> dict[int, int]:
    """Of these matters those that are handled together with another now, and that one. One question, by the reader's eyes."""
    steps = Step.objects.filter(case__in=cases, name__in=("joined", "parted")).order_by("case_id", "seq")
    rows: dict[int, list[Row]] = {}
    for case, *values in steps.values_list("case_id", *ROW):
        rows.setdefault(case, []).append(Row(*values))
    found = {case: joining.join_row(said) for case, said in rows.items()}
    return {case: row.codes["into"] for case, row in found.items() if row is not None}


def undo_joins(batch: ImportBatch, *, by: Actor, at: datetime, reason: str, progress: Progress = silent) -> Result:
    """Undo every join that came out of a batch and still stands; those that cannot be are named with the reason."""
    with scope("worker"):
        cases = joined_of(batch.pk)
    result = Result(before=len(cases))
    for n, case in enumerate(cases):
        try:
            part(case, by=by, at=at, reason=reason)
            result.joined += 1
        except StepRefused as no:
            result.behind.append((case.number, str(no)))
        progress(n + 1, len(cases))
    with scope("worker"):
        result.after = len(cases)
    return result


def carry_out(
    batch: int, ids: Sequence[int], by: int, *, at: datetime, kind: str, unit: int | None, reason: str
) -> Result:
    """The job: join a large group, writing on the batch how far it has come."""
    from jiefen.people.actor import actor_by_id

    row = ImportBatch.objects.get(pk=batch)
    actor = actor_by_id(by, at)
    if actor is None:
        raise BadDecision(_("发起的人已不在岗，没有并。"))

    def told(done: int, total: int = 0) -> None:
        if done % 10 == 0 or done == total:
            _note(batch, joining={"done": done, "of": total})

    result = join_group(row, ids, by=actor, at=at, kind=kind, unit=unit, reason=reason, progress=told)
    _note(batch, joining={}, last=summary(result))
    return result


def summary(result: Result) -> dict[str, Any]:
    """What is kept of a result with the batch, and shown: numbers and sentences of rules, nobody's words."""
    return {"lead": result.lead, "joined": result.joined, "before": result.before, "after": result.after,
            "behind": result.behind[:50], "late": result.late[:50]}  # fmt: skip
