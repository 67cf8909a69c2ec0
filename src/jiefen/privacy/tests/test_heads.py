"""The chains noted outside: what somebody does who has the database and the master key, and what they cannot do."""

import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection

from jiefen.cases.actions import take_step
from jiefen.cases.chain import chain_key, digest
from jiefen.cases.integrity import CHAINS, verify
from jiefen.kernel import heads
from jiefen.kernel.scope import scope
from jiefen.mediation.actions import tell_alone
from jiefen.mediation.tests.test_labour import labour
from jiefen.privacy import chains, holdings
from tests.committed import committed, owner  # noqa: F401
from tests.world import MONDAY

DAY = timedelta(days=1)


@pytest.fixture
def outside(settings, tmp_path):
    settings.HEADS, settings.HEADS_COPY = tmp_path / "heads", str(tmp_path / "elsewhere")
    return tmp_path


def told() -> list[str]:
    return [str(problem) for problem in chains.compare()]


def test_it_notes_every_chain_and_finds_them_as_noted(committed, outside):  # noqa: F811
    case = committed.case()
    first = chains.note_today(MONDAY)
    assert first.cases == first.changed == 1 and first.previous == ""
    assert chains.note_today(MONDAY) is None  # the day is noted already
    committed.case(once_key="b", text="路灯不亮三个月了，请修。")
    take_step(case, "sign", by=committed.actor("he"), at=MONDAY, facts={"recusal-declared": True})
    second = chains.note_today(MONDAY + DAY)
    assert (second.cases, second.changed) == (2, 2) and second.previous
    assert chains.note_today(MONDAY + 2 * DAY).changed == 0
    assert told() == []
    assert sorted(p.name for p in (outside / "elsewhere").iterdir()) == sorted(
        p.name for p in (outside / "heads").iterdir() if p.name != heads.FOLD
    )


def test_it_finds_a_matter_taken_out_whole(committed, outside):  # noqa: F811
    case = committed.case()
    chains.note_today(MONDAY)
    _take_out(case)
    assert not list(verify())  # the database by itself looks right
    assert len(told()) == 1 and case.number in told()[0] and "整件事项不见了" in told()[0]
    with pytest.raises(heads.Gone, match="整件事项不见了"):
        chains.note_today(MONDAY + DAY)  # it is not noted over
    assert not (outside / "heads" / "2026-11-17.json").exists()


def _take_out(case) -> None:
    """The matter and all that hangs on it, by somebody who owns the tables."""
    with owner() as cursor:
        for one in holdings.held():
            ways = [way for way in one.to_case if "__" not in way and way != "pk"]
            for way in ways:
                cursor.execute(f"DELETE FROM {one.model._meta.db_table} WHERE {way}_id = %s", [case.pk])
        cursor.execute("DELETE FROM cases_case WHERE id = %s", [case.pk])


def test_it_finds_a_chain_written_anew_by_somebody_with_the_key(committed, outside):  # noqa: F811
    case = committed.case()
    chains.note_today(MONDAY)
    _rewrite(case)
    assert not list(verify())  # made with the master key, so it verifies by itself
    assert len(told()) == 1 and case.number in told()[0] and "与另存的记录不同" in told()[0]


