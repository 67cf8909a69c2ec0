"""What is measured, each as an ordinary clerk (Zhou) or handler (He), through the whole server."""

import contextlib
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from bench.floors import Floors
from bench.server import Browser, Meter, Server, cpu_ms

PASSWORD = "qinghe-demo-2026"
WARM = 8
TEXT = (
    "我在柳河农贸市场改造工地贴瓷砖，工头拖欠工资{n}元，干了52天只给了5000元，多次讨要无果，工友还有六人，请帮我们要回来。"
    "工地在市场北门，牌子写着清和建安，项目经理姓陈，电话一直打不通。"
)


@dataclass
class Setting:
    """The database under measurement, and the people in it."""

    home: Path
    url: str  # superuser's, for choosing rows, floors and counting backends
    n: int = 100
    facts: dict[str, Any] = field(default_factory=dict)
    results: dict[str, dict[str, Any]] = field(default_factory=dict)

    def one(self, sql: str, *values: Any) -> Any:
        with psycopg.connect(self.url, autocommit=True) as link:
            row = link.execute(sql.encode(), values).fetchone()
            return row[0] if row else None

    def rows(self, sql: str, *values: Any) -> list[Any]:
        with psycopg.connect(self.url, autocommit=True) as link:
            return link.execute(sql.encode(), values).fetchall()

    def people(self) -> None:
        """Look up whom and where we measure."""
        desk = "SELECT unit_id FROM people_posting p JOIN people_person w ON w.id = p.person_id WHERE w.username = %s LIMIT 1"
        self.facts = {
            "he": self.one("SELECT id FROM people_person WHERE username = 'he'"),
            "zhou": self.one("SELECT id FROM people_person WHERE username = 'zhou'"),
            "he_unit": self.one(desk, "he"),
            "zhou_unit": self.one(desk, "zhou"),
        }

    def cases(self, n: int, where: str, *values: Any) -> list[tuple[int, str]]:
        """Some cases, spread over all that fit."""
        return self.rows(f"SELECT id, slug FROM cases_case WHERE {where} ORDER BY md5(id::text) LIMIT {n}", *values)


def page(setting: Setting, meter: Meter, browser: Browser, path: str, n: int = 0) -> dict[str, Any]:
    """Fetch one page many times."""

    def work(i: int) -> int:
        status, body, _ = browser.ask("GET", path)
        if status != 200:
            raise SystemExit(f"{path}: {status}")
        return len(body)

    for i in range(WARM):
        work(i)
    return meter.take(n or setting.n, work).as_dict()


def lists(setting: Setting, meter: Meter, he: Browser, zhou: Browser, floors: Floors) -> None:
    """The work lists of fifty."""
    facts, n = setting.facts, setting.n
    setting.results["list-unit"] = page(setting, meter, he, "/cases/?scope=unit") | floors.listed(
        n, "lead_unit_id", facts["he_unit"]
    )
    setting.results["list-centre"] = page(setting, meter, zhou, "/cases/?scope=centre") | floors.listed(
        n, "centre_id", facts["zhou_unit"]
    )
    setting.results["list-mine"] = page(setting, meter, he, "/cases/?scope=mine") | floors.listed(
        n, "responsible_id", facts["he"]
    )
    floor = floors.bench(n, facts["zhou"], facts["zhou_unit"])
    setting.results["workbench-clerk"] = page(setting, meter, zhou, "/desk/") | floor
    setting.results["workbench-handler"] = page(setting, meter, he, "/desk/") | floors.bench(n, facts["he"], 0)


def case(setting: Setting, meter: Meter, he: Browser, floors: Floors) -> None:
    """One case with its history: open ones being handled, another each time."""
    chosen = setting.cases(setting.n + WARM, "is_open AND steps >= 4 AND lead_unit_id = %s", setting.facts["he_unit"])

    def work(i: int) -> int:
        status, body, _ = he.ask("GET", f"/cases/{chosen[i % len(chosen)][1]}/")
        if status != 200:
            raise SystemExit(f"case page: {status}")
        return len(body)

    for i in range(WARM):
        work(-1 - i)
    setting.results["case"] = meter.take(setting.n, work).as_dict() | floors.case(setting.n, chosen)


