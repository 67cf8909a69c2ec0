"""What the steps and states of every procedure mean to the questions: read from the definitions, never typed into SQL."""

from jiefen.cases.rules import answers, objects
from jiefen.procedures.catalogue import procedures
from jiefen.procedures.definition import Procedure, Step

Word = tuple[str, int, str, str]


def words() -> list[Word]:
    """(procedure, version, step or state, meaning): answer | return | redo | reopen | withdraw | agree of a step, end of a state,
    settled of an end that answers."""
    return [word for procedure in procedures().values() for word in _of(procedure)]


def _of(procedure: Procedure) -> list[Word]:
    ends = [state for state in procedure.states.values() if state.end]
    found = [(procedure.name, procedure.version, state.name, "end") for state in ends]
    found += [(procedure.name, procedure.version, state.name, "settled") for state in ends if state.answers]
    for step in procedure.steps.values():
        found += [(procedure.name, procedure.version, step.name, means) for means in step_means(procedure, step)]
    return found


def step_means(procedure: Procedure, step: Step) -> list[str]:
    """An answer is a step that answers the demands, or one that comes to an end that answers; by a step that agrees an agreement
    comes about, in writing or by word."""
    to = procedure.states[step.to] if step.to else None
    says = {
        "answer": answers(step) or bool(to and to.answers),
        "return": objects(step),
        "redo": "redo-justified" in step.guards,
        "reopen": step.reopens,
        "withdraw": "free-withdrawal" in step.guards,
        "agree": bool({"agreement-clear", "oral-allowed"} & set(step.guards)),
    }
    return [means for means, so in says.items() if so]


MEANINGS = ("answer", "return", "redo", "reopen", "withdraw", "agree", "end", "settled")


def as_params() -> dict[str, list[str]]:
    """For each meaning the names alone (`answer_names`), and with procedure and version (`answer`: «hotline-order:1:reply»)."""
    found: dict[str, list[str]] = {f"{means}{of}": [] for means in MEANINGS for of in ("", "_names")}
    for name, version, word, means in words():
        found[means].append(f"{name}:{version}:{word}")
        if word not in found[f"{means}_names"]:
            found[f"{means}_names"].append(word)
    return found
