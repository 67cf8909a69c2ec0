"""Articles as an official paper cites them."""

import pytest

from jiefen.procedures.catalogue import vocabulary
from jiefen.procedures.citing import all_cited, cited, numeral

pytestmark = pytest.mark.rules


@pytest.mark.parametrize(("n", "said"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (36, "三十六"), (105, "一百零五"), (110, "一百一十"), (206, "二百零六")])  # fmt: skip
def test_it_numbers_articles_in_words(n, said):
    assert numeral(n) == said


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        ("L-XF:36", "《信访工作条例》第三十六条"),
        ("L-XF:22(1)", "《信访工作条例》第二十二条第一项"),
        ("L-XF:31(1)-(5)", "《信访工作条例》第三十一条第一项至第五项"),
        ("L-XF:31(6),32", "《信访工作条例》第三十一条第六项、第三十二条"),
        ("L-XF", "《信访工作条例》"),
    ],
)
def test_it_names_the_law_and_the_article(basis, said):
    assert cited(vocabulary(), basis) == said


def test_what_the_house_proposed_is_no_law():
    assert all_cited(vocabulary(), ("L-XF:34", "OWN:条例未定日数")) == "《信访工作条例》第三十四条"
