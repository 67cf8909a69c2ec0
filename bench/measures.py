"""What is measured, each as an ordinary clerk (Zhou) or handler (He), through the whole server."""

import contextlib
import csv
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from bench.floors import Floors
from bench.server import TICK, Browser, Meter, Server, below, cpu_ms, loop_ms

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
    setting.results["list-seen"] = page(setting, meter, he, "/cases/?scope=county&when=open")
    setting.results["list-seen-all"] = page(setting, meter, zhou, "/cases/?scope=county&when=all")
    floor = floors.bench(n, facts["zhou"], facts["zhou_unit"])
    setting.results["workbench-clerk"] = page(setting, meter, zhou, "/desk/") | floor
    setting.results["workbench-handler"] = page(setting, meter, he, "/desk/") | floors.bench(n, facts["he"], 0)


def case(setting: Setting, meter: Meter, he: Browser, floors: Floors) -> None:
    """One case with its history: open ones being handled, another each time."""
    chosen = setting.cases(setting.n + WARM, "is_open AND steps >= 4 AND responsible_id = %s", setting.facts["he"])

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
        setting.n + WARM, "state = 'handling' AND responsible_id = %s AND is_open", setting.facts["he"]
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


LEDGER = 20_000
"""Rows of the ledger file: enough that starting the command and its helpers weighs what it does in real life."""


def bulk(setting: Setting, url: str) -> None:
    """Rows a second of a ledger file through `jiefen import`, every check and both processors, helpers included: from the
    first row to the last, as the command's own report counts, and by second of processor time of the whole command."""
    path = _ledger(setting.home)
    command = [
        sys.executable,
        "-m",
        "jiefen.cli",
        "import",
        str(path),
        "--profile",
        "ledger-general",
        "--home",
        "柳河镇",
    ]
    rows = "SELECT count(*) FROM intake_intake"
    before, own = setting.one(rows), resource.getrusage(resource.RUSAGE_CHILDREN)
    loops = [loop_ms() for _ in range(20)]
    with psycopg.connect(url, autocommit=True) as link:
        used = _database_ms(link)
        began = time.perf_counter()
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        main = 0.0
        while running.poll() is None:
            main = cpu_ms(running.pid) or main
            time.sleep(0.05)
        took = time.perf_counter() - began
        database = (_database_ms(link) - used) / 1000
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    loops += [loop_ms() for _ in range(20)]
    application = after.ru_utime + after.ru_stime - own.ru_utime - own.ru_stime
    count = setting.one(rows) - before
    if count != LEDGER or running.returncode:
        raise SystemExit(f"import: {count} of {LEDGER} rows taken in")
    path.unlink()
    setting.results["import"] = {
        "rows_per_s": round(count / took), "rows": count, "cpu_us_a_row": round((application + database) / count * 1e6),
        # The command and the database wait for each other; its helpers run beside them on the other core.
        "chain_us_a_row": round((main / 1000 + database) / count * 1e6), "database_us_a_row": round(database / count * 1e6),
        "loop": round(statistics.fmean(loops), 2),
        "floor_rows_per_s": _copy_floor(url),
    }  # fmt: skip


def _ledger(home: Path) -> Path:
    """A file as an office keeps it: numbers nobody else has, ten sorts of text, names, phones and places."""
    from bench.texts import TALES

    path, stamp = home / "ledger.csv", int(time.time())
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["编号", "标题", "主要内容", "登记时间", "反映人", "联系电话", "住址", "涉及人数"])
        for n in range(LEDGER):
            tale = TALES[n % len(TALES)]
            text = tale.text.format(n=n, place="柳河镇")
            day = f"2026-{1 + n % 10:02d}-{1 + n % 28:02d} {8 + n % 10:02d}:{n % 60:02d}:00"
            writer.writerow(
                [f"{stamp}-{n}", text[:18], text, day, "兰秀英", f"137{n:08d}", "柳河镇农贸市场北门", 1 + n % 7]
            )
    return path


def _database_ms(link: "psycopg.Connection[Any]") -> float:
    """Processor time of all processes of the server, those that ended included."""
    pid = link.execute("SELECT pg_backend_pid()").fetchone()
    parent = int(Path(f"/proc/{pid[0] if pid else 1}/stat").read_text().rpartition(")")[2].split()[1])
    words = Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()
    return sum(map(cpu_ms, below(parent))) + (int(words[13]) + int(words[14])) * TICK


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


def search(setting: Setting, meter: Meter, he: Browser, zhou: Browser, floors: Floors) -> None:
    """The page of finds with its counts, for a rare, a middling and the commonest word, as clerk and as handler."""
    from bench import texts

    words = {"rare": texts.RARE, "middling": texts.MIDDLING, "common": texts.COMMON}
    for who, browser in (("clerk", zhou), ("handler", he)):
        for name, word in words.items():
            found = page(setting, meter, browser, f"/search/?q={quote(word)}", max(10, setting.n // 2))
            setting.results[f"search-{name}-{who}"] = found | floors.found(20, word)


NAMES: dict[str, Callable[..., None]] = {
    "list": lists,
    "case": case,
    "step": step,
    "take-in": take_in,
    "search": search,
}
