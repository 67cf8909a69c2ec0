"""Scope, seals, numbers, masks and moments."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction

from jiefen.kernel import ids, seal
from jiefen.kernel.clock import day_end, day_start, local_day, local_moment
from jiefen.kernel.logs import covered
from jiefen.kernel.masking import mask_address, mask_id, mask_name, mask_phone, mask_text
from jiefen.kernel.models import SealKey
from jiefen.kernel.scope import looking, scope, set_scope


def settings() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('jiefen.scope', true), ''), current_setting('jiefen.keys', true)"
        )
        return cursor.fetchone()


def test_a_scope_inside_another_gives_it_back(db):
    with scope("staff", [5, 9]):
        with scope("worker"):
            assert settings() == ("worker", "{}")
            with scope("worker"):
                assert settings() == ("worker", "{}")
        assert settings() == ("staff", "{5,9}")
    assert settings()[0] == ""


def test_eyes_are_borrowed_and_given_back_whatever_happens(db):
    with scope("staff", [5, 9]):
        with looking("worker"):
            assert settings() == ("worker", "{}")
        assert settings() == ("staff", "{5,9}")
        with pytest.raises(KeyError), looking("worker"):
            raise KeyError
        assert settings() == ("staff", "{5,9}")
    with pytest.raises(ValueError, match="no such scope"), looking("owner"):
        pass


def test_a_scope_needs_a_transaction_and_a_known_name(db):
    with pytest.raises(ValueError, match="no such scope"):
        set_scope("owner")
    with transaction.atomic():
        set_scope("staff", [3])
        assert settings() == ("staff", "{3}")


def test_a_seal_opens_only_as_the_field_it_was_sealed_for(db):
    key, other = seal.new_key(), seal.new_key()
    sealed = key.seal({"name": "兰秀英"}, field="party")
    assert key.open(sealed, field="party") == {"name": "兰秀英"}
    assert key.seal("x", field="party") != key.seal("x", field="party")
    for opener, blob, field in (
        (key, sealed, "demand.text"),
        (other, sealed, "party"),
        (key, sealed[:-1] + bytes([sealed[-1] ^ 1]), "party"),
    ):
        with pytest.raises(seal.Sealed):
            opener.open(blob, field=field)
    assert key.open(None, field="party") is None


def test_a_destroyed_key_opens_nothing(db):
    key = seal.new_key()
    SealKey.objects.filter(pk=key.id).update(wrapped=None)
    with pytest.raises(seal.Sealed):
        seal.open_key(key.id)


def test_a_blind_index_meets_its_equal_and_no_other_kind(db):
    assert seal.blind("phone", "138") == seal.blind("phone", "138") != seal.blind("id", "138")
    assert len(seal.blind("phone", "138")) == 16


def test_a_series_counts_without_a_gap(db):
    assert [ids.next_number("a"), ids.next_number("a"), ids.next_number("b")] == [1, 2, 1]
    assert (ids.next_number("a", count=5), ids.next_number("a")) == (3, 8)


@pytest.mark.rules
def test_codes_are_long_enough_and_read_as_people_type_them():
    tokens = {ids.new_token() for _ in range(2000)}
    assert len(tokens) == 2000 and all(len(t) == 13 and set(t) <= set(ids.ALPHABET) for t in tokens)
    assert ids.read_code("lh-7k3m-92") == ids.read_code("ＬＨ－７Ｋ３Ｍ－９２".replace("－", "-")) == "LH-7K3M92"
    assert ids.read_code("oil0") == "0110"


@pytest.mark.rules
def test_a_mask_shows_the_shape_and_not_the_person():
    assert (mask_name("兰秀英"), mask_name(""), mask_phone("13800002061")) == ("兰＊＊", "", "138****2061")
    assert mask_id("450399199001011234") == "4****************4"
    assert "12" not in mask_phone("1234")[:2] and mask_address("柳河镇下坝村三组12号") == "柳河镇下坝村＊＊"
    said = mask_text("兰秀英电话13800002061，证450399199001011234，座机0773-5551234", ("兰秀英",))
    for word in ("兰秀英", "13800002061", "450399199001011234", "5551234"):
        assert word not in said


@pytest.mark.rules
@pytest.mark.parametrize(
    "said", ["13800002061", "138 0000 2061", "138-0000-2061", "１３８００００２０６１", "450399199001011234"]
)
def test_a_log_covers_numbers_however_they_are_written(said):
    assert said not in covered(f"电话{said}。") and "［" in covered(f"x {said}")


@pytest.mark.rules
def test_a_log_keeps_what_names_nobody():
    for plain in (
        "case 12 step 3 failed",
        "2026-11-22 10:21:20,159",
        "清柳〔2026〕1187号",
        "job 20261122103512 took 13 s",
    ):
        assert covered(plain) == plain


@pytest.mark.rules
def test_a_day_begins_and_ends_on_the_offices_wall_clock():
    assert local_day(datetime(2026, 11, 15, 16, 0, tzinfo=UTC)) == date(2026, 11, 16)
    assert day_end(date(2026, 11, 15)) == day_start(date(2026, 11, 16)) == datetime(2026, 11, 15, 16, tzinfo=UTC)
    assert local_moment("2026/11/20 09:31") == datetime(2026, 11, 20, 1, 31, tzinfo=UTC)
    with pytest.raises(ValueError):
        local_moment("2019/2/30")
