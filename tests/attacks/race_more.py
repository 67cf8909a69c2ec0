"""Rows of the table of races: papers, promises, the person's own requests, destruction, mergers."""

from collections.abc import Callable
from datetime import date

from jiefen.cases.models import Step
from jiefen.channels.models import OutsideNumber, UpperPack
from jiefen.channels.upper import actions as upper
from jiefen.channels.upper.mapping import systems
from jiefen.kernel.clock import local_day
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope
from jiefen.mediation import actions as mediation
from jiefen.mediation.actions import lanes
from jiefen.mediation.actions.declines import decline_agreement, decline_consent
from jiefen.mediation.actions.obligations import change_obligation, fulfil, tell_unfulfilled
from jiefen.mediation.models import Consent, Groundwork, JointNote, Obligation, Signature
from jiefen.mediation.tests.test_labour import labour
from jiefen.mediation.tests.walk import Mediation, opened
from jiefen.papers.actions import sealing, wording
from jiefen.papers.actions.filing import complete, make_papers
from jiefen.papers.models import Paper, RemedyWording, UnitSeal
from jiefen.papers.tests.test_verbs import seal_png
from jiefen.people import changing
from jiefen.people.models import Succession, UnitHeir
from jiefen.people.successions import Part, merge_plan
from jiefen.privacy import requests, retention, unmasking
from jiefen.privacy.models import Destruction, PersonalRequest, UnmaskAsk
from jiefen.procedures.actions import set_setting
from tests.attacks.race_cases import AT, signed, walk
from tests.attacks.race_rest import ended, inside
from tests.attacks.racing import DAY, HOUR, Race, Stage, Table, at_the_lock
from tests.world import MONDAY

table = Table()
NATIONAL = systems()["national-petition"]
LATER = MONDAY.replace(year=2031, month=11, day=18)


# ---------- papers ----------


@table.of("papers.actions.filing.complete")
def two_fill_in_the_same_paper(s: Stage) -> Race:
    w = walk(s)
    w.tells = True
    inside(lambda: (w.accepted().investigated(), w.step("call-hearing", "he_head")))
    with scope("worker"):
        paper = Paper.objects.get(case=w.case, kind="hearing-notice")
    return Race(
        [lambda p=p: complete(paper, {"time": "2026年12月1日 9:00", "place": p}, by=s.actor("he_head", w.at), at=w.at) for p in ("二楼", "三楼")],
        lambda: Paper.objects.filter(pk=paper.pk, completed_at__isnull=False).count(), late=1,
    )  # fmt: skip


@table.of("papers.actions.filing.make_papers")
def the_papers_of_one_step_are_made_twice(s: Stage) -> Race:
    case = signed(s)
    with scope("worker"):
        pk = Step.objects.get(case=case, name="opened").pk
    return Race(
        [lambda: inside(make_papers, pk)] * 2,
        lambda: int(Paper.objects.filter(case=case, step=pk).count() == len(set(Paper.objects.filter(case=case, step=pk).values_list("kind", "to_party")))),
        late=0,
    )  # fmt: skip


@table.of("papers.actions.sealing.add_seal", "papers.actions.sealing.end_seal")
def two_bring_seals_and_one_ends_it(s: Stage) -> Race:
    unit, an = s.office(), s.actor("an")
    return Race(
        [
            lambda: sealing.add_seal(unit, seal_png(), by=an, at=MONDAY + HOUR), lambda: sealing.add_seal(unit, seal_png((500, 500)), by=an, at=MONDAY + HOUR),
            lambda: sealing.end_seal(unit, by=an, at=MONDAY + HOUR),
        ],
        lambda: int(UnitSeal.objects.filter(unit=unit, until=None).count() <= 1), late=0,
    )  # fmt: skip


@table.of("papers.actions.wording.set_wording", "papers.actions.wording.end_wording")
def two_write_the_first_wording(s: Stage) -> Race:
    unit, an = s.office(), s.actor("an")
    said = {"source": "条例", "mark": "V", "by": an, "unit": unit}
    old = wording.set_wording("handling-opinion", "可以请求复查。", at=MONDAY, **(said | {"unit": s.unit("town")}))
    return Race(
        [
            lambda: wording.set_wording("handling-opinion", "可在三十日内请求复查。", at=MONDAY + HOUR, **said),
            lambda: wording.set_wording("handling-opinion", "可以向县政府请求复查。", at=MONDAY + HOUR, **said),
            lambda: wording.end_wording(old, by=an, at=MONDAY + HOUR), lambda: wording.end_wording(old, by=an, at=MONDAY + HOUR),
        ],
        lambda: RemedyWording.objects.filter(unit=unit, until=None).count(),
    )  # fmt: skip


# ---------- consents and promises ----------


def mediated(s: Stage, make: Callable[..., Mediation] | None = None) -> Mediation:
    """A mediation at 柳河镇司法所, by Ming."""
    said = {k: v for k, v in s.fresh("mediation").items() if k != "name"}
    if make is not None:
        return inside(make, s.county, **said)
    return inside(opened, s.county, "peoples-mediation", unit="justice", leads="ming", **said)


