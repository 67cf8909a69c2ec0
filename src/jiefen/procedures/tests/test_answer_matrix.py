"""No road to an ending that answers passes by a demand: proved over the graph of every procedure."""

import pytest

from jiefen.procedures import loader
from jiefen.procedures.definition import Procedure
from jiefen.procedures.guards import GUARDS
from jiefen.procedures.guards.closing import names_a_road
from jiefen.procedures.guards.not_ours import only_not_ours

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


SENT_AWAY = (
    "不属于我局职责范围。",
    "您好，经核实，您反映的问题不属本单位管辖，请向有关部门反映，感谢您的理解。",
    "这事不归我们管。",
    "我局无权处理，应由住建部门负责",
    "该事项超出我局职权，建议您到县住建局反映。",
    "非我局职责范围，特此答复",
    "请咨询相关部门。",
    "与我局无关",
)
ANSWERED = (
    "已责令支付9560元",
    "不属于我局职责范围，已转县水利局，11月20日修好",
    "没有职责争议，路灯已于11月3日修复。",
    "经调查，投诉的噪声不超标，不属于违法，已请施工方晚十点后停工",
    "请到县社保中心窗口领取，款项已经拨付。",
    "不予支持：承包合同有效，地界以2003年台账为准。",
)
OUTCOMES = ("supported", "partly", "explained", "guided", "refused")
ENDS = [(name, step.name) for name in NAMES for step in procedure(name).steps.values() if ASKS in step.guards]


@pytest.mark.parametrize("said", SENT_AWAY)
def test_every_wording_of_not_ours_is_none(said: str) -> None:
    assert only_not_ours(said)


@pytest.mark.parametrize("said", ANSWERED)
def test_an_answer_that_did_something_is_one(said: str) -> None:
    assert not only_not_ours(said)


@pytest.mark.parametrize(("name", "step"), ENDS)
def test_no_step_that_answers_takes_not_ours_for_an_outcome(name: str, step: str) -> None:
    for outcome in OUTCOMES:
        for said in SENT_AWAY:
            for part in ("result", "remedy"):
                answer = {
                    "demand": 1,
                    "outcome": outcome,
                    "result": "已核对",
                    "basis": "条例第三十二条",
                    "remedy": "可以反映",
                }
                answer |= {part: said}
                if outcome == "guided" and part == "result":
                    answer["remedy"] = "可以向有关部门反映"
                says = asked(name, step, answer)
                assert says and "最晚哪一天" in says
                told = answer | {"remedy": "可以向清和县人民法院起诉，最晚2027年11月16日"}
                assert asked(name, step, told) is None


def asked(name: str, step: str, answer: dict[str, object]) -> str | None:
    """What a step of a procedure says of one answer, by the guards it really has."""
    says = [
        GUARDS[guard]({"demand-answers": [answer]}, None)
        for guard in procedure(name).steps[step].guards
        if guard == ASKS
    ]
    return says[0] if says else None
