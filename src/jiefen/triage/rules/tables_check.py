"""Turn table rows into values and say, row by row, what does not hold. The header is row 1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date

from . import names
from .facts import Facts
from .festivals import Festivals
from .route import matching
from .tables import (
    GRADE_SETS,
    GUARD_SORTS,
    TIERS,
    GradeRule,
    Guard,
    Kind,
    RouteRule,
    Row,
    Word,
    known_kind,
    listed,
    routing_defaults,
)
from .text import fold
from .together import Rule

MARKS = ("V", "M", "A")
LABEL7 = ("", "城乡建设", "环境保护", "交通运输", "教育文体", "劳动和社会保障", "商贸旅游", "卫生计生")
OPS = (">=", "<", "has", "is", "in", "*", "")


def _unknown(problems: list[str], where: str, sort: str, given: Iterable[str], among: Iterable[str]) -> None:
    known = set(among)
    problems.extend(f"{where}：不认识的{sort}“{name}”" for name in given if name not in known)


def _missing(rows: list[Row], file: str, columns: tuple[str, ...], problems: list[str]) -> bool:
    lacking = [c for c in columns if rows and c not in rows[0]]
    if lacking:
        problems.append(f"{file} 第1行：缺少列 {'、'.join(lacking)}")
    return bool(lacking)


def kinds(rows: list[Row], problems: list[str]) -> list[Kind]:
    """kinds.csv: codes once, units and procedures known, every sub kind under a first level."""
    if _missing(rows, "kinds.csv", ("code", "l1", "l1_label", "lead_unit", "procedure", "restricted"), problems):
        return []
    out: dict[str, Kind] = {}
    for n, row in enumerate(rows, 2):
        where = f"kinds.csv 第{n}行"
        code = row["code"]
        if code in out:
            problems.append(f"{where}：代码 {code} 出现两次")
        if not code.isdigit() or len(code) not in (2, 4) or code[:2] != row["l1"]:
            problems.append(f"{where}：代码 {code} 应为两位或四位数字，且与一级 {row['l1']} 一致")
        _unknown(problems, where, "单位类型", [row["lead_unit"], *listed(row["helper_units"])], names.UNIT_TYPES)
        _unknown(problems, where, "办理程序", [row["procedure"]], names.PROCEDURES)
        _unknown(problems, where, "七类标签", [row["label7"]], LABEL7)
        _unknown(problems, where, "依据标记", [row["mark"]], MARKS)
        _unknown(problems, where, "限看取值", [row["restricted"]], ("yes", "no"))
        out[code] = Kind(
            code=code,
            l1=row["l1"],
            l1_label=row["l1_label"],
            l2_label=row.get("l2_label", ""),
            lead_unit=row["lead_unit"],
            helper_units=listed(row["helper_units"]),
            procedure=row["procedure"],
            clock_or_bar=row.get("clock_or_bar", ""),
            restricted=row["restricted"] == "yes",
            label7=row["label7"],
            mark=row["mark"],
            english=row.get("l2_english") or row.get("l1_english", ""),
        )
    problems.extend(f"kinds.csv：{c} 没有一级类别 {c[:2]}" for c in out if c[:2] not in out)
    return list(out.values())


def routes(rows: list[Row], codes: set[str], problems: list[str]) -> list[RouteRule]:
    """routing.csv: names known, ids once, no two rules equal where both match, every level and grade answered,
    and each row's own example reached as it expects."""
    columns = ("id", "area_level", "kind", "grade", "flag", "unit_type", "helper_units", "procedure")
    if _missing(rows, "routing.csv", columns, problems):
        return []
    out: list[RouteRule] = []
    at: dict[str, int] = {}
    winners: dict[tuple[str, str, str, str], int] = {}
    for n, row in enumerate(rows, 2):
        where = f"routing.csv 第{n}行"
        if row["id"] in at:
            problems.append(f"{where}：编号 {row['id']} 与第{at[row['id']]}行相同")
        at[row["id"]] = n
        _unknown(problems, where, "层级", [row["area_level"]], ("*", *names.LEVELS))
        _unknown(problems, where, "等级", [row["grade"]], ("*", *names.GRADES))
        _unknown(problems, where, "标记", [row["flag"]], ("*", "-", *names.FLAGS))
        _unknown(problems, where, "单位类型", [row["unit_type"], *listed(row["helper_units"])], names.UNIT_TYPES)
        _unknown(problems, where, "办理程序", [row["procedure"]], names.PROCEDURES)
        if row["kind"] != "*" and not known_kind(row["kind"], codes):
            problems.append(f"{where}：不认识的类别“{row['kind']}”")
        rule = RouteRule(
            id=row["id"],
            area_level=row["area_level"],
            kind=row["kind"],
            grade=row["grade"],
            flag=row["flag"],
            unit_type=row["unit_type"],
            helper_units=listed(row["helper_units"]),
            procedure=row["procedure"],
            try_=row.get("try", ""),
            expected=row.get("expected", ""),
            note=row.get("note", ""),
            mark=row.get("mark", ""),
        )
        if rule.key in winners:
            problems.append(f"{where}：与第{winners[rule.key]}行同样强，分不出先后")
        winners.setdefault(rule.key, n)
        out.append(rule)
    _examples(out, codes, at, problems)
    for level, grade in routing_defaults():
        if not any(
            r.kind == "*" and r.key[0] == "" and r.grade in ("*", grade) and r.area_level in ("*", level) for r in out
        ):
            problems.append(f"routing.csv：{names.LEVEL_LABELS[level]}、{names.GRADE_LABELS[grade]} 没有兜底规则")
    return out


