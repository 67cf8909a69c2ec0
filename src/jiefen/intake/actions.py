"""Taking in. One verb for all channels, one at a time or many at once; both are idempotent by the once-key."""

import itertools
import json
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from jiefen.intake.bulk import array, insert, matching, next_ids
from jiefen.intake.drafts import BadDraft, IntakeDraft, digits_of, same_words
from jiefen.intake.models import Intake
from jiefen.kernel.clock import local
from jiefen.kernel.ids import new_short_code, new_token, next_number
from jiefen.kernel.masking import mask_names, mask_text
from jiefen.kernel.models import SealKey
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, blind, open_row, token_mark, wrap_new
from jiefen.people.actor import PERSON, RECEIPT, Actor, door

SUBJECT_LENGTH = 40


class OtherContent(ValueError):
    """The once-key is known with another content. Nothing was written."""

    def __init__(self, number: str):
        super().__init__(
            f"这个来源编号已登记为 {number}，但内容不同。若是补充材料，请在原件里补充；若是另一件事，请用另一个编号。"
        )
        self.number = number


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the person carries away. `created` is False when the same thing was taken in before."""

    number: str
    token: str
    short_code: str
    intake_id: int
    created: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where an intake belongs, as the channel's set-up worked it out: ids, the centre's letters, the county's code, doors."""

    area_id: int
    centre_id: int
    letters: str
    county: str
    doors: tuple[int, ...]
    stratum: int = 0


@dataclass(frozen=True, slots=True)
class Sorted:
    """A draft with where it belongs and what the rules suggest (codes only)."""

    draft: IntakeDraft
    place: Place
    flags: tuple[str, ...] = ()
    suggestion: dict[str, Any] | None = None
    names: tuple[str, ...] = ()
    suggestion_json: str = ""  # the same as text, where it was worked out in another process


def subject_of(draft: IntakeDraft, names: Sequence[str] = ()) -> str:
    """What a list may show of it: the subject, or the first words, with names, phones and ID numbers covered."""
    words = draft.subject.strip() or draft.text.strip()
    line = " ".join(words.split())
    line = line if len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1] + "…"
    return mask_names(mask_text(line, tuple([draft.name, *names])))


def second_thing(draft: IntakeDraft) -> str:
    """What goes with the short code: the chosen word, else the last four digits of the phone, else nothing."""
    digits = digits_of(draft.phone)
    return draft.second_word.strip() or (digits[-4:] if len(digits) >= 4 else "")


def receive(
    item: Sorted, *, by: Actor | None, at: datetime, keep: Callable[[Intake, Key], None] | None = None
) -> Receipt:
    """Take one thing in, verbatim, and give a receipt.

    `keep` stores its files with the intake's key in the same transaction. Raises BadDraft (fields and what to do) and
    OtherContent (this once-key stands for something else). The same key and content gives the first receipt again.
    """
    problems = item.draft.problems()
    if problems:
        raise BadDraft(problems)
    with transaction.atomic(), scope("worker"):
        mark = _mark(item.draft)
        before = _known([mark]).get(mark)
        if before:
            return _again(item, before)
        try:
            with transaction.atomic():
                receipt = _insert([(mark, item)], by, at, None)[0]
        except IntegrityError:  # somebody took in the same thing at the same moment
            before = _known([mark]).get(mark)
            if before is None:
                raise
            return _again(item, before)
        if keep:
            row = Intake.objects.select_related("key").get(pk=receipt.intake_id)
            keep(row, open_row(row.key))
        return receipt


def receive_many(
    items: Sequence[Sorted], *, by: Actor | None, at: datetime, batch: int | None
) -> list[Receipt | OtherContent | BadDraft]:
    """Take many in at once, in the order given; one answer for each. The caller's transaction decides how many live or
    fall together. Known ones give their receipt again, bad ones their reason; neither stops the others."""
    with transaction.atomic(), scope("import"):
        marks = [_mark(item.draft) for item in items]
        known = _known(marks)
        answers: list[Any] = []
        fresh: list[tuple[tuple[str, bytes], Sorted]] = []
        at_rows: list[int] = []
        seen: dict[tuple[str, bytes], int] = {}
        for n, (item, mark) in enumerate(zip(items, marks, strict=True)):
            problems = item.draft.problems()
            if problems:
                answers.append(BadDraft(problems))
            elif mark in known:
                try:
                    answers.append(_again(item, known[mark]))
                except OtherContent as other:
                    answers.append(other)
            elif mark in seen:
                answers.append(seen[mark])
            else:
                seen[mark] = n
                fresh.append((mark, item))
                at_rows.append(n)
                answers.append(None)
        for n, receipt in zip(at_rows, _insert(fresh, by, at, batch), strict=True):
            answers[n] = receipt
        return [_twin(items[n], items[a], answers[a]) if isinstance(a, int) else a for n, a in enumerate(answers)]


def _twin(item: Sorted, first: Sorted, receipt: Receipt) -> Receipt | OtherContent:
    if item.draft.digest() != first.draft.digest():
        return OtherContent(receipt.number)
    return Receipt(receipt.number, receipt.token, receipt.short_code, receipt.intake_id, False)


