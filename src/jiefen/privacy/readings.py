"""Readings without a task: of a month, by office and matter, each to be accepted or followed up with a word.

A reading has a task when whoever read held a posting then (or stood in for somebody) at an office with a duty in the matter
or at the centre on whose bench it lies, or had a hand in it: took it in, decided it, answers for it, sponsors it, took a
step in it, called the person. Everybody else had a door but no task. Tables exported as a duty are not looked at here line
by line; each person sees theirs. Nothing here counts, sorts or groups by a person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jiefen.cases.ground import lineage
from jiefen.cases.models import Case, WhyRead
from jiefen.intake.models import Intake
from jiefen.kernel import ask
from jiefen.kernel.marks import reading_of
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Sealed, open_row
from jiefen.notices.actions import tell
from jiefen.notices.models import Notice
from jiefen.people.actor import Actor
from jiefen.people.queries import postings_at
from jiefen.privacy.models import ReadingReview

LONGEST = 1000
TAKEN = frozenset({"ledger", "pack"})
"""What a line is about where it is of no single matter: an overall ledger, a pack for the system above."""

_HELD = """EXISTS (SELECT 1 FROM people_posting p
   WHERE p.unit_id = {unit} AND p.since <= r.at AND (p.until IS NULL OR p.until > r.at)
     AND (p.person_id = r.person OR p.person_id IN (SELECT s.person_id FROM people_substitute s
          WHERE s.stand_in_id = r.person AND s.since <= r.at AND s.until > r.at)))"""

_FOUND = f"""
WITH month AS (
  SELECT r.*, split_part(r.subject, ':', 2)::bigint AS of FROM kernel_reading r
   WHERE {{which}} AND r.person > 0 AND r.purpose <> '导出总表'
     AND (r.subject LIKE 'case:%%' OR r.subject LIKE 'intake:%%')
), found AS (
  SELECT r.id, r.unit, r.subject, r.name, r.person, r.purpose, r.what, r.with_task, r.at, c.number, c.slug, c.centre_id
    FROM month r JOIN cases_case c ON r.subject LIKE 'case:%%' AND c.id = r.of {{case_door}}
   WHERE NOT r.with_task OR NOT (
         coalesce(r.person = ANY (ARRAY[c.first_asked_id, c.responsible_id, c.sponsor_id]), false)
      OR {_HELD.format(unit="c.centre_id")}
      OR EXISTS (SELECT 1 FROM cases_assignment a WHERE a.case_id = c.id AND a.dispatched_at <= r.at
                    AND (a.responsible_id = r.person OR {_HELD.format(unit="a.unit_id")}))
      OR EXISTS (SELECT 1 FROM cases_step s WHERE s.case_id = c.id AND s.by_id = r.person)
      OR EXISTS (SELECT 1 FROM oversight_followup f WHERE f.case_id = c.id AND f.by_id = r.person))
  UNION ALL
  SELECT r.id, r.unit, r.subject, r.name, r.person, r.purpose, r.what, r.with_task, r.at, i.number, '', i.centre_id
    FROM month r JOIN intake_intake i ON r.subject LIKE 'intake:%%' AND i.id = r.of {{intake_door}}
   WHERE NOT r.with_task OR NOT (
         i.taken_by_id IS NOT DISTINCT FROM r.person
      OR {_HELD.format(unit="i.centre_id")}
      OR EXISTS (SELECT 1 FROM triage_triagedecision d WHERE d.intake_id = i.id AND d.by_id = r.person))
)
"""
LISTED = _FOUND.format(
    which="""r.at >= %(since)s AND r.at < %(till)s
     AND (r.id > (SELECT coalesce(max(value), 0) FROM kernel_counter WHERE series = 'taskless')
          OR r.id IN (SELECT t.reading_id FROM privacy_taskless t))""",
    case_door="AND c.doors && %(keys)s::bigint[]", intake_door="AND i.doors && %(keys)s::bigint[]",
)  # fmt: skip
"""Of what the hourly job has looked through only what it found; what was read since is looked through here."""
LOOKED = (
    _FOUND.format(which="r.id > %(after)s AND r.id <= %(upto)s", case_door="", intake_door="")
    + "INSERT INTO privacy_taskless (reading_id) SELECT f.id FROM found f ON CONFLICT DO NOTHING"
)
AT_ONCE = 20_000
_SETTLED = timedelta(minutes=30)
"""A line younger than this may still be on its way beside one with a higher number."""
_COLUMNS = "f.id, f.unit, f.number, f.slug, f.name, f.person, f.purpose, f.what, f.with_task, f.at, v.verdict, v.words, v.key_id"
PAGED = f"""{LISTED}
SELECT {_COLUMNS} FROM found f LEFT JOIN privacy_readingreview v ON v.reading_id = f.id
 WHERE (f.unit, f.number, f.id) > (%(unit)s::text, %(number)s::text, %(id)s::bigint)
 ORDER BY f.unit, f.number, f.id LIMIT %(most)s