def test_it_finds_a_talk_with_one_side_alone_taken_out_whole_or_cut_off(committed, outside):  # noqa: F811
    with scope("worker"):
        w = labour(committed).in_session()
        chains.note_today(
            MONDAY
        )  # nobody talked alone yet: lines of matters and nothing else, as before there were lanes
        before = (outside / "heads" / heads.FOLD).read_bytes()
        for side in ("p1", "p2"):
            for words in ("最低八千", "再少就不签"):
                tell_alone(w.case, side, words=words, by=committed.actor("ming", w.later()), at=w.at)
    noted = chains.note_today(MONDAY + DAY)
    lines = [head for head in heads.noted(outside / "heads") if head.beside]
    assert (noted.cases, noted.changed, [head.steps for head in lines]) == (1, 0, [3, 3])
    assert b"".join(head.line() for head in heads.noted(outside / "heads") if not head.beside) == before
    assert told() == [] == list(verify())

    cut, gone = (head.number[1:] for head in lines)
    with _in_hand() as cursor:
        cursor.execute("DELETE FROM mediation_laneentry WHERE lane_id = %s AND seq = 3", [cut])
        cursor.execute(
            "UPDATE mediation_lane SET entries = 2, head = (SELECT hash FROM mediation_laneentry WHERE lane_id = %s AND seq = 2)"
            " WHERE id = %s",
            [cut, cut],
        )
        cursor.execute("DELETE FROM mediation_laneentry WHERE lane_id = %s", [gone])
        cursor.execute("DELETE FROM mediation_lane WHERE id = %s", [gone])
    assert not list(verify()), "the database by itself looks right"
    assert told() == [
        f"背对背记录{cut[:8]} 第3步：这一条缺了：另存的记录里有它", f"背对背记录{gone[:8]}：整份不见了：另存的记录里有它，共3条",
    ]  # fmt: skip
    with pytest.raises(heads.Gone, match="整份不见了"):
        chains.note_today(MONDAY + 2 * DAY)


@contextmanager
def _in_hand():
    """Somebody who owns the tables and has put their guards to sleep."""
    tables = ("mediation_lane", "mediation_laneentry")
    with owner() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            yield cursor
        finally:
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _rewrite(case) -> None:
    """The first row happened an hour earlier, and every hash after it is made anew."""
    with owner() as cursor:
        cursor.execute("UPDATE cases_step SET at = at - interval '1 hour' WHERE case_id = %s AND seq = 1", [case.pk])
    with scope("worker"), connection.cursor() as cursor:
        cursor.execute(CHAINS)
        rows = [row for row in cursor.fetchall() if row[0] == case.pk]
    prev, key = b"", chain_key()
    for row in rows:
        _prev, _own, seq, name, *rest = row[4:]
        rest[8] = json.loads(rest[8])
        made = digest(key, prev, [case.number, seq, name, *rest])
        with owner() as cursor:
            cursor.execute(
                "UPDATE cases_step SET prev_hash = %s, hash = %s WHERE case_id = %s AND seq = %s",
                [prev, made, case.pk, seq],
            )
            cursor.execute("UPDATE cases_case SET head = %s WHERE id = %s", [made, case.pk])
        prev = made


@pytest.mark.parametrize("harm", ["changed", "gone", "list", "fold"])
def test_it_says_when_the_notes_themselves_were_touched(committed, outside, harm):  # noqa: F811
    case = committed.case()
    chains.note_today(MONDAY)
    chains.note_today(MONDAY + DAY)
    place = outside / "heads"
    note = place / "2026-11-16.json"
    if harm == "changed":
        said = json.loads(note.read_text("utf-8"))
        note.write_text(json.dumps({**said, "cases": 7}), "utf-8")
    elif harm == "gone":
        note.unlink()
    elif harm == "list":
        (place / "2026-11-16.heads.gz").unlink()
    else:
        (place / heads.FOLD).write_bytes(b"")
        _take_out(case)  # the fold is only kept for speed: the matter is missed all the same
        assert any("整件事项不见了" in line for line in told())
        return
    assert any("2026-11-1" in line for line in told())
    assert any("两处的不一样" in line or "只在另一处有" in line for line in told())


def test_it_can_be_checked_by_whoever_has_only_the_public_key(committed, outside, monkeypatch):  # noqa: F811
    committed.case()
    chains.note_today(MONDAY)
    key = heads.public_key()
    monkeypatch.setattr(heads, "derived", lambda purpose: pytest.fail("asked for a secret"))
    assert heads.check(outside / "elsewhere", key=key) == []
    assert heads.check(outside / "elsewhere", key="00" * 32)


def test_it_says_that_nothing_was_noted_yet(committed, outside):  # noqa: F811
    with pytest.raises(chains.NoNotes):
        list(chains.compare())
