"""The matters of the demo county, walked by real verbs."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from jiefen.cases.models import Case, Deadline, Step
from jiefen.cli.demo.hard import HARD_WALKS
from jiefen.cli.demo.joint import JOINT_WALKS
from jiefen.cli.demo.load import load_demo
from jiefen.cli.demo.matters import WAYS, load_matters
from jiefen.cli.demo.petitions import PETITION_WALKS
from jiefen.cli.demo.walks import WALKS
from jiefen.files.models import StoredFile
from jiefen.intake.models import Intake
from jiefen.kernel.ids import TOKEN_LENGTH
from jiefen.kernel.scope import scope
from jiefen.papers.models import Paper

AT = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)  # a Friday, 10:30 in the office


@pytest.mark.rules
def test_it_knows_every_walk_of_every_way() -> None:
    assert {walk for way in WAYS.values() for walk in way} == set(WALKS | PETITION_WALKS | JOINT_WALKS | HARD_WALKS)


@pytest.mark.django_db
@pytest.mark.slow
def test_it_brings_the_county_to_life_and_a_second_time_adds_nothing() -> None:
    load_demo(at=AT)
    told: list[int] = []
    first = load_matters(lambda what, done, total: told.append(done), at=AT)
    assert first.added == first.matters >= 70 and told[-1] == first.matters
    with scope("worker"):
        states = Counter(Case.objects.values_list("state", flat=True))
        assert set(states) == {
            "received", "dispatched", "disputed", "handling", "replied", "closed", "unreachable", "studying", "registered",
            "accepted", "investigating", "opinion-issued", "served", "requested", "working", "screened",
        }  # fmt: skip
        waiting = Intake.objects.filter(state="waiting").select_related("centre", "area")
        assert waiting.count() >= 10
        assert sum(i.centre.letters == "LH" and i.received_at > AT - timedelta(hours=6) for i in waiting) >= 2
        assert set(Intake.objects.values_list("channel", flat=True)) == {
            "window",
            "web",
            "hotline",
            "grid",
            "letter",
            "upper",
        }
        assert set(Intake.objects.values_list("identity", flat=True)) == {"named", "hidden", "anonymous"}
        towns = {i.area.full_name[3:6] for i in Intake.objects.select_related("area")}
        assert len(towns - {""}) >= 9
        assert set(Intake.objects.values_list("stratum", flat=True)) == {
            0,
            2,
        }  # one accusation went straight to the vault
        assert Case.objects.filter(stratum=1).count() == 1  # one cry for help that few may see
        _holds_up(states)
    again = load_matters(at=AT)
    assert (again.added, again.codes) == (0, first.codes)
    assert [code.name for code in first.codes] == ["兰秀英", "石建国"]
    assert all(len(code.token) == TOKEN_LENGTH for code in first.codes)


def _holds_up(states: Counter[str]) -> None:
    """Late ones, soon ones, two voices, three offices, a joined one; papers on file; nothing in the future."""
    assert states["disputed"] == 2 and states["closed"] >= 12
    assert Case.objects.filter(is_open=True, next_due_at__lte=AT).exists()
    assert Case.objects.filter(is_open=True, next_due_at__gt=AT, next_due_at__lte=AT + timedelta(days=3)).exists()
    assert Case.objects.filter(returns=2).count() == 2  # one waits for a ruling, one was ruled on
    three = [
        c
        for c in Case.objects.all()
        if c.assignments.count() == 3 and c.parties.filter(role="complainant").count() == 2
    ]
    assert len(three) == 1 and three[0].is_open
    names = Counter(Step.objects.values_list("name", flat=True))
    assert names["extend"] - 1 == names["corrected"] == names["redo"] == names["no-answer"] == 1
    assert not Step.objects.filter(at__gt=AT).exists()
    assert Paper.objects.filter(kind="hotline-reply").count() >= 15 and StoredFile.objects.count() >= 15
    assert Deadline.objects.exists()
