"""An accusation: from the first minute nobody but its keeper knows that it is there."""

import pytest

from jiefen.cases.actions import StepRefused, open_next
from jiefen.cases.models import Case, Demand, Party, Step
from jiefen.cases.tests.petitions import DAY, HOUR, petition, walked
from jiefen.files.models import StoredFile
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from jiefen.mediation.tests.walk import Mediation, clean
from jiefen.notices.models import Notice
from jiefen.papers.models import Paper
from jiefen.people.actor import PERSON, UNIT, sort_of
from jiefen.triage.actions import BadDecision, Decision, decide, leave_vault
from jiefen.triage.doors import follow
from jiefen.triage.models import TriageDecision
from jiefen.triage.road import seal_away
from jiefen.triage.tests.vault_walk import (
    ACCUSED,
    EVERYBODY,
    PART,
    discipline,
    handed_over,
    keep,
    not_an_accusation,
    sealed,
)
from jiefen.triage.vault import ACCUSATION, let_out, split_off, total
from tests.world import MONDAY


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def test_every_step_is_taken_and_every_end_reached(county):
    received, w = handed_over(county), not_an_accusation(county)
    assert (received.state, w.state) == ("receipted", "misfiled")
    assert walked(ACCUSATION) == (set(), set())
    clean(w.at + DAY)


# What others see


def test_it_is_shut_from_the_first_minute_even_to_whoever_took_it_in(county):
    receipt = county.intake(once_key="first", text=ACCUSED)
    row = Intake.objects.get(pk=receipt.intake_id)
    assert {sort_of(d) for d in row.doors}.isdisjoint({UNIT, PERSON})
    for who in EVERYBODY:
        with scope("staff", county.actor(who).keys):
            assert not Intake.objects.filter(pk=row.pk).exists(), who
    with scope("staff", county.actor("keeper").keys):
        assert Intake.objects.filter(pk=row.pk).exists()
    assert not Notice.objects.exclude(person=county.people["keeper"]).filter(intake=row.pk).exists()


def test_no_number_is_missing_in_the_open_series(county):
    one = county.intake(once_key="a", text="路灯坏了")
    hidden = county.intake(once_key="b", text=ACCUSED)
    two = county.intake(once_key="c", text="井盖丢了")
    assert int(two.number) == int(one.number) + 1 and int(hidden.number[-8:]) >= 90_000_000
    first = county.case(once_key="d")
    sealed(county, "e")
    second = county.case(once_key="f")
    assert int(second.slug.rsplit("-", 1)[1]) == int(first.slug.rsplit("-", 1)[1]) + 1


def test_a_clerk_who_sees_it_gives_it_away_and_reads_it_no_more(county):
    receipt = county.intake(once_key="seen", text="张主任的事我要说一说，请领导当面听")
    row = Intake.objects.get(pk=receipt.intake_id)
    assert row.stratum == 0
    with pytest.raises(BadDecision, match="封存，交专管员"):
        decide(row, Decision(action="open", kind="2401", procedure=ACCUSATION), by=county.actor("zhou"), at=MONDAY)
    seal_away(row, by=county.actor("zhou"), at=MONDAY)
    with scope("staff", county.actor("zhou").keys):
        assert not Intake.objects.filter(pk=row.pk).exists()
    with pytest.raises(BadDecision, match="没有这件"):
        seal_away(row, by=county.actor("zhou"), at=MONDAY)
    made = decide(row, Decision(action="open", kind="2401"), by=county.actor("keeper"), at=MONDAY)
    assert (
        made.case.procedure == ACCUSATION
        and made.case.stratum == 2
        and made.case.responsible_id == county.people["keeper"].pk
    )


def test_the_keeper_gives_a_waiting_text_back_with_a_word(county):
    receipt = county.intake(once_key="word", text=ACCUSED)
    row = Intake.objects.get(pk=receipt.intake_id)
    for by, reason in (("zhou", "不是"), ("keeper", " ")):
        with pytest.raises(BadDecision):
            leave_vault(row, by=county.actor(by), at=MONDAY, reason=reason)
    leave_vault(row, by=county.actor("keeper"), at=MONDAY, reason="说的是邻居")
    with scope("staff", county.actor("zhou").keys):
        assert Intake.objects.filter(pk=row.pk).exists()


