"""The indicators as declared in `indicators.yaml`: read strictly, checked whole, kept. Pure; no Django here.

A rate is its two counts and a definition's version; a percent is worked out when it is printed and kept nowhere.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jiefen.analytics.printing import ratio, share
from jiefen.procedures import loader
from jiefen.procedures.definition import Procedure, Vocabulary
from jiefen.procedures.strict import NotReadable, listed, read

HERE = Path(__file__).resolve().parent
FILE = HERE / "indicators.yaml"
QUESTIONS = HERE / "questions"

NEEDED = frozenset(
    {"name", "sentence", "numerator", "denominator", "exclusions", "grain", "base", "definition", "source", "mark"}
)
COUNTING = frozenset({"question", "shape", "by", "window", "clocks", "steps", "states", "said"})
MAY = NEEDED | COUNTING | {"note"}
GRAINS = frozenset(
    {
        "intake",
        "case",
        "complainant",
        "assignment",
        "obligation",
        "visit",
        "call",
        "grid",
        "warning",
        "dossier",
        "paper",
        "unit",
        "any",
    }
)
BASES = frozenset({"period", "cohort", "stock"})
SHAPES = frozenset({"count", "rate", "days"})
SAID = frozenset({"solved", "satisfied"})


class IndicatorError(ValueError):
    """The declarations do not hold together; `problems` says where and why, in Chinese."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator. `denominator` is empty where there is none; `question` is empty where nothing counts it yet."""

    key: str
    name: str
    sentence: str
    numerator: str
    denominator: str
    exclusions: tuple[str, ...]
    grain: str
    base: str
    definition: int
    source: str
    mark: str
    note: str = ""
    question: str = ""
    shape: str = "count"
    by: str = "at"
    window: int | None = None  # days, natural, day of start not counted
    clocks: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    said: str = ""  # what was asked when following up: solved | satisfied

    @property
    def connected(self) -> bool:
        """Whether a question counts it."""
        return bool(self.question)

    @property
    def kept(self) -> bool:
        """Whether what it counts is kept as facts; the few questions about areas are asked as they stand."""
        return self.connected and self.lists != "area"

    @property
    def lists(self) -> str:
        """What a row of the list behind it is: intake | area | case."""
        return {"intake": "intake", "grid": "area"}.get(self.grain, "case")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every indicator, in the order of the file; what the words for exclusions mean; figures worked by hand."""

    version: int
    indicators: Mapping[str, Indicator]
    exclusions: Mapping[str, str]
    examples: tuple[Mapping[str, Any], ...]

    def excluded(self, indicator: Indicator) -> tuple[str, ...]:
        """An indicator's exclusions in words."""
        return tuple(self.exclusions.get(word, word) for word in indicator.exclusions)


@cache
def catalogue() -> Catalogue:
    """The indicators that come with Jiefen. Raises IndicatorError."""
    words = loader.load_vocabulary()  # once: reading and checking it is most of the work
    procedures = [loader.trusted(path.read_text("utf-8"), words) for path in loader.procedure_files()]
    return load(FILE.read_text("utf-8"), words, procedures)


def load(text: str, vocabulary: Vocabulary, procedures: list[Procedure]) -> Catalogue:
    """Declarations from text. Raises IndicatorError with everything that is wrong, not the first thing alone."""
    try:
        raw = read(text)
    except NotReadable as broken:
        raise IndicatorError([str(broken)]) from broken
    problems: list[str] = []
    exclusions = raw.get("common-exclusions", {})
    for key, row in raw.get("indicators", {}).items():
        problems += [f"{key}：{said}" for said in _problems(row, vocabulary, procedures, exclusions)]
    for example in raw.get("worked-examples", ()):
        problems += [
            f"算例“{example.get('case')}”：{said}" for said in _example(example, raw["indicators"], vocabulary)
        ]
    if problems:
        raise IndicatorError(problems)
    return Catalogue(
        raw["version"],
        {key: _indicator(key, row) for key, row in raw["indicators"].items()},
        exclusions,
        tuple(raw.get("worked-examples", ())),
    )