def _insert(
    fresh: list[tuple[tuple[str, bytes], Sorted]], by: Actor | None, at: datetime, batch: int | None
) -> list[Receipt]:
    if not fresh:
        return []
    series = [_series(item, at) for _, item in fresh]
    serials = {name: itertools.count(next_number(name, count=series.count(name))) for name in sorted(set(series))}
    keys, ids = next_ids(SealKey, len(fresh)), next_ids(Intake, len(fresh))
    shorts = _short_codes([item.place.letters for _, item in fresh])
    own = _own_doors(by)
    rows, wrapped, receipts = [], [], []
    for (mark, item), name, key_id, pk, short in zip(fresh, series, keys, ids, shorts, strict=True):
        row, key, token = _row(item, next(serials[name]), by, at, batch, short)
        wrapped.append((key_id, key.wrapped, key.master, ""))
        row |= {
            "once_key": mark[1],
            "id": pk, "key": key_id, "flags": array(item.flags),
            "suggestion": item.suggestion_json or json.dumps(item.suggestion or {}),
            "doors": array([*sorted({*item.place.doors, *own}), pk * 4 + RECEIPT]),
        }  # fmt: skip
        rows.append(tuple(row.values()))
        receipts.append(Receipt(row["number"], token, short, pk, True))
    insert(SealKey, ("id", "wrapped", "master", "destroyed_why"), wrapped)
    insert(Intake, tuple(row), rows)
    return receipts


def _short_codes(letters: Sequence[str]) -> list[str]:
    """Short codes that nobody carries yet: among a hundred thousand, every batch would meet one that is taken."""
    codes = [new_short_code(name) for name in letters]
    while True:
        met = matching(Intake, "short_code = ANY(%b::text[])", codes)
        known = set(Intake.objects.filter(pk__in=met).values_list("short_code", flat=True)) if met else set()
        twice = {code for code, n in Counter(codes).items() if n > 1}
        if not known and not twice:
            return codes
        codes = [new_short_code(letters[n]) if code in known or code in twice else code for n, code in enumerate(codes)]


@dataclass(frozen=True, slots=True)
class _Fresh:
    raw: bytes
    wrapped: bytes
    master: int


def _row(
    item: Sorted, serial: int, by: Actor | None, at: datetime, batch: int | None, short: str
) -> tuple[dict[str, Any], _Fresh, str]:
    """The columns of a row but for what hangs on its id, its key, and the code that goes with it."""
    draft, place = item.draft, item.place
    raw, wrapped, master = wrap_new()
    key = Key(0, raw)
    token = new_token()
    second = second_thing(draft)
    digits = digits_of(draft.phone)
    anonymous = draft.identity == "anonymous"
    who = {"name": draft.name, "phone": draft.phone, "id_number": draft.id_number, "address": draft.address}
    words = {**draft.extra, "text": draft.text, "subject": draft.subject, "happened_on": draft.happened_on}
    received = draft.received_at or at
    row: dict[str, Any] = dict(
        number=f"{place.county}{local(received).year}{serial:08d}", channel=draft.channel,
        draft_digest=blind("draft", draft.digest().hex()),
        text_digest=blind("words", same_words(draft.text)) if draft.text.strip() else None,
        subject=key.seal(subject_of(draft, item.names), field="intake.subject"),
        words=key.seal(words, field="intake.words"),
        teller=key.seal(who, field="intake.teller") if any(who.values()) and not anonymous else None,
        identity=draft.identity, phone_blind=blind("phone", digits) if digits and not anonymous else None,
        token_mark=token_mark(token), token=key.seal(token, field="intake.token"),
        short_code=short, second_mark=token_mark(f"second {second}") if second else None,
        area=place.area_id, centre=place.centre_id, taken_by=by.person_id if by else None,
        people=draft.people, outside_number=draft.outside_number, received_at=received, recorded_at=at, batch=batch,
        state=Intake.State.WAITING.value, stratum=place.stratum,
    )  # fmt: skip
    return row, _Fresh(raw, wrapped, master), token


def _series(item: Sorted, at: datetime) -> str:
    return f"intake {item.place.county} {local(item.draft.received_at or at).year}"


def _mark(draft: IntakeDraft) -> tuple[str, bytes]:
    return draft.channel, blind(f"once {draft.channel}", draft.once_key.strip())


def _known(marks: Sequence[tuple[str, bytes]]) -> dict[tuple[str, bytes], Intake]:
    # Word for word the condition of the unique index, so that it is used.
    ids = matching(
        Intake, "channel = ANY(%b::text[]) AND once_key = ANY(%b::bytea[]) AND state <> 'void'",
        sorted({channel for channel, _ in marks}), [mark for _, mark in marks],
    )  # fmt: skip
    rows = Intake.objects.filter(pk__in=ids).select_related("key") if ids else ()
    return {(row.channel, bytes(row.once_key)): row for row in rows}


def _again(item: Sorted, row: Intake) -> Receipt:
    if bytes(row.draft_digest) != blind("draft", item.draft.digest().hex()):
        raise OtherContent(row.number)
    token = open_row(row.key).open(row.token, field="intake.token")
    return Receipt(row.number, token, row.short_code, row.pk, False)


def _own_doors(by: Actor | None) -> set[int]:
    return {door(PERSON, by.person_id)} if by else set()


def new_once_key() -> str:
    """A once-key for a form that is about to be shown: the form carries it, so sending it twice is one intake."""
    return secrets.token_urlsafe(12)
