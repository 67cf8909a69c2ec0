"""Who somebody is at a moment: their postings, their keys, and who answers for an office."""

from datetime import timedelta

from jiefen.people.actions import end_posting, leave, post, stand_in
from jiefen.people.actor import PERSON, UNIT, VAULT, actor_by_id, actor_for, door, keys_of
from jiefen.people.models import Posting
from jiefen.people.queries import away, head_of, who_answers
from tests.world import MONDAY

HOUR = timedelta(hours=1)


def test_keys_come_from_postings_alone(county):
    zhou, keeper, an = (county.actor(name) for name in ("zhou", "keeper", "an"))
    assert zhou.keys == {door(PERSON, zhou.person_id), door(UNIT, county.units["centre"].pk)}
    assert keeper.keys == {door(PERSON, keeper.person_id), door(VAULT, county.areas["county"].pk)}
    assert an.keys == {door(PERSON, an.person_id)} and an.is_administrator
    assert keys_of(7, ()) == {door(PERSON, 7)}


def test_an_actor_ends_with_the_posting(county):
    he = county.people["he"]
    end_posting(Posting.objects.get(person=he), at=MONDAY)
    assert actor_for(he, MONDAY - HOUR) is not None
    assert actor_for(he, MONDAY) is None and actor_by_id(he.pk, MONDAY) is None
    assert actor_by_id(999_999, MONDAY) is None


def test_who_left_altogether_is_nobody(county):
    he = county.people["he"]
    assert leave(he, at=MONDAY) == 1
    he.refresh_from_db()
    assert not he.is_active and actor_for(he, MONDAY - HOUR) is None


def test_a_posting_does_not_hold_before_it_begins(county):
    post(county.people["wen"], county.units["labour"], "handler", at=MONDAY + HOUR)
    assert "handler" not in county.actor("wen", MONDAY).roles
    assert "handler" in county.actor("wen", MONDAY + HOUR).roles


def test_giving_a_role_twice_is_giving_it_once(county):
    he, labour = county.people["he"], county.units["labour"]
    assert post(he, labour, "handler", at=MONDAY) == Posting.objects.get(person=he)


def test_a_stand_in_holds_the_absent_persons_keys_for_as_long(county):
    he, wen = county.people["he"], county.people["wen"]
    stand_in(he, wen, since=MONDAY, until=MONDAY + 8 * HOUR, reason="休假")
    key = door(UNIT, county.units["labour"].pk)
    assert [key in county.actor("wen", MONDAY + n * HOUR).keys for n in (-1, 0, 7, 8)] == [False, True, True, False]


def test_a_chain_of_stand_ins_ends_with_somebody_who_is_there(county):
    he, wen, su = (county.people[name] for name in ("he", "wen", "su"))
    until = MONDAY + 8 * HOUR
    stand_in(he, wen, since=MONDAY, until=until, reason="休假")
    stand_in(wen, su, since=MONDAY, until=until, reason="休假")
    assert away(he.pk, MONDAY) == su.pk
    stand_in(su, he, since=MONDAY, until=until, reason="休假")
    assert away(he.pk, MONDAY) is None


def test_the_head_of_an_office_is_sought_upwards(county):
    labour, head, su = county.units["labour"].pk, county.people["he_head"], county.people["su"]
    assert head_of(labour, MONDAY) == head.pk
    assert head_of(county.units["village"].pk, MONDAY) == county.people["zhou"].pk  # dispatcher of the centre above
    leave(head, at=MONDAY)
    assert head_of(labour, MONDAY) == su.pk
    leave(county.people["zhou"], at=MONDAY)
    assert head_of(county.units["village"].pk, MONDAY) == su.pk
    leave(su, at=MONDAY)
    assert head_of(labour, MONDAY) is None


def test_the_named_person_answers_while_they_work_there(county):
    labour, he, head = county.units["labour"].pk, county.people["he"].pk, county.people["he_head"].pk
    assert who_answers(labour, he, MONDAY) == he
    assert who_answers(labour, county.people["wen"].pk, MONDAY) == head
    assert who_answers(labour, None, MONDAY) == head


def test_head_of_asks_once(county, django_assert_num_queries):
    with django_assert_num_queries(2):  # the head, and whether somebody stands in for them
        head_of(county.units["village"].pk, MONDAY)
