"""The reference page is the one the file makes."""

from pathlib import Path

import pytest

from jiefen.analytics import pages

pytestmark = pytest.mark.rules

DOC = Path(__file__).resolve().parents[4] / "docs" / "reference" / "indicators.md"


def test_the_page_is_up_to_date():
    assert DOC.read_text("utf-8") == pages.page(), "run: python -m jiefen.analytics.pages docs/reference/indicators.md"
