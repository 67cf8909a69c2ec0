"""A petition walked to where its papers are wanted."""

from jiefen.cases.tests.petitions import Walk, petition

OPINION = {"opinion": "支付拖欠工资9560元", "remedy": "自收到之日起三十日内请求上一级机关复查"}


def to_opinion(county, **draft) -> Walk:
    """Answered, with the opinion drafted and not yet issued."""
    w = petition(county, **draft)
    w.accepted().investigated()
    w.answer()
    w.paper("handling-opinion", "he_head", **OPINION)
    return w
