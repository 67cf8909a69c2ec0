"""The grounds of refusal: each on the list, with an article there is, for a procedure that can refuse."""

import pytest

from jiefen.procedures import loader
from jiefen.procedures.grounds import ground_of, grounds, grounds_of

from .examples import procedure, vocabulary

pytestmark = pytest.mark.rules


def test_every_ground_names_a_source_and_a_mark_there_is() -> None:
    for ground in grounds().values():
        assert ground.article.partition(":")[0] in vocabulary().sources, ground
        assert ground.mark in vocabulary().marks and ground.label, ground
        assert not ground.holds or ground.holds in vocabulary().facts, ground


def test_every_procedure_that_can_refuse_has_grounds_and_no_other() -> None:
    refusing = {
        path.name.split(".v")[0]
        for path in loader.procedure_files()
        if any("refusal-ground-listed" in s.guards for s in procedure(path.name.split(".v")[0]).steps.values())
    }
    assert {name for name, _ in grounds()} == refusing


def test_what_is_refused_under_the_petition_rules_says_what_can_be_done_instead() -> None:
    for ground in grounds().values():
        if ground.procedure.startswith("petition"):
            assert ground.remedy.endswith("。") and len(ground.remedy) > 20
    assert "社会救助" in ground_of("petition-claim", "finally-decided").remedy  # type: ignore[union-attr]


def test_a_ground_of_another_procedure_is_none_here() -> None:
    assert ground_of("petition-claim", "not-labour") is None
    assert [g.code for g in grounds_of("petition-claim")][:2] == ["handled-in-time", "finally-decided"]
