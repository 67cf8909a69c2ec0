"""Filling the index of alike matters: made-up tellings whose words are as unevenly common as people's are.

Sixty thousand made-up words of two or three characters, the n-th of them said as often as 1/(n+12); some of the tellings are
about the same matter as an earlier one: they share a rare name, a place and a third of the words. Nobody real said any of it.
"""

import io
import time
from typing import Any

import numpy as np
import psycopg

WORDS, SIGNS, SAID, NAMED = 60_000, 3_000, 44, 4
"""Words there are, characters they are made of, words in a telling, words of the name that it is about."""
FIRST = 0x4E00
CHUNK = 10_000


def language(seed: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """The words as characters (the third may be missing, −1), and how often each is said."""
    pick = np.random.default_rng(seed)
    weight = 1.0 / (np.arange(SIGNS) + 30.0)
    signs = pick.choice(SIGNS, size=(WORDS, 3), p=weight / weight.sum())
    signs[pick.random(WORDS) < 0.75, 2] = -1
    often = 1.0 / (np.arange(WORDS) + 12.0)
    return signs, often / often.sum()


def spoken(pick: np.random.Generator, signs: np.ndarray, often: np.ndarray, rows: int) -> np.ndarray:
    """Tellings as rows of characters; −1 where there is none. A quarter of them tell of one of some thousand known matters."""
    said = pick.choice(WORDS, size=(rows, SAID), p=often)
    matters = pick.integers(0, 40_000, rows)
    name = 2_000 + (matters[:, None] * 7919 + np.arange(NAMED) * 104_729) % (WORDS - 2_000)
    known = pick.random(rows) < 0.25
    said[known, :NAMED] = name[known]
    return signs[said].reshape(rows, SAID * 3)


def text_of(row: np.ndarray) -> str:
    """A telling written out."""
    return "".join(chr(FIRST + int(sign)) for sign in row if sign >= 0)


def pair_numbers() -> np.ndarray:
    """The keyed number of every pair of characters there is, as the index keeps it."""
    from jiefen.triage import alike

    letters = [chr(FIRST + n) for n in range(SIGNS)]
    number = alike._number.__wrapped__
    return np.array([[number(a + b) for b in letters] for a in letters], dtype=np.int32)


def fill(url: str, at_most: int, say: Any, each: int = 1) -> dict[str, Any]:
    """Fill the index for the newest `at_most` matters of a filled database, `each` times over (more matters than there are:
    then the rule that a matter has one row is put aside in this database). Returns what it took."""
    began = time.monotonic()
    signs, often = language()
    numbers = pair_numbers()
    pick = np.random.default_rng(20261122)
    with psycopg.connect(url, autocommit=True) as link:
        link.execute("SET session_replication_role = replica")
        link.execute("TRUNCATE triage_alike, triage_gram")
        link.execute("DROP INDEX IF EXISTS alike_grams")
        if each > 1:
            for (name,) in link.execute("SELECT conname FROM pg_constraint WHERE conrelid = 'triage_alike'::regclass AND contype = 'u'").fetchall():  # fmt: skip
                link.execute(f'ALTER TABLE triage_alike DROP CONSTRAINT "{name}"')
        known = link.execute("SELECT id, received_at::date FROM intake_intake ORDER BY id DESC LIMIT %s", [at_most]).fetchall()  # fmt: skip
        total = len(known) * each
        for first in range(0, total, CHUNK):
            rows = spoken(pick, signs, often, min(CHUNK, total - first))
            lines = io.StringIO()
            for n, row in enumerate(rows, first):
                row = row[row >= 0]
                pairs = numbers[row[:-1], row[1:]].tolist()
                heads = list(dict.fromkeys(pairs[:24]))
                rest = [p for p in dict.fromkeys(pairs[24:]) if p not in set(heads)]
                intake, day = known[n % len(known)]
                lines.write(f"{intake}\t{{{','.join(map(str, heads + rest))}}}\t{len(heads)}\t{day}\n")
            with link.cursor().copy("COPY triage_alike (intake_id, grams, heads, day) FROM STDIN") as copy:
                copy.write(lines.getvalue())
            if first % (CHUNK * 10) == 0:
                say(f"  {first:,}／{total:,} · {time.monotonic() - began:.0f} s")
        link.execute("SET maintenance_work_mem = '1GB'")
        link.execute("CREATE INDEX alike_grams ON triage_alike USING gin (grams)")
        if each > 1:
            link.execute("CREATE INDEX ON triage_alike (intake_id)")
        from jiefen.triage.alike import TOTAL, WEIGH

        link.execute(WEIGH.replace("%s", str(TOTAL)) + " ON CONFLICT (gram) DO NOTHING")
        link.execute("VACUUM ANALYZE triage_alike")
        link.execute("ANALYZE triage_gram")
    return {"alike": total, "alike_s": round(time.monotonic() - began, 1)}


def asked(n: int, seed: int = 5) -> list[str]:
    """Texts that somebody might type, in the same language."""
    signs, often = language()
    return [text_of(row) for row in spoken(np.random.default_rng(seed), signs, often, n)]
