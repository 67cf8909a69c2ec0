"""Rows of the table of races: matters, what is asked and said about them, letters that wait."""

from jiefen.cases import questions
from jiefen.cases.actions import leave, name_representatives, take_step
from jiefen.cases.actions.alike_answers import same_answer
from jiefen.cases.actions.along import catch_up
from jiefen.cases.actions.answer import answer_demand, mark_of
from jiefen.cases.actions.branch import open_next
from jiefen.cases.actions.join import join, part
from jiefen.cases.actions.recuse import recuse
from jiefen.cases.actions.take_out import take_out
from jiefen.cases.level import move
from jiefen.cases.models import Case, Demand, Party, Question, Step
from jiefen.cases.telling import allow_telling
from jiefen.cases.tests.petitions import Walk, petition
from jiefen.channels.ledger.joining import join_group, undo_joins
from jiefen.channels.models import ImportBatch
from jiefen.intake.actions import by_once_keys
from jiefen.intake.drafts import IntakeDraft
from jiefen.intake.models import Intake
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.notices.models import Notice
from jiefen.triage.actions import Decision, clear_flag, decide
from jiefen.triage.companions import Companion, take_in_together
from jiefen.triage.levels import hand_down, raise_matter
from jiefen.triage.road import leave_vault, seal_away
from jiefen.triage.tests.vault_walk import PART, sealed
from jiefen.triage.undo import take_intake_out
from jiefen.triage.vault import give_back, let_out, split_off, split_off_letter
from tests.attacks.racing import DAY, HOUR, Race, Stage, Table
from tests.world import MONDAY

table = Table()
SURE = {"recusal-declared": True}
AT = MONDAY + 2 * HOUR


def rows(case: Case, name: str) -> int:
    """How many rows of a name a chain has."""
    return Step.objects.filter(case=case, name=name).count()


def signed(s: Stage, **said: object) -> Case:
    """A matter that He signed for."""
    case = s.case(**said)
    take_step(case, "sign", by=s.actor("he"), at=MONDAY + HOUR, facts=SURE)
    return case


def walk(s: Stage, **said: object) -> Walk:
    """A petition of its own."""
    with scope("worker"):
        return petition(s.county, tells=False, **(s.fresh("petition") | said))


def asked(s: Stage, case: Case) -> Question:
    """Something He asked of Lan."""
    return questions.ask(
        case, of="p1", sort="supplement", text="请补工资条", due_on=local_day(MONDAY + 10 * DAY), without="on-file", by=s.actor("he"),
        at=AT, once_key=f"q{s.next()}",
    )  # fmt: skip


@table.of("cases.actions.join.join")
def two_join_each_into_the_other(s: Stage) -> Race:
    a, b = signed(s), s.case(unit=None, at=MONDAY + HOUR)
    zhou, su = s.actor("zhou"), s.actor("su")
    return Race(
        [lambda: join(a, b, by=zhou, at=AT, reason="同一件事情"), lambda: join(b, a, by=su, at=AT, reason="同一件事情")],
        lambda: rows(a, "joined") + rows(b, "joined"), once=2, late=1,
    )  # fmt: skip


@table.of("cases.actions.join.part", "cases.actions.along.catch_up")
def two_part_and_two_catch_up(s: Stage) -> Race:
    a, b = signed(s), s.case(unit=None, at=MONDAY + HOUR)
    zhou, su, he = s.actor("zhou"), s.actor("su"), s.actor("he")
    join(a, b, by=zhou, at=AT, reason="同一件事情")
    return Race(
        [
            lambda: catch_up(a, b, by=he, at=AT + HOUR), lambda: catch_up(a, b, by=he, at=AT + HOUR),
            lambda: part(b, by=zhou, at=AT + HOUR, reason="不是同一件"), lambda: part(b, by=su, at=AT + HOUR, reason="不是同一件"),
        ],
        lambda: rows(a, "parted") + rows(b, "parted") + max(rows(b, "sign") - 1, 0), once=2,
    )  # fmt: skip


@table.of("cases.actions.branch.open_next")
def two_open_the_same_mediation_out_of_one_matter(s: Stage) -> Race:
    case = signed(s)
    to = "peoples-mediation"
    return Race(
        [lambda n=n: open_next(case, to, by=s.actor(n), at=AT, reason="双方愿意调解") for n in ("he", "he_head")],
        lambda: Case.objects.filter(arose_from=case).count(), late=1,
    )  # fmt: skip


@table.of("cases.actions.leave.leave")
def somebody_takes_back_what_they_asked_twice(s: Stage) -> Race:
    w = walk(s, people=(s.fresh("more") | {"text": "我也一样"},))
    with scope("worker"):
        w.accepted()
        w.paper("withdrawal-statement", "officer")
        w.called(party="p2")
    at = w.later()
    return Race(
        [lambda n=n: leave(w.case, "p2", by=s.actor(n, at), at=at, reason="自己撤") for n in ("he", "officer")],
        lambda: rows(w.case, "left"), late=1,
    )  # fmt: skip


