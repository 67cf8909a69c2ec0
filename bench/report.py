"""The table: what was measured beside what must be reached, for the terminal, a file, and the page in docs."""

import platform
import re
from pathlib import Path
from typing import Any

# name → (label, which figure, what it must reach, a ceiling or a floor, unit)
MUST: dict[str, tuple[str, str, float | None, str, str]] = {
    "take-in": ("收一件（窗口登记：原文、回执、建议、审计）", "cpu_ms", 12, "≤", "ms CPU"),
    "list-unit": ("工作列表50件，承办人，本单位", "cpu_ms", 15, "≤", "ms CPU"),
    "list-centre": ("工作列表50件，接待员，本中心", "cpu_ms", 15, "≤", "ms CPU"),
    "list-mine": ("工作列表50件，承办人，我负责的", "cpu_ms", 15, "≤", "ms CPU"),
    "list-seen": ("工作列表50件，承办人，看得到的在办", "cpu_ms", 15, "≤", "ms CPU"),
    "list-seen-all": ("工作列表50件，接待员，看得到的全部", "cpu_ms", 15, "≤", "ms CPU"),
    "workbench-clerk": ("工作台，接待员（登记表、12件待分诊）", "cpu_ms", 15, "≤", "ms CPU"),
    "workbench-handler": ("工作台，承办人", "cpu_ms", 15, "≤", "ms CPU"),
    "case": ("一件事项和它的经过", "cpu_ms", 15, "≤", "ms CPU"),
    "step": ("办一步，附说明", "cpu_ms", 12, "≤", "ms CPU"),
    "indicators": ("指标页（全部指标，主任，全县，今天）", "cpu_ms", 150, "≤", "ms CPU"),
    "indicators-past": ("　截至三个月前", "cpu_ms", 150, "≤", "ms CPU"),
    "tally": ("单位×状态×月，一年，主任，全县", "cpu_ms", 20, "≤", "ms CPU"),
    "search-rare-clerk": ("查找少见的词，接待员", "cpu_ms", 20, "≤", "ms CPU"),
    "search-middling-clerk": ("　不多不少的词", "cpu_ms", 20, "≤", "ms CPU"),
    "search-common-clerk": ("　最常见的词", "cpu_ms", 150, "≤", "ms CPU"),
    "search-rare-handler": ("查找少见的词，承办人", "cpu_ms", 20, "≤", "ms CPU"),
    "search-middling-handler": ("　不多不少的词", "cpu_ms", 20, "≤", "ms CPU"),
    "search-common-handler": ("　最常见的词", "cpu_ms", 150, "≤", "ms CPU"),
    "alike": ("相似的事项，接待员正在输入（含建议和要素）", "cpu_ms", 60, "≤", "ms CPU"),
    "jobs-after-step": ("　其后的后台任务，每步", "cpu_ms", None, "", "ms CPU"),
    "import": ("导入台账", "rows_per_s", 2000, "≥", "行／秒"),
    "start": ("启动到第一页", "seconds", 3, "≤", "秒"),
    "paper": ("一份文书的PDF", "cpu_ms", 200, "≤", "ms"),
    "dossier-30": ("装订一卷三十页以上", "cpu_ms", 2000, "≤", "ms"),
    "memory": ("全部服务进程的内存，看过报表以后", "after_mb", 350, "≤", "MB"),
}


def machine() -> str:
    """One line about the machine."""
    text = Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*: (.*)", text)
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    cores = text.count("\nprocessor") + text.startswith("processor")
    gigabytes = int(memory[1]) // 2**20 if memory else 0
    return f"{model[1] if model else platform.machine()}，{cores}核，{gigabytes} GB；Python {platform.python_version()}"


def scaled(r: dict[str, Any], results: dict[str, dict[str, Any]]) -> str:
    """What a machine without other work would need, roughly: processor time by how slow the core was; for the import,
    rows a second of two such cores, from what the command and the database use one after the other."""
    if "chain_us_a_row" in r:
        quiet = results.get("machine", {}).get("quiet_loop_ms")
        slow = max(1.0, r["loop"] / quiet) if quiet else 0.0
        return f"{1e6 * slow / max(r['chain_us_a_row'], r['cpu_us_a_row'] / 2):.0f}" if slow else ""
    return f"{r['cpu_ms'] / slow:.1f}" if "cpu_ms" in r and (slow := slowness(r, results)) else ""


def slowness(r: dict[str, Any], results: dict[str, dict[str, Any]]) -> float:
    """How many times slower than its best the core was while this was measured; 0 where that is not known."""
    quiet = results.get("machine", {}).get("quiet_loop_ms")
    return max(1.0, r["loop_ms"] / quiet) if quiet and r.get("loop_ms") else 0.0


def verdict(name: str, result: dict[str, Any]) -> str:
    """✓ reached, ✗ not; also the page's size, at most 60 KB a list."""
    _label, figure, must, sign, _unit = MUST[name]
    if must is None or figure not in result:
        return ""
    good = result[figure] <= must if sign == "≤" else result[figure] >= must
    if name.startswith("list") and result.get("kb", 0) > 60:
        good = False
    return "✓" if good else "✗"


def lines(results: dict[str, dict[str, Any]]) -> list[list[str]]:
    """The rows of the table: job, figure, must, p50, p95, size, floor, times the floor, verdict."""
    table = [["做什么", "测得", "折算", "须达到", "其中数据库", "p50", "p95", "页面", "SQL底线", "p50／底线", ""]]
    for name, (label, figure, must, sign, unit) in MUST.items():
        if figure not in results.get(name, {}):  # not measured, or by an earlier way of measuring
            continue
        r = results[name]
        floor = r.get("floor_ms")
        table.append(
            [
                label,
                f"{r[figure]:g} {unit}",
                scaled(r, results),
                f"{sign} {must:g}" if must is not None else "",
                f"{r['database_ms']:.1f} ms" if "database_ms" in r else "",
                f"{r['p50_ms']:.1f} ms" if "p50_ms" in r else "",
                f"{r['p95_ms']:.1f} ms" if "p95_ms" in r else "",
                f"{r['kb']:.1f} KB" if r.get("kb", 0) > 1 else "",
                f"{floor:.2f} ms" if floor else _other_floor(r),
                f"{r['p50_ms'] / floor:.0f}" if floor and "p50_ms" in r else "",
                verdict(name, r),
            ]
        )
    return table


def _other_floor(r: dict[str, Any]) -> str:
    if "floor_s" in r:
        return f"{r['floor_s']:.2f} s"
    return f"{r['floor_rows_per_s']:,} 行／秒" if "floor_rows_per_s" in r else ""


def markdown(table: list[list[str]]) -> str:
    head, *rest = table
    out = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(out + ["| " + " | ".join(row) + " |" for row in rest])


def width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)


def plain(table: list[list[str]]) -> str:
    widths = [max(width(row[n]) for row in table) for n in range(len(table[0]))]
    return "\n".join(
        "  ".join(c + " " * (w - width(c)) for c, w in zip(row, widths, strict=True)).rstrip() for row in table
    )


def into_docs(path: Path, rows: int, text: str) -> None:
    """Put a run's table into the page of docs, between the marks of its number of rows."""
    begin, end = f"<!-- bench {rows} -->", f"<!-- /bench {rows} -->"
    page = path.read_text("utf-8")
    if begin not in page:
        page = page.rstrip() + f"\n\n{begin}\n{end}\n"
    before, _, rest = page.partition(begin)
    path.write_text(before + begin + "\n" + text.strip() + "\n" + end + rest.partition(end)[2], "utf-8")
