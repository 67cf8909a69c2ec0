"""May this step be taken now? Pure: the same answer paints the button, refuses the POST and explains.

A refusal is the first thing in the way: the state, then the role, then a paper, then the guards in the order of
the file.
Whether a required reason was written is for the caller, since it is typed with the step.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .definition import Procedure, Step
from .guards import GUARDS

RULE_NAMES = {"state": "办理状态", "role": "职责", "paper": "文书", "fact": "事实", "setting": "设置"}


@dataclass(frozen=True)
class Refusal:
    """Why not. `rule` is state, role, paper, fact, setting or the guard's name; `says` a Chinese sentence;
    `basis` the step's.
    """

    step: str
    rule: str
    says: str
    basis: tuple[str, ...] = ()


class FactMissing(LookupError):
    """A fact that nobody reads. Carries its name."""


class _Read(Mapping[str, Any]):
    """The facts, saying clearly which one nobody reads, and what the engine itself knows of the step (`step-…`)."""

    def __init__(self, facts: Mapping[str, Any], step: Step) -> None:
        self._facts, self._own = (
            facts,
            {
                "step-makes": step.makes,
                "step-facts": step.facts,
                "step-to": step.to or "",
            },
        )

    def __getitem__(self, name: str) -> Any:
        if name in self._own:
            return self._own[name]
        try:
            return self._facts[name]
        except KeyError as gone:
            raise FactMissing(name) from gone

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


def weigh(
    step: Step,
    *,
    state: str,
    roles: Collection[str],
    facts: Mapping[str, Any],
    papers: Collection[str],
    settings: Mapping[str, Any],
) -> Refusal | None:
    """None if the step may be taken, or the first reason it may not.

    `state`: of the case. `roles`: the actor's in this case. `facts`: by name, shapes in the package README; one
    that a guard
    reads and nobody gives is a refusal (rule `fact`). `papers`: names of the papers on file. `settings`:
    numbers by key, for
    guards that take one; a key not given falls back on the vocabulary's default.
    """

    def no(rule: str, says: str) -> Refusal:
        return Refusal(step.name, rule, says, step.basis)

    if state not in step.from_states:
        return no("state", f"现在不在可以“{step.label}”的环节。")
    if not set(step.roles) & set(roles):
        return no("role", f"“{step.label}”由{_labels(step, step.roles)}办理。")
    lacking = [paper for paper in step.needs if paper not in papers]
    if lacking:
        return no("paper", f"还缺文书：{_labels(step, lacking)}。")
    number = settings.get(step.setting, step.setting_default) if step.setting else None
    read = _Read(facts, step)
    for name in step.guards:
        try:
            says = GUARDS[name](read, number)
        except FactMissing as missing:
            return no("fact", f"没有“{_labels(step, [missing.args[0]])}”的记录可查，不能判断，按不可以处理。")
        if says:
            return no(name, says)
    return None


def _labels(step: Step, names: Iterable[str]) -> str:
    """Their Chinese names, as the loader wrote them beside the step."""
    return "、".join(step.words.get(name, name) for name in names)


def moves(
    procedure: Procedure,
    *,
    state: str,
    roles: Collection[str],
    facts: Mapping[str, Any],
    papers: Collection[str],
    settings: Mapping[str, Any],
) -> list[tuple[Step, Refusal | None]]:
    """Every step of this state that the actor's roles might take, each with None or the reason why not, in the
    file's order.
    """
    at_hand = (step for step in procedure.steps.values() if state in step.from_states and set(step.roles) & set(roles))
    return [
        (step, weigh(step, state=state, roles=roles, facts=facts, papers=papers, settings=settings)) for step in at_hand
    ]


def dossier(
    procedure: Procedure, *, taken: Collection[str], papers: Collection[str], labels: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The fact `papers-on-file`: every paper this case's dossier must hold, and whether it is there.

    `taken`: names of the steps taken so far, for papers demanded only after a step. Returns rows {paper, label,
    on_file}.
    """
    demanded = [part.paper for part in procedure.closing.dossier if not part.if_step or set(part.if_step) & set(taken)]
    return [{"paper": paper, "label": labels.get(paper, paper), "on_file": paper in papers} for paper in demanded]


def may_open(procedure: Procedure, to: str, *, state: str) -> Refusal | None:
    """None if `to` may be opened out of a case in this state, or the reason why not, by the file's `opens`."""
    for opening in procedure.opens:
        if opening.to == to:
            if state in opening.during or state in opening.after:
                return None
            when = "、".join(procedure.states[s].label for s in (*opening.during, *opening.after))
            return Refusal(to, "state", f"现在是“{procedure.states[state].label}”，要到“{when}”才可以转开。", ())
    return Refusal(to, "state", f"“{procedure.label}”里没有这条转开的路。", ())
