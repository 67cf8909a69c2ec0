"""Everything that is checked of a procedure file, of the vocabulary and of the papers, before anything is built
from it.

Each check takes a `Report` and the file's plain mapping, and writes down problems; none stops at the first.
`procedure_problems` runs them in order: shape first, since the others trust it.
"""

from collections.abc import Collection
from typing import Any

from ..definition import Vocabulary
from . import assignments, clocks, closing, flow, papers, settings, shape, steps, words
from .report import Report
from .vocabulary import vocabulary_problems

__all__ = ["Report", "procedure_problems", "unused_words", "vocabulary_problems"]


def procedure_problems(
    raw: dict[str, Any],
    vocabulary: Vocabulary,
    *,
    where: str,
    names: Collection[str] | None,
    report: Report | None = None,
) -> list[str]:
    """All problems of one procedure file, as sentences naming the file and the step. `names`: procedures there
    are, None unknown.
    """
    report = report or Report(vocabulary)
    before = len(report.problems)
    report.where = where
    if not shape.check(report, raw):
        return report.problems[before:]
    steps.check(report, raw)
    clocks.check_shape(report, raw)
    if len(report.problems) == before:
        graph = flow.check(report, raw)
        clocks.check_flow(report, raw, graph)
        closing.check(report, raw, names)
        assignments.check(report, raw)
        settings.check(report, raw)
        if len(report.problems) == before:
            papers.check(report, raw, graph)
    words.check_house_words(report, raw)
    return report.problems[before:]


def unused_words(report: Report) -> list[str]:
    """Guards, roles, facts and settings of the vocabulary that no procedure, guard or setting uses."""
    return settings.unused(report)
