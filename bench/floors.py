"""The same rows in plain SQL, as a superuser, on one connection: what the database alone must do."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import psycopg

LIST = """
SELECT c.id, c.number, c.slug, c.state, c.title, c.channel, c.next_due_at, c.next_clock, c.opened_at, k.wrapped, u.name, p.name
  FROM cases_case c JOIN kernel_sealkey k ON k.id = c.key_id LEFT JOIN people_unit u ON u.id = c.lead_unit_id
  LEFT JOIN people_person p ON p.id = c.responsible_id
 WHERE c.is_open AND c.{column} = %s ORDER BY c.next_due_at, c.id LIMIT 51
"""
MINE = LIST.format(column="responsible_id").replace("51", "13")
WAITING = """
SELECT i.id, i.number, i.subject, i.channel, i.flags, i.received_at, k.wrapped, a.name FROM intake_intake i
  JOIN kernel_sealkey k ON k.id = i.key_id JOIN places_area a ON a.id = i.area_id
 WHERE i.state = 'waiting' AND i.centre_id = %s ORDER BY i.received_at, i.id LIMIT 13
"""
CASE = (
    "SELECT c.*, k.* FROM cases_case c JOIN kernel_sealkey k ON k.id = c.key_id WHERE c.slug = %s",
    "SELECT s.*, p.name, u.name FROM cases_step s JOIN people_person p ON p.id = s.by_id JOIN people_unit u ON u.id = s.unit_id "
    "WHERE s.case_id = %s ORDER BY s.seq",
    *(f"SELECT * FROM cases_{table} WHERE case_id = %s" for table in ("party", "demand", "assignment", "deadline")),
)


def timed(n: int, work: Callable[[int], Any]) -> dict[str, float]:
    """Median and 95th percentile wall of n calls, ms."""
    walls = []
    for i in range(n + 3):
        began = time.perf_counter()
        work(i)
        walls.append((time.perf_counter() - began) * 1000)
    walls = sorted(walls[3:])
    return {"floor_ms": round(statistics.median(walls), 3), "floor_p95_ms": round(walls[int(n * 0.95)], 3)}


class Floors:
    """The floors of one database. Writes go to copies of the tables, dropped at the end."""

    def __init__(self, url: str):
        self.link = psycopg.connect(url, autocommit=True)

    def listed(self, n: int, column: str, value: int) -> dict[str, float]:
        sql = LIST.format(column=column)
        return timed(n, lambda i: self.link.execute(sql, [value]).fetchall())

    def bench(self, n: int, person: int, centre: int) -> dict[str, float]:
        def work(i: int) -> None:
            self.link.execute(MINE, [person]).fetchall()
            self.link.execute(WAITING, [centre]).fetchall()

        return timed(n, work)

    def case(self, n: int, cases: list[tuple[int, str]]) -> dict[str, float]:
        def work(i: int) -> None:
            pk, slug = cases[i % len(cases)]
            self.link.execute(CASE[0], [slug]).fetchall()
            for sql in CASE[1:]:
                self.link.execute(sql, [pk]).fetchall()

        return timed(n, work)

    def found(self, n: int, word: str) -> dict[str, float]:
        """The newest twenty that have a word, of the whole county."""
        from jiefen.triage.finding.words import wanted

        sql = "SELECT id FROM triage_searchrow WHERE words @@ %s::tsquery ORDER BY at DESC LIMIT 21"
        return timed(n, lambda i: self.link.execute(sql, [wanted(word).query]).fetchall())

    def take_in(self, n: int) -> dict[str, float]:
        """One key and one intake, with all indexes, each in a transaction of its own."""
        return self._copied(
            n, ("kernel_sealkey", "intake_intake"), skip=("number", "token_mark", "short_code", "once_key")
        )

    def step(self, n: int) -> dict[str, float]:
        """One step and its case's new standing, each in a transaction of its own."""
        return self._copied(
            n,
            ("cases_step",),
            skip=(),
            also="UPDATE floor_case SET steps = steps + 1, changed_at = now() WHERE id = %s",
        )

    def _copied(self, n: int, tables: tuple[str, ...], *, skip: tuple[str, ...], also: str = "") -> dict[str, float]:
        run = self.link.execute
        rows: dict[str, Any] = {}
        for table in tables:
            run(f"DROP TABLE IF EXISTS floor_{table}".encode())
            run(f"CREATE TABLE floor_{table} (LIKE {table} INCLUDING INDEXES)".encode())
            rows[table] = run(f"SELECT * FROM {table} ORDER BY id DESC LIMIT {n + 3}".encode()).fetchall()
        if also:
            run("DROP TABLE IF EXISTS floor_case")
            run("CREATE TABLE floor_case (LIKE cases_case INCLUDING INDEXES)")
            run("INSERT INTO floor_case SELECT * FROM cases_case ORDER BY id DESC LIMIT 2000")
            ids = [r[0] for r in run("SELECT id FROM floor_case").fetchall()]

        def work(i: int) -> None:
            with self.link.transaction():
                for table in tables:
                    row = [_plain(v) for v in rows[table][i]]
                    run(f"INSERT INTO floor_{table} VALUES ({', '.join(['%s'] * len(row))})".encode(), row)
                if also:
                    run(also.encode(), [ids[i % len(ids)]])

        try:
            return timed(n, work)
        finally:
            for table in (*tables, "case"):
                run(f"DROP TABLE IF EXISTS floor_{table}".encode())


def _plain(value: Any) -> Any:
    from psycopg.types.json import Jsonb

    return Jsonb(value) if isinstance(value, dict) else value
