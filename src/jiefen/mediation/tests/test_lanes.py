"""Talks with one side alone: who writes, who reads, what is let out, and that it stays as it was written."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from jiefen.cases.actions import correct
from jiefen.cases.actions.recuse import recuse
from jiefen.cases.integrity import verify
from jiefen.cases.models import Case
from jiefen.cases.tests.petitions import HOUR
from jiefen.kernel.models import SealKey
from jiefen.kernel.scope import scope
from jiefen.mediation.actions import agree_mediator, correct_entry, release_entry, tell_alone
from jiefen.mediation.actions.lanes import LaneRefused, lane_eyes, named_mediator
from jiefen.mediation.lane_chain import rebuild_lanes
from jiefen.mediation.models import JointNote, Lane, LaneEntry, LaneTypist
from jiefen.mediation.proofs import NotProved
from jiefen.mediation.queries import joint_record, lane_seen
from jiefen.mediation.tests.test_administrative import administrative
from jiefen.mediation.tests.test_farmland import farmland
from jiefen.mediation.tests.test_labour import labour
from jiefen.people.actions import post
from jiefen.people.actor import RECEIPT, door
from tests.world import START

PAPER = ("同意.pdf", b"%PDF-1.4 signed\n%%EOF")
LOW = "最低八千就签，别告诉他"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.fixture
def talk(county):
    """Lan's wages, in session, and what she said alone; the case and the moment."""
    w = labour(county).in_session()
    ming = county.actor("ming", w.later())
    tell_alone(w.fresh(), "p1", words=LOW, kind="concession", fen=800000, by=ming, at=w.at)
    tell_alone(w.case, "p2", words="手头只有五千", by=ming, at=w.at)
    return w


def other_mediator(county, w):
    """Zhu mediates too, and is named in Ming's place."""
    post(county.people["housing_handler"], county.units["justice"], "mediator", at=START)
    duty = w.case.assignments.get(part="lead").key
    head = county.newcomer("jin", "金所长", unit="justice", role="unit-head")
    correct(
        w.case, by=county.actor("jin", w.at), at=w.later(), reason="换调解员", responsible=(duty, county.people["housing_handler"].pk)
    )  # fmt: skip
    assert head and w.fresh().responsible_id == county.people["housing_handler"].pk
    return county.actor("housing_handler", w.at)


def seen_by(county, w, who: str, party: str = "p1"):
    side = w.case.parties.get(key=party)
    with scope("staff", county.actor(who, w.at).keys):
        return lane_seen(w.case, side)


@pytest.mark.parametrize("made", [labour, administrative, farmland])
def test_the_mediator_is_who_answers_for_it_while_people_talk(county, made):
    w = made(county)
    assert named_mediator(w.case, w.at) is None, "not before it was taken up"
    w.in_session()
    named = named_mediator(w.fresh(), w.at)
    assert named and named.username == w.leads
    tell_alone(w.case, "p1", words=LOW, by=named, at=w.at)
    assert [row.words for row in seen_by(county, w, w.leads).rows] == [LOW]


def test_the_side_and_its_mediator_see_it_and_nobody_else(county, talk):
    assert [(r.words, r.fen) for r in seen_by(county, talk, "ming").rows] == [(LOW, 800000)]
    receipt = talk.case.parties.get(key="p1").receipt
    with scope("resident", [door(RECEIPT, receipt)]):
        assert [r.words for r in lane_seen(talk.case, talk.case.parties.get(key="p1")).rows] == [LOW]
        assert Lane.objects.count() == 1 and LaneEntry.objects.count() == 2, "her own alone"
    for who in county.people:
        if who != "ming":
            with scope("staff", county.actor(who, talk.at).keys):
                assert (Lane.objects.count(), LaneEntry.objects.count(), LaneTypist.objects.count()) == (0, 0, 0), who
    for inside in ("worker", "import", "analytics"):
        with scope(inside):
            assert (Lane.objects.count(), LaneEntry.objects.count()) == (0, 0), f"{inside} names no side"
    head = county.newcomer("jin", "金所长", unit="justice", role="mediation-head")
    assert head and seen_by(county, talk, "jin") is None
    post(county.people["ming"], county.units["labour"], "handler", at=START)
    assert seen_by(county, talk, "ming"), "by their own number, whatever else they hold"


