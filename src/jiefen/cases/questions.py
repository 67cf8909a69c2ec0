"""Ask and answer: an office asks somebody in the case for more, by a day, saying what happens without; they answer by code,
at the window or by phone. Asking, answering and taking back are rows of the chain; no clock stops meanwhile."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from jiefen.cases import reading, telling
from jiefen.cases.access import roles_on
from jiefen.cases.actions.record import append, history
from jiefen.cases.actions.steps import WRITE_DOWN, numbers_in_force
from jiefen.cases.integrity import Problem
from jiefen.cases.models import Case, Party, Question, Step
from jiefen.cases.standing import standing_of
from jiefen.files.actions import store
from jiefen.files.models import StoredFile
from jiefen.kernel.clock import local_day
from jiefen.kernel.progress import Progress
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, open_row
from jiefen.people.actor import Actor
from jiefen.procedures.strict import read

ASKED, ANSWERED, TAKEN_BACK = "asked", "question-answered", "question-withdrawn"
ASKERS = WRITE_DOWN | {"unit-head", "mediation-head", "dispatcher", "grid-worker"}
LONGEST, MOST_OPEN, MOST_FILES, LONGEST_NAME = 2000, 5, 6, 60
LEAST_DAYS, REMIND_DAYS = "question.least-days", "question.remind-days"


class QuestionRefused(ValueError):
    """It cannot be asked or answered so. `rule` names why; the message is a sentence; nothing was written."""

    def __init__(self, rule: str, says: str):
        super().__init__(says)
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Words:
    """A question as somebody may read it."""

    row: Question
    text: str
    without: str
    answer: str = ""
    said_by: str = ""


@cache
def table() -> dict[str, Any]:
    """The sorts of questions, and what happens without an answer, in words."""
    return read((Path(__file__).resolve().parent / "questions.yaml").read_text("utf-8"))  # type: ignore[no-any-return]


def ask(
    case: Case, *, of: str, sort: str, text: str, due_on: date | None, without: str, by: Actor, at: datetime,
    once_key: str, recorded_at: datetime | None = None,
) -> Question:  # fmt: skip
    """Ask the person `of` (key of the party) for more by a day. The same `once_key` with the same words is one question.

    Raises QuestionRefused: without words, a day or what happens without; a day too near (setting); after the end; of somebody
    not in the case; of the other side while nothing may reach it.
    """
    with scope("worker"):
        case, key = _locked(case)
        role, unit = _role(case, by, ASKERS, _("请经办这件事的人来问。"))
        said = {"text": text.strip(), "without": table()["without"].get(without, {}).get("says", "")}
        before = Question.objects.filter(case=case, once_key=once_key).first()
        if before is not None:
            told = key.open(before.words, field="question.words")
            if (told, before.of, before.due_on) == (said, of, due_on):
                return before
            raise QuestionRefused("once", _("刚才已经问过一次，这次的内容不同。要另问一件，请重新打开这一页。"))
        party = _party(case, of)
        day = _whole(case, party, sort, said, due_on, at)
        row, _s = append(
            case, key, rows=history(case), name=ASKED, from_state=case.state, to_state=case.state, by=by, by_role=role,
            unit=unit, at=at, recorded_at=recorded_at or at, facts={"question": said["text"], "without": said["without"]},
            codes={"question": _next(case), "of": of, "sort": sort, "due": day.isoformat(), "without": without},
        )  # fmt: skip
        return Question.objects.create(
            case=case, seq=row.codes["question"], of=of, sort=sort, without=without, due_on=day, once_key=once_key,
            words=key.seal(said, field="question.words"), by_id=by.person_id, unit_id=unit, asked_at=at,
        )  # fmt: skip


def _whole(case: Case, party: Party, sort: str, said: dict[str, str], due_on: date | None, at: datetime) -> date:
    """The day, where everything that a question needs is there."""
    if not case.is_open:
        raise QuestionRefused("ended", _("本件已经办结，不能再要求补充。有新情况请先重启。"))
    if not telling.may_tell_party(case, party):
        raise QuestionRefused("telling", _("有家庭暴力或未成年人受害标记：中心指定的人同意告知对方以前，不能问对方。"))
    if sort not in table()["sorts"]:
        raise QuestionRefused("sort", _("请选择是补充材料还是说明情况。"))
    if not said["text"]:
        raise QuestionRefused("words", _("请写明要补什么、为什么要。"))
    if len(said["text"]) > LONGEST:
        raise QuestionRefused("words", _("最多%(n)s字，请写要点。") % {"n": LONGEST})
    if not said["without"]:
        raise QuestionRefused("without", _("请选择到期没有收到会怎样，本人会看到。"))
    if due_on is None:
        raise QuestionRefused("date", _("请写明最晚哪天补来，没有日期不能问。"))
    least = numbers_in_force(at)[LEAST_DAYS]
    left = (due_on - local_day(at)).days
    if left < least:
        raise QuestionRefused("date", _("至少要留%(n)s天，请改晚一些。") % {"n": least})
    if due_on.year > local_day(at).year + 1:
        raise QuestionRefused("date", _("这一天太远了，请核对日期。"))
    if Question.objects.filter(case=case, of=party.key, answered_at=None, withdrawn_at=None).count() >= MOST_OPEN:
        raise QuestionRefused("many", _("还有%(n)s个问题没有答，请并在一起问，不要让人一趟一趟补。") % {"n": MOST_OPEN})
    return due_on


def answer(
    case: Case, seq: int, *, words: str, way: str, by: Actor | None, at: datetime, for_party: str = "", said_by: str = "",
    files: Sequence[tuple[str, bytes]] = (), recorded_at: datetime | None = None,
) -> Question:  # fmt: skip
    """Answer a question: by the person's own code (`way` code, `by` None, `for_party` their key), or written down by whoever
    heard it at the window or on the phone, naming who said it. Files count as evidence the person gave.

    Late is still taken, while the case goes on. The same words and files again are one answer. Raises QuestionRefused; BadFile for a
    file that cannot be kept. Nothing is half-done.
    """
    with scope("worker"):
        case, key = _locked(case)
        row = Question.objects.select_for_update(of=("self",)).filter(case=case, seq=seq).first()
        role, unit = "applicant", None
        if by is not None:
            role, unit = _role(case, by, WRITE_DOWN, _("窗口、电话里的回答，由接待的人或承办人记下。"))
        if row is None or (by is None and row.of != for_party):
            raise QuestionRefused("whose", _("没有问您这件事，请核对。"))
        said = {"words": words.strip(), "said_by": said_by.strip()[:LONGEST_NAME]}
        if row.answered_at is not None:
            if key.open(row.answer, field="question.answer") == said and row.way == way and _same_files(row, files):
                return row
            raise QuestionRefused("answered", _("这个问题已经答过了。还要补充，请打电话或到窗口说。"))
        _answerable(case, row, said, way, by, files)
        role = (
            "respondent" if _party(case, row.of).role == Party.Role.RESPONDENT else "applicant" if by is None else role
        )
        given_by = "resident" if by is None else f"staff:{by.person_id}"
        kept = [
            store(data, name, holder=f"case:{case.pk}", key_id=case.key_id, given_by=given_by, at=at).pk
            for name, data in files
        ]
        append(
            case, key, rows=history(case), name=ANSWERED, from_state=case.state, to_state=case.state, by=by, by_role=role,
            unit=unit, at=at, recorded_at=recorded_at or at, facts={"question-answer": said["words"], "said-by": said["said_by"]},
            codes={"question": seq, "of": row.of, "way": way, "files": len(kept)},
        )  # fmt: skip
        row.answer, row.way, row.files = key.seal(said, field="question.answer"), way, kept
        row.answered_at, row.written_by_id = at, by.person_id if by else None
        row.save(update_fields=["answer", "way", "files", "answered_at", "written_by"])
        return row


def _same_files(row: Question, files: Sequence[tuple[str, bytes]]) -> bool:
    """Whether what is sent along is what was kept with the answer, by its content."""
    kept = StoredFile.objects.filter(pk__in=list(row.files)).values_list("sha256", flat=True)
    return sorted(map(bytes, kept)) == sorted(hashlib.sha256(data).digest() for _name, data in files)


def _answerable(
    case: Case, row: Question, said: dict[str, str], way: str, by: Actor | None, files: Sequence[Any]
) -> None:
    if row.withdrawn_at is not None:
        raise QuestionRefused("withdrawn", _("这个问题已经撤回，不用答了。"))
    if not case.is_open:
        raise QuestionRefused("ended", _("这件事已经办结，不能再补。还没解决的，可以请求重启。"))
    if way not in Question.Way.values or (way == Question.Way.CODE) != (by is None):
        raise QuestionRefused("way", _("请选择是当面说的还是电话里说的。"))
    if by is not None and not said["said_by"]:
        raise QuestionRefused("said-by", _("请写明是谁说的，例如“本人”或“本人的儿子某某”。"))
    if not said["words"] and not files:
        raise QuestionRefused("words", _("请写几句，或者传上材料。没有的也请写明没有。"))
    if len(said["words"]) > LONGEST:
        raise QuestionRefused("words", _("最多%(n)s字，请写要点，细节作为附件。") % {"n": LONGEST})
    if len(files) > MOST_FILES:
        raise QuestionRefused("files", _("一次最多传%(n)s个文件。") % {"n": MOST_FILES})


def take_back(
    case: Case, seq: int, *, by: Actor, at: datetime, reason: str, recorded_at: datetime | None = None
) -> Question:
    """The office needs it no more. Said to the person; taken back twice it is taken back once."""
    with scope("worker"):
        case, key = _locked(case)
        role, unit = _role(case, by, ASKERS, _("请经办这件事的人来撤回。"))
        row = Question.objects.select_for_update(of=("self",)).filter(case=case, seq=seq).first()
        if row is None:
            raise QuestionRefused("whose", _("没有这个问题，请核对。"))
        if row.withdrawn_at is not None:
            return row
        if row.answered_at is not None:
            raise QuestionRefused("answered", _("已经答了，不用撤回。"))
        if not reason.strip():
            raise QuestionRefused("words", _("请写一句为什么不用补了，本人会看到。"))
        append(
            case, key, rows=history(case), name=TAKEN_BACK, from_state=case.state, to_state=case.state, by=by, by_role=role,
            unit=unit, at=at, recorded_at=recorded_at or at, reason=reason.strip()[:LONGEST], codes={"question": seq, "of": row.of},
        )  # fmt: skip
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        return row


def _locked(case: Case) -> tuple[Case, Key]:
    row = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
    return row, open_row(row.key)


def _role(case: Case, by: Actor, may: Iterable[str], says: str) -> tuple[str, int]:
    held = roles_on(by, case)
    role = next((r for r in held if r in may), "")
    if not role:
        raise QuestionRefused("role", says)
    return role, held[role][0]


def _party(case: Case, name: str) -> Party:
    party = Party.objects.filter(case=case, key=name, unit=None).first()
    if party is None or name in standing_of(case).left:
        raise QuestionRefused("whose", _("请选择问哪位当事人。"))
    return party


def _next(case: Case) -> int:
    return (Question.objects.filter(case=case).aggregate(last=Max("seq"))["last"] or 0) + 1


def read_all(case: Case, key: Key, *, of: str = "") -> list[Words]:
    """The questions of a case, newest first; `of`: only those asked of one person. One query."""
    return [_opened(row, key) for row in reading.questions(case) if of in ("", row.of)]


def _opened(row: Question, key: Key) -> Words:
    said = key.open(row.words, field="question.words")
    told = (key.open(row.answer, field="question.answer") or {}) if row.answer else {}
    return Words(row, said["text"], said["without"], told.get("words", ""), told.get("said_by", ""))


def differing(progress: Progress) -> Iterator[Problem]:
    """Questions that are not what the rows of the chain say: asked, answered or taken back at another time, or not at all."""
    with scope("worker"):
        rows = Step.objects.filter(name__in=(ASKED, ANSWERED, TAKEN_BACK)).values_list("case_id", "name", "codes", "at")
        said: dict[tuple[int, int], dict[str, Any]] = {}
        for case, name, codes, at in rows.iterator():
            said.setdefault((case, codes["question"]), {})[name] = at
        found = Question.objects.select_related("case").order_by("pk")
        for row in found.iterator():
            kept = {ASKED: row.asked_at, ANSWERED: row.answered_at, TAKEN_BACK: row.withdrawn_at}
            if {n: t for n, t in kept.items() if t} != said.pop((row.case_id, row.seq), {}):
                yield Problem("question", f"{row.case.number} {row.seq}", "与步骤记录不一致")
        for case_id, seq in said:
            yield Problem("question", f"{case_id} {seq}", "步骤里有，表里没有")
