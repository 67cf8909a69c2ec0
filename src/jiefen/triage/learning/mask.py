"""Cover what says who somebody is, before a text is counted or learnt from. Pure; told by tests.

Names, numbers, addresses, sex, age and ethnicity of a person never become features: what a matter is about is not a
question of who tells it. Words about the matter itself (妇女权益, 老人赡养) stay.
"""

from __future__ import annotations

import re

from jiefen.kernel.masking import STAR, mask_names

_GROUPS = (
    "汉|蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔|"
    "仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺"
)
_HAN = "一-鿿"
_END = "，。；！？,;!?\n"
_COVERED = [
    ("@", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)),
    ("信Qq企", re.compile(r"(?:微信|QQ|qq|企鹅)号?[:：]?\s*[A-Za-z0-9_-]{5,20}")),
    # An ID number, a phone, an account: also written with spaces or dashes, or in full-width digits.
    ("0123456789０１２３４５６７８９", re.compile(r"(?:[\d０-９][ \-－　]?){6,}[\dXxＸｘ]?")),
    ("幺一三", re.compile(r"[零〇一二三四五六七八九幺]{7,}")),
    ("住址籍", re.compile(rf"(?:家住|现住|住址|住在|家庭地址|户籍地?|籍贯|通讯地址|联系地址|地址)[:：是为在于]?[^{_END}]{{2,40}}")),
    ("号栋幢座元", re.compile(r"\d{1,4}(?:号|栋|幢|座|单元)(?:[A-Za-z0-9一二三四五六七八九十]{1,3}单元)?(?:\d{1,4}(?:室|号|房))?")),
    ("叫名人", re.compile(r"(?:我叫|名叫|本人叫?|姓名|联系人|投诉人|举报人|反映人|申请人)[:：是为]?[一-鿿]{2,3}(?=[，,。、；;：:（(\s]|$)")),
    ("住", re.compile(rf"(?<![居入])住在?[^{_END}的]{{0,24}}?(?:[县市区镇乡村组街路号栋室]|社区)[^{_END}的]{{0,16}}")),
    ("岁", re.compile(r"(?:今年|现年|年龄|年满|已经?)?[:：]?\s*(?:\d{1,3}|[一二三四五六七八九十百]{1,4})多?周?岁")),
    ("生", re.compile(r"(?:19|20)\d\d年(?:\d{1,2}月(?:\d{1,2}日)?)?出?生")),
    ("族", re.compile(rf"(?:{_GROUPS})族|民族[:：][^，。；,;\s]{{1,8}}")),
    ("性", re.compile(r"性别[:：]?\s*[男女]|[男女]性")),
    ("男女先小大阿", re.compile(r"(?<![子儿妇])(?:男子|女子|先生|女士|小姐|大爷|大妈|大姐|大哥|大叔|阿姨)")),
    ("男女", re.compile(r"(?:(?<=[，,、；;（(：:\s])|^)[男女](?=[，,、；;）)。\s]|$)", re.M)),
]  # fmt: skip
"""One of these characters must stand in a text for a pattern to be looked for."""
HALF = re.compile(r"[\ud800-\udfff]")
"""Half of a pair of surrogates, as a clipboard may hold: the segmenter takes none."""
_BEFORE_STAR = re.compile(rf"[{_HAN}](?={STAR})")
"""The surname, which a masked name still shows."""


def cover(text: str, names: tuple[str, ...] = ()) -> str:
    """The text with every such word covered, for learning. `names` are the names already known of this matter."""
    text = HALF.sub("?", text)
    covered = mask_names(text)
    return plain(_BEFORE_STAR.sub(STAR, covered) if covered != text else text, names)


def plain(text: str, names: tuple[str, ...] = ()) -> str:
    """The same without the search for unknown names: quick enough for every text that is only scored. A model knows no
    gram that is part of a name (`train.nameless`), so a name left in such a text counts for nothing."""
    for name in sorted({n for n in names if len(n) >= 2}, key=len, reverse=True):
        text = text.replace(name, STAR * len(name))
    for hints, pattern in _COVERED:
        if any(hint in text for hint in hints):
            text = pattern.sub(_stars, text)
    return text


def _stars(found: re.Match[str]) -> str:
    """As many stars as characters: an offset in the covered text is one in the text as it was told."""
    return STAR * (found.end() - found.start())
