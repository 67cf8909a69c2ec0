"""Rows of the table of races: files that are read in, keys, who reads a lane next. And the verbs that only read, read only."""

import csv
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db.models import Max

from jiefen.cases.actions import correct
from jiefen.cases.actions.recuse import may_name
from jiefen.cases.actions.steps import moment_for
from jiefen.cases.models import Case
from jiefen.cases.standing import standing_of
from jiefen.channels.hotline import keys
from jiefen.channels.ledger import joining
from jiefen.channels.ledger.actions import import_file
from jiefen.channels.ledger.county import save_profile
from jiefen.channels.models import ImportBatch, ImportProfile, OutsideNumber
from jiefen.channels.upper.actions import take_receipt
from jiefen.channels.window.actions import last_called
from jiefen.intake.actions import receive
from jiefen.intake.drafts import IntakeDraft
from jiefen.intake.models import Intake
from jiefen.intake.own_actions import withdraw
from jiefen.kernel.scope import scope
from jiefen.mediation.actions import agree_mediator, tell_alone
from jiefen.mediation.actions.lanes import may_type
from jiefen.mediation.models import LaneEntry
from jiefen.mediation.tests.test_labour import labour
from jiefen.papers.actions.voiding import of_the_office
from jiefen.papers.models import Paper
from jiefen.privacy.unmasking import shown_today
from jiefen.procedures.catalogue import procedure
from jiefen.triage.actions import Decision, decide, sort_draft
from jiefen.triage.models import TriageDecision
from tests.attacks.race_cases import AT, rows_of_a_ledger, signed, walk
from tests.attacks.race_more import NATIONAL, mediated
from tests.attacks.race_rest import inside
from tests.attacks.racing import HOUR, Do, Race, Stage, Table

table = Table()