def test_after_the_end_and_after_stepping_back_it_is_shut_to_the_mediator_too(county, talk):
    county.newcomer("jin", "金所长", unit="justice", role="unit-head")
    post(county.people["housing_handler"], county.units["justice"], "mediator", at=START)
    recuse(
        talk.case,
        county.people["ming"].pk,
        by=county.actor("ming", talk.at),
        at=talk.later(),
        reason="申请人是我的堂兄",
    )
    assert seen_by(county, talk, "ming") is None


def test_who_mediates_next_reads_nothing_until_that_side_agrees(county, talk):
    zhu = other_mediator(county, talk)
    ming = county.actor("ming", talk.at)
    assert seen_by(county, talk, "housing_handler") is None and seen_by(county, talk, "ming") is None
    with pytest.raises(LaneRefused, match="要本人同意交给您"):
        tell_alone(talk.case, "p1", words="接着谈", by=zhu, at=talk.at)
    with pytest.raises(LaneRefused):
        tell_alone(talk.case, "p1", words="我还记一笔", by=ming, at=talk.at)
    with pytest.raises(NotProved):
        agree_mediator(talk.case, "p1", how="window", by=zhu, at=talk.at)
    with pytest.raises(NotProved):
        agree_mediator(talk.case, "p1", how="code", by=None, at=talk.at, fresh="0000")
    agree_mediator(talk.case, "p1", how="code", by=None, at=talk.at, fresh="2061")
    agree_mediator(talk.case, "p1", how="code", by=None, at=talk.at, fresh="2061")
    assert [r.words for r in seen_by(county, talk, "housing_handler").rows] == [LOW]
    assert seen_by(county, talk, "housing_handler", "p2") is None, "the other side was asked nothing"
    agree_mediator(talk.case, "p2", how="paper", by=zhu, at=talk.at, paper=PAPER)
    assert seen_by(county, talk, "housing_handler", "p2") and seen_by(county, talk, "ming") is None
    assert not list(verify(files=False)) and not rebuild_lanes(check=True)


def test_who_types_for_one_side_types_for_no_other_not_even_in_the_database(county, talk):
    zhou = county.actor("zhou", talk.at)
    tell_alone(talk.case, "p1", words="她还说，月底要交房租", by=zhou, at=talk.at)
    assert seen_by(county, talk, "zhou") is None, "nor do they read it afterwards"
    with pytest.raises(LaneRefused, match="替另一方记过话"):
        tell_alone(talk.case, "p2", words="他说没钱", by=zhou, at=talk.at)
    p1, p2 = (talk.case.parties.get(key=k) for k in ("p1", "p2"))
    with lane_eyes(p2.pk, zhou.person_id):
        lane = Lane.objects.get(party=p2)
        with pytest.raises(IntegrityError), transaction.atomic():
            LaneTypist.objects.create(case=talk.case, lane=lane, person_id=zhou.person_id)
        with pytest.raises(IntegrityError), transaction.atomic():
            LaneEntry.objects.create(
                lane=lane, seq=99, kind="said", part="typist", by_id=zhou.person_id, mediator_id=lane.mediator_id, once="x",
                at=talk.at, prev_hash=b"", hash=b"",
            )  # fmt: skip
    for who in ("su", "he", "lin", "an", "wen", "caller"):
        with pytest.raises((LaneRefused, NotProved)):
            tell_alone(talk.case, "p1", words="我也记", by=county.actor(who, talk.at), at=talk.at)
    with lane_eyes(p1.pk):
        assert LaneEntry.objects.filter(part="typist").count() == 1


