"""An agreement's clauses, and what is wrong with them. Pure.

A court confirms and enforces only what says who does what, how much, when and where (民诉法解释 358; 人民调解若干规定 35).
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

AT_ONCE = "at-once"
EMPTY, NOBODY = "协议一条内容也没有", "没有一条写明由当事人做什么"
MOST_CLAUSES, LONGEST = 40, 2000
_VAGUE = ("尽快", "适当", "合理", "酌情", "左右", "若干", "相关费用", "视情况", "有钱", "争取")
_STATUS = ("解除婚姻", "离婚", "确认亲子", "亲子关系", "断绝父", "断绝母", "断绝关系", "收养关系", "放弃继承权资格")
_SILENCE = (
    "不再上访",
    "不得上访",
    "不再信访",
    "不得信访",
    "不再反映",
    "不得反映",
    "息诉息访",
    "不再起诉",
    "不得起诉",
    "放弃诉讼",
    "不得举报",
    "不再举报",
)
_FORCE = ("限制人身", "扣押人", "扣押身份证", "罚跪", "打工抵债", "以人抵", "断水断电")
_MONEY = ("元", "款", "工资", "费用", "赔偿", "补偿", "偿还", "支付", "退款")
_SAYS_SUM = re.compile(r"[0-9０-９一二三四五六七八九十百千万〇零两]+\s*(?:万|千|百)?元")


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause. `who` owes `whom` (keys of parties) `what`; `fen` where it is money; `due_on` an ISO day or `at-once`;
    `where` or by which way it is done."""

    who: str
    whom: str
    what: str
    due_on: str
    where: str
    fen: int | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Defect:
    """What is wrong, in Chinese, with the clause's number (0: the agreement as a whole)."""

    clause: int
    says: str


def lint(clauses: Sequence[Clause], *, parties: Collection[str], signed_on: date) -> list[Defect]:
    """Everything that is unclear, unlawful, or not theirs to settle; empty when it can be signed.

    `parties`: keys of the people in the case. `signed_on`: the local day on which it is looked at.
    """
    if not clauses:
        return [Defect(0, EMPTY)]
    found = []
    if len(clauses) > MOST_CLAUSES:
        found.append(Defect(0, f"协议有{len(clauses)}条，最多{MOST_CLAUSES}条，请合并"))
    for number, clause in enumerate(clauses, 1):
        found += [Defect(number, f"第{number}条{says}") for says in _of(clause, parties, signed_on)]
    if not any(c.who in parties for c in clauses) and not found:
        found.append(Defect(0, NOBODY))
    return found


NO_WHO = "没有写明由哪一方当事人履行，或写了案外人"
NO_WHOM = "没有写明向哪一方当事人履行，或写了案外人"
SAME = "履行人和对方是同一个人"
NO_WHAT = "没有写清做什么"
NO_WHERE = "没有写明在哪里、用什么方式履行"
STATUS = "涉及婚姻、亲子、收养等身份关系，协议不能确认"
SILENCE = "要求当事人不再反映、不起诉或不举报，这是不能写进协议的"
FORCE = "侵害人身自由或基本生活，违法"
NO_SUM, NO_MONEY = "金额须大于零", "说到钱却没有写明多少"
NO_DAY, NO_DATE, TOO_EARLY = "没有写明哪一天以前履行", "履行日期不是一个日期", "履行日期早于签订那天"
_ALWAYS = (
    NO_WHO, NO_WHOM, SAME, NO_WHAT, NO_WHERE, STATUS, SILENCE, FORCE, NO_SUM, NO_MONEY, NO_DAY, NO_DATE, TOO_EARLY
)  # fmt: skip


def sentences() -> list[str]:
    """Everything that `lint` can say, figures as {0} and {1}, for whoever shows it in another language."""
    about = [*_ALWAYS, *map(_vague, _VAGUE), "超过{1}字，请写要点"]
    return [EMPTY, "协议有{0}条，最多{1}条，请合并", NOBODY, *(f"第{{0}}条{says}" for says in about)]


def _vague(word: str) -> str:
    return f"用了不能执行的词“{word}”，请改成具体的数、日期或标准"


def _of(clause: Clause, parties: Collection[str], signed_on: date) -> list[str]:
    says = []
    if clause.who not in parties:
        says.append(NO_WHO)
    if clause.whom not in parties:
        says.append(NO_WHOM)
    if clause.who and clause.who == clause.whom:
        says.append(SAME)
    text = clause.what.strip()
    if len(text) < 4:
        says.append(NO_WHAT)
    if len(text) > LONGEST:
        says.append(f"超过{LONGEST}字，请写要点")
    says += _sum(clause, text)
    says += _when(clause, signed_on)
    if not clause.where.strip():
        says.append(NO_WHERE)
    says += [_vague(word) for word in _VAGUE if word in text]
    if any(word in text for word in _STATUS):
        says.append(STATUS)
    if any(word in text for word in _SILENCE):
        says.append(SILENCE)
    if any(word in text for word in _FORCE):
        says.append(FORCE)
    return says


def _sum(clause: Clause, text: str) -> list[str]:
    if clause.fen is not None and (isinstance(clause.fen, bool) or not isinstance(clause.fen, int) or clause.fen <= 0):
        return [NO_SUM]
    if clause.fen is None and any(word in text for word in _MONEY) and not _SAYS_SUM.search(text):
        return [NO_MONEY]
    return []


def _when(clause: Clause, signed_on: date) -> list[str]:
    if clause.due_on == AT_ONCE:
        return []
    if not clause.due_on:
        return [NO_DAY]
    try:
        due = date.fromisoformat(clause.due_on)
    except ValueError:
        return [NO_DATE]
    return [TOO_EARLY] if due < signed_on else []


def clauses_from(rows: Sequence[Any]) -> list[Clause]:
    """Clauses from plain values as they were kept or sent. Raises ValueError for what is no clause."""
    found = []
    for row in rows:
        try:
            found.append(
                Clause(
                    str(row.get("who", "")), str(row.get("whom", "")), str(row.get("what", "")), str(row.get("due_on") or ""),
                    str(row.get("where", "")), row.get("fen"),
                )
            )  # fmt: skip
        except AttributeError as no:
            raise ValueError("协议条款的格式不对，请重新填写。") from no
    return found
