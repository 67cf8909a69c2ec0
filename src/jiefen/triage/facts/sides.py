"""On whose side somebody stands in a text: who complains, whom they complain of, or somebody else. By cues around the name."""

from __future__ import annotations

import re

from .kinds import COMPLAINANT, COMPLAINED_OF, OTHER

_CLAUSE = "，。！？；,!?;\n"
_SELF = re.compile(
    r"(?:我(?:的名字)?(?:叫做?|名叫|是|姓名)|本人(?:叫|是|姓名)?|(?:反映|来访|信访|投诉|举报|申请|求助|来电|签名|署名|联系|申诉)人(?:姓名)?(?:是|为|叫)?|我和|我与|姓名|落款|此致敬礼|业主代表|村民代表)[:： 　]{0,3}$"
)
_SELF_AFTER = re.compile(r"(?:[（(]本人[)）]|和我|与我(?!们?(?:发生|有)))")
_FAMILY = re.compile(
    r"(?:我|我家|我们)?的?(?:丈夫|妻子|老公|老婆|爱人|儿子|女儿|父亲|母亲|爸爸|妈妈|爷爷|奶奶|外公|外婆|哥哥|弟弟|姐姐|妹妹|孙子|孙女|侄子|同学|同事|工友)$"
)
_AGAINST = re.compile(
    r"(?:(?<!没有)(?<!不)被(?!骗子)|遭到?|老板(?:娘)?|包工头|承包人|施工队长|房东|被告|被反映人|被投诉人|被举报人|被申请人|欠款人|债务人|肇事(?:者|司机|人)?|对方(?:叫|是|当事人)?|邻居(?:叫|家)?|中介|"
    r"(?:举报|投诉|控告|控诉|起诉|状告|反映|揭发|查处|处罚|整治|严惩)[^，。！？；]{0,6}|(?:要求|责令|督促|强烈要求|恳请)|(?:借给|租给|卖给|交给|付给|转给|打给|给)(?:了)?|(?:向|找|跟|和|与|同)[^，。]{0,2})$"
)
_AGAINST_ORG = re.compile(r"(?:被|遭|举报|投诉|控告|起诉|状告|责令|督促|要求|处罚|查处)[^，。！？；]{0,4}$")
_AGAINST_FIRM = re.compile(r"(?:向|找|跟|和|与|给|在)[^，。！？；]{0,4}$")
"""Who deals with a firm or works there complains of it more often than not; of a school, an office or a hospital it is only
where something happened."""
_FIRM = re.compile(
    r"(?:公司|集团|合作社|项目部|工程队|施工队|经营部|厂|开发商|物业|中介所|培训机构|搅拌站|养殖场|猪场|采石场|沙场|矿)$"
)
_PLACE_AFTER = re.compile(
    r"(?:的|大|正|侧|后|前)?(?:门口|门前|大门|旁|附近|对面|路口|后面|前面|隔壁|周边|周围|一带|那边|这边|这里|那里|楼下|楼上|边上|围墙|门外|路段|站台|操场|内|里|外|东|西|南|北|至|方向|宿舍|小区|家属|"
    r"(?:那|这)?条路|工作|上班|上学|读书|就读|门诊|急诊)"
)
"""Who is named so is a place or an employer, nobody that did something."""
_DOES = re.compile(
    r"(?:家|他们|一家|一伙|等人|等|老板)?(?:的(?:人|手下|老公|儿子))?(?:却|就|又|还|一直|多次|经常|总是|至今|仍|也|强行|私自|擅自|故意|竟然|居然|无故|带人|带着?[^，。]{0,4}|把[^，。]{0,8}|将[^，。]{0,8}|对[^，。]{0,4}|因[^，。]{0,8}|在[^，。]{0,8})*"
    r"(?:打|骂|欠|拖欠|骗|诈骗|不给|不发|不退|不还|没给|没发|没还|拒绝|拒不|拒付|赖|侵占|霸占|占用|强占|占|殴打|威胁|恐吓|克扣|跑路|违建|违规|违法|扰民|堵|偷|撞|砸|推倒|辱骂|推脱|推诿|赔偿|付清|支付|退还|归还|停止|拆除|不让|不许|不准|不管|不处理|收取|乱收|偷排|排放|卷款)"
)
_OFFICE = re.compile(r"(?:局|政府|街道办|街道办事处|派出所|法院|检察院|委员会|居委会|村委会|村委|居委)$")
_ASKED = re.compile(r"(?:向|找|到|去|请|希望|恳请|请求|感谢|经|由|在|打|联系|反映到?|求助)[^，。]{0,4}$")
_OWN_PHONE = re.compile(r"(?:我|本人|反映人|联系|来电|投诉人|举报人)[^。；！？]{0,14}$")
_THEIR_PHONE = re.compile(r"(?:老板|包工头|对方|他|她|房东|负责人|司机|经理|中介|公司|被告)[^，。；！？]{0,8}$")
LOOK = 16


def side_of(text: str, start: int, end: int, *, organisation: bool = False) -> str:
    """COMPLAINANT, COMPLAINED_OF or OTHER for a person or organisation at these offsets."""
    before, after = _clause_before(text, start), text[end : end + LOOK]
    if not organisation:
        if _SELF.search(before) or _SELF_AFTER.match(after):
            return COMPLAINANT
        if _FAMILY.search(before):
            return OTHER
    elif _PLACE_AFTER.match(after) and not _AGAINST_ORG.search(before):
        return OTHER
    elif _OFFICE.search(text[start:end]) and (_ASKED.search(before) or not _DOES.match(after)):
        return COMPLAINED_OF if re.search(r"(?:举报|投诉|控告|起诉|状告)[^，。]{0,3}$", before) else OTHER
    if organisation:
        firm = _FIRM.search(text[start:end]) and _AGAINST_FIRM.search(before)
        return COMPLAINED_OF if _DOES.match(after) or _AGAINST_ORG.search(before) or firm else OTHER
    return COMPLAINED_OF if _DOES.match(after) or _AGAINST.search(before) else OTHER


def phone_side(text: str, start: int) -> str:
    """Whose phone it is, by the words before it; empty where they do not say."""
    before = text[max(0, start - LOOK) : start]
    if _THEIR_PHONE.search(before):
        return COMPLAINED_OF
    return COMPLAINANT if _OWN_PHONE.search(before) else ""


def _clause_before(text: str, start: int) -> str:
    begin = start
    while begin > 0 and start - begin < LOOK and text[begin - 1] not in _CLAUSE:
        begin -= 1
    return text[begin:start]
