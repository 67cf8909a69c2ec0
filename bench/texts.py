"""Sentences that a made-up county's matters are told in. Nobody real said any of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tale:
    """What one sort of matter sounds like. `{n}` is a number, `{place}` a village or town."""

    kind: str
    title: str
    text: str
    demand: str
    weight: int


TALES = (
    Tale("0701", "{place}工地拖欠工资", "我在{place}一处改造工地贴瓷砖，工头拖欠工资{n}元，干了五十多天，多次讨要无果，请帮我要回来。", "支付拖欠的工资{n}元", 18),
    Tale("0702", "{place}作坊停工不发工钱", "{place}的加工作坊停工三个月，还欠我们十来个人工钱，每人{n}元上下，老板电话不接，请帮忙联系。", "结清工钱{n}元", 8),
    Tale("0201", "{place}宅基地边界争议", "我家在{place}的宅基地与邻居相接，去年砌墙越过老界石{n}厘米，村里看过两次没有结果，请派人丈量。", "重新丈量并恢复原界", 12),
    Tale("0101", "{place}邻里漏水", "楼上卫生间漏水到我家客厅，{place}小区物业来过{n}次，至今没有修，墙皮掉了一大片，请协调维修。", "修好漏水并赔偿墙面损失", 14),
    Tale("0301", "{place}承包地被占", "{place}修路堆土占了我家承包地约{n}平方米，当时说好三个月清走，到现在还在，耽误一季庄稼，请处理。", "清走堆土并补一季损失", 9),
    Tale("0901", "{place}路灯不亮", "{place}主路上路灯坏了{n}盏，晚上走路看不见，老人摔过，报了几次没有人修，请安排。", "修好路灯", 13),
    Tale("1001", "{place}垃圾没有人收", "{place}垃圾池满了{n}天没有清，天热有味道，旁边就是幼儿园，请尽快清运。", "清运并定期收", 10),
    Tale("0801", "{place}买到的种子不出苗", "我在{place}农资店买了{n}元的玉米种子，出苗不到三成，店里说是天气原因，不肯赔，请查一查。", "查明原因并赔偿{n}元", 7),
    Tale("0401", "{place}物业费涨价", "{place}小区物业费从{n}分涨了一截，没有开会征求意见，停车位也改了收费，请核实是否合规。", "核实收费并公开依据", 9),
    Tale("1201", "{place}自来水时有时无", "{place}这半个月自来水时有时无，每天只来{n}个小时，打供水电话说在检修，没有说什么时候好，请答复。", "恢复供水并告知时间", 11),
)  # fmt: skip

RARE, MIDDLING, COMMON = "榫卯", "沼气池", "拖欠工资"
"""Words to be searched for: in one of twenty thousand matters, in one of a hundred, and in nearly one of five."""


def tail(n: int) -> str:
    """What some matters say besides: the words that a few, or some, have in common."""
    if n % 20011 == 7:
        return "老屋的榫卯散了架。"
    return "屋后的沼气池也满了。" if n % 101 == 5 else ""


SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志远长青"
RESULTS = (
    "已到现场核实，责成责任单位限期改正，并与当事人当面说清。",
    "已查明情况，双方在镇里当面算清，三日内付清。",
    "经核实属实，已列入本月整改，完成后回告。",
)
BASES = ("《信访工作条例》第三十二条", "《保障农民工工资支付条例》第三十条", "《物业管理条例》第四十一条")
REMEDIES = ("对答复不服的，可在六十日内申请行政复议。", "可以向上一级主管部门反映，或者向人民法院起诉。")
NOTES = (
    "已电话联系，说明受理情况和期限。",
    "已上门看过，拍了照，约定下周二再来。",
    "电话里核对了时间地点，当事人愿意等现场核实。",
)