def _examples(rules: list[RouteRule], codes: set[str], at: Mapping[str, int], problems: list[str]) -> None:
    """Each row carries its own test: `try` is level kind grade flag, `expected` the unit type it must reach."""
    routing = {r.key: r for r in rules}
    for rule in rules:
        if not rule.try_:
            continue
        where = f"routing.csv 第{at[rule.id]}行"
        parts = rule.try_.split()
        if len(parts) != 4 or parts[0] not in names.LEVELS or parts[2] not in names.GRADES:
            problems.append(f"{where}：试例“{rule.try_}”应为 层级 类别 等级 标记")
            continue
        level, kind, grade, flag = parts
        if not known_kind(kind, codes) or flag not in ("-", *names.FLAGS):
            problems.append(f"{where}：试例“{rule.try_}”里有不认识的类别或标记")
            continue
        won = next(matching(routing, kind, level, grade, () if flag == "-" else (flag,)), None)
        if won is None or won.unit_type != rule.expected:
            got = f"由 {won.id} 交到 {won.unit_type}" if won else "没有规则接住"
            problems.append(f"{where}：试例“{rule.try_}”{got}，应到 {rule.expected}")


def grades(rows: list[Row], codes: set[str], problems: list[str]) -> list[GradeRule]:
    """grade.csv: every field read is one of Facts, which has no place for who, how often or by which channel."""
    columns = ("id", "sets", "value", "condition", "field", "op", "threshold")
    if _missing(rows, "grade.csv", columns, problems):
        return []
    readable = {f.name for f in fields(Facts)} | {"*"}
    out: list[GradeRule] = []
    for n, row in enumerate(rows, 2):
        where = f"grade.csv 第{n}行"
        if any(g.id == row["id"] for g in out):
            problems.append(f"{where}：编号 {row['id']} 出现两次")
        _unknown(problems, where, "规则种类", [row["sets"]], GRADE_SETS)
        values: tuple[str, ...] = names.LEVELS
        if row["sets"] in ("grade", "never"):
            values = (*names.GRADES, "grade")
        elif row["sets"] == "scale":
            values = names.SCALES
        _unknown(problems, where, "取值", [row["value"]], values)
        if row["sets"] != "never":
            _unknown(problems, where, "定级因素", [row["field"]], readable)
        between = row["op"].replace("..", "", 1).isdigit()
        if row["op"] not in OPS and not between:
            problems.append(f"{where}：不认识的比较“{row['op']}”")
        if row["op"] in (">=", "<") and not row["threshold"].isdigit():
            problems.append(f"{where}：“{row['threshold']}”不是数")
        if row["field"] == "flag":
            _unknown(problems, where, "标记", [row["threshold"]], names.FLAGS)
        if row["field"] == "kind":
            problems.extend(f"{where}：不认识的类别“{c}”" for c in listed(row["threshold"]) if not known_kind(c, codes))
        out.append(GradeRule(**{f.name: row.get(f.name, "") for f in fields(GradeRule)}))
    return out


def words(rows: list[tuple[Row, int]], codes: set[str], problems: list[str]) -> list[Word]:
    """lexicon*.csv: one of kind or flag, weight 1–5, a word once for each meaning."""
    out: list[Word] = []
    seen: dict[tuple[str, str, str], str] = {}
    line: dict[int, int] = {}
    for row, tier in rows:
        line[tier] = line.get(tier, 1) + 1
        where = f"词表第{tier}级 第{line[tier]}行“{row.get('word', '')}”"
        if bool(row["kind"]) == bool(row["flag"]) or row["weight"] not in ("1", "2", "3", "4", "5") or not row["word"]:
            problems.append(f"{where}：须有词、类别或标记之一、1至5的分量")
            continue
        if row["kind"] and not known_kind(row["kind"], codes):
            problems.append(f"{where}：不认识的类别“{row['kind']}”")
        if row["flag"]:
            _unknown(problems, where, "标记", [row["flag"]], names.FLAGS)
        key = (row["word"], row["kind"], row["flag"])
        if key in seen:
            problems.append(f"{where}：与{seen[key]}重复")
        seen.setdefault(key, where)
        out.append(Word(row["word"], row["kind"], row["flag"], int(row["weight"]), row.get("note", ""), tier))
    return out


