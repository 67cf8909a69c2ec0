"""Taking in. One verb for all channels, one at a time or many at once; both are idempotent by the once-key."""

import itertools
import json
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from jiefen.intake.bulk import array, insert, matching, next_ids
from jiefen.intake.drafts import BadDraft, IntakeDraft, digits_of, same_words, title_of
from jiefen.intake.models import Intake
from jiefen.kernel.clock import local
from jiefen.kernel.ids import new_short_codes, new_tokens, next_number
from jiefen.kernel.models import SealKey
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, blind, blinds, open_row, seal_many, second_marks, token_marks, wrap_many
from jiefen.people.actor import PERSON, RECEIPT, Actor, door

T = TypeVar("T")

VAULT = 2
"""The stratum of what only its keeper reads: whoever took it in reads it no more, and its number is not of the open series."""


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
    title: str = ""  # what `subject_of` gives, likewise


def subject_of(draft: IntakeDraft, names: Sequence[str] = ()) -> str:
    """What a list may show of it: the subject, or the first words, with names, phones and ID numbers covered."""
    return title_of(draft.subject, draft.text, [draft.name, *names])


def second_thing(draft: IntakeDraft) -> str:
    """What goes with the short code: the chosen word, else the last four digits of the phone, else nothing."""
    return _second(draft, digits_of(draft.phone))


def _second(draft: IntakeDraft, digits: str) -> str:
    return draft.second_word.strip() or (digits[-4:] if len(digits) >= 4 else "")


def receive(
    item: Sorted, *, by: Actor | None, at: datetime, keep: Callable[[Intake, Key], None] | None = None
) -> Receipt:
    """Take one thing in, verbatim, and give a receipt.

    `keep` stores its files with the intake's key in the same transaction. Raises BadDraft (fields and what to do) and
    OtherContent (this once-key stands for something else). The same key and content gives the first receipt again.
    """
    return once_more(lambda: receive_within(item, by=by, at=at, keep=keep))


def once_more(take: Callable[[], T]) -> T:
    """Take in, in a scope of its own; and again, if somebody took in the same thing at the same moment: then it is known, and
    the receipt is theirs. What was half done is taken back with the scope. Raises what the second time raises."""

    def once() -> T:
        with scope("worker"):
            return take()

    try:
        return once()
    except IntegrityError:
        return once()


