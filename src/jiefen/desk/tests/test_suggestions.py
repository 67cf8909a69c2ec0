"""How often suggestions were right, the chance in words, and one click to the second best."""

import html
import json
import re
from dataclasses import replace

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiefen.cli import learn
from jiefen.desk.suggestions.said import marked, tenths
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from jiefen.triage import setup
from jiefen.triage.actions import Decision, decide
from jiefen.triage.learning.cases import decided
from jiefen.triage.learning.shelf import Shelf
from jiefen.triage.learning.tests.made import messages
from jiefen.triage.models import TriageDecision
from tests.clients import client_for
from tests.world import MONDAY

URL = "/indicators/suggestions/"


def sorted_as(county, kind: str, **draft):
    receipt = county.intake(**draft)
    with scope("worker"):
        intake = Intake.objects.get(pk=receipt.intake_id)
    return decide(
        intake, Decision(action="open", kind=kind, unit=county.units["labour"].pk, demands=["付钱"]), by=county.actor("zhou"), at=MONDAY
    )  # fmt: skip


def test_every_number_opens_the_list_of_its_reader(county, clock, settings, tmp_path):
    settings.HOME = tmp_path
    setup.forget()
    first = sorted_as(county, "0701")
    said = first.suggested["kind"]
    sorted_as(county, said, once_key="b")
    sorted_as(county, "1602" if said != "1602" else "1503", once_key="c")
    with scope("worker"):
        rows = list(TriageDecision.objects.values_list("suggested__kind", "chosen__kind"))
    right = sum(chosen.startswith(kind) for kind, chosen in rows if kind)
    assert 0 < right < 3
    clock(MONDAY)
    for name, status in (("su", 200), ("an", 200), ("zhou", 404), ("he", 404), ("ming", 404)):
        assert client_for(county, name).get(URL).status_code == status, name
        assert client_for(county, name).get(URL + "list/").status_code == (200 if name == "su" else 404), name
    su = client_for(county, "su")
    page = su.get(URL).content.decode()
    links = re.findall(r'href="([^"]*/list/[^"]*)">(\d+)</a>', page)
    assert len(links) > 12 and {"3", str(right), "0"} <= {n for _link, n in links}
    for link, n in links:
        found = su.get(html.unescape(link)).content.decode()
        assert found.count('<td><a class="t" href="/intakes/') == int(n), link
        assert ("这份名单是空的" in found) == (n == "0")
        assert "兰秀英" not in found and county.people["zhou"].name not in found
    # What is shut to the reader moves no number of theirs; the administrator, who opens nothing, has the county's sums alone.
    with scope("worker"):
        Intake.objects.filter(pk=first.intake_id).update(doors=[4 * 10**9])
    assert f'part=said">{2}</a>' in su.get(URL).content.decode()
    shown = client_for(county, "an").get(URL).content.decode()
    assert "全县的合计" in shown and "/list/" not in shown and "／3" in re.sub(r"<[^>]+>", "", shown)
    for bad in ("kind=9999x", "month=2026-13", "part=x", "channel=%00", "channel=person"):
        assert su.get(f"{URL}list/?{bad}").status_code == 404, bad
    assert su.get(f"{URL}list/?after=9~x").status_code == 200
    assert su.post(URL, {"version": "0"}).status_code == 422
    assert client_for(county, "an").post(URL, {"version": "7"}).status_code == 422
    assert client_for(county, "an").post(URL, {"version": "0"}).status_code == 302
    setup.forget()


def test_the_page_asks_no_more_for_more_matters(county, clock):
    for n in range(3):
        sorted_as(county, "0701", once_key=f"q{n}")
    clock(MONDAY)
    su = client_for(county, "su")

    def asked() -> int:
        su.get(URL)  # what changed is counted first
        with CaptureQueriesContext(connection) as one:
            assert su.get(URL).status_code == 200
            return len(one)

    before = asked()
    for n in range(3, 6):
        sorted_as(county, "0702" if n % 2 else "1503", once_key=f"q{n}")
    assert asked() <= before


def test_training_reads_what_stands_and_no_name(county):
    sorted_as(county, "0702", text="兰秀英说工地拖欠工资，包工头不结算工钱，电话13800002061。")
    with scope("worker"):
        (one,) = list(decided())
    assert one.kind == "0702" and "工资" in one.text
    assert "秀英" not in one.text and "1380" not in one.text


