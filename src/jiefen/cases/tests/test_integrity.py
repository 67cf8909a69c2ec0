"""`verify` finds and names whatever was changed, moved, put in or taken out."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, connection, transaction

from jiefen.cases import integrity
from jiefen.cases.actions import take_step
from jiefen.cases.chain import chain_key
from jiefen.cases.integrity import Link, Problem, inspect, verify
from jiefen.cases.models import Case
from jiefen.files.actions import store
from jiefen.files.models import StoredFile
from jiefen.kernel.models import SealKey
from jiefen.kernel.scope import scope
from tests.committed import committed, owner  # noqa: F401
from tests.world import MONDAY

HOUR = timedelta(hours=1)


def walked(county) -> Case:
    """Lan's matter, five steps long."""
    case = county.case()
    he = county.actor("he")
    take_step(case, "sign", by=he, at=MONDAY + HOUR, facts={"recusal-declared": True}, reason="本局职责")
    take_step(case, "contact", by=he, at=MONDAY + 2 * HOUR, facts={"session-note": "已电话联系"})
    take_step(case, "contact", by=he, at=MONDAY + 3 * HOUR, facts={"session-note": "再次联系"})
    with scope("worker"):
        case.refresh_from_db()
    return case


@pytest.fixture
def chain(county):
    """What `verify` reads of the chain of Lan's matter: number, steps, head, rows."""
    walked(county)
    with scope("worker"):
        [(said, rows)] = list(integrity._chains(integrity.Report(), lambda *_: None))
    return *said, rows


def found(number, steps, head, rows) -> list[tuple[str, int]]:
    return [(p.kind, p.seq) for p in inspect(number, steps, head, rows, chain_key())]


def test_it_finds_nothing_in_an_untouched_chain(chain):
    assert found(*chain) == []


@pytest.mark.parametrize("field", range(12))
def test_it_finds_a_change_in_any_field(chain, field):
    number, steps, head, rows = chain
    touched = list(rows[2].fields)
    touched[field] = {"x": 1} if isinstance(touched[field], dict) else f"{touched[field]}x"
    rows[2] = rows[2]._replace(fields=touched)
    assert found(number, steps, head, rows) == [("changed", 3)]


def test_it_finds_a_change_in_the_last_row(chain):
    number, steps, head, rows = chain
    rows[-1] = rows[-1]._replace(fields=["closed", *rows[-1].fields[1:]])
    assert found(number, steps, head, rows) == [("changed", 5)]


def test_it_finds_a_row_replaced_along_with_its_hash(chain):
    number, steps, head, rows = chain
    rows[2] = rows[2]._replace(fields=["reply", *rows[2].fields[1:]], hash=os.urandom(32))
    assert found(number, steps, head, rows) == [("changed", 3)]


@pytest.mark.parametrize("gone", [1, 2, 3, 4, 5])
def test_it_names_a_missing_row_also_the_last(chain, gone):
    number, steps, head, rows = chain
    del rows[gone - 1]
    assert found(number, steps, head, rows) == [("missing", gone)]


def test_it_names_a_missing_row_also_where_the_rest_was_numbered_anew(chain):
    number, steps, head, rows = chain
    rows = [*rows[:2], *(row._replace(seq=row.seq - 1) for row in rows[3:])]
    assert sorted(found(number, steps, head, rows)) == [("missing", 3), ("moved", 3), ("moved", 4)]


def test_it_names_all_when_all_are_gone(chain):
    number, steps, head, _rows = chain
    assert found(number, steps, head, []) == [("missing", n) for n in range(1, 6)]


def test_it_names_an_inserted_row(chain):
    number, steps, head, rows = chain
    false = Link(3, "reply", rows[1].hash, os.urandom(32), ["reply", *rows[2].fields[1:]])
    rows = [*rows[:2], false, *(row._replace(seq=row.seq + 1) for row in rows[2:])]
    kinds = found(number, steps, head, rows)
    assert ("inserted", 3) in kinds and kinds.count(("moved", 4)) == 1
    appended = Link(6, "reply", head, os.urandom(32), chain[3][0].fields)
    assert found(number, steps, head, [*chain[3], appended]) == [("inserted", 6)]


def test_it_names_rows_that_changed_places(chain):
    number, steps, head, rows = chain
    rows[2], rows[3] = rows[3]._replace(seq=3), rows[2]._replace(seq=4)
    assert found(number, steps, head, rows) == [("moved", 3), ("moved", 4)]


def test_it_finds_a_row_from_another_case(chain):
    _number, steps, head, rows = chain
    assert found("清柳〔2026〕9999号", steps, head, rows)


def test_it_finds_a_counter_set_back(chain):
    number, _steps, _head, rows = chain
    assert found(number, 3, rows[2].hash, rows) == [("head", 0)]
    assert found(number, 5, rows[2].hash, rows) == [("head", 0)]


def test_it_says_it_in_one_line_with_the_number_and_the_step():
    assert str(Problem("changed", "清柳〔2026〕1187号", "内容被改过", 3, "dispatch")) == (
        "清柳〔2026〕1187号 第3步 dispatch：内容被改过"
    )


