"""Figures and the lists behind them as lines of text and rows of a file: what `jiefen indicators` prints."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jiefen.analytics.asker import Asker, Cut
from jiefen.analytics.asking import Figure, every_thing, figures
from jiefen.analytics.definitions import Catalogue, Indicator, catalogue
from jiefen.analytics.facts import settle_all
from jiefen.analytics.printing import NONE, ratio, share
from jiefen.cases.models import Case
from jiefen.intake.models import Intake
from jiefen.kernel.clock import local
from jiefen.kernel.scope import scope
from jiefen.places.models import Area
from jiefen.places.queries import in_force
from jiefen.procedures.catalogue import vocabulary

_BATCH = 1000
UNITS = {"intake": "件", "case": "件", "assignment": "项", "grid": "个"}


class NoSuchIndicator(LookupError):
    """No indicator has this name; the message lists what there is."""


def chosen(name: str = "") -> list[Indicator]:
    """One indicator by its key or its Chinese name, or all of them. Raises NoSuchIndicator."""
    known = catalogue().indicators
    if not name:
        return list(known.values())
    found = [i for i in known.values() if name in (i.key, i.name)]
    if not found:
        raise NoSuchIndicator(f"没有叫“{name}”的指标。有的是：{'、'.join(known)}")
    return found


def says(found: Figure) -> str:
    """The figure in one line: «184 / 187 = 98.40 %，另3件未满期»."""
    indicator = found.indicator
    unit = UNITS.get(indicator.grain, "件")
    if indicator.shape == "count":
        return f"{found.numerator} {unit}"
    if indicator.shape == "days":
        return days_said(found)
    text = share(found.numerator, found.denominator or 0)
    return text + (f"，另{found.waiting}{unit}未满期" if found.waiting else "")


def days_said(found: Figure) -> str:
    """Days: the mean with both its counts where there is a denominator, then median, ninth decile, longest."""
    if not found.numerator:
        return "0 / 0 = —" if found.denominator is not None else f"0 件，{NONE}"
    spread = f"中位 {found.median} 日，九成位 {found.p90} 日，最久 {found.most} 日"
    if found.denominator is None:
        return f"{found.numerator} 件；{spread}"
    return f"{found.total} / {found.denominator} = {ratio(found.total or 0, found.denominator)} 日；{spread}"


def source_said(indicator: Indicator) -> str:
    """Where the definition was read, with its mark in words."""
    return vocabulary().basis_said([indicator.source], indicator.mark)


def as_lines(asker: Asker, cut: Cut, *, name: str = "", lists: bool = False) -> Iterator[str]:
    """What the terminal prints, indicator by indicator; with `lists` the numbers behind each."""
    held: Catalogue = catalogue()
    settle_all()
    where = cut.area.full_name if cut.area else "全县"
    since = f"{cut.since}起，" if cut.since else ""
    yield f"{where}，{since}截至 {cut.day}（{local(cut.till):%Y-%m-%d %H:%M} 之前），按发生时间"
    asked = chosen(name)
    waiting = [indicator for indicator in asked if not indicator.connected]
    for found in figures([indicator for indicator in asked if indicator.connected], asker, cut):
        indicator = found.indicator
        yield f"\n{indicator.name}  {indicator.key}"
        yield f"  {says(found)}"
        if indicator.key == "grid-coverage":
            yield f"  {tree_said(cut)}"
        yield f"  {indicator.sentence}。分子：{indicator.numerator}；分母：{indicator.denominator or '无'}"
        excluded = "；".join(held.excluded(indicator))
        yield f"  不计：{excluded or '无'}。定义第{indicator.definition}版，{indicator.mark}（{source_said(indicator)}）"
        if lists:
            yield from _listed(indicator, asker, cut)
    if waiting:
        yield f"\n尚未接上 {len(waiting)} 个（已有定义，还没有数据来源）：{'、'.join(f'{i.name} {i.key}' for i in waiting)}"


def tree_said(cut: Cut) -> str:
    """The tree of areas, level by level: 1 + 9 + 99 + 1770 + 106 = 1985."""
    rows = in_force(cut.day)
    if cut.path:
        rows = rows.filter(path__within=cut.path)
    levels = list(vocabulary().levels)
    counts = {level: 0 for level in levels}
    for level in rows.values_list("level", flat=True):
        counts[level] += 1
    shown = [counts[level] for level in levels if counts[level]]
    return f"区域树：{' + '.join(map(str, shown)) or '0'} = {sum(shown)}"


def _listed(indicator: Indicator, asker: Asker, cut: Cut) -> Iterator[str]:
    parts = [("numerator", "分子"), ("denominator", "分母"), ("waiting", "未满期")]
    for part, label in parts if indicator.denominator else parts[:1]:
        numbers = [row["number"] for row in rows_behind(indicator, asker, cut, part=part)]
        if numbers or part != "waiting":
            yield f"  {label} {len(numbers)}："
            yield from (f"    {number}" for number in numbers)


def rows_behind(indicator: Indicator, asker: Asker, cut: Cut, *, part: str = "all") -> Iterator[dict[str, Any]]:
    """Every thing behind a figure with its number: number, at, base, hit, waiting, value."""
    batch = []
    for thing in every_thing(indicator, asker, cut, part=part):
        batch.append(thing)
        if len(batch) == _BATCH:
            yield from _named(indicator, batch)
            batch = []
    yield from _named(indicator, batch)


def _named(indicator: Indicator, batch: list[Any]) -> Iterator[dict[str, Any]]:
    names = numbers_of(indicator.lists, {thing.of for thing in batch})
    for thing in batch:
        yield {
            "number": names[thing.of], "at": f"{local(thing.at):%Y-%m-%d %H:%M}", "base": thing.base,
            "hit": thing.hit, "waiting": thing.waiting, "value": thing.value,
        }  # fmt: skip


def numbers_of(lists: str, ids: set[int]) -> dict[int, str]:
    """Numbers by id of intakes, areas or cases. The vault's are left out: it is counted, never listed."""
    with scope("analytics"):
        if lists == "area":
            return {
                pk: f"{code} {name}"
                for pk, code, name in Area.objects.filter(pk__in=ids).values_list("pk", "code", "full_name")
            }
        model: Any = Intake if lists == "intake" else Case
        return dict(model.objects.filter(pk__in=ids).exclude(stratum=Case.Stratum.VAULT).values_list("pk", "number"))