"""
BY_OFFICE = f"""{LISTED}
SELECT f.unit, count(*), count(DISTINCT f.subject), count(v.id) FROM found f
  LEFT JOIN privacy_readingreview v ON v.reading_id = f.id GROUP BY f.unit ORDER BY f.unit
"""


class NotReviewed(ValueError):
    """The reading cannot be looked at so; the message says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One reading without a task, with what was made of it."""

    id: int
    unit: str
    number: str
    slug: str
    name: str
    person: int
    purpose: str
    what: str
    with_task: bool
    at: datetime
    verdict: str
    words: str


def look_through(at: datetime) -> int:
    """Look through the readings since the last time and note which had no task. Returns how many were looked through; a
    kill between two batches loses nothing, and running it again goes on."""
    done = 0
    while True:
        with transaction.atomic(), scope("worker"):
            row = ask.row("SELECT coalesce(max(value), 0) FROM kernel_counter WHERE series = 'taskless'")
            after = int(row[0]) if row else 0
            last = ask.row(
                "SELECT max(id), count(*) FROM (SELECT id FROM kernel_reading WHERE id > %(after)s AND at < %(before)s "
                "ORDER BY id LIMIT %(most)s) next",
                {"after": after, "before": at - _SETTLED, "most": AT_ONCE},
            )
            if last is None or not last[1]:
                return done
            ask.do(LOOKED, {"after": after, "upto": last[0]})
            ask.do(
                "INSERT INTO kernel_counter (series, value) VALUES ('taskless', %(upto)s) "
                "ON CONFLICT (series) DO UPDATE SET value = excluded.value WHERE kernel_counter.value = %(after)s",
                {"upto": last[0], "after": after},
            )
            done += int(last[1])


def _given(actor: Actor, since: datetime, till: datetime) -> dict[str, object]:
    return {"since": since, "till": till, "keys": sorted(actor.keys)}


def listed(
    actor: Actor, since: datetime, till: datetime, *, after: tuple[str, str, int] = ("", "", 0), most: int = 50
) -> list[Line]:
    """A page of them, by office and matter. Two queries."""
    unit, number, last = after
    rows = ask.rows(
        PAGED, _given(actor, since, till) | {"unit": unit, "number": number, "id": last, "most": most}
    )  # fmt: skip
    return [Line(*(*row[:10], row[10] or "", _words(row[11], row[12]))) for row in rows]


def _words(sealed: bytes | None, key_id: int | None) -> str:
    if not sealed or key_id is None:
        return ""
    from jiefen.kernel.seal import open_key

    try:
        return str(open_key(key_id).open(sealed, field="review.words") or "")
    except Sealed:
        return ""


def why_of(readings: Iterable[Reading | Line]) -> dict[int, str]:
    """The reasons that readers wrote themselves: number of the reading → words, as far as the transaction's eyes see the
    matter. One query, and none where no reading is without a task."""
    numbers = [r.id for r in readings if not r.with_task]
    found: dict[int, str] = {}
    for row in WhyRead.objects.select_related("case__key").filter(reading__in=numbers) if numbers else ():
        try:
            found[row.reading_id] = str(open_row(row.case.key).open(row.words, field="why.words") or "")
        except Sealed:
            continue  # destroyed at the end of keeping
    return found


def by_office(actor: Actor, since: datetime, till: datetime) -> list[tuple[str, int, int, int]]:
    """(office, readings, matters, looked at), in order of the office's name."""
    return [tuple(row) for row in ask.rows(BY_OFFICE, _given(actor, since, till))]  # type: ignore[misc]


