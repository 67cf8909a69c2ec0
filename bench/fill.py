"""Filling a separate database with a county's years of matters, by COPY, on two processors."""

import math
import multiprocessing
import pickle
import random
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date, datetime, timedelta
from typing import Any

import psycopg

CHUNK = 2000
A_YEAR = 100_000
SEED = 20261122
_maker: Any = None
_link: psycopg.Connection | None = None
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
 WHERE t.relname = ANY(%s) AND NOT i.indisunique AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""


def plan(rows: int, today: date) -> list[tuple[date, str]]:
    """Opening day and course of each matter, the oldest first: a hundred thousand a year, one in twenty still open."""
    from bench.shapes import ENDED, LONGEST, OPEN

    pick = random.Random(SEED)
    span = max(120, math.ceil(rows / A_YEAR * 365))
    found = []
    for n in range(rows):
        if n % 20 == 0:
            name = pick.choices(list(OPEN), list(OPEN.values()))[0]
            # Half came in these weeks; the other half is what a county carries along, late.
            age = pick.randrange(1, 30) if pick.random() < 0.6 else int(pick.expovariate(1 / 120))
            age = min(max(age, LONGEST.get(name, 12)), span)
        else:
            name = pick.choices(list(ENDED), list(ENDED.values()))[0]
            age = pick.randrange(45 if name == "closed-late" else 15, span)
        found.append((today - timedelta(days=age), name))
    found.sort(key=lambda row: row[0])
    return found


def _begin(county: bytes, url: str) -> None:
    """In a fresh process: Django for the keys, one connection for COPY."""
    import django

    django.setup()
    from bench.rows import Maker

    global _maker, _link
    _maker = Maker(pickle.loads(county), SEED)
    _link = psycopg.connect(url, options="-c session_replication_role=replica -c synchronous_commit=off")


def _work(first: int, matters: list[tuple[date, str]], waiting: list[datetime]) -> int:
    """Make some matters and copy them in, in one transaction. Returns how many."""
    from bench.rows import TABLES

    assert _link is not None
    out: dict[str, list[str]] = {table: [] for table in TABLES}
    for n, (day, name) in enumerate(matters, first):
        _maker.matter(n, day, name, out)
    for n, at in enumerate(waiting, first + len(matters)):
        _maker.waiting(n, at, out)
    with _link.transaction(), _link.cursor() as cursor:
        for table, columns in TABLES.items():
            if out[table]:
                names = ", ".join(f'"{c}"' for c in columns)
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    copy.write("\n".join(out[table]) + "\n")
    return len(matters) + len(waiting)


def fill(rows: int, url: str, at: datetime, say: Any) -> dict[str, Any]:
    """Fill the database of `url` (a superuser's) with `rows` cases and their surroundings. Returns what it took."""
    from bench import county as reading
    from bench.rows import ROOM, TABLES

    began = time.monotonic()
    county = reading.read(at)
    _check_columns(TABLES)
    matters = plan(rows, at.date() - timedelta(days=1))
    waiting = [at - timedelta(minutes=7 * n) for n in range(max(40, rows // 400))]
    with psycopg.connect(url, autocommit=True) as link:
        indexes = link.execute(_INDEXES, [list(TABLES)]).fetchall()
        for name, _ in indexes:
            link.execute(f"DROP INDEX {name}")
        spawn = multiprocessing.get_context("spawn")
        done = 0
        with ProcessPoolExecutor(2, mp_context=spawn, initializer=_begin, initargs=(pickle.dumps(county), url)) as pool:
            jobs = [pool.submit(_work, *piece) for piece in _pieces(matters, waiting)]
            for job in as_completed(jobs):
                done += job.result()
                if done % (CHUNK * 10) < CHUNK:
                    say(f"  {done:,}／{rows + len(waiting):,} · {time.monotonic() - began:.0f} s")
        copied = time.monotonic() - began
        link.execute("SET maintenance_work_mem = '1GB'")
        link.execute("SET max_parallel_maintenance_workers = 1")
        for _, text in indexes:
            link.execute(text)
        _settle(link, rows, len(waiting), ROOM, county, matters, at)
        indexed = time.monotonic() - began
        link.execute("VACUUM ANALYZE")
        link.execute("CHECKPOINT")
        size = link.execute("SELECT pg_database_size(current_database())").fetchone()
    return {
        "rows": rows, "waiting": len(waiting), "copy_s": round(copied, 1), "index_s": round(indexed - copied, 1),
        "total_s": round(time.monotonic() - began, 1), "size_mb": int(size[0]) // 2**20 if size else 0,
    }  # fmt: skip


def _pieces(
    matters: list[tuple[date, str]], waiting: list[datetime]
) -> Iterator[tuple[int, list[Any], list[datetime]]]:
    for first in range(0, len(matters), CHUNK):
        yield first + 1, matters[first : first + CHUNK], []
    for first in range(0, len(waiting), CHUNK):
        yield len(matters) + first + 1, [], waiting[first : first + CHUNK]


def _check_columns(tables: dict[str, tuple[str, ...]]) -> None:
    """A column that was added since must be filled too."""
    from django.apps import apps

    models = {model._meta.db_table: model for model in apps.get_models()}
    for table, columns in tables.items():
        have = {field.column for field in models[table]._meta.concrete_fields}
        if have != set(columns):
            raise SystemExit(f"bench/rows.py does not know the columns of {table}: {sorted(have ^ set(columns))}")


def _settle(link: Any, rows: int, waiting: int, room: int, county: Any, matters: Any, at: datetime) -> None:
    """Bring sequences and counters beyond what was copied in."""
    for table in ("kernel_sealkey", "intake_intake", "cases_case", "triage_triagedecision", "triage_searchrow"):
        link.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {rows + waiting + 1})")
    for table in ("cases_party", "cases_demand", "cases_assignment", "cases_step", "cases_deadline"):
        link.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {(rows + 1) * room})")
    years = range(matters[0][0].year, at.year + 2)
    series = [f"intake {county.code} {year}" for year in years]
    series += [f"case {letters} {year}" for letters in {b.letters for b in county.benches} for year in years]
    for name in series:
        link.execute(
            "INSERT INTO kernel_counter (series, value) VALUES (%s, %s) ON CONFLICT (series) DO UPDATE SET value = EXCLUDED.value",
            [name, rows + waiting + 1],
        )