def beside(rows: list[Row], codes: set[str], problems: list[str]) -> list[tuple[str, Word]]:
    """kinds-together.csv: two words, the first of two characters or more, the kind they speak for close together, 1–5."""
    out: list[tuple[str, Word]] = []
    seen: set[tuple[str, ...]] = set()
    for n, row in enumerate(rows, 2):
        key = (row["first"], row["second"], row["kind"])
        if len(row["first"]) < 2 or not row["second"] or row["weight"] not in ("1", "2", "3", "4", "5"):
            problems.append(f"kinds-together.csv 第{n}行：须有两个词（第一个至少两个字）和1至5的分量")
            continue
        if not known_kind(row["kind"], codes):
            problems.append(f"kinds-together.csv 第{n}行：不认识的类别“{row['kind']}”")
        if key in seen:
            problems.append(f"kinds-together.csv 第{n}行：“{row['first']}”“{row['second']}”写了两次")
        seen.add(key)
        out.append(
            (row["second"], Word(row["first"], row["kind"], "", int(row["weight"]), row.get("note", ""), TIERS[-1][1]))
        )
    return out


def guards(rows: list[Row], problems: list[str]) -> list[Guard]:
    """harm-guards.csv: which flag word (or `*`) is harmless in which context."""
    out = []
    for n, row in enumerate(rows, 2):
        where = f"harm-guards.csv 第{n}行"
        _unknown(problems, where, "标记", [row["flag"]], ("*", *names.FLAGS))
        _unknown(problems, where, "语境种类", [row["sort"]], GUARD_SORTS)
        if not row["word"] or not row["guard"]:
            problems.append(f"{where}：须有词和语境")
        out.append(Guard(row["word"], row["flag"], row["sort"], row["guard"], row.get("note", "")))
    return out


def groups(rows: list[Row], problems: list[str]) -> Mapping[str, frozenset[str]]:
    """harm-groups.csv: the groups each word belongs to."""
    out: dict[str, set[str]] = {}
    for n, row in enumerate(rows, 2):
        word, group = fold(row["word"]), row["group"]
        if not group or len(word) < 2:
            problems.append(f"harm-groups.csv 第{n}行：须有组名和至少两个字的词")
        elif group in out.setdefault(word, set()):
            problems.append(f"harm-groups.csv 第{n}行：“{row['word']}”在“{group}”里写了两次")
        else:
            out[word].add(group)
    return {word: frozenset(found) for word, found in out.items()}


def together(rows: list[Row], known: set[str], problems: list[str]) -> list[Rule]:
    """harm-together.csv: which groups make which mark in one sentence, within how many characters."""
    out = []
    for n, row in enumerate(rows, 2):
        where = f"harm-together.csv 第{n}行"
        wanted, unless = listed(row["groups"]), listed(row["unless"])
        _unknown(problems, where, "标记", [row["flag"]], names.FLAGS)
        _unknown(problems, where, "组", [*wanted, *unless], known)
        _unknown(problems, where, "何时", [row["when"]], ("", "holiday"))
        if len(wanted) < 2 or row["weight"] not in ("1", "2", "3", "4", "5") or not row["reach"].isdigit():
            problems.append(f"{where}：须有至少两组、1至5的分量和字数")
            continue
        out.append(
            Rule(
                row["flag"],
                int(row["weight"]),
                wanted,
                int(row["reach"]),
                unless,
                row["when"] == "holiday",
                row.get("note", ""),
            )
        )
    return out


def festivals(rows: list[Row], problems: list[str]) -> Festivals:
    """festivals.csv: before which holidays wages are to be paid, from how many days ahead, and when each falls."""
    ahead: dict[str, int] = {}
    days: dict[str, list[date]] = {}
    for n, row in enumerate(rows, 2):
        where = f"festivals.csv 第{n}行"
        if not row["holiday"] or row["mark"] not in ("V", "M", "A"):
            problems.append(f"{where}：须有节日名和标记")
        elif row["ahead"].isdigit() and not row["day"]:
            ahead[row["holiday"]] = int(row["ahead"])
        else:
            try:
                days.setdefault(row["holiday"], []).append(date.fromisoformat(row["day"]))
            except ValueError:
                problems.append(f"{where}：“{row['day']}”不是日期")
    return Festivals(ahead, {name: tuple(sorted(found)) for name, found in days.items()})


def upward(rows: list[Row], problems: list[str]) -> Mapping[str, str]:
    """upward.csv: who takes over one level up when the unit itself is complained of; no circles."""
    out: dict[str, str] = {}
    for n, row in enumerate(rows, 2):
        _unknown(problems, f"upward.csv 第{n}行", "单位类型", [row["unit_type"], row["up"]], names.UNIT_TYPES)
        out[row["unit_type"]] = row["up"]
    for start in out:
        step, seen = start, {start}
        while step in out and out[step] != step:
            step = out[step]
            if step in seen:
                problems.append(f"upward.csv：从“{start}”向上绕回了自己")
                break
            seen.add(step)
    return out
