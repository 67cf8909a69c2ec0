"""Marks and seals of many at once are those of one at a time."""

import hashlib
import hmac

import pytest

from jiefen.kernel.ids import ALPHABET, new_short_codes, new_tokens
from jiefen.kernel.seal import (
    Key,
    Sealed,
    blind,
    blinds,
    derived,
    seal_many,
    second_mark,
    second_marks,
    token_mark,
    token_marks,
    wrap_many,
)


def test_a_mark_is_the_hmac_it_always_was():
    assert blind("phone", "13800002061") == hmac.digest(derived("blind"), b"phone\x0013800002061", "sha256")[:16]
    assert token_mark("A1") == hmac.new(derived("token"), b"A1", hashlib.sha256).digest()
    assert second_mark(" 2061 ") == token_mark("second 2061")


def test_many_at_once_are_as_one_by_one():
    assert blinds("words", ["甲", "", "乙" * 90]) == [blind("words", "甲"), None, blind("words", "乙" * 90)]
    assert token_marks(["A", "B"]) == [token_mark("A"), token_mark("B")]
    assert second_marks(["2061", ""]) == [second_mark("2061"), None]


def test_each_is_sealed_with_its_own_key_and_nonce():
    keys = [Key(n, raw) for n, (raw, _wrapped, _master) in enumerate(wrap_many(3))]
    sealed = seal_many(keys, ["同样的话", None, {"text": "同样的话"}], field="intake.words")
    assert sealed[1] is None and len({bytes(one)[:12] for one in sealed if one}) == 2
    assert keys[0].open(sealed[0], field="intake.words") == "同样的话"
    assert keys[2].open(sealed[2], field="intake.words") == {"text": "同样的话"}
    with pytest.raises(Sealed):
        keys[1].open(sealed[0], field="intake.words")


def test_codes_are_drawn_from_the_whole_alphabet():
    tokens, shorts = new_tokens(400), new_short_codes(["LH", "QS"] * 200)
    assert {len(t) for t in tokens} == {13} and set("".join(tokens)) == set(ALPHABET)
    assert len(set(tokens)) == 400 and shorts[1].startswith("QS-") and {len(s) for s in shorts} == {10}
