"""Whatever a step is given, it is refused with a sentence or taken whole."""

from datetime import datetime, timedelta

import pytest

from jiefen.cases.actions import StepRefused, take_step
from jiefen.cases.models import Case, Step
from jiefen.cases.rebuild import rebuild
from jiefen.kernel.scope import scope
from tests.world import MONDAY

HOUR = timedelta(hours=1)
SURE = {"recusal-declared": True}


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def refused(case: Case, name: str, by, **given) -> str:
    before = Step.objects.filter(case=case).count()
    said = {"at": MONDAY + HOUR} | given
    with pytest.raises(StepRefused) as why:
        take_step(case, name, by=by, **said)
    assert Step.objects.filter(case=case).count() == before
    assert any("\u4e00" <= letter <= "\u9fff" for letter in str(why.value))
    return str(why.value)


@pytest.mark.parametrize(
    "facts",
    [
        {"lead-unit": "人社局"}, {"lead-unit": 999_999}, {"lead-unit": True}, {"lead-unit": -1}, {"lead-unit": 10**30},
        {"lead-unit": [1]}, {}, {"helper-units": "x"}, {"helper-units": [None]}, {"helper-units": [999_999]},
        {"ask-type": {"a": 1}}, {"ask-type": "长" * 61}, {"urgent": [1]}, {"anything": object()}, {"anything": "长" * 400_001},
        {"anything": "有\0字符"}, {"anything": float("nan") * 0 if False else b"bytes"},
    ],
    ids=lambda f: str(f).split(" at 0x")[0][:40],
)  # fmt: skip
def test_a_dispatch_with_nonsense_is_refused(county, facts):
    case = county.case(unit=None)
    whole = facts if "lead-unit" in facts or not facts else {"lead-unit": county.units["labour"].pk} | facts
    refused(case, "dispatch", county.actor("zhou"), facts=whole)
    assert not list(rebuild(check=True, at=MONDAY + HOUR))


@pytest.mark.parametrize(
    "extensions",
    ["x", [1], [{}], [{"clock": "finish-by"}], [{"clock": "finish-by", "days": -5}], [{"clock": "finish-by", "days": "五"}],
     [{"clock": "no-such", "days": 5}], [{"clock": "finish-by", "days": 999}], [{"clock": 7, "days": 5}]],
)  # fmt: skip
def test_an_extension_with_nonsense_is_refused(county, extensions):
    case = county.case()
    take_step(case, "sign", by=county.actor("he"), at=MONDAY, facts=SURE)
    refused(case, "extend", county.actor("zhou"), facts={"extensions": extensions}, reason="要核实")


def test_a_person_who_does_not_work_there_cannot_be_named(county):
    case = county.case(helpers=("housing",))
    handler = county.actor("housing_handler")
    for person in (county.people["wen"].pk, 999_999, "朱工"):
        refused(case, "sign-assignment", handler, assignment="a2", facts=SURE | {"responsible-person": person})


@pytest.mark.parametrize(
    "given",
    [
        {"at": datetime(2026, 11, 16)},  # noqa: DTZ001 - without a zone, on purpose
        {"at": "2026-11-16"}, {"at": None}, {"at": MONDAY - 48 * HOUR}, {"recorded_at": MONDAY - HOUR, "at": MONDAY},
        {"reason": None}, {"reason": "长" * 20_001}, {"reason": "\0"}, {"assignment": 3}, {"assignment": "a99"},
        {"facts": "x"}, {"facts": [1]},
    ],
    ids=lambda g: str(g).split(" at 0x")[0][:40],
)  # fmt: skip
def test_times_reasons_and_assignments_with_nonsense_are_refused(county, given):
    case = county.case(helpers=("housing",))
    said = {"facts": SURE, "assignment": "a2"} | given
    refused(case, "sign-assignment", county.actor("housing_handler"), **said)


@pytest.mark.parametrize("name", ["no-such-step", "", "x" * 10_000, None, 7, "corrected", "opened"])
def test_a_step_that_the_file_does_not_know_is_refused(county, name):
    refused(county.case(), name, county.actor("zhou"), facts={"lead-unit": county.units["labour"].pk})