# Split off a petition


def test_split_off_a_petition_it_leaves_no_trace_there(county):
    w = petition(county, once_key="letter", decision={"demands": ["支付工资", "查处张某", "发放补贴"]})
    intake = Intake.objects.select_related("key").get(decision__case=w.case)
    keep(intake)
    steps = w.fresh().steps
    split_off(
        w.case,
        part=PART,
        by=county.actor("officer"),
        at=w.later(),
        takes=[2],
        letter=True,
        accused=["张某"],
        accused_units=[county.units["town"].pk],
    )
    assert w.fresh().steps == steps and [d.seq for d in Demand.objects.filter(case=w.case)] == [1, 2]
    assert (
        not Case.objects.filter(arose_from=w.case).exists()
        and not Notice.objects.filter(case__procedure=ACCUSATION).exists()
    )
    vault = Case.objects.get(procedure=ACCUSATION)
    assert (vault.stratum, vault.number.count("密"), vault.first_asked_id) == (2, 1, None)
    officer = county.actor("officer")
    with scope("staff", officer.keys):
        assert not Case.objects.filter(pk=vault.pk).exists() and not Intake.objects.filter(pk=intake.pk).exists()
        assert not StoredFile.objects.exists() and not TriageDecision.objects.filter(intake=intake).exists()
    follow([w.case.pk])  # later steps of the petition do not draw the letter out again
    assert {sort_of(d) for d in Intake.objects.get(pk=intake.pk).doors}.isdisjoint({UNIT, PERSON})
    assert Intake.objects.get(pk=intake.pk).key_id == vault.key_id != w.case.key_id
    assert not Party.objects.filter(case=vault, receipt__isnull=False).exists()
    split_off(w.case, part=PART, by=officer, at=w.at)  # pressed twice
    assert Case.objects.filter(procedure=ACCUSATION).count() == 1
    v = Mediation(county, vault, w.at, leads="keeper")
    v.step("screen", "keeper", accused_level="township", receiver_unit=discipline(county))
    clean(v.at + DAY)


def test_who_may_split_and_what(county):
    w = petition(county, once_key="split")
    for who in ("he", "wen", "ming", "an", "keeper"):
        with pytest.raises(StepRefused, match="拆分封存"):
            split_off(w.case, part=PART, by=county.actor(who), at=MONDAY + DAY)
    officer = county.actor("officer")
    for wrong in ({"part": " "}, {"takes": [9]}, {"takes": [1]}, {"accused_units": [999_999]}):
        with pytest.raises(StepRefused):
            split_off(w.case, **({"part": PART} | wrong), by=officer, at=MONDAY + DAY)
    with pytest.raises(StepRefused, match="封存移送"):
        open_next(w.case, ACCUSATION, by=officer, at=MONDAY + DAY)
    assert not Case.objects.filter(procedure=ACCUSATION).exists()


# What the guards refuse


def test_it_is_sealed_only_when_everything_lies_behind_the_door(county):
    w = sealed(county)
    key = w.case.key_id
    Intake.objects.filter(decision__case=w.case).update(stratum=0)
    assert w.refused("screen", "keeper", accused_level="township", receiver_unit=discipline(county)) == "sealed"
    Intake.objects.filter(decision__case=w.case).update(stratum=2)
    other = county.case(once_key="other")
    Paper.objects.create(
        case=other, key_id=key, kind="receipt", number="x", fields=b"", made_at=MONDAY
    )  # its key used outside
    assert (
        w.refused("screen", "keeper", accused_level="township", receiver_unit=county.units["discipline"].pk) == "sealed"
    )
    Paper.objects.filter(key_id=key, case=other).delete()
    Notice.objects.create(person=county.people["su"], kind="step", case=w.case, at=MONDAY)
    assert (
        w.refused("screen", "keeper", accused_level="township", receiver_unit=county.units["discipline"].pk) == "sealed"
    )
    Notice.objects.all().delete()
    w.step("screen", "keeper", accused_level="township", receiver_unit=county.units["discipline"].pk)


