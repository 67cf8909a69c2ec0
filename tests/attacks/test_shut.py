"""What is shut to somebody is nowhere for them: not in a page, a paper, a name of a file, a count, or what two counts differ by."""

from datetime import date

import pytest

from jiefen.analytics.asker import Asker, Cut
from jiefen.analytics.asking import figure
from jiefen.analytics.definitions import catalogue
from jiefen.analytics.indicators import says
from jiefen.analytics.tests.small import local
from jiefen.cases import ground, level
from jiefen.cases.access import may_see
from jiefen.cases.actions import StepRefused, take_step
from jiefen.cases.actions.recuse import recuse
from jiefen.cases.integrity import verify
from jiefen.cases.models import Case, Party
from jiefen.desk import door
from jiefen.files.actions import store
from jiefen.intake.models import Intake
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope, set_scope
from jiefen.oversight import meeting_tasks, meetings, visits
from jiefen.oversight.models import JointMeeting, MeetingTask, Visit
from jiefen.papers.fill import fields_for
from jiefen.papers.kinds import kinds
from jiefen.people.actions import end_posting, post
from jiefen.people.models import Unit
from jiefen.triage.actions import BadDecision, Decision, decide
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


def test_whoever_stepped_back_reads_no_meeting_no_task_and_no_errand_of_it(county):
    """He and Ge worked on it and step back. Their offices are called, before and after; He's colleague is asked as ever."""
    clock = MONDAY.replace(minute=2)
    county.newcomer("yan", "严立", unit="labour", role="handler")
    county.newcomer("geng", "耿一", unit="village", role="grid-worker")
    case = county.case(once_key="kin", area_code="450399100201")
    lent = post(county.people["ge"], county.units["labour"], "handler", at=MONDAY)
    take_step(case, "sign", by=county.actor("he"), at=MONDAY, facts={"recusal-declared": True})

    def called(once: str) -> None:
        su, labour = county.actor("su"), county.units["labour"].pk
        said = {"starts_at": MONDAY, "place": "三楼会议室", "topic": "工资怎样发", "units": [labour], "once": once}
        meeting = meetings.call(case, by=su, at=MONDAY, **said)
        todo = [meetings.Decision(labour, "约谈施工单位", local_day(MONDAY))]
        meetings.minute(meeting, by=su, at=MONDAY, body="说明了情况", present=["何静"], decisions=todo)
        meetings.call(case, by=su, at=MONDAY, **said | {"once": once + "-ahead"})

    def seen(name: str) -> tuple[int, ...]:
        set_scope("staff", sorted(county.actor(name).keys))
        found = tuple(model.objects.count() for model in (JointMeeting, MeetingTask, Visit))
        set_scope("worker")
        return found

    def errands(name: str) -> int:
        return len(visits.errands_of(county.actor(name, clock)))

    called("one")
    visits.ask_visit(case, party="p1", unit=county.units["village"].pk, by=county.actor("caller"), at=MONDAY)
    lists, he, ge = ("/joint/", "/inbox/", "/desk/"), client_for(county, "he"), client_for(county, "ge")
    assert (
        seen("he") == seen("ge") == (2, 1, 1)
        and "约谈施工单位" in he.get("/joint/").content.decode()
        and errands("geng") == 1
    )
    set_scope("worker")
    for name in ("he", "ge"):
        recuse(
            Case.objects.get(pk=case.pk),
            county.people[name].pk,
            by=county.actor("he_head"),
            at=clock,
            reason="是申请人的亲属",
        )
    end_posting(lent, at=clock)
    called("two")
    assert seen("he") == (0, 0, 0) and seen("ge") == (0, 0, 0) and (errands("ge"), errands("geng")) == (0, 1)
    assert seen("yan") == seen("he_head") == (4, 2, 1), "their colleagues go on"
    for page in lists:
        said = he.get(page).content.decode()
        assert "工资怎样发" not in said and "约谈施工单位" not in said and "三楼会议室" not in said, page
    set_scope("worker")
    task, visit = MeetingTask.objects.order_by("pk").first(), Visit.objects.get()
    assert he.post(f"/joint/tasks/{task.pk}/", {"words": "办了"}).status_code == 404
    assert ge.get(f"/follow-ups/visits/{visit.pk}/").status_code == 404
    set_scope("worker")
    with pytest.raises(meetings.MeetingRefused):
        meeting_tasks.done(task.pk, by=county.actor("he"), at=clock, words="办了")
    post(county.people["he"], county.units["village"], "grid-worker", at=MONDAY)
    assert seen("he") == (0, 0, 0), "whatever they are posted to later"
    recuse(
        Case.objects.get(pk=case.pk),
        county.people["he"].pk,
        by=county.actor("he_head"),
        at=clock,
        reason="查明不是亲属",
        back=True,
    )
    assert seen("he")[:2] == (4, 2) and seen("ge") == (0, 0, 0)
    assert not list(verify())


def test_the_keepers_seat_is_no_office_that_anything_is_handed_to(county):
    """Neither offered on a form nor taken where somebody types its number: opening, handing on, helping, raising, meeting."""
    area = county.areas["county"]
    seat = Unit.objects.create(code="seat", name="检举控告专管席", unit_type="vault", area=area, since=date(2020, 1, 1))
    ground.forget()
    intake = Intake.objects.select_related("key").get(pk=county.intake(once_key="plain", text="路灯坏了").intake_id)
    case = county.case(once_key="at-work", unit=None)
    zhou, su = client_for(county, "zhou"), county.actor("su")
    form = {"action": "open", "kind": "1607", "title": "路灯", "demands": "修好", "procedure": "hotline-order"}
    for page in (f"/intakes/{intake.number}/", f"/cases/{case.slug}/steps/dispatch/", f"/cases/{case.slug}/level/"):
        assert seat.name not in zhou.get(page).content.decode(), page
    assert zhou.post(f"/intakes/{intake.number}/", form | {"unit": seat.pk}).status_code == 422
    set_scope("worker")
    for named in ({"unit": seat.pk}, {"unit": county.units["labour"].pk, "helpers": [seat.pk]}):
        with pytest.raises(BadDecision):
            decide(intake, Decision(action="open", kind="1607", **named), by=county.actor("zhou"), at=MONDAY)
    for facts in ({"lead-unit": seat.pk}, {"lead-unit": county.units["labour"].pk, "helper-units": [seat.pk]}):
        with pytest.raises(StepRefused, match="专管席"):
            take_step(case, "dispatch", by=county.actor("zhou"), at=MONDAY, facts=facts)
    with pytest.raises(StepRefused, match="专管席"):
        level.move(case, "county", by=county.actor("zhou"), at=MONDAY, reason="牵涉几家", lead=seat.pk)
    called = {"starts_at": MONDAY, "place": "三楼", "topic": "路灯", "units": [seat.pk], "once": "s"}
    with pytest.raises(meetings.MeetingRefused):
        meetings.call(case, by=su, at=MONDAY, **called)
    assert Case.objects.get(pk=case.pk).steps == case.steps


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