def test_it_is_let_out_by_that_sides_own_proof_alone_and_as_it_reads_now(county, talk):
    ming = county.actor("ming", talk.at)
    correct_entry(talk.case, "p1", 2, words="最低八千五", fen=850000, by=ming, at=talk.at)
    assert correct_entry(talk.case, "p1", 2, words="最低八千五", fen=850000, by=ming, at=talk.at + HOUR).seq == 3
    row = seen_by(county, talk, "ming").rows[0]
    assert (row.words, row.first, row.fen) == ("最低八千五", LOW, 850000)
    for bad in (
        {"how": "code", "by": None, "fresh": ""}, {"how": "code", "by": None, "fresh": "0000"}, {"how": "window", "by": ming},
        {"how": "paper", "by": ming}, {"how": "code", "by": ming}, {"how": "paper", "by": county.actor("su", talk.at), "paper": PAPER},
    ):  # fmt: skip
        with pytest.raises((NotProved, LaneRefused)):
            release_entry(talk.case, "p1", 2, at=talk.at, **bad)
    assert not JointNote.objects.exists()
    made = release_entry(talk.case, "p1", 2, how="code", by=None, at=talk.at, fresh="2061")
    assert release_entry(talk.case, "p1", 2, how="paper", by=ming, at=talk.at, paper=PAPER).pk == made.pk
    assert [(n.party, n.words, n.fen) for n in joint_record(talk.case)] == [("p1", "最低八千五", 850000)]
    with scope("staff", county.actor("he", talk.at).keys):
        assert not JointNote.objects.exists(), "he has no part in it"


def test_sent_twice_it_is_one_row(county, talk):
    ming = county.actor("ming", talk.at)
    say = {"words": "还有一件", "by": ming, "at": talk.at, "once": "a"}
    first = tell_alone(talk.case, "p1", **say)
    assert tell_alone(talk.case, "p1", **say).pk == first.pk
    with pytest.raises(LaneRefused, match="内容不同"):
        tell_alone(talk.case, "p1", **(say | {"words": "改了"}))
    assert seen_by(county, talk, "ming").rows[-1].seq == first.seq


def test_a_row_is_written_once_and_harm_is_found(county, talk):
    p1 = talk.case.parties.get(key="p1")
    with lane_eyes(p1.pk):
        for harm in (
            "UPDATE mediation_laneentry SET kind = 'offer'", "DELETE FROM mediation_laneentry", "DELETE FROM mediation_lane",
        ):  # fmt: skip
            with transaction.atomic(), connection.cursor() as cursor:
                try:
                    with transaction.atomic():
                        cursor.execute(harm)
                        assert cursor.rowcount == 0, harm
                except DatabaseError:
                    pass
        assert LaneEntry.objects.count() == 2 and Lane.objects.count() == 1
    assert not list(verify(files=False))
    with lane_eyes(p1.pk):
        Lane.objects.update(head=b"x")  # the one row that moves: its head no longer fits
    found = [str(p) for p in verify(files=False)]
    assert len(found) == 1 and "背对背记录" in found[0] and talk.case.number not in found[0]


def test_rebuild_works_out_whom_a_side_speaks_to(county, talk):
    p1 = talk.case.parties.get(key="p1")
    with lane_eyes(p1.pk):
        Lane.objects.update(mediator_id=county.people["su"].pk)
    assert len(rebuild_lanes(check=True)) == 1 == len(rebuild_lanes(check=False))
    assert not rebuild_lanes(check=True) and seen_by(county, talk, "ming")


def test_its_key_is_its_own_and_goes_with_the_matters(county, talk):
    from jiefen.kernel.seal import Sealed, open_row
    from jiefen.privacy.destroy import destroy, intakes_of

    p1 = talk.case.parties.get(key="p1")
    with lane_eyes(p1.pk):
        lane, row = Lane.objects.get(), LaneEntry.objects.get(kind="concession")
        case = Case.objects.select_related("key").get(pk=talk.case.pk)
        with pytest.raises(Sealed):
            open_row(case.key).open(row.said, field="lane.said")
    destroy([case.pk], intakes_of(case), why="期满", at=talk.at)
    assert SealKey.objects.get(pk=lane.key_id).wrapped is None
    assert not [p for p in verify(files=False) if "背对背" in str(p)]


def test_nothing_of_it_is_said_before_anybody_mediates_or_after(county, talk):
    w = labour(county, once_key="early")
    for by in (county.actor("ming"), county.actor("zhou")):
        with pytest.raises(LaneRefused):
            tell_alone(w.case, "p1", words="先说一句", by=by, at=w.at)
    talk.step("end-without-agreement", "ming", routes_text="可以仲裁")
    with pytest.raises(LaneRefused):
        tell_alone(talk.fresh(), "p1", words="完了再说", by=county.actor("ming", talk.at), at=talk.at)
    assert seen_by(county, talk, "ming") is None, "shut with the end; the side itself still reads it"