def sheet(s: Stage, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    """A file that somebody hands in; it lies in a folder that goes with the stage."""
    if "folder" not in s.kept:
        s.kept["folder"] = tempfile.TemporaryDirectory()
    path = Path(s.kept["folder"].name) / f"{s.next()}.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([head, *rows])
    return path


@table.of("channels.ledger.actions.import_file", "intake.actions.receive_many")
def two_take_the_same_file_in(s: Stage) -> Race:
    n = s.next()
    lines = [
        (f"r{n}-{i}", "A1", "路灯不亮", "2026-11-10 09:00:00", f"第{i}盏路灯坏了三个月{n}", "0", "0") for i in range(4)
    ]
    path = sheet(s, ("id", "user", "subject", "time", "detail", "down", "up"), lines)
    here = Intake.objects.filter(batch__in=ImportBatch.objects.filter(file_name=path.name).values("pk"))
    return Race(
        [lambda: import_file(path, "upper-messages", helpers=0, at=AT, chunk=2).batch] * 2,
        lambda: ImportBatch.objects.filter(file_name=path.name).count() * 10 + here.count(), once=14,
    )  # fmt: skip


@table.of("channels.ledger.county.save_profile")
def two_keep_a_mapping_of_one_name(s: Stage) -> Race:
    name = f"race-{s.next()}"
    columns = {"once_key": {"names": ["号"], "required": True}, "text": {"names": ["事"], "required": True}}
    body = {"profile": name, "channel": "ledger", "columns": columns}
    return Race(
        [lambda: save_profile(body, by=s.county.people["an"], at=AT).name] * 2,
        lambda: ImportProfile.objects.filter(name=name).count(), late=0,
    )  # fmt: skip


@table.of("channels.hotline.keys.make_key")
def two_keys_for_one_source(s: Stage) -> Race:
    """Both hold, as long as nobody ends one: a source changes its key without a moment in which none opens."""
    source, home = f"race-{s.next()}", s.county.areas["county"]
    made: list[str] = []
    return Race(
        [lambda: made.append(keys.make_key(source, home, by=None, at=AT)[1])] * 2,
        lambda: len({row.pk for key in made if (row := keys.source_of(key)) and row.source == source}), late=0, once=2,
    )  # fmt: skip


@table.of("channels.ledger.joining.carry_out")
def the_job_of_joining_runs_twice(s: Stage) -> Race:
    batch, letters = rows_of_a_ledger(s, "同一处水管漏水", 3)
    said = {"at": AT, "kind": "0701", "unit": s.unit("labour").pk, "reason": "同一件事情"}
    zhou = s.county.people["zhou"].pk
    return Race(
        [lambda: joining.carry_out(batch.pk, letters, zhou, **said).after] * 2,
        lambda: Case.objects.filter(decisions__intake__in=letters).distinct().count() * 10 + len(joining.joined_of(batch.pk)),
        once=32, late=0,
    )  # fmt: skip


@table.of("channels.upper.actions.take_receipt")
def one_receipt_from_above_is_read_twice(s: Stage) -> Race:
    case, officer, number = walk(s).case, s.actor("officer"), f"XF202611170{s.next():05d}"
    path = sheet(s, ("本地编号", NATIONAL.number_label), [(case.number, number)])
    told: list[int] = []

    def read() -> None:
        with scope("staff", officer.keys):
            told.append(take_receipt(path, NATIONAL, by=officer, at=AT).new)

    return Race(
        [read] * 2,
        lambda: OutsideNumber.objects.filter(case=case, number=number).count() * 10 + sum(told), late=0, once=11,
    )  # fmt: skip


@table.of("intake.actions.receive")
def one_letter_is_received_twice(s: Stage) -> Race:
    said = s.fresh("letter")
    draft = IntakeDraft(channel="window", text="村口的路灯坏了", **said)
    letter = inside(sort_draft, draft, home=s.county.areas["liuhe"], at=AT)
    with scope("worker"):
        before = Intake.objects.aggregate(last=Max("pk"))["last"]
    return Race(
        [lambda: receive(letter, by=s.actor("zhou"), at=AT).intake_id] * 2,
        lambda: Intake.objects.filter(pk__gt=before).count(), late=0, same=True,
    )  # fmt: skip


@table.of("intake.own_actions.withdraw")
def the_person_takes_back_twice_what_somebody_decides(s: Stage) -> Race:
    letter = s.intake(second_word="石榴花")
    back = lambda: withdraw(letter, words="已经解决了", at=AT).pk  # noqa: E731
    refuse = Decision(action="refuse", article="L-XF:19", reason="不归这里办")
    return Race(
        [back, back, lambda: decide(letter, refuse, by=s.actor("zhou"), at=AT)],
        lambda: Intake.objects.filter(pk=letter.pk, state="recalled").count()
        + TriageDecision.objects.filter(intake=letter.pk).count(),
    )  # fmt: skip


@table.of("mediation.actions.lanes.agree_mediator")
def one_side_agrees_twice_that_the_next_mediator_reads(s: Stage) -> Race:
    w = mediated(s, labour)
    inside(w.in_session)
    inside(w.fresh)
    tell_alone(w.case, "p1", words="最多让两千", by=s.actor("ming", w.later()), at=w.at)
    if "zhu" not in s.county.people:
        s.county.newcomer("zhu", "朱明", unit="justice", role="mediator")
        s.county.newcomer("jin", "金所长", unit="justice", role="unit-head")
    zhu = s.county.people["zhu"].pk
    duty = inside(lambda: w.case.assignments.get(part="lead").key)
    correct(w.case, by=s.actor("jin", w.at), at=w.later(), reason="换调解员", responsible=(duty, zhu))
    inside(w.fresh)
    said = {"how": "paper", "by": s.actor("zhu", w.at), "at": w.at, "paper": ("同意.pdf", b"%PDF-1.4\n%%EOF")}

    def stands() -> int:
        side = w.case.parties.get(key="p1").pk
        with scope("worker", [-side]):
            return LaneEntry.objects.filter(lane__party=side, kind="agreed").count()

    return Race([lambda: agree_mediator(w.case, "p1", **said).pk] * 2, stands, late=0, same=True)


def reading(s: Stage) -> Iterator[tuple[str, Do]]:
    """The verbs of `verbs.READS`, staged: run where the server refuses every write."""
    case, at = signed(s), AT + HOUR
    he, zhou = s.actor("he"), s.actor("zhou")
    w = mediated(s)
    w_case: Any = inside(w.fresh)
    with scope("worker"):
        paper = Paper.objects.filter(by__isnull=False).select_related("unit").order_by("pk").first()
        assert paper is not None and paper.by_id is not None
        maker = s.actor(next(n for n, p in s.county.people.items() if p.pk == paper.by_id), at)
    step = procedure(case.procedure, case.version).steps["contact"]
    yield "cases.actions.recuse.may_name", lambda: may_name(he, case, at)
    yield (
        "cases.actions.steps.moment_for",
        lambda: moment_for(case, standing_of(case), step, by=he, role="handler", unit=None, at=at),
    )
    yield "channels.window.actions.last_called", lambda: last_called(s.unit("town").pk, by=zhou, at=at)
    yield "mediation.actions.lanes.may_type", lambda: may_type(w_case, zhou, at)
    yield "papers.actions.voiding.of_the_office", lambda: of_the_office(paper, maker, at)
    yield "privacy.unmasking.shown_today", lambda: shown_today(he, at)
