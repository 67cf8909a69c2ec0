"""The triage tables an official can read: kinds, routing, grade, words. Loaded once, refused with row numbers.

Rows come from the CSV files of a folder or, for routing, from a dated version kept elsewhere; both go through the
same checks. Nothing here knows who told a matter, by which channel or how often (row G37).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from . import kindweights, names, weigh
from .festivals import Festivals
from .scan import Scanner
from .text import fold
from .together import Rule

if TYPE_CHECKING:
    from .lexicon import Learnt

FOLDER = Path(__file__).resolve().parent.parent / "tables"
"""The reviewed tables that come with the house."""

TIER_WEIGHT = {1: 1.0, 2: 0.8, 3: 0.9}
"""The first tier was read most carefully; what the others say counts a little less."""
TIERS = (("lexicon.csv", 1), ("lexicon-more.csv", 2), ("lexicon-local.csv", 3))
GRADE_SETS = ("grade", "handle_at", "raise_to", "hand_down", "scale", "never")
GUARD_SORTS = ("phrase", "before", "after", "near")
AREA_KINDS = "98"
"""Codes beginning so are kinds an area adds for itself."""

Row = Mapping[str, str]


class TableError(ValueError):
    """The tables do not hold together; `problems` are sentences that name file and row."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of kinds.csv. `code` has two digits (first level) or four (sub kind)."""

    code: str
    l1: str
    l1_label: str
    l2_label: str
    lead_unit: str
    helper_units: tuple[str, ...]
    procedure: str
    clock_or_bar: str
    restricted: bool
    label7: str
    mark: str
    english: str = ""

    @property
    def label(self) -> str:
        """婚恋家庭, or 婚恋家庭·赡养."""
        return f"{self.l1_label}·{self.l2_label}" if self.l2_label else self.l1_label


@dataclass(frozen=True, slots=True)
class RouteRule:
    """One row of routing.csv. `*` matches anything; flag `-` means the rule asks for no flag."""

    id: str
    area_level: str
    kind: str
    grade: str
    flag: str
    unit_type: str
    helper_units: tuple[str, ...]
    procedure: str
    try_: str = ""
    expected: str = ""
    note: str = ""
    mark: str = ""

    @property
    def strength(self) -> int:
        """Flag > sub kind > kind > grade > level."""
        kind = 0 if self.kind == "*" else 200 if len(self.kind) == 4 else 100
        return (self.flag not in ("*", "-")) * 1000 + kind + (self.grade != "*") * 10 + (self.area_level != "*")

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Two rules with one key would be equal winners: rules of one strength overlap only where they are the same."""
        return ("" if self.flag in ("*", "-") else self.flag, self.kind, self.grade, self.area_level)


@dataclass(frozen=True, slots=True)
class GradeRule:
    """One row of grade.csv: when `field` `op` `threshold` holds, `sets` becomes `value`."""

    id: str
    sets: str
    value: str
    condition: str
    field: str
    op: str
    threshold: str
    basis: str = ""
    mark: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A lexicon word: it speaks for a kind or for a flag, weight 1–5, tier 1 (first), 2 or 3 (our own)."""

    word: str
    kind: str
    flag: str
    weight: int
    note: str = ""
    tier: int = 1