@table.of("cases.actions.recuse.recuse")
def the_person_and_the_head_write_the_same_stepping_back(s: Stage) -> Race:
    case = signed(s)
    he = s.county.people["he"].pk
    return Race(
        [lambda n=n: recuse(case, he, by=s.actor(n), at=AT, reason="申请人是堂兄") for n in ("he", "he_head")],
        lambda: rows(case, "recused"), same=True,
    )  # fmt: skip


@table.of("cases.actions.represent.name_representatives")
def two_name_different_speakers(s: Stage) -> Race:
    w = walk(s, people=(s.fresh("more") | {"text": "我也一样"},))
    at, seen = w.later(), w.case.steps
    return Race(
        [lambda n=n, who=who: name_representatives(w.case, [who], by=s.actor(n, at), at=at, expected=seen)
         for n, who in (("he", "p1"), ("officer", "p2"))],
        lambda: rows(w.case, "represented"), late=1,
    )  # fmt: skip


@table.of("cases.actions.take_out.take_out")
def two_take_the_same_person_out(s: Stage) -> Race:
    case = signed(s)
    decide(s.intake(text="同一工地也欠我"), Decision("join", case=case.pk), by=s.actor("zhou"), at=AT)
    return Race(
        [lambda n=n: take_out(case, "p2", by=s.actor(n), at=AT + HOUR, reason="另一个工地") for n in ("zhou", "su")],
        lambda: rows(case, "taken-out"), late=1,
    )  # fmt: skip


@table.of("triage.undo.take_intake_out")
def two_take_the_same_letter_out(s: Stage) -> Race:
    case, letter = signed(s), s.intake(text="同一工地也欠我")
    decide(letter, Decision("join", case=case.pk), by=s.actor("zhou"), at=AT)
    return Race(
        [lambda n=n: take_intake_out(letter, by=s.actor(n), at=AT + HOUR, reason="另一个工地") for n in ("zhou", "su")],
        lambda: rows(case, "taken-out"), late=1,
    )  # fmt: skip


@table.of("triage.levels.raise_matter", "cases.level.move")
def two_raise_the_same_matter(s: Stage) -> Race:
    case = s.case(unit="village", text="两户为排水沟争吵", area_code="450399100201", decision={"kind": "0101"})
    with scope("worker"):
        seen = Case.objects.get(pk=case.pk).steps
    return Race(
        [
            lambda: raise_matter(case, "township", by=s.actor("zhou"), at=AT, reason="牵出三家", expected=seen),
            lambda: move(case, "township", by=s.actor("su"), at=AT, reason="牵出三家的旧账", expected=seen),
        ],
        lambda: Step.objects.filter(case=case, codes__level="township").count(), late=1,
    )  # fmt: skip


@table.of("triage.levels.hand_down")
def two_hand_the_same_matter_down(s: Stage) -> Race:
    case = s.case(unit="village", text="两户为排水沟争吵", area_code="450399100201", decision={"kind": "0101"})
    raise_matter(case, "township", by=s.actor("zhou"), at=AT, reason="牵出三家", regrade=False)
    return Race(
        [lambda n=n: hand_down(case, "village", by=s.actor(n), at=AT + HOUR, reason="村里能办", agreed=["p1"])
         for n in ("zhou", "su")],
        lambda: Step.objects.filter(case=case, codes__level="village").count(), late=1,
    )  # fmt: skip


@table.of("cases.questions.take_back")
def it_is_answered_and_taken_back(s: Stage) -> Race:
    case = signed(s)
    one = asked(s, case)
    return Race(
        [
            lambda: questions.take_back(case, one.seq, by=s.actor("he"), at=AT + HOUR, reason="不用补了"),
            lambda: questions.answer(case, one.seq, words="没有", way="code", by=None, for_party="p1", at=AT + HOUR),
        ],
        lambda: rows(case, "question-answered") + rows(case, "question-withdrawn"), late=1,
    )  # fmt: skip


@table.of("cases.telling.allow_telling")
def two_allow_the_telling(s: Stage) -> Race:
    case = s.case(by="su", text="丈夫打我，家庭暴力，身上有伤")
    return Race(
        [lambda n=n: allow_telling(case, by=s.actor(n), at=AT, reason="已经安顿好") for n in ("su", "su")],
        lambda: rows(case, "telling"), same=True,
    )  # fmt: skip


