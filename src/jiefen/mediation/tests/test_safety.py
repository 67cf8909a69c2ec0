"""Family violence and children who were hurt: nothing reaches the other side, and nobody is put into one room."""

import pytest

from jiefen.cases.actions import StepRefused, deliver, open_case
from jiefen.cases.actions.opening import CaseDraft, DemandDraft, PartyDraft
from jiefen.cases.models import Case, Step
from jiefen.cases.telling import allow_telling, may_tell_other_side, may_tell_party
from jiefen.cases.tests.petitions import DAY
from jiefen.kernel.scope import scope
from jiefen.mediation.actions import give_consent
from jiefen.mediation.tests.walk import Mediation, clean, opened
from jiefen.notices.models import Notice
from jiefen.people.actor import RECEIPT, door
from jiefen.procedures.guards.safety import kept_apart
from tests.world import MONDAY

WHY = "妇联陪同，本人已住进庇护所，电话可靠"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def danger(county, flag: str = "domestic-violence") -> Mediation:
    return opened(
        county, "administrative-mediation", unit="labour", leads="he", kind="0106", by="su", text="他又动手了",
        decision={"flags": [flag]},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("flags", "present", "allowed", "willing", "refused"),
    [
        ([], True, False, {}, False),
        (["public-danger"], True, False, {}, False),
        (["domestic-violence"], False, False, {}, False),
        (["domestic-violence"], True, False, {"p1": True, "p2": True}, True),
        (["minor-harmed"], True, True, {}, True),
        (["minor-harmed"], True, True, {"p1": True, "p2": False}, True),
        (["minor-harmed"], True, True, {"p1": True}, True),
        (["domestic-violence", "minor-harmed"], True, True, {"p1": True, "p2": True}, False),
    ],
)
def test_the_rule(flags, present, allowed, willing, refused):
    assert bool(kept_apart(flags, both_present=present, telling_allowed=allowed, willing=willing)) is refused


@pytest.mark.parametrize("flag", ["domestic-violence", "minor-harmed"])
def test_nothing_reaches_the_other_side_before_a_named_person_allows_it(county, flag):
    w = danger(county, flag)
    assert w.case.stratum == 1 and not may_tell_other_side(w.case)
    for act in (
        lambda: deliver(w.case, paper="admin-acceptance-notice", person="p2", way="hand", by=None, at=MONDAY),
        lambda: give_consent(w.case, "p2", how="window", by=county.actor("he"), at=MONDAY),
    ):
        with pytest.raises(StepRefused, match="先保安全"):
            act()
    assert may_tell_party(w.case, w.case.parties.get(key="p1"))
    w.consent("p1")  # to her everything may be said
    allow_telling(w.case, by=county.actor("su"), at=w.later(), reason=WHY)
    w.consent("p2")
    assert may_tell_other_side(w.fresh())
    row = Step.objects.get(case=w.case, name="telling")
    assert (
        row.by_id == county.people["su"].pk
        and row.codes == {"telling": "allowed"}
        and WHY.encode() not in bytes(row.reason)
    )
    allow_telling(w.case, by=county.actor("su"), at=w.later(), reason="她搬回去了", allowed=False)
    assert not may_tell_other_side(w.fresh())
    clean(w.at)


def test_only_the_centre_allows_it_and_with_a_reason(county):
    w = danger(county)
    for who in ("he", "ming", "wen", "an", "lin"):
        with pytest.raises(StepRefused, match="由中心的督办员"):
            allow_telling(w.case, by=county.actor(who), at=MONDAY, reason=WHY)
    with pytest.raises(StepRefused, match="写明为什么"):
        allow_telling(w.case, by=county.actor("su"), at=MONDAY, reason=" ")
    with pytest.raises(StepRefused, match="不必撤回"):
        allow_telling(w.case, by=county.actor("su"), at=MONDAY, reason=WHY, allowed=False)
    first = allow_telling(w.case, by=county.actor("officer"), at=MONDAY, reason=WHY)
    assert allow_telling(w.case, by=county.actor("su"), at=MONDAY, reason="再说一遍").pk == first.pk
    ordinary = county.case(once_key="plain")
    with pytest.raises(StepRefused, match="不必另外同意"):
        allow_telling(ordinary, by=county.actor("su"), at=MONDAY, reason=WHY)


def test_they_are_not_put_into_one_room(county):
    w = danger(county)
    allow_telling(w.case, by=county.actor("su"), at=w.later(), reason=WHY)
    w.consent()
    w.groundwork()
    w.does("accept")
    w.papers("hold-session")
    assert w.refused("hold-session", "he") == "kept-apart"
    w.step("hold-session", "he", both_present=False, session_note="分开谈")  # each side alone, at another hour
    w.consent("p1", to="meeting")
    assert w.refused("hold-session", "he") == "kept-apart"
    w.consent("p2", to="meeting")
    w.step("hold-session", "he", session_note="妇联在场")
    allow_telling(w.case, by=county.actor("su"), at=w.later(), reason="又威胁", allowed=False)
    assert w.refused("hold-session", "he") == "kept-apart"


def test_a_mark_that_is_found_later_stops_it_at_once(county):
    w = opened(county, "administrative-mediation", unit="labour", leads="he", kind="1001", text="买卖纠纷").in_session()
    assert may_tell_other_side(w.fresh()) and w.case.stratum == 0
    w.step("report-danger", "he", flags=["domestic-violence"], reason="本人说家里动手")
    assert "domestic-violence" in w.fresh().flags and w.case.stratum == 1 and not may_tell_other_side(w.case)
    w.papers("hold-session")
    assert w.refused("hold-session", "he") == "kept-apart"
    clean(w.at)


def test_a_code_of_the_other_side_opens_nothing_until_then(county):
    """Somebody of the other side carries a receipt: it has no door here."""
    made = open_case(
        CaseDraft(
            procedure="administrative-mediation", title="家庭纠纷", kind="0106", area=county.areas["liuhe"].pk,
            centre=county.units["centre"].pk, channel="window", flags=["domestic-violence"], stratum=1,
            lead=county.units["labour"].pk, demands=[DemandDraft("停止伤害")],
            parties=[PartyDraft("complainant", name="兰秀英", receipt=501), PartyDraft("respondent", name="石建国", receipt=502)],
        ),
        by=county.actor("su"), at=MONDAY, recorded_at=MONDAY,
    )  # fmt: skip
    assert (
        door(RECEIPT, 501) in Case.objects.get(pk=made.pk).doors
        and door(RECEIPT, 502) not in Case.objects.get(pk=made.pk).doors
    )
    allow_telling(made, by=county.actor("su"), at=MONDAY, reason=WHY)
    assert door(RECEIPT, 502) in Case.objects.get(pk=made.pk).doors
    clean(MONDAY + DAY)


def test_an_ordinary_matter_tells_both(county):
    w = opened(county, "administrative-mediation", unit="labour", leads="he", kind="1001", text="热水器漏电")
    assert may_tell_other_side(w.case) and may_tell_party(w.case, w.case.parties.get(key="p2"))
    deliver(w.case, paper="admin-acceptance-notice", person="p2", way="hand", by=None, at=MONDAY + DAY)
    assert Notice.objects.filter(case=w.case, code="delivered").count() == 0
