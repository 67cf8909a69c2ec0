"""What holds for areas without asking a database: levels, code forms, names. No Django here.

Levels and what may lie under what are those of the procedures' vocabulary (`levels`); a test holds the two equal.
Code forms: 12 digits as in the statistical code of areas (6 county and above, 3 township, 3 village); below the
village 20 digits, the first 12 those of the area it lies in, then 8 of the county's own numbering.
"""

import re
from dataclasses import dataclass

COUNTY, TOWNSHIP, VILLAGE, GRID, MICRO, DEDICATED = "county", "township", "village", "grid", "micro-grid", "dedicated"


@dataclass(frozen=True)
class Level:
    """A level of the tree. `number` is its depth in official counts; `under` the levels it may lie directly in."""

    key: str
    label: str
    number: int
    under: tuple[str, ...]
    code: re.Pattern[str]
    staffed: bool = False
    """Whether an area of this level needs a worker of its own unless its row says otherwise."""


LEVELS: dict[str, Level] = {
    level.key: level
    for level in (
        Level(COUNTY, "县级", 1, (), re.compile(r"(?!0{6})[0-9]{6}0{6}")),
        Level(TOWNSHIP, "乡镇（街道）", 2, (COUNTY,), re.compile(r"[0-9]{6}(?!000)[0-9]{3}000")),
        Level(VILLAGE, "村（社区）", 3, (TOWNSHIP,), re.compile(r"[0-9]{6}(?!000)[0-9]{3}(?!000)[0-9]{3}")),
        Level(GRID, "网格", 4, (VILLAGE,), re.compile(r"[0-9]{12}(?!0{8})[0-9]{8}"), True),
        Level(MICRO, "微网格", 4, (VILLAGE, GRID), re.compile(r"[0-9]{12}(?!0{8})[0-9]{8}"), True),
        Level(DEDICATED, "专属网格", 4, (COUNTY, TOWNSHIP, VILLAGE), re.compile(r"[0-9]{12}(?!0{8})[0-9]{8}"), True),
    )
}
LEVEL_WORDS: dict[str, str] = {
    **{key: key for key in LEVELS},
    **{level.label: key for key, level in LEVELS.items()},
    **dict.fromkeys(("县", "县区", "县（市、区）", "区县"), COUNTY),
    **dict.fromkeys(("乡镇", "镇", "乡", "街道", "乡镇街道"), TOWNSHIP),
    **dict.fromkeys(("村", "社区", "村社区", "行政村"), VILLAGE),
}
"""What a ledger may write for a level, and the level it means."""

FORMS = {
    COUNTY: "县级代码是12位数字，后6位为0",
    TOWNSHIP: "乡镇代码是12位数字，第7至9位不全为0，后3位为0",
    VILLAGE: "村（社区）代码是12位数字，第7至9位、后3位都不全为0",
    GRID: "网格代码是20位数字，前12位为所在村（社区）的代码，后8位不全为0",
    MICRO: "微网格代码是20位数字，前12位为所在村（社区）的代码，后8位不全为0",
    DEDICATED: "专属网格代码是20位数字，前12位为所在区域的代码，后8位不全为0",
}


def code_problem(code: str, level: str) -> str | None:
    """Why this code cannot be one of this level, in Chinese; None when it can."""
    if level not in LEVELS:
        return f"没有“{level}”这个级别"
    return None if LEVELS[level].code.fullmatch(code) else f"{FORMS[level]}；收到的是“{code[:24]}”，{len(code)}位"


def parent_code_of(code: str, level: str) -> str | None:
    """The code of the parent as the code itself tells it; None for a county. A micro-grid in a grid must name it."""
    if level == COUNTY:
        return None
    if level == TOWNSHIP:
        return code[:6] + "0" * 6
    if level == VILLAGE:
        return code[:9] + "000"
    return code[:12]


def place_problem(code: str, level: str, parent_code: str | None, parent_level: str | None) -> str | None:
    """Why this area cannot lie under that one, in Chinese; None when it can."""
    under = LEVELS[level].under
    label = LEVELS[level].label
    if not under:
        return None if parent_code is None else f"{label}上面不再有区域"
    if parent_code is None or parent_level is None:
        return f"{label}须写明上级"
    if parent_level not in under:
        allowed = "、".join(LEVELS[key].label for key in under)
        return f"{label}只能在{allowed}之下，不能在{LEVELS[parent_level].label}之下"
    # A grid's number lies in the twelve digits of its village, so a micro-grid compares those only.
    told = parent_code_of(code, level)
    if told != parent_code[:12]:
        return f"代码{code}不在上级{parent_code}之内"
    return None


_NAME = re.compile(r"[㐀-鿿々〇A-Za-z0-9（）()·、—－-]+")


def name_problem(name: str) -> str | None:
    """Why this cannot be the name of an area, in Chinese; None when it can."""
    if not name:
        return "名称是空的"
    if name[0] in "=+-@":
        return "名称以 = + - @ 开头，像是表格里的公式"
    if len(name) > 60:
        return f"名称有{len(name)}个字，超过60个字"
    if not _NAME.fullmatch(name):
        return "名称里有空格、标点或看不见的字符"
    return None


def path_of(code: str, parent_path: str | None) -> str:
    """The path of an area: its parent's path and its own code as the last label."""
    return f"{parent_path}.{code}" if parent_path else code


def full_name_of(name: str, parent_full_name: str | None) -> str:
    """The name with all it lies in before it, as written on papers: 清和县柳河镇石桥村."""
    return f"{parent_full_name or ''}{name}"
