"""Which verbs there are, read from the source; and for those that no row of the table races: where they are raced, or why
only one hand can do them."""

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

ONE_HAND = {
    "cases.actions.recuse.may_name": "reads",
    "cases.actions.steps.moment_for": "reads",
    "channels.window.actions.last_called": "reads",
    "mediation.actions.lanes.may_type": "reads",
    "papers.actions.voiding.of_the_office": "reads",
    "privacy.unmasking.shown_today": "reads",
    "channels.hotline.keys.make_key": "every key is one of its own",
    "channels.ledger.actions.import_file": "one process at a batch, by a lock of the server; who begins is raced as `begin`",
    "channels.ledger.county.save_profile": "the later one holds: one statement",
    "channels.ledger.joining.carry_out": "the job of join_group",
    "channels.upper.actions.take_receipt": "every line goes through `enter`",
    "mediation.actions.lanes.agree_mediator": "locked and answered as release_entry is",
    "cases.actions.along.bring_up": "within join",
    "cases.actions.opening.open_case": "a new matter, within decide, open_next or the vault's verbs",
    "cases.actions.opening.join_party": "within decide",
    "cases.actions.record.append": "within every verb, under the matter's lock",
    "cases.chain.link": "works out a hash",
    "intake.actions.receive": "take_in without the sorting",
    "intake.actions.receive_within": "within take_in",
    "intake.actions.receive_many": "within import_file, one process at a batch",
    "papers.actions.filing.put_on_file": "within the verb whose paper it is",
    "triage.companions.name_speakers": "within decide",
    "triage.written.put_notice": "within decide",
    "mediation.proofs.proved": "within the verbs of mediation",
}
