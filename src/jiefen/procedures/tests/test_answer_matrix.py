"""No road to an ending that answers passes by a demand: proved over the graph of every procedure."""

import pytest

from jiefen.procedures import loader
from jiefen.procedures.definition import Procedure
from jiefen.procedures.guards import GUARDS
from jiefen.procedures.guards.closing import names_a_road

from .examples import procedure

pytestmark = pytest.mark.rules

NAMES = sorted({path.name.split(".v")[0] for path in loader.procedure_files()})
ASKS = "every-demand-answered"


def unanswered_ends(definition: Procedure, asks: str = ASKS) -> dict[str, tuple[str, ...]]:
    """Answering ends that can be reached without the guard since the last reopening, each with such a path."""
    seen: set[tuple[str, bool]] = set()
    found: dict[str, tuple[str, ...]] = {}
    todo: list[tuple[str, bool, tuple[str, ...]]] = [(definition.start.name, False, ())]
    while todo:
        state, asked, path = todo.pop(0)
        if (state, asked) in seen:
            continue
        seen.add((state, asked))
        here = definition.states[state]
        if here.end and here.answers and not asked:
            found.setdefault(state, path)
        for step in definition.steps.values():
            if state in step.from_states and step.on == "case":
                after = asks in step.guards or (asked and not step.reopens)
                todo.append((step.to or state, after, (*path, step.name)))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_path_to_an_answering_end_asks_for_every_demand(name: str) -> None:
    assert unanswered_ends(procedure(name)) == {}


@pytest.mark.parametrize("name", NAMES)
def test_only_what_answers_nobody_is_exempt_from_the_matrix(name: str) -> None:
    definition = procedure(name)
    if definition.closing.answer_matrix == "exempt":
        assert not any(state.end and state.answers for state in definition.states.values())
    else:
        assert any(state.end and state.answers for state in definition.states.values())


def test_the_proof_finds_a_path_that_skips_the_demands() -> None:
    found = unanswered_ends(procedure("petition-claim"), asks="no-such-guard")
    assert set(found) == {"closed", "settled"} and all(found.values())


ROADS = [
    ("可以向清和县人民法院起诉，最晚2027年11月16日", True),
    ("可向县劳动人事争议仲裁院申请仲裁，2027-05-01前提出", True),
    ("可以向清和县司法局申请行政复议，自2026年11月20日起六十日内", True),
    ("可向柳河派出所报案，没有期限", True),
    ("12345可以随时查询并要求转办", True),
    ("不属我局职权，请到有关部门反映", False),
    ("不属我局职权", False),
    ("请到其他单位反映，最晚2027年1月1日", False),
    ("可以向县人民法院起诉", False),
    ("", False),
]


@pytest.mark.parametrize(("remedy", "named"), ROADS)
def test_not_ours_alone_is_no_outcome(remedy: str, named: bool) -> None:
    assert names_a_road(remedy) is named
    row = {"demand": 1, "outcome": "guided", "result": "引导", "basis": "条例第三十一条", "remedy": remedy}
    assert (GUARDS[ASKS]({"demand-answers": [row]}, None) is None) is named
    assert remedy == "" or GUARDS[ASKS]({"demand-answers": [row | {"outcome": "explained"}]}, None) is None
