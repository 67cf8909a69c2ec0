"""Papers: how many a second one process sets, and how long a dossier of some thirty pages takes to bind."""

import time
from datetime import UTC, datetime
from typing import Any

AT = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
KINDS = ("handling-opinion", "acceptance-notice", "petition-register", "investigation-record", "service-record")
SAID = "2026年3月至8月，申请人在柳河农贸市场改造工程水电班组务工，约定每人每日260元，完工后核对尚欠工资38,600元。"


def _sheet(kind: str, n: int) -> Any:
    """A filled paper, another each time."""
    from jiefen.papers import fonts
    from jiefen.papers.kinds import kind_of
    from jiefen.papers.sheet import sheet_of
    from jiefen.procedures.catalogue import vocabulary

    words = vocabulary().papers[kind]
    sample = {
        "list": [f"第{n}项请求，{SAID}", "出具结算单"],
        "long": f"{n}。{SAID * 4}",
        "date": "2026年11月5日",
        "flag": True,
        "count": n,
    }
    fields = {f["name"]: sample.get(f["type"], f"兰秀英{n}") for f in words["fields"]}
    return sheet_of(
        kind_of(kind), words, fields, number=f"清人信处〔2026〕{n}号", made_at=AT, unit="清和县人力资源和社会保障局",
        shown=fonts.shown_by(fonts.found()),
    )  # fmt: skip


def papers(setting: Any) -> None:
    """The results `paper`, `paper-first`, `dossier-30`, where the fonts are there; in this process, without a database."""
    from jiefen.papers import fonts, pdf

    if not fonts.at_hand():
        print("    papers: 缺少字体，没有测（bin/assets）", flush=True)
        return
    start = time.perf_counter()
    pdf.render(_sheet(KINDS[0], 0), at=AT)
    first = time.perf_counter() - start
    taken, used = [], time.process_time()
    for n in range(1, setting.n + 1):
        start = time.perf_counter()
        pdf.render(_sheet(KINDS[n % len(KINDS)], n), at=AT)
        taken.append(time.perf_counter() - start)
    used = time.process_time() - used
    taken.sort()
    setting.results["paper"] = {
        "n": len(taken), "cpu_ms": round(used / len(taken) * 1000, 1), "p50_ms": round(taken[len(taken) // 2] * 1000, 1),
        "p95_ms": round(taken[int(len(taken) * 0.95)] * 1000, 1), "a_second": round(len(taken) / sum(taken), 1),
    }  # fmt: skip
    setting.results["paper-first"] = {"n": 1, "cpu_ms": round(first * 1000, 1), "p50_ms": round(first * 1000, 1)}
    setting.results["dossier-30"] = _dossier()


def _dossier() -> dict[str, Any]:
    """Cover, index and papers until there are some thirty pages, set in one go as `papers.dossier` does."""
    import io
    from dataclasses import asdict

    from pypdf import PdfReader

    from jiefen.papers import pdf

    cover = asdict(_sheet("dossier-cover", 1))
    taken, pages = [], 0
    for run in range(5):
        sheets = [_sheet(KINDS[n % len(KINDS)], n + run * 100) for n in range(18)]
        parts = [
            {"label": s.title, "number": s.number, "page": "own", "offset": 0, "remark": "", "sheet": asdict(s)}
            for s in sheets
        ]
        start, used = time.perf_counter(), time.process_time()
        data = pdf.compiled(
            {"sort": "dossier", "title": "卷宗", "cover": cover, "parts": parts}, at=AT, author="清和县"
        )
        taken.append((time.perf_counter() - start, time.process_time() - used))
        pages = len(PdfReader(io.BytesIO(data)).pages)
    taken.sort()
    wall, cpu = taken[len(taken) // 2]
    return {"n": len(taken), "cpu_ms": round(cpu * 1000, 1), "p50_ms": round(wall * 1000, 1), "pages": pages}
