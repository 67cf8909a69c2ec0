"""House words: what must never be said of the people of a matter, in any file."""

from typing import Any

from .report import Report


def check_house_words(report: Report, raw: Any, place: str = "") -> None:
    """Refuse a file that holds one of the words, anywhere in its text."""
    text = repr(raw)  # keys and values, Chinese as it stands
    for word in report.vocabulary.people_of_a_matter_never:
        if word in text:
            report.refuse(place, f"出现了本系统不用的词“{word}”；写事项、原因和单位，不写人。")