def step(setting: Setting, meter: Meter, he: Browser, floors: Floors) -> None:
    """A step with a comment: He notes that she phoned. Another case each time."""
    chosen = setting.cases(
        setting.n + WARM, "state = 'handling' AND lead_unit_id = %s AND is_open", setting.facts["he_unit"]
    )
    if not chosen:
        raise SystemExit("no case to take a step in")
    token = he.token(he.ask("GET", f"/cases/{chosen[0][1]}/steps/contact/")[1])

    def work(i: int) -> int:
        path = f"/cases/{chosen[i % len(chosen)][1]}/steps/contact/"
        form = {
            "csrfmiddlewaretoken": token,
            "session-note": f"第{i}次电话联系，说明了办理进度，约定下周一上午十点到现场核实。",
        }
        status, body, _where = he.ask("POST", path, form)
        if status != 302:
            raise SystemExit(f"step: {status}")
        return len(body)

    for i in range(WARM):
        work(-1 - i)
    setting.results["step"] = meter.take(setting.n, work).as_dict() | floors.step(setting.n)


def take_in(setting: Setting, meter: Meter, zhou: Browser, floors: Floors) -> None:
    """Registering at the window: stored, receipt, suggestions, audit; the answer is a redirect to the intake."""
    _, form_page, _ = zhou.ask("GET", "/register/")
    token = zhou.token(form_page)
    stamp = time.time()

    def work(i: int) -> int:
        form = {
            "csrfmiddlewaretoken": token, "once_key": f"bench-{stamp}-{i}", "channel": "window", "name": "兰秀英",
            "phone": f"138{int(stamp) % 10000:04d}{i % 10000:04d}", "identity": "named", "text": TEXT.format(n=9000 + i),
        }  # fmt: skip
        status, body, where = zhou.ask("POST", "/register/", form)
        if status != 302 or "/intakes/" not in where:
            raise SystemExit(f"register: {status}")
        return len(body)

    for i in range(WARM):
        work(100_000 + i)
    setting.results["take-in"] = meter.take(setting.n, work).as_dict() | floors.take_in(setting.n)


