"""An article as an official paper cites it: `L-XF:22(1)` → 《信访工作条例》第二十二条第一项. Pure."""

import re

from jiefen.procedures.definition import Vocabulary

_ONE = re.compile(r"(\d{1,3})(?:\((\d{1,2})\))?(?:-\((\d{1,2})\))?")
_DIGITS = "零一二三四五六七八九"


def numeral(n: int) -> str:
    """36 → 三十六, as articles are numbered. From 1 to 999."""
    hundreds, rest = divmod(n, 100)
    tens, ones = divmod(rest, 10)
    said = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        said += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        said += "零"
    return said + (_DIGITS[ones] if ones else "")


def cited(words: Vocabulary, basis: str) -> str:
    """A basis with its law's name and the article in words; what is no plain article stays as `source_title` says it."""
    key, _, article = basis.partition(":")
    parts = [_ONE.fullmatch(part.strip()) for part in article.split(",")]
    if not article or not all(parts):
        return words.source_title(basis)
    return words.source_title(key) + "、".join(_said(part) for part in parts if part)


def _said(part: re.Match[str]) -> str:
    article, item, last = part.groups()
    said = f"第{numeral(int(article))}条"
    if item:
        said += f"第{numeral(int(item))}项"
    return said + (f"至第{numeral(int(last))}项" if last else "")


def all_cited(words: Vocabulary, basis: tuple[str, ...]) -> str:
    """Several bases, without what is only this house's own proposal."""
    return "、".join(cited(words, one) for one in basis if one[:1] == "L")