@table.of("mediation.actions.consents.withdraw_consent", "mediation.actions.declines.decline_consent")
def one_takes_back_and_one_says_no(s: Stage) -> Race:
    w = mediated(s)
    inside(w.consent)
    said = {"how": "window", "by": s.actor("ming", w.at), "at": w.at}
    return Race(
        [lambda: mediation.withdraw_consent(w.case, "p1", **said), lambda: decline_consent(w.case, "p1", **said)],
        # A no said after the yes was taken back is a row of its own; the yes is taken back once, whoever comes first.
        lambda: Consent.objects.filter(case=w.case, party="p1", refused=False, withdrawn_at__isnull=False).count(), late=0,
    )  # fmt: skip


@table.of("mediation.actions.consents.tell_rights", "mediation.actions.consents.check_bars")
def two_write_down_the_groundwork(s: Stage) -> Race:
    w = mediated(s)
    by, at = s.actor("ming", w.at), w.at
    return Race(
        [
            lambda: mediation.tell_rights(w.case, by=by, at=at), lambda: mediation.tell_rights(w.case, by=by, at=at),
            lambda: mediation.check_bars(w.case, by=by, at=at, bars=["法院已经受理"], expected=0),
            lambda: mediation.check_bars(w.case, by=by, at=at, bars=[], expected=0),
        ],
        lambda: Groundwork.objects.filter(case=w.case).count(), once=2, late=1,
    )  # fmt: skip


@table.of(
    "mediation.actions.obligations.fulfil",
    "mediation.actions.obligations.tell_unfulfilled",
    "mediation.actions.obligations.change_obligation",
)
def one_promise_is_kept_broken_and_changed(s: Stage) -> Race:
    w = mediated(s)
    with scope("worker"):
        w.consent()
        w.agreed()
        one = Obligation.objects.get(case=w.case)
        proof = w.file()
    at = MONDAY + 60 * DAY
    by = s.actor("ming", at)
    return Race(
        [
            lambda: fulfil(one, by=by, at=at, words="付了"), lambda: tell_unfulfilled(one, by=by, at=at, words="可申请支付令"),
            lambda: change_obligation(one, by=by, at=at, proof=proof, due_on=date(2027, 5, 1)),
            lambda: change_obligation(one, by=by, at=at, proof=proof, due_on=date(2027, 6, 1)),
        ],
        lambda: int(Obligation.objects.filter(case=w.case).count() <= 2),
    )  # fmt: skip


@table.of("mediation.actions.declines.decline_agreement")
def one_draft_is_declined_and_signed(s: Stage) -> Race:
    w = mediated(s)
    with scope("worker"):
        w.consent()
        w.agreed(leave_out=("p1",))
        proof = w.file()
    said = {"how": "paper", "by": s.actor("ming", w.at), "at": w.at, "seq": 1, "proof": proof}
    return Race(
        [lambda: decline_agreement(w.case, "p1", words="不同意", **said), lambda: mediation.sign_agreement(w.case, "p1", **said)],
        lambda: Signature.objects.filter(case=w.case, who="p1").count(),
    )  # fmt: skip


@table.of(
    "mediation.actions.lanes.tell_alone", "mediation.actions.lanes.correct_entry", "mediation.actions.lanes.release_entry",
)  # fmt: skip
def one_side_is_heard_and_let_out_twice(s: Stage) -> Race:
    w = mediated(s, labour)
    with scope("worker"):
        w.in_session()
    by, at = s.actor("ming", w.at), w.at
    said = {"by": by, "at": at}
    begin = lambda: lanes.tell_alone(w.case, "p1", words="最多让两千", once="a", **said)  # noqa: E731
    first, second = at_the_lock([begin, begin])
    assert first == second, (first, second)
    paper = {"how": "paper", "paper": ("同意.pdf", b"%PDF-1.4\n%%EOF")}
    return Race(
        [
            lambda: lanes.correct_entry(w.case, "p1", 2, words="最多让一千", once="b", **said),
            lambda: lanes.correct_entry(w.case, "p1", 2, words="最多让一千", once="b", **said),
            lambda: lanes.release_entry(w.case, "p1", 2, **paper, **said), lambda: lanes.release_entry(w.case, "p1", 2, **paper, **said),
        ],
        lambda: JointNote.objects.filter(case=w.case).count(), late=0,
    )  # fmt: skip


# ---------- what a person asks of their own information, and two people's verbs ----------


