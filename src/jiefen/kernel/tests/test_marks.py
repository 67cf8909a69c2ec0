"""The reading code: short, and a slip of the pen leads nowhere."""

from datetime import UTC, datetime

import pytest

from jiefen.kernel.ids import ALPHABET
from jiefen.kernel.marks import Mark, code_of, reading_of


@pytest.mark.parametrize("number", [1, 31, 32, 1_048_575, 1_048_576, 2**40, 2**63 - 1])
def test_a_code_leads_back_to_its_line(number):
    code = code_of(number)
    for typed in (code, code.lower(), code.replace("-", ""), f" {code} ", code.replace("0", "O").replace("1", "l")):
        assert reading_of(typed) == number


@pytest.mark.parametrize("typed", ["", "-", "0000-00", "阅读码", "U" * 30, "0" * 400, "7", "'; DROP TABLE", "\x00"])
def test_what_is_no_code_leads_nowhere(typed):
    assert reading_of(typed) is None


def test_a_slip_of_the_pen_leads_nowhere():
    code = code_of(123_456)
    wrong = [code[:n] + c + code[n + 1 :] for n in range(len(code)) if code[n] != "-" for c in ALPHABET if c != code[n]]
    assert sum(reading_of(one) is not None for one in wrong) <= 2  # one in a thousand by chance


def test_the_line_says_who_of_where_when_and_the_code():
    mark = Mark("何静", "县人社局", datetime(2026, 11, 20, 7, 30, tzinfo=UTC), "0A3K-7Q")
    assert mark.line == "阅读件　何静　县人社局　2026-11-20 15:30　阅读码0A3K-7Q"
