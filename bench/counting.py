"""Counting: the page of all indicators as the county's supervisor opens it, and cases by unit, state and month."""

import statistics
import time
from datetime import timedelta
from typing import Any

from bench.floors import Floors
from bench.measures import PASSWORD, Setting, page
from bench.server import Browser, Meter, Server, cpu_ms, loop_ms

FLOOR = """
SELECT lead_unit_id, procedure, state, date_trunc('month', opened_at AT TIME ZONE 'Asia/Shanghai'), count(*) FROM cases_case
WHERE opened_at >= %s GROUP BY 1, 2, 3, 4
"""


def count(setting: Setting, server: Server, meter: Meter, floors: Floors) -> None:
    """The page now and as of a day in the past; then the cells of one year, asked as Su with her doors."""
    from jiefen.kernel.clock import local_day, now

    su, n = Browser(server.port).sign_in("su", PASSWORD), max(10, setting.n // 5)
    today = local_day(now())
    setting.results["indicators"] = page(setting, meter, su, "/indicators/", n)
    setting.results["indicators-past"] = page(setting, meter, su, f"/indicators/?day={today - timedelta(days=91)}", n)
    setting.results["tally"] = _tally(setting, n)


def _tally(setting: Setting, n: int) -> dict[str, Any]:
    from jiefen.analytics.asker import Asker
    from jiefen.analytics.tally import tally
    from jiefen.kernel.clock import local_day, now
    from jiefen.people.actor import actor_for
    from jiefen.people.models import Person

    at = now()
    actor = actor_for(Person.objects.get(username="su"), at)
    assert actor is not None
    asker, until = Asker.of(actor), local_day(at)
    since = until.replace(year=until.year - 1)
    walls, loops, cells, used = [], [], 0, 0.0
    for i in range(n + 2):
        loops.append(loop_ms())
        if i == 2:
            used = _used()
        began = time.perf_counter()
        cells = len(tally(asker, since, until))
        if i >= 2:
            walls.append((time.perf_counter() - began) * 1000)
    used = _used() - used - sum(loops[3:])
    walls.sort()
    floor = []
    for _ in range(3):
        began = time.perf_counter()
        setting.rows(FLOOR, at - timedelta(days=365))
        floor.append((time.perf_counter() - began) * 1000)
    return {
        "n": n, "cells": cells, "cpu_ms": round(used / n, 2), "p50_ms": round(statistics.median(walls), 2), "p95_ms": round(walls[int(len(walls) * 0.95)], 2),
        "floor_ms": round(min(floor), 2), "loop_ms": round(statistics.median(loops), 2),
    }  # fmt: skip


def _used() -> float:
    """Milliseconds that this process and its backend have used."""
    from django.db import connection

    connection.ensure_connection()
    return cpu_ms(connection.connection.info.backend_pid) + time.process_time() * 1000
