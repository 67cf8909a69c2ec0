"""The closed lists of words that the triage tables may use.

They are those of the procedures' vocabulary; a test holds the two equal. Written out here so that the rules stay pure
and load without reading any definition.
"""

from __future__ import annotations

LEVELS = ("grid", "village", "township", "county")
"""Where a matter is handled, lowest first."""

LEVEL_LABELS = {"grid": "网格", "village": "村（社区）", "township": "乡镇（街道）", "county": "县级"}

HANDLED_AT = {
    "county": "county",
    "township": "township",
    "village": "village",
    "grid": "grid",
    "micro-grid": "grid",
    "dedicated": "grid",
}
"""Level of an area → where its matters are handled."""

GRADES = ("ordinary", "complex", "major")

GRADE_LABELS = {"ordinary": "一般", "complex": "复杂", "major": "重大疑难"}

SCALES = ("01", "02", "03")

FLAGS = {
    "imminent-harm": "正在发生伤害",
    "domestic-violence": "家庭暴力",
    "minor-harmed": "未成年人受害",
    "self-harm": "自伤求助",
    "wages-before-holiday": "讨薪急件",
    "crime-suspected": "涉嫌犯罪",
    "death-or-serious-injury": "死亡或重伤",
    "public-danger": "公共安全隐患",
    "hardship": "急难",
    "in-litigation": "诉讼仲裁中",
    "official-accused": "疑为检举控告",
    "unit-complained-of": "反映某单位",
    "remit-disputed": "责任争议",
    "cross-area": "跨乡镇",
    "retaliation": "反映打击报复",
    "group": "人数较多",
    "repeat-unsolved": "再次反映且未解决",
    "appraisal-needed": "需要鉴定丈量",
    "consent-refused": "不愿调解",
    "interpreter": "需要语言或手语帮助",
}

UNIT_TYPES = {
    "grid": "网格",
    "village-committee": "村（社区）调委会",
    "township-centre": "乡镇综治中心",
    "township-government": "乡镇人民政府（街道办）",
    "justice-office": "司法所",
    "police-station": "派出所",
    "county-centre": "县综治中心",
    "petition-office": "县信访局",
    "hotline-centre": "12345热线中心",
    "human-resources": "人社局（劳动监察、仲裁）",
    "agriculture": "农业农村局（农经）",
    "natural-resources": "自然资源局",
    "forestry": "林业草原局",
    "water": "水利局",
    "housing": "住建局",
    "city-management": "城管局",
    "ecology": "生态环境局",
    "market": "市场监管局",
    "culture-tourism": "文旅局",
    "health": "卫健局",
    "medical-committee": "医疗纠纷调委会",
    "education": "教育局",
    "civil-affairs": "民政局",
    "medical-insurance": "医保局",
    "veterans": "退役军人局",
    "ethnic-religious": "民宗部门",
    "finance-office": "金融工作部门",
    "traffic-police": "交警大队",
    "traffic-committee": "道路交通调委会",
    "public-security": "公安局",
    "political-legal": "政法委",
    "discipline": "纪委监委",
    "organisation": "组织部",
    "court": "法院",
    "justice-bureau": "司法局（复议、法援）",
    "transport": "交通运输局",
    "emergency": "应急管理局",
    "fire": "消防救援机构",
    "women": "妇联",
    "union": "总工会",
    "disabled": "残联",
    "consumer-association": "消费者协会",
    "industry-committee": "行业性专业性调委会",
    "property-committee": "物业纠纷调委会",
    "utility": "供电供水供气企业",
    "internet-information": "网信部门",
    "procuratorate": "检察院",
    "upper-authority": "被投诉单位的上一级机关",
    "vault": "检举控告保险库（县级专管员）",
    "government": "县（乡）人民政府",
    "legal-aid": "法律援助中心",
    "state-assets": "国资监管部门",
    "youth": "团委（未成年人保护）",
    "conference": "信访工作联席会议",
    "post": "邮政管理部门",
    "tax": "税务局",
    "joint-duty": "110联动值守",
    "communications": "通信管理部门及电信企业",
    "township-labour": "乡镇劳动争议调解组织",
    "commercial-mediation": "商事调解组织",
}

PROCEDURES = frozenset(
    {
        "accusation-handover",
        "administrative-mediation",
        "campaign",
        "farmland-dispute",
        "hotline-order",
        "judicial-confirmation",
        "labour-dispute-mediation",
        "long-standing-case",
        "medical-dispute-mediation",
        "peoples-mediation",
        "petition-claim",
        "petition-rereview",
        "petition-review",
        "petition-suggestion",
        "screening-hidden-danger",
    }
)
