"""What is shut to somebody is nowhere for them: not in a page, a paper, a name of a file, a count, or what two counts differ by."""

from datetime import date

import pytest

from jiefen.analytics.asker import Asker, Cut
from jiefen.analytics.asking import figure
from jiefen.analytics.definitions import catalogue
from jiefen.analytics.indicators import says
from jiefen.analytics.tests.small import local
from jiefen.cases.access import may_see
from jiefen.cases.models import Case, Party
from jiefen.desk import door
from jiefen.files.actions import store
from jiefen.kernel.scope import scope, set_scope
from jiefen.papers.fill import fields_for
from jiefen.papers.kinds import kinds
from jiefen.triage.tests.test_vault_bytes import VOLATILE, off, probe
from tests.attacks.ground import PDF
from tests.clients import client_for
from tests.world import MONDAY, WAGES

pytestmark = pytest.mark.django_db
LAN, PHONE = "兰秀英", "13800002061"


@pytest.fixture(autouse=True)
def _at_work(db, monkeypatch):
    monkeypatch.setattr(door, "now", lambda: MONDAY)
    with scope("worker"):
        yield


def test_an_office_complained_of_gets_the_same_bytes_with_and_without_the_complaint(county):
    """He and his head at 县人社局: an alike matter of their own, then one that complains about their office."""
    own = county.case(once_key="own")
    pages = [
        f"/cases/{own.slug}/",
        f"/cases/{own.slug}/join/",
        "/find/?q=工资",
        "/find/?q=张某",
        "/cases/?scope=unit&when=all",
    ]
    staff = ("he", "he_head")
    for who in staff:
        probe(county, who, pages)
    before = {who: probe(county, who, pages) for who in staff}
    about = county.case(
        once_key="about", unit="housing", by="su", text=WAGES + "人社局的张某推诿不办。",
        decision={"respondent_units": [county.units["labour"].pk], "demands": ["查清推诿"]},
    )  # fmt: skip
    for who in staff:
        after = probe(county, who, pages)
        differs = [f"{who} {a}: {off(b, after[a])}" for a, b in before[who].items() if b != after[a]]
        assert not differs, differs
        client = client_for(county, who)
        nowhere, shut = (client.get(f"/cases/{slug}/") for slug in ("none-2026-0001", about.slug))
        assert VOLATILE.sub(rb"\1", nowhere.content) == VOLATILE.sub(rb"\1", shut.content) and shut.status_code == 404
        set_scope("worker")
    assert may_see(county.actor("housing_handler"), Case.objects.get(pk=about.pk))


def test_a_restricted_matter_is_not_there_for_the_township(county):
    case = county.case(
        once_key="harm",
        by="su",
        unit="labour",
        text="丈夫打我，家庭暴力，身上有伤，请帮帮我",
        decision={"demands": ["保护安全"]},
    )
    case = Case.objects.get(pk=case.pk)
    assert case.stratum == Case.Stratum.RESTRICTED
    lets_in = {name for name in county.people if may_see(county.actor(name), case)}
    assert lets_in.isdisjoint({"ge", "ming", "wen", "an", "housing_handler"}), lets_in
    assert {"su", "he"} <= lets_in


def test_a_name_hidden_from_the_other_side_stands_on_no_paper_they_get(county):
    case = county.case(once_key="hidden", identity="hidden", decision={"respondents": ["石建国"]})
    case = Case.objects.select_related("key").get(pk=case.pk)
    other = Party.objects.get(case=case, role="respondent")
    assert other.receipt is None, "the other side holds no code"
    store(PDF, f"{LAN}的合同.pdf", holder=f"case:{case.pk}", key_id=case.key_id, given_by="resident", at=MONDAY)
    step = case.trail.order_by("-seq").first()
    theirs = [kind for kind, how in kinds().items() if "respondent" in how.to]
    assert len(theirs) > 4
    told = {kind: fields_for(kind, case, step, MONDAY) for kind in theirs}
    told |= {f"{kind} of theirs": fields_for(kind, case, step, MONDAY, party=other.key) for kind in kinds()}
    leaks = [kind for kind, said in told.items() if LAN in str(said) or PHONE in str(said)]
    assert not leaks, leaks
    assert LAN in str(fields_for("acceptance-notice", case, step, MONDAY, party="p1")), "her own copy names her"


def test_an_anonymous_person_has_no_name_anywhere(county):
    """Also where a channel handed a name in beside the wish."""
    case = county.case(once_key="nameless", identity="anonymous")
    case = Case.objects.select_related("key").get(pk=case.pk)
    step = case.trail.order_by("-seq").first()
    named = [kind for kind in kinds() if LAN in str(fields_for(kind, case, step, MONDAY))]
    assert not named, named
    for who in ("he", "zhou", "su", "officer"):
        client, page = client_for(county, who), f"/cases/{case.slug}/"
        client.post(page + "unmask/", {"party": "p1", "purpose": "回访"})
        for tail in ("", "mediation/", "deliver/", "questions/ask/", "join/", "dossier/"):
            answer = client.get(page + tail)
            assert LAN not in getattr(answer, "content", b"").decode(errors="replace"), (who, tail)


def test_no_two_days_differ_by_a_sealed_matter(county):
    """Every figure of two as-of days, and so their differences, with and without an accusation between them."""
    su = Asker.of(county.actor("su", local(11, 12)))
    keys = [i.key for i in catalogue().indicators.values() if i.connected]
    county.intake(at=local(8, 12), once_key="ordinary")

    def figures() -> list[list[str]]:
        days = [Cut.of(day, at=local(11, 12)) for day in (date(2026, 9, 1), date(2026, 10, 1))]
        return [[says(figure(catalogue().indicators[key], su, day)) for key in keys] for day in days]

    before = figures()
    county.intake(at=local(9, 12), text="举报某局长收受贿赂，帮人拿工程，请纪委查处。", once_key="sealed")
    assert figures() == before