@dataclass(frozen=True, slots=True)
class Guard:
    """A context in which a flag word is not an alarm: inside a phrase, or with words before, after or near it."""

    word: str
    flag: str
    sort: str
    guard: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one surface form means to the scan: kind words with their worth, flag words, a harmless phrase, or one of a
    group that alarms only together with others."""

    kinds: tuple[tuple[Word, float], ...]
    flags: tuple[Word, ...]
    harmless: frozenset[str]
    groups: frozenset[str] = frozenset()
    quiet: bool = False
    """A phrase that says nothing of the kind, though a kind word stands in it (没收到)."""
    beside: tuple[tuple[str, Word, float], ...] = ()
    """Words that, close by, make the two speak for a kind that neither names alone (工地 and 扰民), with its worth."""
    points: tuple[weigh.Point, ...] = ()
    """What it is worth when a sentence is weighed for urgent harm."""
    row: int = -1
    """Its row among the words whose weights for kinds were estimated; -1 for none."""
    only: bool = False
    """Whether it is nothing else than such a word."""


@dataclass(frozen=True)
class Tables:
    """All tables, checked. Build with `load` or `from_rows`; `with_routes` swaps in another dated routing.
    `common` are words that never stand for a place by themselves."""

    kinds: Mapping[str, Kind]
    routes: tuple[RouteRule, ...]
    grades: tuple[GradeRule, ...]
    words: tuple[Word, ...]
    guards: tuple[Guard, ...] = ()
    upward: Mapping[str, str] = field(default_factory=dict)
    common: frozenset[str] = frozenset()
    quiet: frozenset[str] = frozenset()
    beside: tuple[tuple[str, Word], ...] = ()
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    together: tuple[Rule, ...] = ()
    festivals: Festivals = field(default_factory=Festivals)
    weights: weigh.Weights = weigh.NONE
    kind_words: kindweights.Weights | None = field(default=None, compare=False)
    """Estimated weights of ordinary words for kinds; None without the table."""
    learnt: Learnt | None = field(default=None, compare=False)
    """The trained model in use; None before there is one."""

    @classmethod
    def load(cls, folder: Path | str = FOLDER) -> Tables:
        """Read every table of a folder. Raises TableError listing every problem with its row."""
        folder = Path(folder)
        return cls.from_rows(
            kinds=read_csv(folder / "kinds.csv"),
            routes=read_csv(folder / "routing.csv"),
            grades=read_csv(folder / "grade.csv"),
            words=[(row, tier) for name, tier in TIERS for row in read_csv(folder / name, missing_ok=tier > 1)],
            guards=read_csv(folder / "harm-guards.csv", missing_ok=True),
            upward=read_csv(folder / "upward.csv", missing_ok=True),
            common=[row["word"] for row in read_csv(folder / "common-stems.csv", missing_ok=True)],
            quiet=[row["phrase"] for row in read_csv(folder / "kinds-quiet.csv", missing_ok=True)],
            beside=read_csv(folder / "kinds-together.csv", missing_ok=True),
            groups=read_csv(folder / "harm-groups.csv", missing_ok=True),
            together=read_csv(folder / "harm-together.csv", missing_ok=True),
            festivals=read_csv(folder / "festivals.csv", missing_ok=True),
            weights=read_csv(folder / "harm-weights.csv", missing_ok=True),
            kind_weights=read_csv(folder / "kind-weights.csv", missing_ok=True),
        )

    @classmethod
    def from_rows(
        cls,
        *,
        kinds: Iterable[Row],
        routes: Iterable[Row],
        grades: Iterable[Row],
        words: Iterable[tuple[Row, int]],
        guards: Iterable[Row] = (),
        upward: Iterable[Row] = (),
        common: Iterable[str] = (),
        quiet: Iterable[str] = (),
        beside: Iterable[Row] = (),
        groups: Iterable[Row] = (),
        together: Iterable[Row] = (),
        festivals: Iterable[Row] = (),
        weights: Iterable[Row] = (),
        kind_weights: Iterable[Row] = (),
    ) -> Tables:
        """Rows as mappings column → text (words with their tier). Raises TableError with every problem."""
        from . import tables_check as check

        problems: list[str] = []
        spoken = list(words)
        kind_rows = check.kinds(list(kinds), problems)
        grouped = check.groups(list(groups), problems)
        tables = cls(
            kinds={k.code: k for k in kind_rows},
            routes=tuple(check.routes(list(routes), {k.code for k in kind_rows}, problems)),
            grades=tuple(check.grades(list(grades), {k.code for k in kind_rows}, problems)),
            words=tuple(check.words(spoken, {k.code for k in kind_rows}, problems)),
            guards=tuple(check.guards(list(guards), problems)),
            upward=check.upward(list(upward), problems),
            common=frozenset(common).union(fold(row.get("word", "")) for row, _ in spoken),
            quiet=frozenset(map(fold, quiet)),
            beside=tuple(check.beside(list(beside), {k.code for k in kind_rows}, problems)),
            groups=grouped,
            together=tuple(check.together(list(together), set().union(*grouped.values()), problems)),
            festivals=check.festivals(list(festivals), problems),
            weights=weigh.read(list(weights), names.FLAGS, set().union(*grouped.values()), problems),
            kind_words=kindweights.read(kind_weights, [k.code for k in kind_rows], problems),
        )
        if problems:
            raise TableError(problems)
        return tables

    def with_routes(self, rows: Iterable[Row]) -> Tables:
        """The same tables with another routing. Raises TableError as `load` does."""
        from . import tables_check as check

        problems: list[str] = []
        routes = tuple(check.routes(list(rows), set(self.kinds), problems))
        if problems:
            raise TableError(problems)
        return replace(self, routes=routes)

    def label(self, code: str) -> str:
        """Chinese name of a kind; the code itself for a kind an area added, empty for no kind."""
        return self.kinds[code].label if code in self.kinds else code

    @cached_property
    def scanner(self) -> Scanner[Entry]:
        """Every word and harmless phrase, ready to be found in one pass."""
        kinds: dict[str, list[Word]] = {}
        flags: dict[str, list[Word]] = {}
        harmless: dict[str, set[str]] = {}
        for word in self.words:
            (kinds if word.kind else flags).setdefault(fold(word.word), []).append(word)
        for guard in self.guards:
            if guard.sort == "phrase":
                harmless.setdefault(fold(guard.guard), set()).add(guard.flag)
        beside: dict[str, list[tuple[str, Word, float]]] = {}
        for second, word in self.beside:
            beside.setdefault(fold(word.word), []).append((fold(second), word, word.weight * TIER_WEIGHT[word.tier]))
        rows = {word: n for n, word in enumerate(self.kind_words.words)} if self.kind_words else {}
        listed = kinds.keys() | flags.keys() | harmless.keys() | self.groups.keys() | self.quiet
        listed |= beside.keys() | self.weights.words.keys()
        return Scanner(
            (
                w,
                Entry(
                    tuple((x, _worth(x, kinds)) for x in kinds.get(w, ())),
                    tuple(flags.get(w, ())),
                    frozenset(harmless.get(w, ())),
                    self.groups.get(w, frozenset()),
                    w in self.quiet,
                    tuple(beside.get(w, ())),
                    self.weights.of(w, self.groups.get(w, ())),
                    rows.get(w, -1),
                    w not in listed,
                ),
            )
            for w in sorted(listed | rows.keys())
        )

    @cached_property
    def routing(self) -> Mapping[tuple[str, str, str, str], RouteRule]:
        """Rules by (flag or '', kind, grade, level)."""
        return {rule.key: rule for rule in self.routes}

    @cached_property
    def contexts(self) -> Mapping[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]]:
        """(word or *, flag or *) → the words that make it harmless when they stand before, or after, in its clause."""
        out: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
        for g in self.guards:
            before, after = out.setdefault((g.word, g.flag), ([], []))
            if g.sort in ("before", "near"):
                before.append(fold(g.guard))
            if g.sort in ("after", "near"):
                after.append(fold(g.guard))
        return {k: (tuple(b), tuple(a)) for k, (b, a) in out.items()}

    @cached_property
    def memo(self) -> dict[object, object]:
        """Answers already worked out from these tables (grades, routes): few distinct ones, asked again and again."""
        return {}

    @cached_property
    def flag_order(self) -> tuple[str, ...]:
        """Flags in the order of their routing rows: the first decides the unit."""
        return tuple(dict.fromkeys(r.flag for r in self.routes if r.flag not in ("*", "-")))


def _worth(word: Word, kinds: Mapping[str, list[Word]]) -> float:
    """Weight by tier; a longer word is never worth less than a shorter one of its kind inside it, which it covers."""
    text = fold(word.word)
    inside = (text[i:j] for i in range(len(text)) for j in range(i + 1, len(text) + 1))
    return max(x.weight * TIER_WEIGHT[x.tier] for part in inside for x in kinds.get(part, ()) if x.kind == word.kind)


def read_csv(path: Path, *, missing_ok: bool = False) -> list[dict[str, str]]:
    """Rows of a UTF-8 CSV (a byte-order mark is allowed). A missing file is empty only where allowed."""
    if missing_ok and not path.exists():
        return []
    with open(path, encoding="utf-8-sig", newline="") as f:
        return [{k: v or "" for k, v in row.items() if k} for row in csv.DictReader(f)]


def listed(text: str) -> tuple[str, ...]:
    """`a;b` → (a, b)."""
    return tuple(x.strip() for x in text.split(";") if x.strip())


def known_kind(code: str, codes: set[str]) -> bool:
    """A kind of the table, or one an area adds (98..)."""
    return code in codes or (code[:2] == AREA_KINDS and code.isdigit() and len(code) in (2, 4))


def routing_defaults() -> list[tuple[str, str]]:
    """Every (level, grade) that must have an answer whatever the kind."""
    return [(level, grade) for level in names.LEVELS for grade in names.GRADES]
