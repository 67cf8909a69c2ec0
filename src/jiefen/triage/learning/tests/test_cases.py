"""What training reads: ordinary decided matters. Not a letter of the vault, sealed at the door, at a desk, or long after."""

import pytest

from jiefen.cases.tests.petitions import DAY, petition
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from jiefen.triage.actions import Decision, decide
from jiefen.triage.learning import cases
from jiefen.triage.road import seal_away
from jiefen.triage.tests.vault_walk import sealed
from jiefen.triage.vault import split_off
from tests.world import MONDAY

PLAIN = "我在柳河农贸市场改造工地贴瓷砖，工头拖欠工资，请帮我要回来。"
TOLD = "工地拖欠工资。另外工头说，钱都送给了张某。"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.fixture
def opened(monkeypatch) -> list[int]:
    """The keys that reading opened: what is not opened was not read, whatever was yielded."""
    keys: list[int] = []
    honest = cases.open_row

    def noted(key):
        keys.append(key.pk)
        return honest(key)

    monkeypatch.setattr(cases, "open_row", noted)
    return keys


def read(opened: list[int]) -> tuple[list[str], set[int]]:
    """The words of training, and the intakes whose key was opened for them."""
    opened.clear()
    words = [one.text for one in cases.decided()]
    return words, set(Intake.objects.filter(key__in=opened).values_list("pk", flat=True))


def letter_of(case) -> Intake:
    return Intake.objects.get(decision__case=case)


def by_hand(county) -> Intake:
    """An accusation no rule knew: sealed at Zhou's desk, then opened by the keeper."""
    row = Intake.objects.get(pk=county.intake(once_key="desk", text="张主任的事我要说一说，请领导当面听").intake_id)
    seal_away(row, by=county.actor("zhou"), at=MONDAY)
    row.refresh_from_db()
    said = Decision(action="open", kind="2401", demands=["查处张某"])
    decide(row, said, by=county.actor("keeper"), at=MONDAY)
    return row


def test_a_letter_of_the_vault_is_never_opened_for_training(county, opened):
    plain = letter_of(county.case(once_key="plain", text=PLAIN))
    shut = {letter_of(sealed(county).case).pk, by_hand(county).pk}
    assert set(Intake.objects.filter(pk__in=shut).values_list("stratum", "state")) == {(2, "decided")}
    words, seen = read(opened)
    assert seen == {plain.pk} and len(words) == 1 and "瓷砖" in words[0]


def test_a_letter_split_off_into_the_vault_later_is_read_no_more(county, opened):
    w = petition(county, once_key="later", text=TOLD)
    letter = letter_of(w.case)
    words, seen = read(opened)
    assert seen == {letter.pk} and "张某" in words[0]
    split_off(w.case, part="工头把钱送给了张某。", by=county.actor("officer"), at=MONDAY + DAY, letter=True)
    w.fresh()
    assert w.case.stratum == 0  # the matter stays where it was, its letter does not
    assert read(opened) == ([], set())


def test_a_matter_that_few_may_see_is_not_read(county, opened):
    w = petition(county, once_key="few", text=PLAIN)
    assert len(read(opened)[0]) == 1
    type(w.case).objects.filter(pk=w.case.pk).update(stratum=1)
    assert read(opened) == ([], set())
