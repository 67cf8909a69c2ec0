"""What is shown of a person until somebody says why they need more."""

import re

STAR = "＊"
_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)(\d{4})(\d{4})(?!\d)")
_ID = re.compile(r"(?<!\d)(\d)\d{16}([\dXx])(?!\w)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}-?)\d{4}(\d{3,4})(?!\d)")


def mask_name(name: str) -> str:
    """兰秀英 → 兰＊＊; an empty name stays empty."""
    return name[:1] + STAR * (len(name) - 1) if name else ""


def mask_phone(phone: str) -> str:
    """13800002061 → 138****2061; anything short shows only its last two characters."""
    return phone[:3] + "****" + phone[-4:] if len(phone) >= 11 else "*" * max(len(phone) - 2, 0) + phone[-2:]


def mask_id(number: str) -> str:
    """An ID number shows its first and last character."""
    return number[:1] + "*" * (len(number) - 2) + number[-1:] if len(number) > 2 else "*" * len(number)


def mask_address(address: str) -> str:
    """An address shows its first six characters: the township, rarely more."""
    return address[:6] + STAR * 2 if len(address) > 6 else address


def mask_text(text: str, names: tuple[str, ...] = ()) -> str:
    """Free text with phones, ID numbers and the names already known covered."""
    text = _ID.sub(r"\1****************\2", text)
    text = _PHONE.sub(r"\1****\3", text)
    text = _LANDLINE.sub(r"\1****\2", text)
    for name in sorted({n for n in names if len(n) >= 2}, key=len, reverse=True):
        text = text.replace(name, mask_name(name))
    return text


_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹章苏潘葛范彭鲁韦马苗方俞任袁柳鲍史唐费廉岑薛雷贺倪汤"
    "滕殷罗毕郝邬安常于时傅皮卞齐康伍余元顾孟黄穆萧尹姚邵汪祁毛禹狄贝明计伏成戴谈宋庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路娄江童颜"
    "郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万柯管卢莫房丁邓石崔吉龚程邢裴陆荣翁荀甄曲封储靳段焦侯全班秋仲伊宫宁甘厉武刘景詹龙叶黎"
    "白蒲卓池乔翟谭申温庄晏柴瞿阎连艾向古易廖耿匡文欧沙丰关查游兰覃肖涂晋"
)
_PERSON = frozenset({"nr", "nrfg", "nrt"})
_PLACE_ENDS = tuple("路街巷区县镇乡湾屯界")
"""A road, a quarter or a township that the segmenter takes for somebody: 白云路, 高新区. Hardly anybody's name ends so."""
_NOBODY_ENDS = ("师傅", "先生", "女士", "老板", "主任", "局长", "书记", "经理", "村长", "镇长", "医生", "老师", "警官")
"""A surname with a title names nobody, and a covered 康师傅 helps nobody."""
_NOBODY = frozenset(
    {
        "王老吉", "金银花", "高血压", "白蚁", "柳树", "杨树", "毛坯", "向阳", "黄牛", "马桶", "许可证", "许可", "顾问", "林权", "高科", "高新", "宜家", "雷锋", "明珠", "华府", "华庭", "金域", "金碧", "林溪", "梅溪", "梅溪湖", "范畴", "万国", "常年", "黄泥", "石桥", "高压", "温室", "方便", "安全", "平安", "文明", "和平", "华章", "金牌", "石灰", "金属", "白天", "黄昏", "高温", "马路", "于是", "何时", "何处", "何故", "何必", "何以", "何况",
    }
)  # fmt: skip
"""Words that the segmenter takes for names. One more character after them may still make a name: 向阳红."""
_WHEN = ("何时", "何处", "何故", "何必", "何以", "何况", "于是")
_HOUSE = (
    "公司", "集团", "企业", "物业", "建筑", "建设", "置业", "地产", "房地产", "工程", "装饰", "劳务", "工厂", "厂", "酒店", "宾馆", "饭店", "餐厅",
    "商店", "专卖店", "超市", "商场", "商贸", "市场", "银行", "医院", "诊所", "药店", "学校", "小学", "中学", "幼儿园", "小区", "花园", "家园",
    "花苑", "公寓", "大厦", "广场", "水库", "水电站", "村", "社区", "汽车", "家具", "快递", "物流", "农庄", "合作社", "凉茶", "食品",
)  # fmt: skip
_IN_A_NAME_OF_A_HOUSE = frozenset({"n", "nz", "vn", "ns", "nt", "j"})


def mask_names(text: str) -> str:
    """Text with what looks like people's names covered after the first character.

    A segmenter's names, checked against common surnames: for titles and lists, where a missed name costs more than a
    covered word. It finds about four names in five; whoever needs certainty covers the names they know by `mask_text`.
    """
    import rjieba  # 4 MB of dictionary: loaded by whoever takes in or shows a text, not by every process

    tokens = rjieba.tag(text)
    parts: list[str] = []
    n = 0
    while n < len(tokens):
        word, sort = tokens[n]
        following = tokens[n + 1] if n + 1 < len(tokens) else ("", "")
        if (
            len(word) == 1
            and word in _SURNAMES
            and len(following[0]) <= 2
            and (following[1] in _PERSON or (following[1] == "ns" and len(following[0]) == 2))
        ):
            named = _names_somebody(word + following[0], tokens, n + 2)
            parts.append(word + STAR * len(following[0]) if named else word + following[0])
            n += 2
            continue
        is_name = sort in _PERSON and 2 <= len(word) <= 3 and word[0] in _SURNAMES
        parts.append(mask_name(word) if is_name and _names_somebody(word, tokens, n + 1) else word)
        n += 1
    return "".join(parts)


def _names_somebody(word: str, tokens: list[tuple[str, str]], after: int) -> bool:
    """Whether what the segmenter took for a name may well be one: not a place, a title, a thing, nor the name of a house."""
    if word.endswith(_PLACE_ENDS) or word[1:] in _NOBODY_ENDS or word.startswith(_WHEN):
        return False
    # 金诚·建筑·工程·有限公司; but 张伟·公司 is how people speak of somebody's firm.
    for n, (said, sort) in enumerate(tokens[after : after + 4]):
        if said.endswith(_HOUSE) and not (said == "公司" and n == 0):
            return False
        if sort not in _IN_A_NAME_OF_A_HOUSE:
            break
    if word in _NOBODY or (len(word) == 2 and word[1] in "子家"):  # 叶子, 陈家; but 叶子·青 is somebody
        said, sort = tokens[after] if after < len(tokens) else ("", "")
        return len(said) == 1 and sort in _ONE_MORE
    return True


_ONE_MORE = frozenset({"a", "b", "j", "n", "ng", "nr", "nrt", "ns", "zg", "nz"})