@table.of("privacy.requests.ask", "privacy.requests.answer")
def one_request_is_asked_and_answered_twice(s: Stage) -> Race:
    letter = s.intake(second_word="石榴花")
    by = {"by": s.actor("zhou"), "way": "window", "at": AT}
    pk = requests.ask(letter, requests.Asking(kind="copy", once="a"), **by).pk
    fix = requests.Asking(kind="correction", once="b", part="words", wanted="名字写错了")
    return Race(
        [
            lambda: requests.ask(letter, fix, **by), lambda: requests.ask(letter, fix, **by),
            lambda: requests.answer(pk, by=s.actor("zhou"), at=AT, grant=True), lambda: requests.answer(pk, by=s.actor("su"), at=AT, grant=False, words="不给"),
        ],
        lambda: PersonalRequest.objects.filter(intake=letter.pk).count() * 10 + PersonalRequest.objects.filter(pk=pk).exclude(state="open").count(),
        once=21,
    )  # fmt: skip


@table.of("privacy.unmasking.unmask")
def the_last_of_the_day_is_shown_in_two_matters_at_once(s: Stage) -> Race:
    """The day's number is counted over all matters: of two at once, one is the last."""
    set_setting("unmask-daily", 1, since=local_day(MONDAY), source_document="文", set_by="an", at=MONDAY)
    cases, he = (signed(s), signed(s)), s.actor("he")
    return Race(
        [lambda c=c: unmasking.unmask(c, "p1", purpose="办理", by=he, at=AT) for c in cases],
        lambda: Reading.objects.filter(subject__in=[f"case:{c.pk}" for c in cases], what=unmasking.WHAT).count(), late=0,
    )  # fmt: skip


@table.of("privacy.unmasking.decide")
def two_decide_on_showing(s: Stage) -> Race:
    case = signed(s)
    with scope("worker"):
        ask = UnmaskAsk.objects.create(
            case=case, party="p1", purpose="办理", asked_by=s.county.people["he"], asked_at=AT
        )
    return Race(
        [lambda n=n, ok=ok: unmasking.decide(case, ask.pk, agree=ok, by=s.actor(n), at=AT) for n, ok in (("he_head", True), ("su", False))],
        lambda: UnmaskAsk.objects.filter(pk=ask.pk, decided_at__isnull=False).count(), late=1,
    )  # fmt: skip


@table.of("channels.upper.actions.enter", "channels.upper.actions.end")
def one_number_above_for_two_matters(s: Stage) -> Race:
    a, b, officer = walk(s).case, walk(s).case, s.actor("officer")
    number = f"XF202611160{s.next():05d}"
    return Race(
        [
            lambda: upper.enter(a, NATIONAL, number, by=officer, at=AT), lambda: upper.enter(b, NATIONAL, number, by=officer, at=AT),
            lambda: upper.end(b, NATIONAL, by=officer, at=AT, why="填错", number="没有这个"),
        ],
        lambda: OutsideNumber.objects.filter(number=number, ended_at=None).count(), late=1,
    )  # fmt: skip


@table.of("channels.upper.actions.make_pack")
def a_pack_is_made_twice(s: Stage) -> Race:
    officer = s.actor("officer")
    pack = lambda: inside(upper.make_pack, NATIONAL, by=officer, at=AT).row  # noqa: E731
    return Race([pack, pack], lambda: UpperPack.objects.count(), late=0, same=True)


@table.of("privacy.retention.propose")
def two_propose_the_same_destruction(s: Stage) -> Race:
    for _n in range(2):
        ended(s)
    return Race(
        [lambda n=n: retention.propose(by=s.actor(n, LATER), at=LATER) for n in ("an", "an")],
        lambda: Destruction.objects.count(), late=1,
    )  # fmt: skip


@table.of("privacy.retention.decide")
def one_approves_and_one_declines(s: Stage) -> Race:
    with scope("worker"):
        pk = Destruction.objects.get().pk
    return Race(
        [
            lambda: retention.decide(pk, by=s.actor("su", LATER), at=LATER, approve=True),
            lambda: retention.decide(pk, by=s.actor("an", LATER), at=LATER, approve=False),
        ],
        lambda: Destruction.objects.exclude(state="proposed").count(), late=1,
    )  # fmt: skip


@table.of(
    "people.changing.propose", "people.changing.agree", "people.changing.take_back", "people.successions.call_off"
)
def one_agrees_to_a_merger_that_another_takes_back(s: Stage) -> Race:
    a, b, at = s.office(), s.office(), MONDAY
    plan, said = (
        merge_plan([a, b], Part(b.code)),
        {"on": local_day(at), "basis": "清政发〔2026〕9号", "by": s.actor("an"), "at": at},
    )
    row = changing.propose("merge-units", plan, **said)
    return Race(
        [
            lambda: changing.propose("merge-units", plan, **said), lambda: changing.agree(row.pk, by=s.actor("su"), at=at),
            lambda: changing.agree(row.pk, by=s.actor("su"), at=at), lambda: changing.take_back(row.pk, by=s.actor("an"), at=at, why="文件没有下来"),
        ],
        lambda: int(Succession.objects.filter(plan=plan, done_at=None, called_off_at=None).count() == 0)
        + int(UnitHeir.objects.filter(unit=a).count() > 1) + int(Succession.objects.filter(plan=plan, done_at__isnull=False).count() > 1),
    )  # fmt: skip
