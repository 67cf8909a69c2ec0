"""Into the vault and out of it by the pages: nothing stays outside, and the person's own page tells nobody what it is."""

from datetime import timedelta

import pytest
from django.test import Client

from jiefen.analytics.asker import Asker, Cut
from jiefen.analytics.asking import figures
from jiefen.analytics.definitions import catalogue
from jiefen.cases.models import Case, Demand, Party, Step
from jiefen.cases.tests.petitions import petition
from jiefen.intake.models import Intake
from jiefen.kernel.clock import local_day
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope, set_scope
from jiefen.kernel.seal import open_row
from jiefen.triage.tests.vault_walk import PART, discipline, handed_over, keep, screened, sealed
from jiefen.triage.vault import ACCUSATION, total
from tests.clients import client_for
from tests.world import MONDAY

NOWHERE = "/cases/none-2026-0001/"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def _vault() -> Case:
    set_scope("worker")
    return Case.objects.select_related("key").get(procedure=ACCUSATION)


# Splitting off


def test_an_officer_splits_it_off_and_sees_the_slip_once(county):
    w = petition(county, once_key="letter", decision={"demands": ["支付工资", "查处张某", "发放补贴"]})
    keep(Intake.objects.select_related("key").get(decision__case=w.case))
    officer, where = client_for(county, "officer"), f"/cases/{w.case.slug}/"
    before = officer.get(where).content.decode()
    assert f"{where}split/" in before
    page = officer.get(f"{where}split/").content.decode()
    assert "查处张某" in page and "转账.pdf" in page
    set_scope("worker")
    steps, readings = Step.objects.filter(case=w.case).count(), list(Reading.objects.values_list("subject", "what"))
    sent = {
        "part": PART,
        "accused": "张某\n",
        "accused_units": [county.units["town"].pk],
        "takes": ["2"],
        "letter": "1",
    }
    done = officer.post(f"{where}split/", sent)
    page = done.content.decode()
    assert done.status_code == 200 and "no-store" in done["Cache-Control"]
    assert "已交专管员" in page and "县信访局" in page and "张某" not in page and PART not in page
    vault = _vault()
    slip = "-".join(vault.outside_number[n : n + 4] for n in (0, 4, 8)).upper()
    assert slip in page and vault.number not in page and vault.slug not in page
    assert officer.post(f"{where}split/", sent).content.count(slip.encode()) == 1  # pressed twice: the same once
    for path in (where, f"{where}split/", "/inbox/", "/desk/"):
        assert slip not in officer.get(path).content.decode()
    set_scope("worker")
    assert Case.objects.filter(procedure=ACCUSATION).count() == 1 and Step.objects.filter(case=w.case).count() == steps
    assert list(Reading.objects.values_list("subject", "what")) == readings
    assert [d.seq for d in Demand.objects.filter(case=w.case)] == [1, 2]
    assert Party.objects.filter(case=vault, role="respondent").count() == 2
    assert slip in client_for(county, "keeper").get(f"/cases/{vault.slug}/").content.decode()


def test_the_case_page_is_the_same_whether_anything_was_split_off(county, monkeypatch):
    from jiefen.desk import door
    from jiefen.triage.tests.test_vault_bytes import VOLATILE

    monkeypatch.setattr(door, "now", lambda: MONDAY)
    w = petition(county, once_key="same")
    officer, where = client_for(county, "officer"), f"/cases/{w.case.slug}/"
    officer.get(where)
    was = {path: VOLATILE.sub(rb"\1", officer.get(path).content) for path in (where, f"{where}split/")}
    assert officer.post(f"{where}split/", {"part": PART}).status_code == 200
    for path, body in was.items():
        assert VOLATILE.sub(rb"\1", officer.get(path).content) == body, path


@pytest.mark.parametrize("wrong", [{"part": " "}, {"takes": ["9"]}, {"takes": ["1"]}, {"takes": ["x"]}, {"accused_units": ["999999"]}])  # fmt: skip
def test_it_says_what_is_wrong_and_keeps_what_was_typed(county, wrong):
    w = petition(county, once_key="wrong")
    officer = client_for(county, "officer")
    answer = officer.post(f"/cases/{w.case.slug}/split/", {"part": PART, "accused": "张某某人"} | wrong)
    assert answer.status_code == 422 and "张某某人" in answer.content.decode()
    set_scope("worker")
    assert not Case.objects.filter(procedure=ACCUSATION).exists()


