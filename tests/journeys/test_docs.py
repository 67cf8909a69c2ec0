"""The pages a newcomer reads first: links lead somewhere, what is made from data is fresh."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.rules

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_it_links_only_to_what_is_there(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_picture_is_light() -> None:
    assert all(picture.stat().st_size <= 200_000 for picture in (ROOT / "docs/pictures").iterdir())


def test_roles_and_settings_are_those_of_the_vocabulary() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs/reference/generate.py"), "--check"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"run: python docs/reference/generate.py ({done.stderr.strip()})"
