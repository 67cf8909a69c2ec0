"""Is it one of these? The few matters that may be the same as the one at hand, each with its reasons.

Compared are pairs of neighbouring characters of the masked text, as keyed numbers, so that the index tells nobody's words.
A pair counts the more the fewer matters have it: a stock phrase that hundreds begin with makes nothing alike. What is shut to
the reader does not exist here either; the vault is not in the index at all, and restricted matters do not weigh the pairs.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from jiefen.intake.models import Intake
from jiefen.kernel import ask
from jiefen.kernel.clock import local_day
from jiefen.kernel.masking import mask_names, mask_text
from jiefen.kernel.progress import Progress, silent
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Sealed, derived, open_row
from jiefen.triage.likeness import reasons
from jiefen.triage.likeness.pairs import READ, Telling, parts, read
from jiefen.triage.likeness.phrases import left_out
from jiefen.triage.likeness.weights import Weights
from jiefen.triage.models import Alike, Gram

LOOK_AT = 350
"""How many matters the rare pairs of a text may lead to, all together."""
FEW = 4
"""With fewer rare pairs than this, common ones are asked for two and two."""
BACK = 500
"""How far behind the newest one the index looks for what was not written yet when it came by."""


@lru_cache(maxsize=200_000)
def _number(pair: str) -> int:
    return int.from_bytes(hashlib.blake2b(pair.encode(), key=_key(), digest_size=4).digest(), "big", signed=True)


@lru_cache(maxsize=1)
def _key() -> bytes:
    return derived("alike")[:32]


def telling_of(masked: str, known: dict[int, str] | None = None) -> Telling:
    """A masked text as it is compared: keyed numbers of its pairs, those of its first line at the head."""
    head, _, rest = masked.partition("\n")
    return read(head, rest, _number, known)


def looked_for(masked: str) -> Telling:
    """The same without what everybody writes: this alone is looked for and makes others alike."""
    return telling_of(left_out(masked))


def masked(subject: str, text: str, names: Sequence[str] = ()) -> str:
    """A text as it is compared, its head in the first line: names, phones and numbers of people covered, so that they are
    no part of it."""
    if subject and text.startswith(subject):
        text = text[len(subject) :]
    covered = mask_names(mask_text(f"{subject}\n{text[:READ]}", tuple(names)))
    told, _, rest = covered.partition("\n")
    return "\n".join(parts(told, rest))


def words_of(row: Intake) -> str:
    """What an intake says, as it is compared. Raises Sealed where it is gone."""
    key = open_row(row.key)
    words = key.open(row.words, field="intake.words") or {}
    teller = key.open(row.teller, field="intake.teller") or {} if row.teller else {}
    return masked(words.get("subject", "") or "", words.get("text", ""), (teller.get("name", ""),))


def write_index(rows: Iterable[Intake]) -> int:
    """Put intakes into the index, or bring them in line; what lies in the vault or is gone is left out. Call in a scope that
    sees them. Returns how many were written."""
    made = []
    for row in rows:
        if row.stratum == 2 or row.state == Intake.State.VOID:
            continue
        try:
            telling = telling_of(words_of(row))
        except Sealed:
            continue
        made.append(
            Alike(intake=row, grams=list(telling.all()), heads=len(telling.head), day=local_day(row.received_at))
        )
    Alike.objects.bulk_create(
        made, update_conflicts=True, unique_fields=["intake"], update_fields=["grams", "heads", "day"], batch_size=500
    )
    return len(made)


NEW = """
SELECT i.id FROM intake_intake i
 WHERE i.id > (SELECT coalesce(max(intake_id), 0) - %s::int FROM triage_alike) AND i.stratum < 2 AND i.state <> 'void'
   AND NOT EXISTS (SELECT 1 FROM triage_alike a WHERE a.intake_id = i.id)
 ORDER BY i.id LIMIT %s
"""


def index_new(limit: int = 200, progress: Progress = silent) -> int:
    """Bring what came in since into the index, at most `limit`. Returns how many."""
    done = 0
    while done < limit:
        with scope("worker"):
            ids = [row[0] for row in ask.rows(NEW, [BACK, min(500, limit - done)])]
            wrote = write_index(Intake.objects.select_related("key").filter(pk__in=ids)) if ids else 0
        done += wrote
        progress(done)
        if not wrote:
            break
    if done:
        _weigh_when_young(done)
    return done


OLD = """
SELECT a.intake_id FROM triage_alike a WHERE a.intake_id > %s AND a.heads = 0 AND cardinality(a.grams) > 0
 ORDER BY a.intake_id LIMIT 500
