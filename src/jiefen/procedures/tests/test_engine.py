"""The engine says yes along every path, and why not for every rule."""

from collections.abc import Mapping
from typing import Any

import pytest

from jiefen.kernel.clock import local_moment
from jiefen.procedures.definition import Procedure, Step
from jiefen.procedures.engine import Refusal, dossier, moves, weigh

from .examples import but, content, procedure

pytestmark = pytest.mark.rules

RULING: dict[str, Any] = {"return-count": 9}  # a ruling needs what an objection must not have


def _facts(step: Step) -> dict[str, Any]:
    unreached = {"follow-ups": TRIED} if step.to == "unreachable" else {}
    return {**content(), **(RULING if "returns-at-limit" in step.guards else {}), **unreached}


def _ask(step: Step, facts: Mapping[str, Any], **given: Any) -> Refusal | None:
    said: dict[str, Any] = {"state": step.from_states[0], "roles": step.roles, "papers": step.needs, "settings": {}}
    return weigh(step, facts=facts, **{**said, **given})


def _paths(definition: Procedure, state: str, taken: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every path to an end that takes no step twice."""
    if definition.states[state].end:
        return [taken]
    found = []
    for step in definition.steps.values():
        if state in step.from_states and step.to and step.name not in taken:
            found += _paths(definition, step.to, (*taken, step.name))
    return found


@pytest.mark.parametrize("name", ["hotline-order", "petition-suggestion"])
def test_it_lets_every_path_be_walked_with_facts_that_satisfy(name: str) -> None:
    definition = procedure(name)
    paths = _paths(definition, definition.start.name)
    assert len(paths) > 5 and {definition.steps[path[-1]].to for path in paths} == {end.name for end in definition.ends}
    for path in paths:
        state = definition.start.name
        for step in (definition.steps[name] for name in path):
            assert _ask(step, _facts(step), state=state) is None, (path, step.name)
            state = step.to or state
    for step in definition.steps.values():
        for state in step.from_states:
            assert _ask(step, _facts(step), state=state) is None


def test_it_gives_the_first_reason_in_the_order_state_role_paper_guard() -> None:
    step = procedure("hotline-order").steps["call-back"]
    bad = but(demand_answers=[], follow_ups=[])
    asked = {"facts": bad, "settings": {}}
    assert weigh(step, state="handling", roles=[], papers=[], **asked).rule == "state"  # type: ignore[union-attr]
    assert weigh(step, state="replied", roles=["handler"], papers=[], **asked).rule == "role"  # type: ignore[union-attr]
    caller = {"state": "replied", "roles": ["follow-up-caller"], **asked}
    refused = weigh(step, papers=[], **caller)  # type: ignore[arg-type]
    assert refused and refused.rule == "paper" and "《" in refused.says
    assert weigh(step, papers=["follow-up-record"], **caller).rule == "follow-up-done"  # type: ignore[arg-type, union-attr]


def test_a_fact_that_nobody_reads_is_a_refusal() -> None:
    step = procedure("petition-suggestion").steps["take"]
    facts = content()
    del facts["remit-unit"]
    refused = _ask(step, facts)
    assert refused and refused.rule == "fact" and "有权处理单位" in refused.says


REACHED: dict[str, Any] = {"outcome": "reached", "words": "好了"}
TRIED: list[dict[str, Any]] = [
    {"outcome": "no-answer", "on": "2026-11-25", "part": part} for part in ("morning", "afternoon", "evening")
]
TWO = [{"key": "lan", "says": "兰**"}, {"key": "shi", "says": "石**"}]

REFUSED: list[tuple[str, str, str, dict[str, Any], str]] = [
    ("hotline-order", "answer", "every-demand-answered", {"demand_answers": []}, "登记诉求"),
    (
        "hotline-order",
        "reply",
        "every-demand-answered",
        {"demand_answers": [{"result": "修了", "basis": "x", "remedy": ""}, {"result": ""}]},
        "第2项没有结果，第1项缺救济途径。",
    ),
    ("hotline-order", "refer", "routes-told", {"routes_text": "  "}, "其他途径"),
    ("hotline-order", "dispatch", "respondent-excluded", {"complained_of_units": ["water"]}, "回避"),
    ("hotline-order", "sign", "no-interest", {"recusal_declared": False}, "利害关系"),
    ("hotline-order", "return", "objection-window-open", {"clock_state": []}, "没有异议期"),
    (
        "hotline-order",
        "return",
        "objection-window-open",
        {
            "clock_state": [
                {
                    "clock": "return-by",
                    "open": True,
                    "due_at": local_moment("2026-11-24"),
                    "at": local_moment("2026-11-24"),
                }
            ]
        },
        "期限已过",
    ),
    ("hotline-order", "return", "objection-reasoned", {"objection_reasons": ""}, "依据"),
    ("hotline-order", "return", "objection-reasoned", {"proper_unit": ""}, "应当由哪个单位"),
    ("hotline-order", "return", "returns-below-limit", {"return_count": 3}, "已退回3次，满3次只能裁定"),
    ("hotline-order", "rule", "returns-at-limit", {"return_count": 2}, "未满3次"),
    ("hotline-order", "rule", "no-ruling-stands", {"ruling_stands": True}, "裁定作数"),
    ("hotline-order", "extend", "extension-allowed", {"extensions": []}, "延长几日"),
    ("hotline-order", "extend", "extension-allowed", {"extensions": [{"days": 3, "reason": ""}]}, "写明理由"),
    ("hotline-order", "extend", "extension-allowed", {"extensions": [{"days": 0, "reason": "r"}]}, "写明日数"),
    ("hotline-order", "extend", "extension-allowed", {"extensions": [{"days": 3, "reason": "r"}]}, "没有这项权限"),
    (
        "hotline-order",
        "extend",
        "extension-allowed",
        {"extensions": [{"days": 3, "reason": "r", "approver": "a", "told": False}]},
        "告知当事人",
    ),
    (
        "hotline-order",
        "extend",
        "extension-allowed",
        {"extensions": [{"clock": "f", "days": 8, "reason": "r", "approver": "a", "most": 10}] * 2},
        "延长合计16日，超过上限10日",
    ),
    ("hotline-order", "reply", "evidence-on-file", {"evidence": [{"id": 1, "by_handler": True}]}, "承办人自述"),
    ("hotline-order", "call-back", "follow-up-done", {"follow_ups": [{"outcome": "reached"}]}, "原话"),
    ("hotline-order", "no-answer", "follow-up-done", {"follow_ups": []}, "试3次，已试0次"),
    ("hotline-order", "no-answer", "follow-up-done", {"follow_ups": [REACHED]}, "不能按“联系不上”办结"),
    ("hotline-order", "no-answer", "follow-up-done", {"follow_ups": [REACHED, *TRIED]}, "已经联系上当事人"),
    ("hotline-order", "call-back", "follow-up-done", {"follow_ups": TRIED}, "没有联系上当事人，不能按回访确认"),
    *(
        (name, step, "follow-up-done", {"complainants": TWO, "follow_ups": heard, "sponsor_person": "lin"}, says)
        for name, step in (
            ("hotline-order", "call-back"),
            ("screening-hidden-danger", "strike-off"),
            ("long-standing-case", "release"),
        )
        for heard, says in (
            ([{**REACHED, "person": "lan"}], "还有1位反映人没有问到：第2位石**。第2位：还没有独立回访"),
            ([{**REACHED, "person": "lan"}, *({**t, "person": "lan"} for t in TRIED)], "第2位石**"),
            ([{**REACHED, "person": "lan"}, {**TRIED[0], "person": "shi"}], "试3次，已试1次"),
            ([REACHED], "还有2位反映人没有问到：第1位兰**、第2位石**"),
        )
    ),
    (
        "hotline-order",
        "no-answer",
        "follow-up-done",
        {"complainants": TWO, "follow_ups": [{**REACHED, "person": "shi"}, *({**t, "person": "lan"} for t in TRIED)]},
        "已经联系上当事人（第2位石**）",
    ),
    (
        "petition-suggestion",
        "reply",
        "each-complainant-reached",
        {"complainants": TWO},
        "还有1位反映人（第2位石**）没有送达记录",
    ),
    (
        "hotline-order",
        "no-answer",
        "follow-up-done",
        {"follow_ups": [{"outcome": "no-answer", "on": "2026-11-25", "part": "morning"}] * 3},
        "已试1次",
    ),
    (
        "hotline-order",
        "call-back",
        "assignments-answered",
        {"assignments": [{"part": "assist", "state": "signed"}]},
        "没有反馈",
    ),
    (
        "hotline-order",
        "call-back",
        "assignments-answered",
        {"assignments": [{"part": "assist", "state": "objected"}]},
        "异议",
    ),
    ("hotline-order", "call-back", "second-person", {"acting_person": {"person": "he"}}, "没有经手过"),
    (
        "hotline-order",
        "call-back",
        "second-person",
        {"acting_person": {"person": "x", "unit": "water"}},
        "不得在承办单位",
    ),
    ("hotline-order", "redo", "redo-justified", {"follow_ups": [{"satisfied": True}]}, "不满意"),
    ("hotline-order", "redo", "redo-justified", {"follow_ups": [{"satisfied": False}]}, "无人联系"),
    ("petition-suggestion", "take", "unit-has-remit", {"remit_unit": None}, "法定职权"),
    ("petition-suggestion", "reply", "each-complainant-reached", {"delivery": []}, "还有1位"),
    ("petition-suggestion", "reply", "each-complainant-reached", {"complainants": []}, "没有登记反映人"),
    ("petition-suggestion", "withdraw", "free-withdrawal", {"withdrawal_check": ""}, "自愿"),
]


@pytest.mark.parametrize(("name", "step", "rule", "facts", "says"), REFUSED)
def test_it_says_which_rule_and_why(name: str, step: str, rule: str, facts: dict[str, Any], says: str) -> None:
    refused = _ask(procedure(name).steps[step], but(**facts))
    assert refused is not None and (refused.rule, says in refused.says) == (rule, True), refused


def test_every_guard_of_the_two_procedures_is_shown_to_refuse() -> None:
    for name in ("hotline-order", "petition-suggestion"):
        used = {guard for step in procedure(name).steps.values() for guard in step.guards}
        assert used <= {rule for _, _, rule, _, _ in REFUSED}


def test_an_area_s_setting_holds_instead_of_the_default() -> None:
    step = procedure("hotline-order").steps["return"]
    facts = but(return_count=1)
    assert _ask(step, facts) is None
    refused = _ask(step, facts, settings={"hotline.returns-before-ruling": 1})
    assert refused and refused.rule == "returns-below-limit"


def test_three_tries_at_different_times_are_enough() -> None:
    tries = [{"outcome": "no-answer", "on": "2026-11-25", "part": part} for part in ("morning", "afternoon", "evening")]
    assert _ask(procedure("hotline-order").steps["no-answer"], but(follow_ups=tries)) is None


def test_it_lists_the_moves_of_a_role_with_the_reason_beside_each() -> None:
    found = moves(
        procedure("hotline-order"),
        state="dispatched",
        roles=["handler"],
        facts=but(objection_reasons=""),
        papers=[],
        settings={},
    )
    said = {step.name: refusal.rule if refusal else None for step, refusal in found}
    assert said["sign"] is None and said["return"] == "objection-reasoned" and "dispatch" not in said


def test_a_paper_demanded_only_after_a_step_is_not_asked_before_it() -> None:
    mediation = procedure("peoples-mediation")
    without = dossier(mediation, taken=["accept"], papers=["rights-notice"], labels={})
    assert "mediation-record" not in [line["paper"] for line in without]
    assert "mediation-record" in [
        line["paper"] for line in dossier(mediation, taken=["hold-session"], papers=[], labels={})
    ]