@pytest.mark.parametrize("name", ["he", "ming", "an", "keeper", "wen"])
def test_nobody_else_has_the_page(county, name):
    w = petition(county, once_key="others")
    client = client_for(county, name)
    none = client.get(f"{NOWHERE}split/")
    for answer in (
        client.get(f"/cases/{w.case.slug}/split/"),
        client.post(f"/cases/{w.case.slug}/split/", {"part": PART}),
    ):
        assert (answer.status_code, answer.content) == (404, none.content)


# The keeper


def test_the_keeper_walks_it_to_the_receipt_by_the_pages(county):
    w = sealed(county)
    office = discipline(county)
    keeper, where = client_for(county, "keeper"), f"/cases/{w.case.slug}/"

    def step(name: str, **sent) -> None:
        seen = Case.objects.get(pk=w.case.pk).steps
        made = keeper.post(f"{where}steps/{name}/", {"seen": seen, "recusal-declared": "on"} | sent)
        assert made.status_code == 302, made.content.decode()[:6000]
        set_scope("worker")

    form = keeper.get(f"{where}steps/screen/").content.decode()
    assert "被检举人由谁管理" in form and "县纪委监委" in form
    set_scope("worker")
    step("screen", **{"accused-level": "township", "receiver-unit": office})
    w.papers("hand-over")
    step("hand-over")
    w.papers("receipt")
    step("receipt")
    assert w.state == "receipted"


def test_the_keepers_case_page_says_who_has_it_and_leads_on_not_out(county):
    w = sealed(county)
    page = client_for(county, "keeper").get(f"/cases/{w.case.slug}/").content.decode()
    centre = Case.objects.select_related("centre").get(pk=w.case.pk).centre.name
    assert "由检举控告专管员保管" in page and f"在{centre}手里" not in page
    assert "结论、依据、救济都未写" not in page and "缺一项都不能办结" not in page and "本程序不在这里答复" in page
    moves = page[page.index('class="moves"') :]
    assert moves.index("甄别去向") < moves.index("转普通程序")
    assert "btn-primary" not in moves[: moves.index("转普通程序")].rsplit("<a ", 1)[1]


def _sent(case: Case, do: str, **more) -> dict[str, object]:
    said = {
        "to": "petition-claim",
        "title": "拖欠工资",
        "demands": "支付工资\n发放补贴\n",
        "kind": "0701",
        "reason": "本人同意",
    }
    return {"do": do, "seen": case.steps} | said | more


def test_what_somebody_asks_for_themselves_goes_out_alone_and_once(county):
    w = sealed(county)
    keeper, where = client_for(county, "keeper"), f"/cases/{w.case.slug}/vault/"
    assert where in keeper.get(f"/cases/{w.case.slug}/").content.decode()
    sent = _sent(w.fresh(), "let-out", **{"safe-channel": "写信到女儿家"})
    done = keeper.post(where, sent)
    assert done.status_code == 200, done.content.decode()[-3000:]
    set_scope("worker")
    made = Case.objects.get(procedure="petition-claim")
    assert made.number in done.content.decode() and made.stratum == 0 and made.arose_from_id is None
    assert [open_row(made.key).open(d.text, field="demand.text") for d in made.demands.all()] == [
        "支付工资",
        "发放补贴",
    ]
    again = keeper.post(where, sent)  # pressed twice
    assert again.status_code == 422 and "也许刚才已经办过" in again.content.decode()
    set_scope("worker")
    assert Case.objects.filter(procedure="petition-claim").count() == 1 and w.state == "sealed"


def test_what_is_no_accusation_goes_back_with_its_letter(county):
    w = screened(county)
    keeper, where = client_for(county, "keeper"), f"/cases/{w.case.slug}/vault/"
    for wrong in (
        {"kind": "2401"},
        {"kind": "x"},
        {"to": "hotline-order"},
        {"title": " "},
        {"reason": " "},
        {"demands": ""},
    ):
        answer = keeper.post(where, _sent(w.case, "give-back", **wrong))
        assert answer.status_code == 422, wrong
        set_scope("worker")
        assert w.state == "screened" and Case.objects.count() == 1
    done = keeper.post(where, _sent(w.fresh(), "give-back"))
    assert done.status_code == 200 and "已转普通程序" in done.content.decode()
    set_scope("worker")
    assert w.state == "misfiled" and Intake.objects.get(decision__case__procedure="petition-claim").stratum == 0
    assert keeper.post(where, _sent(w.fresh(), "give-back")).status_code == 422
    assert keeper.get(where).status_code == 200
    assert keeper.post(where, {"do": "open"}).status_code == 404


