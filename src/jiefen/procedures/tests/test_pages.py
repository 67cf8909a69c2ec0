"""The reference pages are those the files make, and every picture shows every state and step."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from jiefen.procedures import drawing, pages

from .examples import procedure

pytestmark = pytest.mark.rules

DOCS = Path(__file__).parents[4] / "docs" / "reference" / "procedures"


def test_the_pages_are_up_to_date() -> None:
    made = pages.made()
    there = {path.name: path.read_text("utf-8") for path in DOCS.iterdir() if path.suffix in (".md", ".svg")}
    stale = sorted(name for name in {*made, *there} if made.get(name) != there.get(name))
    assert not stale, f"run: python -m jiefen.procedures.pages docs/reference/procedures ({stale})"


@pytest.mark.parametrize("name", ["hotline-order", "petition-claim", "campaign"])
def test_a_picture_is_sound_and_shows_every_state_and_move(name: str) -> None:
    definition = procedure(name)
    picture = ElementTree.fromstring(drawing.svg(definition))
    texts = [item.text or "" for item in picture.iter("{http://www.w3.org/2000/svg}text")]
    for state in definition.states.values():
        assert any(state.label in text for text in texts)
    drawn = {int(number) for text in texts if text.replace("·", "").isdigit() for number in text.split("·")}
    moving = {
        number
        for number, step in enumerate(definition.steps.values(), 1)
        if step.to and set(step.from_states) - {step.to}
    }
    assert drawn == moving


def test_lines_in_one_lane_never_share_a_row() -> None:
    definition = procedure("petition-claim")
    right = [line for line in drawing.lines(definition) if line.onward]
    lanes = drawing._lanes(right)
    for line in right:
        for other in right:
            if line != other and lanes[line] == lanes[other]:
                assert line.target < other.source or other.target < line.source
