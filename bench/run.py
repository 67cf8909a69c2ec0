"""`jiefen bench`: fill a database of its own, measure, print the table, write it down, clean up."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DOCS = HERE.parent / "docs" / "reference" / "benchmarks.md"
ALL = ("start", "list", "case", "step", "take-in", "search", "alike", "count", "jobs", "papers", "import", "memory")


def main(words: list[str]) -> int:
    """Returns 0 when everything measured reaches what it must, else 1."""
    ask = argparse.ArgumentParser(
        prog="jiefen bench", description="测量收件、列表、事项页、步骤、查找、相似事项、计数、导入、启动和内存。"
    )
    ask.add_argument("--rows", type=int, default=100_000, help="事项数（默认100000；另一个常用的是1000000）")
    ask.add_argument("--only", action="append", choices=ALL, help="只测这一项，可重复")
    ask.add_argument("--json", type=Path, help="结果另存到这个文件")
    ask.add_argument("--home", type=Path, help="用这个数据目录（默认临时目录，用完删去）；已装满的直接用")
    ask.add_argument("--requests", type=int, default=100, help="每一项请求多少次")
    ask.add_argument("--docs", action="store_true", help="把表写进 docs/reference/benchmarks.md")
    ask.add_argument("--fill-only", action="store_true", help="只装满，不测")
    asked = ask.parse_args(words)
    made = None
    home = asked.home or (made := Path(tempfile.mkdtemp(prefix="jiefen-bench-")) / "home")
    os.environ["JIEFEN_HOME"] = str(home.resolve())
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("DATABASE_OWNER_URL", None)
    try:
        return _measure(asked, home.resolve())
    finally:
        from jiefen.kernel import embedded

        if made:
            embedded.destroy(home)
            shutil.rmtree(made.parent, ignore_errors=True)
        else:
            embedded.stop(home.resolve())


def _measure(asked: Any, home: Path) -> int:
    from jiefen.kernel import embedded

    filled = home / "bench.json"
    # A home filled by an earlier version is brought up to this one.
    migrate = [sys.executable, "-m", "jiefen.cli", "migrate", "--quiet"]
    subprocess.run(migrate, check=True, stdout=subprocess.DEVNULL)
    embedded.ensure(home)
    import django

    django.setup()
    from django.db import connections

    from bench import report
    from bench.fill import fill
    from bench.measures import NAMES, Setting, bulk, jobs, memory, signed_in, start
    from bench.paper_measures import papers
    from bench.server import loop_ms, served
    from jiefen.cli.demo.load import load_demo
    from jiefen.kernel.clock import local, now

    url = embedded.superuser_url(home, "jiefen")
    if not filled.exists():
        print(f"装入{asked.rows:,}件 …", flush=True)
        load_demo(at=now())
        (home / "demo.txt").write_text("measurement\n")  # its staff sign in without a second factor
        whole = fill(asked.rows, url, now(), lambda text: print(text, flush=True))
        print("  计数 …", flush=True)
        from jiefen.analytics.recount import rebuild

        began = time.monotonic()
        rebuild(check=False)  # the copies above pass by the triggers
        whole["count_s"] = round(time.monotonic() - began, 1)
        filled.write_text(json.dumps(whole))
    filling = json.loads(filled.read_text())
    print(f"{filling['rows']:,}件，{filling['total_s']:.0f}秒装好，{filling['size_mb']:,} MB", flush=True)
    if asked.fill_only:
        return 0
    setting = Setting(home, url, n=asked.requests)
    wanted = asked.only or ALL
    setting.people()
    quiet = [loop_ms() for _ in range(60)]
    connections.close_all()
    if "start" in wanted:
        start(setting)
        embedded.ensure(home)
    if set(NAMES) & set(wanted):
        with served(home) as server, signed_in(setting, server) as (meter, he, zhou, floors):
            for name, work in NAMES.items():
                if name in wanted:
                    print(f"  {name} …", flush=True)
                    people = {
                        "list": (he, zhou),
                        "case": (he,),
                        "step": (he,),
                        "take-in": (zhou,),
                        "search": (he, zhou),
                    }[name]
                    work(setting, meter, *people, floors)
                    _say(setting)
    if "alike" in wanted:
        from bench.typed import alike

        with served(home) as server, signed_in(setting, server) as (meter, _he, zhou, floors):
            alike(setting, meter, zhou, floors)
        _say(setting)
    if "count" in wanted:
        from bench.counting import count

        with served(home) as server, signed_in(setting, server) as (meter, *_others, floors):
            count(setting, server, meter, floors)
        _say(setting)
    if "jobs" in wanted:
        jobs(setting)
    if "papers" in wanted:
        papers(setting)
    if "memory" in wanted:
        with served(home, worker=True) as server:
            memory(setting, server)
    if "import" in wanted:
        bulk(setting, url)
    connections.close_all()
    quiet += [loop_ms() for _ in range(60)]
    setting.results["machine"] = {"quiet_loop_ms": round(min(quiet), 2), "loop_ms": round(sorted(quiet)[60], 2)}
    return _write(asked, filling, setting, report, local(now()))


def _say(setting: Any) -> None:
    """What is known so far, for whoever waits."""
    for name, result in setting.results.items():
        if "cpu_ms" in result:
            print(f"    {name}: {result['cpu_ms']} ms CPU, p50 {result.get('p50_ms', 0)} ms", flush=True)


def _write(asked: Any, filling: dict[str, Any], setting: Any, report: Any, at: Any) -> int:
    path = HERE / "results" / f"{at:%Y-%m-%d}-{filling['rows']}.json"
    if asked.only and path.exists():  # what was measured earlier today stays beside it
        setting.results = json.loads(path.read_text("utf-8"))["results"] | setting.results
    table = report.lines(setting.results)
    print(report.plain(table))
    whole = {
        "at": at.isoformat(timespec="seconds"),
        "machine": report.machine(),
        "filling": filling,
        "results": setting.results,
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text + "\n", "utf-8")
    if asked.json:
        asked.json.write_text(text + "\n", "utf-8")
    if asked.docs:
        about = f"### {filling['rows']:,}件\n\n{at:%Y-%m-%d}，{report.machine()}；同一台机器上还有别的活。装入{filling['total_s']:.0f}秒，{filling['size_mb']:,} MB。\n\n"
        report.into_docs(DOCS, filling["rows"], about + report.markdown(table))
    return 1 if any(row[-1] == "✗" for row in table) else 0
