"""What is found by its words follows a matter at once: to the heir of an office, out of a matter, into the vault, away with
an import that was taken back. No job runs here in between."""

from datetime import timedelta

import pytest

from jiefen.cases.actions import take_step
from jiefen.cases.models import Case
from jiefen.cases.tests.petitions import petition
from jiefen.intake.models import Intake
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.people.successions import Part
from jiefen.places.models import Area
from jiefen.places.successions import Ground
from jiefen.triage.actions import Decision, decide
from jiefen.triage.finding import asking
from jiefen.triage.finding.rebuild import rebuild
from jiefen.triage.models import SearchRow
from jiefen.triage.tests.vault_walk import PART
from jiefen.triage.undo import take_intake_out
from jiefen.triage.vault import split_off
from tests.changes import merge_areas, merge_units
from tests.world import MONDAY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = MONDAY + 10 * DAY
NOISE = "下坝村水泥搅拌站夜里还在开工，噪音吵得睡不着。"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def found(county, who: str, typed: str, at=MONDAY + DAY, **more) -> list[tuple[int | None, int | None]]:
    """The cases and intakes somebody finds, the newest first."""
    actor = county.actor(who, at)
    with scope("staff", actor.keys):
        return [(h.case, h.intake) for h in asking.find(actor, asking.Asked(typed, **more), at).hits]


def test_an_heir_finds_what_waits_and_what_ended_from_the_first_moment(county):
    waiting = county.intake(text=NOISE).intake_id
    case = county.case(text=NOISE, once_key="b")
    assert found(county, "zhou", "搅拌站") == [(case.pk, None), (None, waiting)]
    assert found(county, "wen", "搅拌站") == []
    by = {"on": local_day(LATER), "basis": "清政发〔2026〕9号", "by": county.people["an"].pk, "at": LATER}
    codes = {"450399100201": "450399101201", "450399100202": "450399101202"}
    merge_areas(["450399100000", "450399101000"], Ground("450399101000"), new_codes=codes, **by)
    merge_units([county.units["centre"], county.units["other-centre"]], Part("other-centre"), **by)
    assert found(county, "wen", "搅拌站", LATER) == [(case.pk, None), (None, waiting)]
    town = Area.objects.get(code="450399101000", until=None).pk
    assert (None, waiting) in found(county, "wen", "搅拌站", LATER, area=town)
    Case.objects.filter(pk=case.pk).update(doors=[])  # whatever changes the doors
    assert found(county, "wen", "搅拌站", LATER) == [(None, waiting)]


def test_a_letter_taken_out_of_a_matter_is_found_alone_and_the_matter_no_more_by_its_words(county):
    case = county.case(once_key="lan", by="zhou")
    take_step(case, "sign", by=county.actor("he"), at=MONDAY + HOUR, facts={"recusal-declared": True})
    told = county.intake(once_key="shi", text=NOISE, name="石建国", phone="13800002062", at=MONDAY + HOUR)
    letter = Intake.objects.get(pk=told.intake_id)
    decide(letter, Decision("join", case=case.pk), by=county.actor("zhou"), at=MONDAY + 2 * HOUR)
    assert found(county, "zhou", "搅拌站") == [(case.pk, None)]
    take_intake_out(letter, by=county.actor("zhou"), at=MONDAY + 5 * HOUR, reason="是另一处的事")
    assert found(county, "zhou", "搅拌站") == [(None, letter.pk)]
    assert rebuild(check=True).differed == []


def test_what_is_split_off_into_the_vault_finds_nothing_any_more(county):
    w = petition(
        county,
        once_key="letter",
        text=NOISE + "粉尘落满院子，老人咳嗽，院墙下的紫藤也枯了，请来看看。",
        decision={"demands": ["支付工资", "查处张某虚开票据", "发放补贴"]},
    )
    assert found(county, "officer", "虚开票据", w.at) == [(w.case.pk, None)]
    told = Intake.objects.get(decision__case=w.case)
    assert found(county, "officer", "紫藤", w.at) == [(w.case.pk, None)]
    split_off(w.case, part=PART, by=county.actor("officer"), at=w.later(), takes=[2], letter=True)
    assert found(county, "officer", "虚开票据", w.at) == found(county, "officer", "紫藤", w.at) == []
    assert found(county, "officer", "发放补贴", w.at) == [(w.case.pk, None)]
    assert not SearchRow.objects.filter(intake=told.pk).exists() and rebuild(check=True).differed == []


def test_what_an_import_brought_is_found_no_more_when_it_is_taken_back(county):
    waiting = county.intake(text=NOISE).intake_id
    assert SearchRow.objects.filter(intake=waiting).exists()
    Intake.objects.filter(pk=waiting).update(state=Intake.State.VOID)
    assert not SearchRow.objects.filter(intake=waiting).exists() and rebuild(check=True).differed == []
