"""Is it one of these? The few matters that may be the same as the one at hand, each with its reasons.

Compared are pairs of neighbouring characters of the masked text, as keyed numbers, so that the index tells nobody's words.
A pair counts the more the fewer matters have it: a stock phrase that hundreds begin with makes nothing alike. What is shut to
the reader does not exist here either; the vault is not in the index at all, and restricted matters do not weigh the pairs.
"""

import hashlib
import math
import re
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
from jiefen.triage.models import Alike, Gram

RUN = re.compile(r"[\u3400-\u9fff]{2,}|[A-Za-z0-9]{2,}")
MOST_PAIRS = 800
"""Pairs kept of one text: the beginning of a long one says what it is about."""
LOOK_AT = 600
"""How many matters the rare pairs of a text may lead to, all together."""
COMMON = 0.02
"""A pair that more than this part of all matters have is everybody's and nobody's, once there are `ENOUGH`."""
ENOUGH = 200
BACK = 500
"""How far behind the newest one the index looks for what was not written yet when it came by."""


@lru_cache(maxsize=200_000)
def _number(pair: str) -> int:
    return int.from_bytes(hashlib.blake2b(pair.encode(), key=_key(), digest_size=4).digest(), "big", signed=True)


@lru_cache(maxsize=1)
def _key() -> bytes:
    return derived("alike")[:32]


def pairs_of(masked: str) -> dict[int, str]:
    """The pairs of a masked text, by number, in the order of the text."""
    found: dict[int, str] = {}
    for run in RUN.findall(masked):
        for n in range(len(run) - 1):
            pair = run[n : n + 2]
            found.setdefault(_number(pair), pair)
            if len(found) >= MOST_PAIRS:
                return found
    return found


def masked(subject: str, text: str, names: Sequence[str] = ()) -> str:
    """A text as it is compared: names, phones and numbers of people covered, so that they are no part of it."""
    said = text if subject and text.startswith(subject) else f"{subject}\n{text}"
    return mask_names(mask_text(said[:8000], tuple(names)))


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
            grams = list(pairs_of(words_of(row)))
        except Sealed:
            continue
        made.append(Alike(intake=row, grams=sorted(grams), day=local_day(row.received_at)))
    Alike.objects.bulk_create(
        made, update_conflicts=True, unique_fields=["intake"], update_fields=["grams", "day"], batch_size=500
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


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each of some pairs counts. A pair that was never counted twice is a rare one."""

    total: int
    times: dict[int, int]

    def of(self, gram: int) -> float:
        """Squared logarithm of how few have it; nothing for what everybody has."""
        times = self.times.get(gram, 1)
        if self.total > ENOUGH and times > self.total * COMMON:
            return 0.0
        return math.log((self.total + 10) / times) ** 2

    def rare(self, grams: Iterable[int]) -> list[int]:
        """The rarest of some pairs, so many that they lead to `LOOK_AT` matters at most."""
        chosen: list[int] = []
        leads_to = 0
        for gram in sorted(grams, key=lambda g: self.times.get(g, 1)):
            times = self.times.get(gram, 1)
            if self.of(gram) == 0 or (chosen and leads_to + times > LOOK_AT):
                break
            chosen.append(gram)
            leads_to += times
        return chosen


WEIGHTS = "SELECT gram, times FROM triage_gram WHERE gram = ANY(%s::int[])"


def weights_for(grams: Iterable[int]) -> Weights:
    """The weights of some pairs. One question."""
    found = dict(ask.rows(WEIGHTS, [[TOTAL, *grams]]))
    return Weights(found.pop(TOTAL, 0), found)


def closeness(
    mine: dict[int, str] | frozenset[int], theirs: Sequence[int], weights: Weights
) -> tuple[float, list[int]]:
    """How close two texts are, 0 to 1, and the pairs that both have and that count."""
    both = [gram for gram in theirs if gram in mine]
    own = sum(weights.of(gram) for gram in mine)
    common = sum(weights.of(gram) for gram in both)
    if not own or not theirs:
        return 0.0, []
    longer = math.sqrt(max(len(theirs) / len(mine), 0.25))
    return min(1.0, common / own / longer), both


def shared_words(text: str, both: Iterable[int], weights: Weights, most: int = 4) -> list[str]:
    """The words of a masked text that another has too: runs of pairs that both have, the weightiest first."""
    known = set(both)
    found: dict[str, float] = {}
    for run in RUN.findall(text):
        start = None
        for n in range(len(run)):
            hit = n < len(run) - 1 and (g := _number(run[n : n + 2])) in known and weights.of(g) > 0
            if hit and start is None:
                start = n
            if not hit and start is not None:
                word = run[start : n + 1]
                found[word[:12]] = max(
                    found.get(word[:12], 0), sum(weights.of(_number(word[k : k + 2])) for k in range(len(word) - 1))
                )
                start = None
    return sorted(found, key=lambda word: -found[word])[:most]


def day_of(at: Any) -> date:
    return local_day(at)


def forget(intakes: Iterable[int]) -> int:
    """Take intakes out of the index: what went into the vault is not found by its words any more."""
    return Alike.objects.filter(intake__in=list(intakes)).delete()[0]


def after_step(step_id: int) -> None:
    """After each step: what of its case went into the vault leaves the index."""
    from jiefen.cases.models import Step

    case = Step.objects.filter(pk=step_id).values_list("case_id", flat=True).first()
    gone = Intake.objects.filter(decision__case=case, stratum=2).values_list("pk", flat=True)
    if ids := list(gone):
        forget(ids)