def receive_within(
    item: Sorted, *, by: Actor | None, at: datetime, keep: Callable[[Intake, Key], None] | None = None
) -> Receipt:
    """The same for a verb that is our own process already: within its transaction and its scope, of which it can be taken
    back (`once_more`). Raises IntegrityError when somebody takes in the same thing at the same moment."""
    problems = item.draft.problems()
    if problems:
        raise BadDraft(problems)
    mark = _mark(item.draft)
    before = _known([mark]).get(mark)
    if before:
        return _again(item, before)
    receipt = _insert([(mark, item)], by, at, None)[0]
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
    # Column by column, not row by row: the same few steps over and over stay in the processor's caches, which makes a
    # batch half as dear.
    items = [item for _, item in fresh]
    drafts, places = [item.draft for item in items], [item.place for item in items]
    received = [draft.received_at or at for draft in drafts]
    years = [local(when).year for when in received]
    series = [f"intake {place.county} {year}" for place, year in zip(places, years, strict=True)]
    wanted = Counter(name for name, place in zip(series, places, strict=True) if place.stratum != VAULT)
    serials = {name: itertools.count(next_number(name, count=wanted[name])) for name in sorted(wanted)}
    heads = [f"{place.county}{year}" for place, year in zip(places, years, strict=True)]
    numbers = [
        _apart(head) if place.stratum == VAULT else f"{head}{next(serials[name]):08d}"
        for head, place, name in zip(heads, places, series, strict=True)
    ]
    key_ids, ids = next_ids(SealKey, Intake, len(fresh))
    shorts = _short_codes([place.letters for place in places])
    wrapped = wrap_many(len(items))
    keys = [Key(0, raw) for raw, _wrapped, _master in wrapped]
    tokens = new_tokens(len(items))
    subjects = [item.title or subject_of(item.draft, item.names) for item in items]
    told = [_teller(draft) for draft in drafts]
    digits = [digits_of(draft.phone) for draft in drafts]
    phones = ["" if draft.identity == "anonymous" else said for draft, said in zip(drafts, digits, strict=True)]
    seconds = [_second(draft, said) for draft, said in zip(drafts, digits, strict=True)]
    digests = [draft.digest().hex() for draft in drafts]
    same = [same_words(draft.text) for draft in drafts]
    own = _own_doors(by)
    insert(
        SealKey,
        {
            "id": key_ids, "wrapped": [w for _raw, w, _master in wrapped],
            "master": [m for _raw, _wrapped, m in wrapped],
        },
        same={"destroyed_why": ""},
    )  # fmt: skip
    insert(
        Intake,
        {
            "id": ids, "key": key_ids, "number": numbers, "channel": [draft.channel for draft in drafts],
            "once_key": [mark for (_channel, mark), _ in fresh],
            "draft_digest": blinds("draft", digests),
            "text_digest": blinds("words", same),
            "subject": seal_many(keys, subjects, field="intake.subject"),
            "words": seal_many(keys, [_words(draft) for draft in drafts], field="intake.words"),
            "teller": seal_many(keys, told, field="intake.teller"),
            "identity": [draft.identity for draft in drafts],
            "phone_blind": blinds("phone", phones),
            "token_mark": token_marks(tokens),
            "token": seal_many(keys, tokens, field="intake.token"),
            "short_code": shorts,
            "second_mark": second_marks(seconds),
            "area": [place.area_id for place in places], "centre": [place.centre_id for place in places],
            "people": [draft.people for draft in drafts],
            "outside_number": [draft.outside_number for draft in drafts],
            "received_at": received, "stratum": [place.stratum for place in places],
            "flags": [array(item.flags) for item in items],
            "suggestion": [item.suggestion_json or json.dumps(item.suggestion or {}) for item in items],
            "doors": [
                array([*sorted({*place.doors, *(own if place.stratum != VAULT else ())}), door(RECEIPT, pk)])
                for place, pk in zip(places, ids, strict=True)
            ],
        },
        same={
            "taken_by": by.person_id if by else None, "recorded_at": at, "batch": batch,
            "state": Intake.State.WAITING.value,
        },
    )  # fmt: skip
    return [
        Receipt(number, token, short, pk, True)
        for number, token, short, pk in zip(numbers, tokens, shorts, ids, strict=True)
    ]


def _words(draft: IntakeDraft) -> dict[str, Any]:
    return {**draft.extra, "text": draft.text, "subject": draft.subject, "happened_on": draft.happened_on}


def _teller(draft: IntakeDraft) -> dict[str, str] | None:
    """Who told it; nothing of somebody who wants no name."""
    who = {"name": draft.name, "phone": draft.phone, "id_number": draft.id_number, "address": draft.address}
    return who if any(who.values()) and draft.identity != "anonymous" else None


def _short_codes(letters: Sequence[str]) -> list[str]:
    """Short codes that nobody carries yet: among a hundred thousand, every batch would meet one that is taken."""
    codes = new_short_codes(letters)
    while True:
        met = matching(Intake, "short_code = ANY(%b::text[])", codes)
        known = set(Intake.objects.filter(pk__in=met).values_list("short_code", flat=True)) if met else set()
        twice = {code for code, n in Counter(codes).items() if n > 1}
        if not known and not twice:
            return codes
        fresh = new_short_codes(letters)
        codes = [new if code in known or code in twice else code for code, new in zip(codes, fresh, strict=True)]


def _apart(head: str) -> str:
    """A number for what goes into the vault, drawn far above the open series: its absence there leaves no gap, and it
    tells neither how many there are nor their order."""
    while True:
        number = f"{head}{90_000_000 + secrets.randbelow(10_000_000):08d}"
        if not Intake.objects.filter(number=number).exists():
            return number


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


def by_once_keys(channel: str, once_keys: Sequence[str]) -> dict[str, Intake]:
    """The intakes that came by a channel under these once-keys, by key, with their seal keys; void ones are left out."""
    marks = {(channel, blind(f"once {channel}", key.strip())): key for key in once_keys}
    return {marks[mark]: row for mark, row in _known(list(marks)).items()} if marks else {}


def ids_of(drafts: Sequence[IntakeDraft]) -> list[int]:
    """The intakes that these very drafts were taken in as, whenever that was; those not taken in are left out. Two queries."""
    known = _known([_mark(draft) for draft in drafts]) if drafts else {}
    rows = ((known.get(_mark(draft)), draft) for draft in drafts)
    return [row.pk for row, draft in rows if row and bytes(row.draft_digest) == blind("draft", draft.digest().hex())]


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