def _indicator(key: str, row: dict[str, Any]) -> Indicator:
    return Indicator(
        key=key,
        denominator="" if row["denominator"] == "none" else row["denominator"],
        exclusions=tuple(listed(row["exclusions"])),
        clocks=tuple(listed(row.get("clocks"))),
        steps=tuple(listed(row.get("steps"))),
        states=tuple(listed(row.get("states"))),
        **{name: row[name] for name in NEEDED - {"denominator", "exclusions"}},
        **{name: row[name] for name in ("note", "question", "shape", "by", "window", "said") if name in row},
    )


_LATIN = re.compile(r"[a-z-]+")


def _problems(
    row: dict[str, Any], vocabulary: Vocabulary, procedures: list[Procedure], exclusions: Mapping[str, str]
) -> list[str]:
    found = [f"缺少 {name}" for name in sorted(NEEDED - set(row))] + [
        f"不认识 {name}" for name in sorted(set(row) - MAY)
    ]
    if found:
        return found
    found += [
        f"来源 {key} 没有登记" for key in str(row["source"]).split(":")[0].split(",") if key not in vocabulary.sources
    ]
    if row["mark"] not in vocabulary.marks:
        found.append(f"标记 {row['mark']} 不是 V、M、A")
    if row["grain"] not in GRAINS or row["base"] not in BASES:
        found.append("grain 或 base 不在可用的词里")
    if not isinstance(row["definition"], int) or row["definition"] < 1:
        found.append("definition 是从1起的版本号")
    found += [
        f"排除 {x} 没有解释" for x in listed(row["exclusions"]) if _LATIN.fullmatch(str(x)) and x not in exclusions
    ]
    return found + _counting(row, procedures)


def _counting(row: dict[str, Any], procedures: list[Procedure]) -> list[str]:
    if "question" not in row:
        return [f"没有 question，却写了 {name}" for name in sorted(COUNTING & set(row))]
    found = []
    if not (QUESTIONS / f"{row['question']}.sql").is_file():
        found.append(f"没有 questions/{row['question']}.sql")
    if row.get("by") != "at":
        found.append("by 只会按发生时间（at）算")
    if row.get("shape") not in SHAPES:
        found.append("shape 是 count、rate 或 days")
    if row.get("shape") == "rate" and row["denominator"] == "none":
        found.append("比率要有分母")
    if "window" in row and (not isinstance(row["window"], int) or row["window"] < 1):
        found.append("window 是日数")
    clocks = {name for procedure in procedures for name in procedure.clocks}
    steps = {name for procedure in procedures for name in procedure.steps}
    found += [f"没有一个程序有时限 {name}" for name in listed(row.get("clocks")) if name not in clocks]
    states = {name for procedure in procedures for name in procedure.states}
    found += [f"没有一个程序有步骤 {name}" for name in listed(row.get("steps")) if name not in steps]
    found += [f"没有一个程序有状态 {name}" for name in listed(row.get("states")) if name not in states]
    if row.get("said", "solved") not in SAID:
        found.append("said 是 solved 或 satisfied")
    return found


def _example(example: Mapping[str, Any], indicators: Mapping[str, Any], vocabulary: Vocabulary) -> list[str]:
    """A figure worked by hand prints as it is written down."""
    found = [] if example["indicator"] in indicators else [f"没有指标 {example['indicator']}"]
    if "sum" in example:
        levels = [name for name, level in vocabulary.levels.items() if not level.get("optional")]
        prints = f"{' + '.join(map(str, example['sum']))} = {sum(example['sum'])}"
        if example["levels"] != levels or len(levels) != len(example["sum"]) or sum(example["sum"]) != example["total"]:
            found.append("每个各县都有的级别一个数，合计要对")
    else:
        n, d = example["numerator"], example["denominator"]
        people = "人/网格"
        prints = f"{n} / {d} = {ratio(n, d)} {people}" if example["prints"].endswith(people) else share(n, d)
    if prints != example["prints"]:
        found.append(f"应写作 {prints}")
    return found
