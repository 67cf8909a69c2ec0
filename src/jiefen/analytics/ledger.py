"""The overall ledger 矛盾纠纷隐患排查登记表·总表: its columns, as data. The import profile `ledger-general` maps these titles.

Masked: titles carry no names, phones and ID numbers in demands are covered, and no person of the matter has a column.
"""

from dataclasses import dataclass

TITLE = "矛盾纠纷隐患排查登记表（总表）"
HEADER_LINE = 3
"""The line of the heading as Excel counts: the title is line 1, what the table is cut from and who made it line 2."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `sort`: text or number; `width` in characters."""

    key: str
    title: str
    width: int
    sort: str = "text"


COLUMNS: tuple[Column, ...] = (
    Column("serial", "序号", 6, "number"),
    Column("number", "事项编号", 20),
    Column("intakes", "来件编号", 20),
    Column("outside_number", "外部编号", 16),
    Column("channel", "来源渠道", 10),
    Column("received_at", "收件时间", 16),
    Column("area_code", "区域代码", 14),
    Column("area", "区域", 24),
    Column("kind", "类型", 20),
    Column("grade", "等级", 8),
    Column("people", "涉及人数", 8, "number"),
    Column("title", "简要情况", 44),
    Column("demands", "诉求", 44),
    Column("procedure", "办理程序", 16),
    Column("lead", "主办单位", 18),
    Column("helpers", "协办单位", 18),
    Column("responsible", "责任人", 10),
    Column("sponsor", "包案领导", 10),
    Column("measures", "措施", 30),
    Column("due_on", "期限", 12),
    Column("state", "办理状态", 14),
    Column("answered_at", "答复时间", 16),
    Column("ended_at", "办结时间", 16),
    Column("follow_up", "回访", 10),
    Column("satisfied", "满意", 8),
    Column("returns", "退回次数", 8, "number"),
)

GRADES = {"ordinary": "一般", "complex": "复杂", "major": "重大疑难"}

_RISKY = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it."""
    return f"'{text}" if text.startswith(_RISKY) else text


def letters(index: int) -> str:
    """A column's letters as Excel writes them: 0 → A, 25 → Z, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name