def jobs(setting: Setting) -> None:
    """What the worker still does after the steps of this run: processor time of one worker run, less an idle one."""
    waiting = setting.one("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
    command = [sys.executable, "-m", "jiefen.cli", "worker", "--once"]

    def run() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000

    full, idle = run(), run()
    if waiting:
        setting.results["jobs-after-step"] = {"n": waiting, "cpu_ms": round((full - idle) / waiting, 2)}


REPORTS = (
    "/indicators/", "/supervise/", "/cases/?scope=county&when=all", "/cases/?scope=centre&when=late", "/cases/?scope=county&when=ended",
    "/inbox/", "/intakes/", "/desk/",
)  # fmt: skip


def memory(setting: Setting, server: Server) -> None:
    """Resident memory of web and worker before and after a set of reports and lists; the database is counted apart."""
    su, he = Browser(server.port).sign_in("su", PASSWORD), Browser(server.port).sign_in("he", PASSWORD)
    for _ in range(3):
        he.ask("GET", "/desk/")
    time.sleep(4)  # the worker begins a little later
    before = server.memory()
    seen: dict[str, str] = {}
    for _ in range(3):
        for path in REPORTS:
            if "longer" in seen.get(path, ""):
                continue
            try:
                status, body, _where = su.ask("GET", path)
                seen[path] = f"{status}, {len(body) // 1024} KB"
            except TimeoutError:
                seen[path] = "longer than 60 s"
                su.link.close()
    after = server.memory()
    setting.results["memory"] = {
        "before_mb": round(sum(before.values()), 1), "after_mb": round(sum(after.values()), 1), "before": before, "after": after,
        "reports": seen,
    }  # fmt: skip


def start(setting: Setting) -> None:
    """Start to first answer, the database stopped before, files warm: the median of three."""
    from jiefen.kernel import embedded

    seconds, floor = [], []
    for _ in range(4):
        embedded.stop(setting.home)
        server = Server(setting.home, worker=True)
        seconds.append(server.seconds)
        server.stop()
        embedded.stop(setting.home)
        began = time.monotonic()
        embedded.start(setting.home)
        with psycopg.connect(setting.url) as link:
            link.execute("SELECT 1")
        floor.append(time.monotonic() - began)
    setting.results["start"] = {
        "seconds": round(sorted(seconds[1:])[1], 2), "floor_s": round(sorted(floor[1:])[1], 2),
        "all": [round(s, 2) for s in seconds],
    }  # fmt: skip


def bulk(setting: Setting, url: str) -> None:
    """Rows a second of a ledger file through every check; where no ledger is, of drafts sorted and taken in 500 at a time."""
    from datetime import timedelta

    from django.db import transaction

    from bench.texts import TALES
    from jiefen.intake.actions import receive_many
    from jiefen.intake.drafts import IntakeDraft
    from jiefen.kernel.clock import now
    from jiefen.kernel.scope import scope
    from jiefen.places.models import Area
    from jiefen.triage.actions import sort_draft

    at, home = now(), Area.objects.get(level="township", name="柳河镇")
    count, stamp = 5000, time.time()
    drafts = [
        IntakeDraft(
            channel="upper-platform", once_key=f"{stamp}-{n}", name="兰秀英", phone=f"137{n:08d}",
            text=TALES[n % len(TALES)].text.format(n=n, place="柳河镇"), received_at=at - timedelta(minutes=n),
        )
        for n in range(count)
    ]  # fmt: skip
    backend = None
    began, own = time.perf_counter(), time.process_time()
    for first in range(0, count, 500):
        with transaction.atomic(), scope("import"):
            if backend is None:
                from django.db import connection

                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    backend = cursor.fetchone()[0]
                used = cpu_ms(backend)
            receive_many(
                [sort_draft(d, home=home, at=at) for d in drafts[first : first + 500]], by=None, at=at, batch=None
            )
    took, own = time.perf_counter() - began, time.process_time() - own
    database = (cpu_ms(backend) - used) / 1000 if backend else 0.0
    setting.results["import"] = {
        "rows_per_s": round(count / took), "rows_per_cpu_s": round(count / (own + database)), "rows": count,
        "floor_rows_per_s": _copy_floor(url),
    }  # fmt: skip


def _copy_floor(url: str) -> int:
    with psycopg.connect(url) as link:
        link.execute("CREATE TEMP TABLE floor_key (LIKE kernel_sealkey)")
        link.execute("CREATE TEMP TABLE floor_in (LIKE intake_intake)")
        began = time.perf_counter()
        with link.cursor() as cursor:
            rows = 0
            for table, copy_to in (("kernel_sealkey", "floor_key"), ("intake_intake", "floor_in")):
                with cursor.copy(f"COPY (SELECT * FROM {table} LIMIT 20000) TO STDOUT".encode()) as out:
                    data = b"".join(out)
                with cursor.copy(f"COPY {copy_to} FROM STDIN".encode()) as into:
                    into.write(data)
                rows = data.count(b"\n")
        return round(rows / (time.perf_counter() - began))


@contextlib.contextmanager
def signed_in(setting: Setting, server: Server) -> Iterator[tuple[Meter, Browser, Browser, Floors]]:
    meter, floors = Meter(server, setting.url), Floors(setting.url)
    he = Browser(server.port).sign_in("he", PASSWORD)
    zhou = Browser(server.port).sign_in("zhou", PASSWORD)
    try:
        yield meter, he, zhou, floors
    finally:
        meter.close()
        floors.link.close()


NAMES: dict[str, Callable[..., None]] = {"list": lists, "case": case, "step": step, "take-in": take_in}