FIGURE_HEAD = ("指标", "名称", "分子", "分母", "比率或日数", "未满期", "定义版本", "标记", "截至", "区域")
LIST_HEAD = ("指标", "编号", "时间", "计入分母", "计入分子", "未满期", "日数")


def write_csv(path: Path, asker: Asker, cut: Cut, *, name: str = "", lists: bool = False) -> int:
    """The figures, or with `lists` the rows behind them, as a file that Excel opens (UTF-8 with a mark). Rows written."""
    settle_all()
    rows = _list_rows(asker, cut, name) if lists else _figure_rows(asker, cut, name)
    spare = path.with_name(path.name + ".part")
    count = 0
    with spare.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(LIST_HEAD if lists else FIGURE_HEAD)
        for row in rows:
            writer.writerow(row)
            count += 1
    spare.replace(path)
    return count


def _figure_rows(asker: Asker, cut: Cut, name: str) -> Iterator[tuple[Any, ...]]:
    asked = chosen(name)
    counted = {found.indicator.key: found for found in figures([i for i in asked if i.connected], asker, cut)}
    for indicator in asked:
        tail = (f"第{indicator.definition}版", indicator.mark, cut.day, cut.area.code if cut.area else "")
        if not indicator.connected:
            yield (indicator.key, indicator.name, "", "", "尚未接上", "", *tail)
            continue
        found = counted[indicator.key]
        denominator = "" if found.denominator is None else found.denominator
        yield (indicator.key, indicator.name, found.numerator, denominator, says(found), found.waiting, *tail)


def _list_rows(asker: Asker, cut: Cut, name: str) -> Iterator[tuple[Any, ...]]:
    yes = {True: "是", False: ""}
    for indicator in chosen(name):
        if not indicator.connected:
            continue
        for row in rows_behind(indicator, asker, cut):
            counts = (
                yes[row["base"] and not row["waiting"]],
                yes[row["hit"] and not row["waiting"]],
                yes[row["waiting"]],
            )
            yield (indicator.key, row["number"], row["at"], *counts, "" if row["value"] is None else row["value"])