@pytest.mark.parametrize("name", ["zhou", "su", "he", "officer", "lin", "an", "wen"])
def test_a_vault_matter_is_nowhere_for_others(county, name):
    w = sealed(county)
    client = client_for(county, name)
    none = client.get(f"{NOWHERE}vault/")
    for path in ("vault/", "split/", "telling/", "steps/split/", "steps/unseal/", ""):
        answer = client.get(f"/cases/{w.case.slug}/{path}")
        assert (answer.status_code, answer.content) == (404, none.content), path
    assert client.post(f"/cases/{w.case.slug}/vault/", _sent(w.case, "let-out")).content == none.content


def test_the_bare_steps_lead_the_keeper_to_the_page(county):
    w = sealed(county)
    keeper = client_for(county, "keeper")
    for step in ("split", "unseal"):
        for answer in (keeper.get(f"/cases/{w.case.slug}/steps/{step}/"), keeper.post(f"/cases/{w.case.slug}/steps/{step}/", {"reason": "x"})):  # fmt: skip
            assert answer["Location"] == f"/cases/{w.case.slug}/vault/"
    assert w.state == "sealed"


# The person's own page


def _page(row: Intake, tail: str = "") -> str:
    set_scope("worker")
    token = open_row(row.key).open(row.token, field="intake.token")
    answer = Client().get(f"/follow/{token}/{tail}")
    assert answer.status_code == 200
    set_scope("worker")
    return answer.content.decode()


def test_the_persons_page_says_that_the_keeper_has_it_and_nothing_else(county):
    receipt = county.intake(once_key="page", text="我实名举报柳河镇干部张某收受贿赂。")
    waiting = Intake.objects.select_related("key").get(pk=receipt.intake_id)
    w = sealed(county)
    row = Intake.objects.select_related("key").get(decision__case=w.case)
    for page in (_page(waiting), _page(row), _page(row, "?scale=elder"), _page(row, "?all=1")):
        assert "由专管员保管" in page and "县信访局" in page and "0000-7000000" in page
        for told in ("张某", "举报", "检举", "贿赂", "查处", "密〔", w.case.number, "柳河镇综治中心"):
            assert told not in page, told
    assert "张某" not in _page(row, "receipt/") and "举报" not in _page(row, "receipt/")


def test_it_says_in_neutral_words_that_it_went_on(county):
    w = handed_over(county)
    page = _page(Intake.objects.select_related("key").get(decision__case=w.case))
    assert "已按规定转交" in page and "纪委" not in page and "张某" not in page


def test_whoever_brought_a_petition_follows_it_though_the_letter_was_sealed(county):
    w = petition(county, once_key="both")
    client_for(county, "officer").post(f"/cases/{w.case.slug}/split/", {"part": PART, "letter": "1"})
    set_scope("worker")
    row = Intake.objects.select_related("key").get(decision__case=w.case)
    assert row.stratum == 2 and w.case.number in _page(row) and "专管员" not in _page(row)


# The one number


@pytest.mark.parametrize(
    ("name", "status"), [("keeper", 200), ("su", 200), ("zhou", 404), ("he", 404), ("lin", 404), ("officer", 404), ("an", 404), ("wen", 404)]
)  # fmt: skip
def test_the_number_is_the_keepers_and_the_supervisors(county, name, status):
    client = client_for(county, name)
    answer = client.get("/vault/")
    assert answer.status_code == status
    if status == 404:
        assert answer.content == client.get("/nowhere/").content


def test_outside_the_vault_the_number_moves_in_tens(county, monkeypatch):
    sealed(county)
    assert "1件" in client_for(county, "keeper").get("/vault/").content.decode()
    assert "不足10件" in client_for(county, "su").get("/vault/").content.decode()
    from jiefen.desk.vault import total as page

    monkeypatch.setattr(page, "total", lambda: 37)
    assert "30件以上" in client_for(county, "su").get("/vault/").content.decode()
    assert "37件" in client_for(county, "keeper").get("/vault/").content.decode()


def test_no_other_figure_counts_it_not_even_the_machines(county):
    connected = [one for one in catalogue().indicators.values() if one.connected]
    askers = [Asker.machine(), *(Asker.of(county.actor(name)) for name in ("keeper", "su"))]
    cut = Cut(local_day(MONDAY), MONDAY + timedelta(days=1))

    def counted() -> list[tuple[str, int, int | None]]:
        return [
            (one.indicator.key, one.numerator, one.denominator)
            for asker in askers
            for one in figures(connected, asker, cut)
        ]

    county.case(once_key="ordinary")
    before = counted()
    assert any(n for _key, n, _of in before)
    handed_over(county)
    assert total() == 1 and counted() == before
