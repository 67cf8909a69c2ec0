"""The demo county as `jiefen serve --demo` brought it to life, and that a second time adds nothing. Asked of its database
in a process of its own, before the other journeys take their steps in it."""

from collections import Counter

import pytest

from tests.kill.house import House

pytestmark = pytest.mark.browser

FOUND = """
from collections import Counter
from datetime import timedelta
from jiefen.cases.models import Case, Deadline, Step
from jiefen.files.models import StoredFile
from jiefen.intake.models import Intake
from jiefen.kernel.clock import now
from jiefen.papers.models import Paper
at = now()
with scope("worker"):
    waiting = list(Intake.objects.filter(state="waiting").select_related("centre", "area"))
    steps = Step.objects
    print(json.dumps({
        "states": Counter(Case.objects.values_list("state", flat=True)),
        "waiting": len(waiting), "at_zhou": sum(i.centre.letters == "LH" for i in waiting),
        "channels": sorted(set(Intake.objects.values_list("channel", flat=True))),
        "identities": sorted(set(Intake.objects.values_list("identity", flat=True))),
        "strata": sorted(set(Intake.objects.values_list("stratum", flat=True))),
        "towns": len({i.area.full_name[3:6] for i in Intake.objects.select_related("area")} - {""}),
        "few_may_see": Case.objects.filter(stratum=1).count(),
        "late": Case.objects.filter(is_open=True, next_due_at__lte=at).count(),
        "soon": Case.objects.filter(is_open=True, next_due_at__gt=at, next_due_at__lte=at + timedelta(days=3)).count(),
        "returned_twice": Case.objects.filter(returns=2).count(),
        "three_offices_two_voices": sum(
            c.assignments.count() == 3 and c.parties.filter(role="complainant").count() == 2 for c in Case.objects.all()
        ),
        "names": Counter(steps.values_list("name", flat=True)),
        "future": steps.filter(at__gt=at).count(), "cases": Case.objects.count(), "steps": steps.count(),
        "replies": Paper.objects.filter(kind="hotline-reply").count(), "files": StoredFile.objects.count(),
        "deadlines": Deadline.objects.count(),
    }))
"""
STATES = {
    "received", "dispatched", "disputed", "handling", "replied", "closed", "unreachable", "studying", "registered",
    "accepted", "investigating", "opinion-issued", "served", "requested", "working", "screened",
}  # fmt: skip


def test_the_county_is_alive_and_a_second_time_adds_nothing(demo_house: House):
    """Late ones, soon ones, two voices, three offices; papers on file; nothing in the future."""
    here = demo_house.run(FOUND)
    names = Counter(here["names"])
    assert set(here["states"]) >= STATES and here["states"]["disputed"] == 2 and here["states"]["closed"] >= 12
    assert here["waiting"] >= 10 and here["at_zhou"] >= 2 and here["towns"] >= 9
    assert here["channels"] == sorted(["window", "web", "hotline", "grid", "letter", "upper"])
    assert here["identities"] == ["anonymous", "hidden", "named"]
    assert (
        here["strata"] == [0, 2] and here["few_may_see"] == 1
    )  # an accusation in the vault, a cry for help few may see
    assert here["late"] and here["soon"] and here["returned_twice"] == 2 and here["three_offices_two_voices"] == 1
    assert names["extend"] - 1 == names["corrected"] == names["redo"] == names["no-answer"] == 1
    assert not here["future"] and here["replies"] >= 15 and here["files"] >= 15 and here["deadlines"]

    codes = (demo_house.home / "demo.txt").read_text()
    said = demo_house.jiefen("demo", "--quiet").stdout
    assert "、0件事项" in said
    again = demo_house.run(FOUND)
    assert (again["cases"], again["steps"]) == (here["cases"], here["steps"])
    assert [line for line in codes.splitlines() if "兰秀英" in line or "石建国" in line]
    assert [line for line in said.splitlines() if "兰秀英" in line] == [
        line for line in codes.splitlines() if "兰秀英" in line
    ]