@table.of("triage.actions.clear_flag")
def two_clear_the_same_alarm(s: Stage) -> Race:
    letter = s.intake(text="再不给钱我就不想活了，要跳楼")
    flag = letter.flags[0]
    return Race(
        [lambda n=n: clear_flag(letter, flag, by=s.actor(n), at=AT, reason=f"{n}看过") for n in ("zhou", "su")],
        lambda: len(set(Notice.objects.filter(intake=letter.pk, code=flag).values_list("done_why", flat=True))),
    )  # fmt: skip


@table.of("triage.companions.take_in_together")
def several_at_the_window_are_sent_twice(s: Stage) -> Race:
    n = s.next()
    draft = IntakeDraft(
        channel="window", once_key=f"together-{n}", text=f"楼上漏水{n}", name="兰一", phone="13800009001"
    )
    others = [Companion(name="石二", phone="13800009002")]
    send = lambda: take_in_together(draft, others, home=s.county.areas["liuhe"], by=s.actor("zhou"), at=AT)  # noqa: E731
    return Race(
        [lambda: tuple(r.intake_id for r in send()), lambda: tuple(r.intake_id for r in send())],
        lambda: len(by_once_keys("window", [f"together-{n}", f"together-{n}+2"])), once=2, late=0, same=True,
    )  # fmt: skip


@table.of("triage.road.seal_away")
def one_seals_it_away_and_one_takes_it_as_ordinary(s: Stage) -> Race:
    letter = s.intake(text="张主任的事我要说一说，请领导当面听")
    return Race(
        [
            lambda: seal_away(letter, by=s.actor("zhou"), at=AT),
            lambda: decide(letter, Decision(action="open", kind="0701", unit=s.unit("labour").pk), by=s.actor("su"), at=AT),
        ],
        lambda: Intake.objects.filter(pk=letter.pk, stratum=2).count() + Case.objects.filter(decisions__intake=letter).count(), late=1,
    )  # fmt: skip


@table.of("triage.road.leave_vault")
def the_keeper_gives_back_twice(s: Stage) -> Race:
    letter = s.intake(text="我实名举报柳河镇干部张某收受贿赂")
    keeper = s.actor("keeper")
    return Race(
        [lambda: leave_vault(letter, by=keeper, at=AT, reason="说的是邻居")] * 2,
        lambda: Intake.objects.filter(pk=letter.pk, stratum=0).count(),
    )  # fmt: skip


@table.of("triage.vault.split_off")
def two_split_the_same_accusation_off(s: Stage) -> Race:
    w = walk(s)
    at = w.later()
    return Race(
        [lambda n=n: split_off(w.case, part=f"{PART}{w.case.pk}", by=s.actor(n, at), at=at) for n in ("officer", "officer")],
        lambda: Case.objects.filter(procedure="accusation-handover", opened_at=at).count(), late=0, same=True,
    )  # fmt: skip


@table.of("triage.vault.split_off_letter")
def two_split_the_same_letter(s: Stage) -> Race:
    letter, at = s.intake(), AT + s.next() * HOUR / 60
    return Race(
        [lambda: split_off_letter(letter, part=f"{PART}{letter.pk}", by=s.actor("zhou"), at=at)] * 2,
        lambda: Case.objects.filter(procedure="accusation-handover", opened_at=at).count(), late=0, same=True,
    )  # fmt: skip


@table.of("triage.vault.let_out", "triage.vault.give_back")
def the_keeper_lets_out_and_gives_back_at_once(s: Stage) -> Race:
    n = s.next()
    with scope("worker"):
        w = sealed(s.county, f"race-vault-{n}", f"我实名举报楼上{n}漏水，干部贪污公共水费", respondent_units=[])
    at, keeper = w.later(), s.actor("keeper")
    said = {
        "title": f"楼上漏水{n}",
        "demands": ["修好水管"],
        "by": keeper,
        "at": at,
        "reason": "说的是漏水",
        "kind": "0201",
    }
    return Race(
        [lambda: give_back(w.case, **said), lambda: give_back(w.case, **said), lambda: let_out(w.case, **said)],
        lambda: rows(w.case, "unseal"),
    )  # fmt: skip


@table.of("triage.actions.decide")
def a_letter_is_put_into_a_matter_that_ends(s: Stage) -> Race:
    case, letter = signed(s), s.intake(text="同一工地也欠我")
    return Race(
        [
            lambda: decide(letter, Decision("join", case=case.pk), by=s.actor("zhou"), at=AT),
            lambda: take_step(case, "withdraw", by=None, for_party="p1", at=AT, reason="不告了"),
        ],
        lambda: Case.objects.filter(pk=case.pk).count() and (0 if Party.objects.filter(case=case, role="complainant").count() > 2 else 1),
    )  # fmt: skip


