"""Which verbs there are, read from the source; and for those that no row of the table races: where they are raced, or why
two cannot do them at once, which is proved."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "jiefen"
READERS = ("desk", "cli")
"""Packages of pages and commands: they call verbs and have none, but for what an administrator could come in by."""


def verbs() -> Iterator[str]:
    """`package.module.name` of every public function that is told who does it and when, or changes set-up data in a module of
    `actions`: not a method, not of a page."""
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        if {"tests", "migrations", "cli"} & set(parts) or (parts[0] == "desk" and parts[-1] != "told"):
            continue
        for one in ast.parse(path.read_text("utf-8")).body:
            if isinstance(one, ast.FunctionDef) and not one.name.startswith("_") and _changes(one, parts):
                yield ".".join((*parts, one.name))


def _changes(one: ast.FunctionDef, parts: tuple[str, ...]) -> bool:
    given = {arg.arg for arg in (*one.args.args, *one.args.kwonlyargs)}
    within = {ast.unparse(d) for d in one.decorator_list} | {
        ast.unparse(item.context_expr) for node in ast.walk(one) if isinstance(node, ast.With) for item in node.items
    }
    whole = bool({"transaction.atomic", "transaction.atomic()"} & within)
    setup = any("actions" in part for part in parts) or parts[:2] == ("people", "roster")
    return ("by" in given and "at" in given) or (setup and whole)


ELSEWHERE = {
    "cases.actions.answer.answer_demand": "tests/attacks/test_races.py",
    "cases.actions.correct.correct": "tests/attacks/test_races.py",
    "cases.actions.deliver.deliver": "src/jiefen/papers/tests/test_once.py",
    "cases.actions.steps.take_step": "src/jiefen/cases/tests/test_races.py",
    "cases.need.say_why": "tests/attacks/test_races.py",
    "cases.questions.answer": "src/jiefen/cases/tests/test_once_more.py",
    "cases.questions.ask": "src/jiefen/cases/tests/test_once_more.py",
    "mediation.actions.agreements.draft_agreement": "src/jiefen/mediation/tests/test_once.py",
    "mediation.actions.agreements.sign_agreement": "src/jiefen/mediation/tests/test_once.py",
    "mediation.actions.consents.give_consent": "src/jiefen/mediation/tests/test_once.py",
    "oversight.actions.record_follow_up": "src/jiefen/cases/tests/test_once_more.py",
    "papers.actions.filing.draft_by_hand": "src/jiefen/papers/tests/test_once.py",
    "papers.actions.sealing.set_seal": "src/jiefen/papers/tests/test_once.py",
    "papers.actions.serving.serve": "src/jiefen/papers/tests/test_once.py",
    "papers.actions.voiding.void": "src/jiefen/papers/tests/test_once.py",
    "people.actions.leave": "src/jiefen/cases/tests/test_races.py",
    "people.widening.decide": "tests/attacks/test_races.py",
    "privacy.readings.review": "tests/attacks/test_races.py",
    "triage.actions.decide": "src/jiefen/cases/tests/test_races.py",
    "triage.actions.take_in": "src/jiefen/cases/tests/test_races.py",
}
"""Verbs raced in a test of their own, which names them."""

READS = frozenset({
    "cases.actions.recuse.may_name",
    "cases.actions.steps.moment_for",
    "channels.window.actions.last_called",
    "mediation.actions.lanes.may_type",
    "papers.actions.voiding.of_the_office",
    "privacy.unmasking.shown_today",
})  # fmt: skip
"""They answer and change nothing: a test runs each where the server refuses every write (`race_last.reading`)."""

WITHIN = frozenset({
    "cases.actions.along.bring_up",
    "cases.actions.opening.open_case",
    "cases.actions.opening.join_party",
    "cases.actions.record.append",
    "cases.chain.link",
    "intake.actions.receive_within",
    "papers.actions.filing.put_on_file",
    "triage.companions.name_speakers",
    "triage.written.put_notice",
    "mediation.proofs.proved",
})  # fmt: skip
"""Parts of other verbs: a test reads from the source that no page, command or job comes to them but through a verb that is
raced (`callers.py`)."""
