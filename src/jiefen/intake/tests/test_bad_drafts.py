"""Nonsense in any field of a draft is refused with a sentence, and nothing is half-done."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest

from jiefen.intake.actions import OtherContent
from jiefen.intake.drafts import BadDraft, IntakeDraft
from jiefen.intake.models import Intake
from jiefen.kernel.models import Counter, SealKey
from jiefen.kernel.scope import scope
from jiefen.triage.actions import take_in
from tests.world import MONDAY

GOOD = IntakeDraft(channel="window", once_key="k-1", text="路灯不亮", name="兰秀英", phone="13800002061")
NONSENSE = [None, 7, b"x", [], {}, object(), float("nan"), "\0", "长" * 200_001, "\ud800"]


def chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


@pytest.mark.rules
@pytest.mark.parametrize("name", [f.name for f in fields(IntakeDraft)])
@pytest.mark.parametrize("value", NONSENSE, ids=lambda v: repr(v)[:12])
def test_problems_never_raise_and_speak_chinese(name, value):
    found = replace(GOOD, **{name: value}).problems()
    assert all(chinese(says) for says in found.values())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"area_code": "999999999999"}, "area_code"),
        ({"area_code": "不是代码"}, "area_code"),
        ({"text": "", "subject": "  "}, "text"),
        ({"text": "长" * 200_001}, "text"),
        ({"text": "有\0字符"}, "text"),
        ({"name": "兰\0"}, "text"),
        ({"name": "兰" * 61}, "name"),
        ({"phone": "1" * 31}, "phone"),
        ({"phone": "138\x00"}, "phone"),
        ({"id_number": "4" * 31}, "id_number"),
        ({"address": "路" * 201}, "address"),
        ({"subject": "题" * 2001}, "subject"),
        ({"outside_number": "\0"}, "outside_number"),
        ({"outside_number": "9" * 61}, "outside_number"),
        ({"once_key": "   "}, "once_key"),
        ({"channel": "no such channel"}, "channel"),
        ({"channel": "x" * 17}, "channel"),
        ({"identity": "secret"}, "identity"),
        ({"people": 0}, "people"),
        ({"people": -3}, "people"),
        ({"people": "三人"}, "people"),
        ({"people": True}, "people"),
        ({"received_at": datetime(2026, 1, 1)}, "received_at"),  # noqa: DTZ001 - without a zone, on purpose
        ({"received_at": datetime(1, 1, 1, tzinfo=UTC)}, "received_at"),
        ({"received_at": "2019/2/30"}, "received_at"),
        ({"files": [("x.pdf",)]}, "files"),
        ({"files": None}, "files"),
        ({"extra": {"when": object()}}, "extra"),
        ({"text": None}, "text"),
        ({"second_word": 12}, "second_word"),
    ],
)
def test_it_refuses_and_leaves_nothing_behind(county, changes, field):
    with pytest.raises(BadDraft) as refused:
        take_in(replace(GOOD, **changes), home=county.areas["liuhe"], by=county.actor("zhou"), at=MONDAY)
    assert field in refused.value.problems, refused.value.problems
    assert all(chinese(says) for says in refused.value.problems.values())
    with scope("worker"):
        assert not Intake.objects.exists() and not SealKey.objects.exists()
        assert not Counter.objects.filter(series__startswith="intake").exists()


def test_one_once_key_with_two_contents_is_refused_and_names_the_first(county):
    zhou, home = county.actor("zhou"), county.areas["liuhe"]
    first = take_in(GOOD, home=home, by=zhou, at=MONDAY)
    again = take_in(GOOD, home=home, by=zhou, at=MONDAY)
    assert (again.number, again.token, again.created) == (first.number, first.token, False)
    with pytest.raises(OtherContent) as refused:
        take_in(replace(GOOD, text="另一件事"), home=home, by=zhou, at=MONDAY)
    assert first.number in str(refused.value)
    with scope("worker"):
        assert Intake.objects.count() == 1


def test_what_a_channel_adds_never_covers_what_was_said(county):
    from jiefen.kernel.seal import open_row

    county.intake(once_key="x", text="原话", extra={"text": "别的话", "source": "upper"})
    with scope("worker"):
        row = Intake.objects.select_related("key").get()
        words = open_row(row.key).open(row.words, field="intake.words")
    assert (words["text"], words["source"]) == ("原话", "upper")