@table.of("cases.actions.steps.take_step")
def one_recuses_and_one_signs(s: Stage) -> Race:
    """Whatever comes first, the matter is answered for by somebody who has not stepped back."""
    case, he = s.case(), s.county.people["he"].pk
    return Race(
        [
            lambda: recuse(case, he, by=s.actor("he_head"), at=AT, reason="申请人是堂兄"),
            lambda: take_step(case, "sign", by=s.actor("he"), at=AT, facts=SURE),
        ],
        lambda: Case.objects.exclude(responsible_id=he).filter(pk=case.pk, responsible__isnull=False).count(),
    )  # fmt: skip


@table.of("cases.actions.join.join", "cases.actions.steps.take_step")
def one_joins_and_one_withdraws(s: Stage) -> Race:
    a, b = signed(s), signed(s)
    return Race(
        [
            lambda: join(a, b, by=s.actor("su"), at=AT, reason="同一件事情"),
            lambda: take_step(b, "withdraw", by=None, for_party="p1", at=AT, reason="不告了"),
        ],
        lambda: int(rows(b, "withdraw") + rows(b, "joined") >= 1 and rows(a, "joined") == rows(b, "joined")),
    )  # fmt: skip


@table.of("cases.actions.answer.answer_demand")
def one_answers_and_one_withdraws(s: Stage) -> Race:
    case = signed(s)
    return Race(
        [
            lambda: answer_demand(case, 1, outcome="supported", result="已支付", basis="条例30", remedy="六十日内复议"),
            lambda: take_step(case, "withdraw", by=None, for_party="p1", at=AT, reason="不告了"),
        ],
        lambda: int(Demand.objects.filter(case=case).count() == 1),
    )  # fmt: skip


@table.of("cases.actions.alike_answers.same_answer")
def one_writes_the_leads_answer_and_one_another(s: Stage) -> Race:
    """What somebody wrote for this matter is not written over by the lead's words."""
    a, b = signed(s), s.case(unit=None, at=MONDAY + HOUR)
    join(a, b, by=s.actor("zhou"), at=AT, reason="同一件事情")
    said = {"outcome": "supported", "basis": "条例30", "remedy": "六十日内复议"}
    answer_demand(a, 1, result="已支付全部", **said)
    with scope("worker"):
        mark = mark_of(Demand.objects.get(case=b))
    return Race(
        [lambda: same_answer(a, 1, [(b.pk, 1)]), lambda: answer_demand(b, 1, result="另外支付", expected=mark, **said)],
        lambda: Demand.objects.filter(case=b, outcome="supported").count(), late=1,
    )  # fmt: skip


def rows_of_a_ledger(s: Stage, text: str, count: int) -> tuple[ImportBatch, list[int]]:
    """A ledger that was brought in, with so many rows that say the same."""
    n = s.next()
    batch = ImportBatch.objects.create(
        file_name="a.csv", sha256=f"{n:064d}".encode(), profile="ledger-general", home=s.county.areas["liuhe"], started_at=MONDAY,
        moved_at=MONDAY, state="done",
    )  # fmt: skip
    letters = [s.intake(text=f"{text}{n}").pk for _ in range(count)]
    with scope("worker"):
        Intake.objects.filter(pk__in=letters).update(batch=batch.pk)
    return batch, letters


@table.of("channels.ledger.joining.join_group", "channels.ledger.joining.undo_joins")
def two_join_the_same_rows_of_a_ledger(s: Stage) -> Race:
    batch, letters = rows_of_a_ledger(s, "同一个搅拌站夜里太吵", 2)
    said = {"kind": "0701", "unit": s.unit("labour").pk, "reason": "同一件事情"}
    return Race(
        [lambda p=p: join_group(batch, letters, by=s.actor(p), at=AT, **said).lead for p in ("zhou", "su")]
        + [lambda: undo_joins(batch, by=s.actor("su"), at=AT, reason="看错了").joined],
        lambda: Case.objects.filter(decisions__intake__in=letters).distinct().count(), once=2, late=0,
    )  # fmt: skip


@table.of("cases.actions.steps.take_step")
def one_returns_and_one_replies(s: Stage) -> Race:
    case = signed(s)
    take_step(case, "contact", by=s.actor("he"), at=AT, facts={"session-note": "电话联系"})
    return Race(
        [
            lambda: take_step(case, "object", by=s.actor("he_head"), at=AT + HOUR, reason="不归我们",
                              facts={"objection-reasons": "不属人社职权", "proper-unit": "县住建局"}),
            lambda: take_step(case, "contact", by=s.actor("he"), at=AT + HOUR, facts={"session-note": "又联系"}),
            lambda: take_step(case, "withdraw", by=None, for_party="p1", at=AT + HOUR, reason="不告了"),
        ],
        lambda: int(rows(case, "object") + rows(case, "withdraw") <= 2),
    )  # fmt: skip