def test_it_finds_what_was_done_behind_our_back(committed):  # noqa: F811
    case = walked(committed)
    other = committed.case(once_key="second", text="另一件 路灯不亮")
    report = verify()
    assert (len(report), report.cases, report.steps) == (0, 2, 7)
    heads = {number: (steps, head) for number, steps, head in integrity.heads_now()}
    with owner() as cursor:
        cursor.execute("UPDATE cases_step SET at = at - interval '1 day' WHERE case_id = %s AND seq = 3", [case.pk])
    assert [str(p) for p in verify()] == [f"{case.number} 第3步 sign：内容被改过"]
    with owner() as cursor:
        cursor.execute("UPDATE cases_step SET at = at + interval '1 day' WHERE case_id = %s AND seq = 3", [case.pk])
        cursor.execute("UPDATE cases_step SET reason = NULL WHERE case_id = %s AND seq = 3", [case.pk])
        cursor.execute("DELETE FROM cases_step WHERE case_id = %s AND seq = 2", [other.pk])
    assert [(p.number, p.kind, p.seq) for p in verify()] == [(case.number, "changed", 3), (other.number, "missing", 2)]
    # Cut off at the end, with the case's own counter and head set back: only what was noted outside tells.
    with owner() as cursor:
        cursor.execute(
            "UPDATE cases_case c SET steps = 1, head = s.hash FROM cases_step s "
            "WHERE s.case_id = c.id AND s.seq = 1 AND c.id = %s",
            [other.pk],
        )
    assert [p.number for p in verify()] == [case.number]
    assert [(p.number, p.kind, p.seq) for p in verify(heads=heads)] == [
        (case.number, "changed", 3),
        (other.number, "missing", 2),
    ]


@pytest.mark.django_db
def test_a_chain_grown_since_still_holds_the_noted_head(county):
    case = walked(county)
    heads = {number: (steps, head) for number, steps, head in integrity.heads_now()}
    take_step(case, "contact", by=county.actor("he"), at=MONDAY + 4 * HOUR, facts={"session-note": "三次"})
    assert list(verify(heads=heads)) == []
    assert [p.kind for p in verify(heads={"没有〔2026〕1号": (3, b"x")})] == ["missing"]


@pytest.mark.django_db
def test_the_chain_verifies_after_the_key_is_destroyed(county):
    case = walked(county)
    pdf = b"%PDF-1.4 slip\n%%EOF"
    store(pdf, "条.pdf", holder=f"case:{case.pk}", key_id=case.key_id, given_by="resident", at=MONDAY)
    SealKey.objects.filter(pk=case.key_id).update(wrapped=None, destroyed_at=MONDAY)
    report = verify()
    assert (list(report), report.files, report.passed) == ([], 1, 1)


@pytest.mark.django_db
def test_it_finds_a_file_that_is_gone_or_changed(county):
    case = walked(county)
    files = [
        store(data, "条.pdf", holder=f"case:{case.pk}", key_id=case.key_id, given_by="resident", at=MONDAY)
        for data in (b"%PDF-1.4 a\n%%EOF", b"%PDF-1.4 b\n%%EOF", b"%PDF-1.4 c\n%%EOF")
    ]
    assert list(verify()) == []
    path = Path(settings.FILES) / files[0].path
    held = path.read_bytes()
    path.write_bytes(held[:-1] + bytes([held[-1] ^ 1]))
    (Path(settings.FILES) / files[1].path).unlink()
    with scope("worker"):
        StoredFile.objects.filter(pk=files[2].pk).update(sha256=b"0" * 32)
    assert [p.says for p in verify()] == ["与收到时不一致，或密钥不符", "文件不见了", "与收到时不一致，或密钥不符"]
    assert list(verify(files=False)) == []


@pytest.mark.django_db
def test_it_finds_an_intake_whose_words_were_changed(county):
    receipt, other = county.intake(), county.intake(once_key="two", text="路灯不亮")
    assert list(verify()) == []
    with scope("worker"), connection.cursor() as cursor:
        cursor.execute("UPDATE intake_intake SET words = words || 'x' WHERE id = %s", [receipt.intake_id])
        cursor.execute("UPDATE intake_intake SET text_digest = '\\x00' WHERE id = %s", [other.intake_id])
    assert [(p.kind, p.number) for p in verify()] == [("intake", receipt.number), ("intake", other.number)]


@pytest.mark.django_db
@pytest.mark.parametrize("harm", ["UPDATE cases_step SET name = 'x'", "DELETE FROM cases_step", "TRUNCATE cases_step"])
def test_the_plain_role_cannot_touch_a_step(county, harm):
    walked(county)
    for name in ("worker", "import", "staff"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), scope(name):
            connection.cursor().execute(harm)


def test_even_the_owner_meets_the_trigger(committed):  # noqa: F811
    walked(committed)
    for harm in ("UPDATE cases_step SET name = 'x'", "DELETE FROM cases_step"):
        with pytest.raises(IntegrityError, match="append-only"), owner(trigger=True) as cursor:
            cursor.execute(harm)