def test_an_intake_marks_the_words_and_offers_the_second_best(county, clock):
    receipt = county.intake(text="<b>楼上</b>夜里噪声扰民，工地施工噪音大，渣土车也吵。")
    clock(MONDAY)
    client = client_for(county, "zhou")
    with scope("worker"):
        intake = Intake.objects.get(pk=receipt.intake_id)
    page = client.get(f"/intakes/{intake.number}/").content.decode()
    assert "<mark>" in page and "&lt;b&gt;楼上" in page and "<b>楼上" not in page
    second = intake.suggestion["second"]
    assert len(second) == 4 and f'href="?kind={second}#h-o"' in page
    other = client.get(f"/intakes/{intake.number}/?kind={second}").content.decode()
    assert f'<option value="{second}" selected>' in other
    for bad in ("x", "0", "<script>", "9" * 50):
        assert client.get(f"/intakes/{intake.number}/", {"kind": bad}).status_code == 200
    assert "chance" not in json.dumps(intake.suggestion)


@pytest.mark.rules
def test_a_chance_is_said_in_words():
    assert [tenths(x) for x in (0.5, 0.87, 0.94, 0.95, 1)] == ["约五成", "约九成", "约九成", "九成五以上", "九成五以上"]


@pytest.mark.rules
def test_words_are_marked_where_they_stand():
    from jiefen.triage.rules import suggest

    made = suggest("小区停水三天", tables=setup.shipped_tables())
    assert "<mark>停水</mark>" in marked("小区停水三天", made, "body")
    assert marked("<i>", None, "body") == "&lt;i&gt;"
    assert marked("短", replace(made), "body") == "短"


def test_a_model_put_in_use_changes_the_page_and_undo_brings_it_back(county, clock, settings, tmp_path, monkeypatch):
    """The model is taught the wrong way round, so that nobody but it can have said so."""
    pytest.importorskip("sklearn")
    from jiefen.triage.learning.card import facts
    from jiefen.triage.learning.train import prepare, train

    settings.HOME = tmp_path
    monkeypatch.setattr(learn, "ready", lambda: None)
    setup.forget()
    clock(MONDAY)
    other = {"0701": "1602", "1602": "1503", "1503": "0701"}
    texts, kinds = zip(*messages(), strict=True)
    made = train(prepare(texts, setup.shipped_tables(), covered=True), [other[k] for k in kinds])
    Shelf(tmp_path / "models").keep(made.model, facts(made, kinds, at=MONDAY, source="made", groups=1, size=0))
    zhou = client_for(county, "zhou")
    said = {"text": "工地拖欠工资，包工头不结算工钱，班组的工友都在讨薪，干活的血汗钱，欠薪三个月。"}

    def page(*words: str) -> str:
        if words:
            done = CliRunner().invoke(learn.command, words)
            assert done.exit_code == 0, done.output
            setup.forget()
        return zhou.post("/register/suggest/", said).content.decode()

    def kind(shown: str) -> str:
        return re.search(r'类型</span><span class="v">([^<]*)', shown)[1]

    label = setup.shipped_tables().label
    before = page()
    assert kind(before).startswith(label("07")) and "把握" not in before
    with_model = page("--use", "1")
    assert kind(with_model) == label("1602")
    assert re.search(r"把握(约.成|九成五以上)；过去同样有把握的\d+件里对了\d+件", with_model)
    named = re.findall("“([^”]+)”", re.search("文中有(“[^。]+”)。把握", with_model)[1])
    with scope("worker"):
        intake = Intake.objects.get(pk=county.intake(text=said["text"]).intake_id)
    assert intake.suggestion["kind"] == "1602"
    shown = zhou.get(f"/intakes/{intake.number}/").content.decode()
    # Words of an urgent mark are marked as such; the others that made the kind, as those of the kind.
    assert len(set(named) & set(re.findall("<mark>([^<]+)</mark>", shown))) >= 3 and "把握" in shown
    assert page("--undo").partition("h-guess")[2] == before.partition("h-guess")[2]
    setup.forget()
