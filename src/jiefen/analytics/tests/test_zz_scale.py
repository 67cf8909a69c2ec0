import time
from django.db import connection
from jiefen.analytics.asker import Asker, Cut
from jiefen.analytics.asking import figure, things
from jiefen.analytics.definitions import catalogue
from jiefen.analytics.tests.small import local, matters
from jiefen.cases.models import Case
from jiefen.kernel.scope import scope
import pytest, psycopg


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_scale(county):
    made = matters(county)
    with scope("worker"), connection.cursor() as c:
        for letter in "ab":
            pk = made[letter].pk
            cols = lambda t, skip: [
                r[0]
                for r in c.execute(
                    "SELECT column_name FROM information_schema.columns WHERE table_name=%s AND table_schema='public' ORDER BY ordinal_position",
                    [t],
                )
                or c.fetchall()
                if r[0] not in skip
            ]
            names = cols("cases_case", ("id", "number", "slug", "opened_at"))
            base = 1_000_000 * (1 if letter == "a" else 2)
            c.execute(
                f"INSERT INTO cases_case (id,number,slug,opened_at,{','.join(names)}) SELECT {base}+g, 'n'||({base}+g), 's'||({base}+g), opened_at - (g%%900)*interval '1 day', {','.join(names)} FROM cases_case, generate_series(1,50000) g WHERE id=%s",
                [pk],
            )
            for t, skip, shift in (
                ("cases_step", ("id", "case_id", "at"), "at"),
                ("cases_deadline", ("id", "case_id", "due_at"), "due_at"),
                ("cases_assignment", ("id", "case_id", "dispatched_at"), "dispatched_at"),
                ("cases_party", ("id", "case_id", "joined_at"), "joined_at"),
            ):
                ns = cols(t, skip)
                c.execute(
                    f"INSERT INTO {t} (case_id,{shift},{','.join(ns)}) SELECT {base}+g, {shift} - (g%%900)*interval '1 day', {','.join(ns)} FROM {t}, generate_series(1,50000) g WHERE case_id=%s",
                    [pk],
                )
        c.execute("SELECT count(*) FROM cases_step")
        print("steps", c.fetchone())
    from django.db import connections

    t0 = time.time()
    with connections["owner"].cursor() as c:
        c.execute("ANALYZE")
    print("analyze", time.time() - t0, flush=True)
    with scope("worker"), connection.cursor() as c:
        c.execute("SET statement_timeout='60s'")
    from jiefen.analytics import asking

    def plan(i, who):
        with scope("analytics"), connection.cursor() as c:
            c.execute(
                "EXPLAIN (ANALYZE, COSTS ON) "
                + asking._sql("00-ground")
                + asking._AGGREGATE.format(question=asking._sql(i.question)),
                asking._params(i, who, Cut.of(None, at=local(10, 20))),
            )
            return "\n".join(r[0] for r in c.fetchall())

    import os

    at = local(10, 20)
    for who in (Asker.machine(), Asker.of(county.actor("su", at))):
        total = 0
        for i in catalogue().indicators.values():
            if not i.connected:
                continue
            t = time.time()
            f = figure(i, who, Cut.of(None, at=at))
            d = time.time() - t
            total += d
            t = time.time()
            things(i, who, Cut.of(None, at=at), part="all")
            l = time.time() - t
            print(
                f"{who.username} {i.key:20} {d * 1000:7.0f} ms list {l * 1000:7.0f} ms {f.numerator}/{f.denominator}",
                flush=True,
            )
            if d > 3 and who.keys is None:
                print(plan(i, who), flush=True)
        print(who.username, "total", total)
