"""The reference page of the indicators, made from the file: `python -m jiefen.analytics.pages docs/reference/indicators.md`
writes it anew.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from jiefen.analytics.definitions import QUESTIONS, Catalogue, Indicator, catalogue
from jiefen.procedures.definition import Vocabulary
from jiefen.procedures.loader import load_vocabulary

BASES = {"period": "本期发生的", "cohort": "本期来的，跟到截至日", "stock": "截至日在办、在用的"}
HEAD = """# 指标

<!-- Made from src/jiefen/analytics/indicators.yaml; write it anew with
     python -m jiefen.analytics.pages docs/reference/indicators.md -->

每个指标只有两个数和一版定义；百分比是打印时算的，两位小数，四舍五入，写作 184 / 187 = 98.40 %。分母是 0 时写 —，不写 0，也不写 100。
截至哪一天都能重算：按事情发生的时间（导入的历史记在它自己的日子上），步骤后来更正过的按更正后的时间。期限还没过完的记为未满期，
另列，不算办了也不算没办。一个人看到的数，只数他能打开的事项，等于他能打开的名单的长度。

标记：V 已核原文；M 凭记忆，未核；A 拟定，区县可改。
"""


def _cell(text: str) -> str:
    return text.replace("|", "｜").replace("\n", " ") or "—"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _about(indicator: Indicator, held: Catalogue, words: Vocabulary) -> list[str]:
    return [
        f"{indicator.name}<br>`{indicator.key}`",
        indicator.sentence,
        indicator.numerator,
        indicator.denominator,
        "；".join(held.excluded(indicator)),
        BASES[indicator.base],
        f"第{indicator.definition}版，{indicator.mark}；{words.basis_said([indicator.source], indicator.mark)}",
    ]


def _asked(indicator: Indicator) -> str:
    """The question in words, as its SQL begins."""
    first = (QUESTIONS / f"{indicator.question}.sql").read_text("utf-8").splitlines()[0]
    return f"{first.removeprefix('-- ')}（`questions/{indicator.question}.sql`）"


def page() -> str:
    """The whole page, as Markdown."""
    held, words = catalogue(), load_vocabulary()
    columns = ["指标", "问什么", "分子", "分母", "不计", "数哪些", "定义"]
    lines = [HEAD]
    connected = [i for i in held.indicators.values() if i.connected]
    waiting = [i for i in held.indicators.values() if not i.connected]
    for title, chosen in (
        (f"## 已接上的 {len(connected)} 个", connected),
        (f"## 尚未接上的 {len(waiting)} 个", waiting),
    ):
        lines += [title, "", _row(columns), f"|{'---|' * len(columns)}"]
        lines += [_row(_about(indicator, held, words)) for indicator in chosen] + [""]
    lines += ["## 问题", "", "每个问题一条 SQL，数和名单出自同一条，所以不会不一样。", ""]
    lines += [
        f"- {text}"
        for text in sorted({_asked(i) for i in connected}, key=lambda text: int(text.split()[1].split("\u3000")[0]))
    ]
    lines += ["", "## 算例", "", _row(["例", "打印", "来源写的", "结论"]), "|---|---|---|---|"]
    lines += [_row([x["case"], x["prints"], str(x["source-says"]), x["verdict"]]) for x in held.examples]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), "utf-8")
