# ruff: noqa: SIM905 — lists of words are read more easily as one line of words
"""Whom two matters complain of: the firms and bodies that a text names as the other side.

People are left out on purpose. A list of all matters against somebody is no business of a clerk who types a name; a
matter's own page answers who is part of it, for that one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jiefen.kernel.names.candidates import cut
from jiefen.kernel.names.finder import in_cut, pieces
from jiefen.triage.facts.kinds import COMPLAINED_OF
from jiefen.triage.facts.organisations import organisations
from jiefen.triage.facts.sides import side_of
from jiefen.triage.rules.text import fold

_FORM = re.compile(r"(?:有限责任|股份有限|有限)?(?:分?公司|集团)$")
_SORTS = frozenset(
    (
        "物业 物业服务 物业管理 建筑 建设 装修 装饰 劳务 劳务派遣 房产 房地产 房地产开发 开发 运输 物流 保险 中介 家政 保洁 公交 自来水 燃气 "
        "天然气 供水 供电 电力 热力 供暖 培训 教育 旅游 贷款 投资 租赁 贸易 食品 农业 服务 管理 快递 网络 工程 施工 上级 总 子"
    ).split()
)
"""What a firm does, which names none."""
NAME, OWN = 3, 2
"""A core of fewer characters is no name by itself: it takes so many that stand before it."""


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm or body as a text names it; `core` is its name without the form of company, folded; whether the text complains of it."""

    words: str
    core: str
    complained_of: bool


def firms(text: str) -> list[Firm]:
    """The firms and bodies of a text that have a name of their own. Any text."""
    return list(dict.fromkeys(_firms("".join(text.split()))))


def _firms(text: str) -> Iterator[Firm]:
    for _at, piece in pieces(text):
        said, words = fold(piece), cut(piece)
        for one in organisations(words, [(name.start, name.end) for name in in_cut(words)]):
            core = _FORM.sub("", one.words)
            if core in _SORTS or (core == one.words and len(core) <= NAME):
                continue
            start = one.start if len(core) >= NAME else max(0, one.start - OWN)
            against = side_of(said, one.start, one.end, organisation=True) == COMPLAINED_OF
            yield Firm(piece[start : one.end], said[start : one.start + len(core)], against)


def same(mine: list[Firm], text: str) -> str:
    """How a text names the firm that another text (`mine`) names too, one of the two complaining of it; empty for none.
    One may name it in full and the other in short."""
    said = fold("".join(text.split()))
    if not any(one.core[-2:] in said for one in mine):
        return ""
    theirs = firms(text)
    for one in mine:
        for other in theirs:
            if (one.core in other.core or other.core in one.core) and (one.complained_of or other.complained_of):
                return one.words
    return ""