"""


def bring_up(progress: Progress = silent) -> int:
    """Write rows anew that an earlier version left without saying which pairs stand at the head. Once through the index, so
    that the few whose head has no pair are no hindrance. Returns how many tell their head now."""
    done, last = 0, 0
    while True:
        with scope("worker"):
            ids = [row[0] for row in ask.rows(OLD, [last])]
            if not ids:
                return done
            write_index(Intake.objects.select_related("key").filter(pk__in=ids))
            done += Alike.objects.filter(intake__in=ids, heads__gt=0).count()
        last = ids[-1]
        progress(done)


def _weigh_when_young(fresh: int) -> None:
    """While there are few, what is common changes by the day; later the nightly look is enough."""
    with scope("worker"):
        total = total_weighed()
    if total < 20_000 and fresh * 20 >= total:
        weigh()


WEIGH = """
WITH counted AS MATERIALIZED (
  SELECT a.grams FROM triage_alike a JOIN intake_intake i ON i.id = a.intake_id
   WHERE i.stratum = 0 ORDER BY a.intake_id DESC LIMIT 200000)
INSERT INTO triage_gram (gram, times)
SELECT g, count(*) FROM counted, unnest(counted.grams) g GROUP BY g HAVING count(*) > 1
UNION ALL SELECT %s::int, count(*) FROM counted
"""
TOTAL = 0
"""The row that tells how many matters were counted; no pair has this number (one in four thousand million might)."""


def weigh() -> None:
    """Count anew in how many ordinary matters each pair stands. For the night: some minutes at a million."""
    with scope("worker"):
        ask.do("DELETE FROM triage_gram")
        ask.do(WEIGH + " ON CONFLICT (gram) DO NOTHING", [TOTAL])


def total_weighed() -> int:
    """How many matters the weights were counted over."""
    return Gram.objects.filter(gram=TOTAL).values_list("times", flat=True).first() or 0


WEIGHTS = """
SELECT gram, times FROM triage_gram WHERE gram = ANY(%s::int[])
UNION ALL SELECT NULL, greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'triage_alike'::regclass
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted: the weights, and how many times as many matters there are as were counted."""

    weights: Weights
    scale: int = 1


def counted(pairs: Iterable[int]) -> Counted:
    """The weights of some pairs. One question."""
    found = dict(ask.rows(WEIGHTS, [[TOTAL, *pairs]]))
    there, total = found.pop(None, 0), found.pop(TOTAL, 0)
    return Counted(Weights(total, found), max(1, round(there / total)) if total else 1)


def weights_for(pairs: Iterable[int]) -> Weights:
    """The weights of some pairs. One question."""
    return counted(pairs).weights


def leading(telling: Telling, known: Counted) -> tuple[list[int], list[int]]:
    """By which pairs others are looked for: the rarest, each by itself; and, where these are few, the next rarest two and
    two, one after the other in one list. Both together lead to few matters, however common the words are."""
    weights = known.weights
    rare = weights.rare(telling.all(), LOOK_AT // known.scale)
    if len(rare) >= FEW:
        return rare, []
    next_ones = [
        p for p in sorted(telling.all(), key=lambda p: weights.times.get(p, 1)) if weights.of(p) and p not in rare
    ]
    a = next_ones[:4]
    return rare, [p for n in range(len(a)) for m in range(n + 1, len(a)) for p in (a[n], a[m])][:6]


def shared_words(text: str, both: Iterable[int], weights: Weights, most: int = 4) -> list[str]:
    """The words of a masked text that another has too, the weightiest first."""
    return reasons.words(text, frozenset(both), weights.of, _number, most)


def day_of(at: Any) -> date:
    return local_day(at)


def forget(intakes: Iterable[int]) -> int:
    """Take intakes out of the index: what went into the vault is not found by its words any more."""
    return Alike.objects.filter(intake__in=list(intakes)).delete()[0]


_GONE = """
SELECT i.id FROM cases_step s JOIN triage_triagedecision d ON d.case_id = s.case_id JOIN intake_intake i ON i.id = d.intake_id
 WHERE s.id = %s AND i.stratum = 2
"""


def after_step(step_id: int) -> None:
    """After each step: what of its case went into the vault leaves the index."""
    if ids := [row[0] for row in ask.rows(_GONE, [step_id])]:
        forget(ids)
