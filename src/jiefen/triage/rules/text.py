"""Bring a text to the shape the word lists are written in, one character for one character.

Every replacement keeps the length, so an offset in the folded text is an offset in the text as it was told.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # 0.2 seconds to load, so only whoever reads a text does
    import numpy as np

# Traditional forms of characters that occur in the word lists. Not a converter: only so that a letter
# written in the old characters is not read as an empty one.
_OLD = (
    "離婚養撫贍繼遺產監護風樓噪聲圍牆漏養鄰佔過證違築賣開發爛質責土轉確權調種糧補貼業機農標渠爭礦場兩線庫區遷"
    "後償徵安簽強拆棚戶員資錢討辭職傷險費編稱齡賣騎臺貨買約裝飾夥讓輪運榮銀貸徵賠擔購網訓構導遊價蓋測療醫藥師"
    "護車禍認電動撞壓誹謗損壞爆產災溺擲學廢塵氣煙燒豬雞臭壩糞圾壓積燈園攤鋪寬遞舊劃容殘疾軍傷優撫屬檢舉貪汙"
    "賄贓濫舉報復騙殺樂搶斷幾賬帳還務選辦議歸條訴審執獄警態惡掛號訊鬧鐵橋駕駛馬豐陽陰陳長間門問關嗎這個們說話"
    "請謝讀書寫體驗檔級組織縣鄉鎮鬥億萬對雙難願與從應該聽殯葬墳樹礙聾啞語誰無總給縮細紅綠純絕結紛紀統經繳"
)
_NEW = (
    "离婚养抚赡继遗产监护风楼噪声围墙漏养邻占过证违筑卖开发烂质责土转确权调种粮补贴业机农标渠争矿场两线库区迁"
    "后偿征安签强拆棚户员资钱讨辞职伤险费编称龄卖骑台货买约装饰伙让轮运荣银贷征赔担购网训构导游价盖测疗医药师"
    "护车祸认电动撞压诽谤损坏爆产灾溺掷学废尘气烟烧猪鸡臭坝粪圾压积灯园摊铺宽递旧划容残疾军伤优抚属检举贪污"
    "贿赃滥举报复骗杀乐抢断几账账还务选办议归条诉审执狱警态恶挂号讯闹铁桥驾驶马丰阳阴陈长间门问关吗这个们说话"
    "请谢读书写体验档级组织县乡镇斗亿万对双难愿与从应该听殡葬坟树碍聋哑语谁无总给缩细红绿纯绝结纷纪统经缴"
)
_FULL = {0xFF01 + i: chr(0x21 + i) for i in range(0x5E) if chr(0x21 + i).isalnum() or chr(0x21 + i) in ",.%+-"}
_FOLD = {
    **_FULL,
    **{ord(a): b for a, b in zip(_OLD, _NEW, strict=True) if a != b},
    **{ord(c): c.upper() for c in "abcdefghijklmnopqrstuvwxyz"},
    **{0xFF41 + i: chr(0x41 + i) for i in range(26)},
}
_FOLD[0xFF0C] = "，"  # a full-width comma ends a clause; it never groups digits


@cache
def _table() -> np.ndarray:
    """Behind each code point the one it is folded to."""
    import numpy as np

    table = np.arange(0x10000, dtype="<u4")
    for before, after in _FOLD.items():
        table[before] = ord(after)
    return table


LAST = 0xFFFF
"""Characters beyond the basic plane all count as this one, which opens no word."""


def points_of(text: str) -> np.ndarray:
    """The text as an array of code points up to LAST; lone surrogates and whatever a clipboard holds included."""
    import numpy as np

    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return np.minimum(points, LAST) if points.size and points.max() > LAST else points


def fold_points(text: str) -> tuple[str, np.ndarray]:
    """The folded text and its code points, for a scanner."""
    import numpy as np

    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    if points.size and points.max() > LAST:
        folded = text.translate(_FOLD)
        return folded, points_of(folded)
    points = _table()[points]
    return points.tobytes().decode("utf-32-le", "surrogatepass"), points


def fold(text: str) -> str:
    """Old characters, full-width digits and small letters folded; same length, never an error."""
    return fold_points(text)[0]