def behind_code(actor: Actor, typed: str) -> tuple[Reading, Case | Intake | None] | None:
    """The reading that the code on something taken away leads to, and of which matter; None for a wrong code, and for what
    this supervisor does not watch over: a matter not theirs, a table of somebody outside their areas."""
    pk = reading_of(typed)
    if pk is None or "supervisor" not in actor.roles:
        return None
    with scope("worker"):
        found = Reading.objects.filter(pk=pk).first()
        if found is None:
            return None
        matter = _matter(found.subject)
        if matter is not None:
            return (found, matter) if actor.keys & set(matter.doors) else None
        if found.subject.partition(":")[0] not in TAKEN:
            return None
        watched = {p.area_id for p in actor.held if p.role == "supervisor"}
        areas = postings_at(found.at).filter(person_id=found.person).values_list("area_id", flat=True)
        return (found, None) if any(watched & set(lineage(area)) for area in areas) else None


def review(pk: int, *, verdict: str, words: str, by: Actor, at: datetime) -> ReadingReview:
    """Accept a reading, or follow it up, with a word. Whoever read it is told when it is followed up, and never looks at their
    own. Raises NotReviewed."""
    said = words.strip()[:LONGEST]
    if verdict not in ReadingReview.Verdict.values:
        raise NotReviewed(_("请选择有理由，还是要追问。"))
    if not said:
        raise NotReviewed(_("请写一句：为什么有理由，或者要追问什么。"))
    with transaction.atomic(), scope("worker"):
        reading = Reading.objects.select_for_update().filter(pk=pk).first()
        matter = _matter(reading.subject) if reading else None
        if reading is None or matter is None or not by.keys & set(matter.doors) or "supervisor" not in by.roles:
            raise NotReviewed(_("没有这一次查看的记录，请刷新后再看。"))
        if reading.person == by.person_id:
            raise NotReviewed(_("这是您自己的查看，请别的督办的人来看。"))
        before = ReadingReview.objects.filter(reading=reading).first()
        if before is not None:
            if (before.by_id, before.verdict) == (by.person_id, verdict):
                return before
            raise NotReviewed(_("这次查看已经有人看过了，请刷新后再看。"))
        try:
            key = open_row(matter.key)
        except Sealed:
            raise NotReviewed(_("内容已按期限销毁，没有可追问的了。")) from None
        try:
            with transaction.atomic():
                made = ReadingReview.objects.create(
                    reading=reading, verdict=verdict, key_id=key.id, words=key.seal(said, field="review.words"),
                    by_id=by.person_id, at=at,
                )  # fmt: skip
        except IntegrityError:
            raise NotReviewed(_("这次查看已经有人看过了，请刷新后再看。")) from None
        if verdict == ReadingReview.Verdict.FOLLOWED:
            case = matter if isinstance(matter, Case) else None
            intake = matter.pk if isinstance(matter, Intake) else None
            tell([reading.person], Notice.Kind.ASK, at=at, case=case, intake=intake, code=f"reading:{reading.pk}")
        return made


def _matter(subject: str) -> Case | Intake | None:
    what, _colon, number = subject.partition(":")
    model: type[Case] | type[Intake] | None = {"case": Case, "intake": Intake}.get(what)  # type: ignore[assignment]
    if model is None or not number.isdecimal():
        return None
    return model.objects.select_related("key").filter(pk=int(number)).first()