def test_it_goes_to_no_office_of_the_accused_and_to_nobody_without_a_level(county):
    w = sealed(county)
    assert w.refused("screen", "keeper", recusal_declared=False) == "no-interest"
    w.step("screen", "keeper", accused_level="township", receiver_unit=county.units["town"].pk)
    w.papers("hand-over")
    assert w.refused("hand-over", "keeper") == "receiver-by-authority"
    w = sealed(county, "level")
    w.step("screen", "keeper", receiver_unit=discipline(county))
    w.papers("hand-over")
    assert w.refused("hand-over", "keeper") == "receiver-by-authority"
    assert w.refused("receipt", "keeper") == "state"


def test_a_keeper_of_the_office_complained_of_keeps_out(county):
    w = sealed(county, respondent_units=[county.units["petition"].pk])
    assert (
        w.refused("screen", "keeper", accused_level="county", receiver_unit=discipline(county)) == "respondent-excluded"
    )


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_else_takes_a_step(county, who):
    w = sealed(county)
    for step in ("screen", "unseal", "split"):
        assert w.refused(step, who) == "role"


def test_out_of_the_vault_goes_nothing_of_the_accusation(county):
    w = sealed(county)
    keeper = county.actor("keeper")
    for wrong in ({"title": " "}, {"demands": [" "]}, {"kind": "2401"}):
        said = {"title": "欠薪", "demands": ["支付工资"], "kind": "0701"} | wrong
        with pytest.raises(StepRefused, match="检举控告"):
            let_out(w.case, **said, by=keeper, at=MONDAY + HOUR, reason="本人同意")
    with pytest.raises(StepRefused, match="只有检举控告专管员"):
        let_out(
            w.case,
            title="欠薪",
            demands=["支付工资"],
            kind="0701",
            by=county.actor("officer"),
            at=MONDAY + HOUR,
            reason="…",
        )
    assert w.fresh().state == "sealed" and Step.objects.filter(case=w.case).count() == 1
    made = let_out(
        w.case, title="欠薪", demands=["支付工资"], kind="0701", by=keeper, at=MONDAY + HOUR, reason="本人同意"
    )
    rows = list(Step.objects.filter(case=made))
    assert [(r.name, r.by_id, r.facts) for r in rows] == [("opened", None, None)]
    assert Party.objects.get(case=made).receipt is None and made.key_id != w.case.key_id


def test_given_back_it_is_an_ordinary_matter_with_its_letter(county):
    w = not_an_accusation(county)
    letter = Intake.objects.get(channel="window", decision__case__procedure="petition-claim")
    made = TriageDecision.objects.get(intake=letter).case
    assert letter.stratum == 0 and letter.key_id == made.key_id != w.case.key_id
    with scope("staff", county.actor("officer").keys):
        assert Intake.objects.filter(pk=letter.pk).exists() and Case.objects.filter(pk=made.pk).exists()
        assert not Case.objects.filter(pk=w.case.pk).exists()


def test_it_is_counted_as_one_number(county):
    assert total() == 0
    sealed(county)
    assert total() == 1


def test_the_hotline_splits_too_and_a_keeper_who_leaves_tells_nothing(county):
    from jiefen.people.actions import end_posting
    from jiefen.people.models import Posting

    case = county.case(once_key="order", unit=None)
    split_off(case, part=PART, by=county.actor("agent"), at=MONDAY + HOUR)
    vault = Case.objects.get(procedure=ACCUSATION)
    assert vault.responsible_id == county.people["keeper"].pk
    end_posting(Posting.objects.get(person=county.people["keeper"]), at=MONDAY + DAY)
    assert Case.objects.get(pk=vault.pk).responsible_id is not None
