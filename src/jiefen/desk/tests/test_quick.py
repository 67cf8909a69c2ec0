"""What is asked and drawn the quick way is what the slow way says."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from jiefen.cases.access import visible_cases
from jiefen.cases.models import Case
from jiefen.desk import lists, nav
from jiefen.desk.still import Still, join
from jiefen.kernel import ask
from jiefen.kernel.clock import now
from jiefen.kernel.scope import scope
from tests.world import MONDAY


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def test_it_asks_no_list_without_the_door(county):
    actor = county.actor("zhou")
    for name in [*lists.SCOPES, "asked"]:
        asked = lists.scoped(actor, name)
        assert asked.fits[0] == "c.doors && %(keys)s::bigint[]" and asked.given["keys"] == sorted(actor.keys)


def test_it_lists_what_the_door_lets_through(county):
    county.case()
    for who in ("zhou", "he", "su", "lin"):
        actor = county.actor(who)
        page = lists.page_of(lists.scoped(actor, "county"), actor=actor, at=now())
        assert len(page.rows) == visible_cases(actor).count()


def test_it_counts_beside_the_navigation_what_the_lists_hold(county):
    county.case()
    county.intake()
    for who in ("zhou", "ming", "he", "su"):
        actor, at = county.actor(who), now()
        waits = nav.counts(actor, at)
        late = lists.narrowed(lists.scoped(actor, "mine"), when="late", at=at)
        assert str(waits.late) == lists.counted(late)
        if actor.areas():
            assert str(waits.waiting) == lists.counted(lists.waiting(actor))


def test_it_counts_what_goes_on_by_the_index_of_doors_as_the_list_does(county):
    county.case(once_key="a", at=MONDAY)
    county.case(once_key="b", at=MONDAY + timedelta(hours=5))
    kind, state = Case.objects.values_list("kind", "state").first()
    wen = county.actor("wen")
    for who in ("zhou", "he", "su", "lin"):
        actor = county.actor(who)
        for at in (MONDAY + timedelta(days=1), MONDAY + timedelta(days=400)):
            for when in lists.GOING_ON:
                for chosen in (
                    {},
                    {"kind": kind},
                    {"kind": kind[:2]},
                    {"kind": "9999"},
                    {"state": state},
                    {"state": "x"},
                ):
                    rows = lists.narrowed(lists.scoped(actor, "county"), when=when, at=at, **chosen)
                    assert bool(rows.number) is (when != "soon")
                    with scope("staff", actor.keys):
                        told = lists.counted(rows)
                        assert (
                            told
                            == lists.counted(replace(rows, number=""))
                            == str(len(lists.page_of(rows, actor=actor, at=at).rows))
                        )
                    with scope("staff", wen.keys):  # whatever is asked for, nothing past one's own keys
                        assert lists.counted(rows) == "0"
        # Narrowed further, it is counted as ever.
        assert not rows.and_("c.id = 0").number


def test_its_objects_are_the_models_own(county):
    case = county.case()
    columns = ask.Columns(Case, "c")
    found = columns.make(ask.rows(f"SELECT {columns.sql} FROM cases_case c WHERE c.id = %s", [case.pk])[0])
    whole = Case.objects.get(pk=case.pk)
    assert found == whole and not found._state.adding
    for field in Case._meta.concrete_fields:
        mine, theirs = getattr(found, field.attname), getattr(whole, field.attname)
        assert (bytes(mine) if isinstance(mine, memoryview) else mine) == (
            bytes(theirs) if isinstance(theirs, memoryview) else theirs
        )


def test_its_questions_are_counted_and_fail_like_any_other():
    with CaptureQueriesContext(connection) as seen:
        assert ask.row("SELECT %s::int", [7]) == (7,)
    assert len(seen) == 1
    with pytest.raises(DatabaseError), scope("worker"):
        ask.rows("SELECT * FROM nowhere")


PAGE = (
    "{% load i18n jiefen %}<b>{% translate '通知' %}</b>{% icon 'bell' %}"
    "{% for r in rows %}{% if r.n > 1 %}{{ r.words }}{% translate '通知' %}{% else %}{{ r.gone }}{{ r.n }}{% endif %}{% endfor %}"
)


def test_a_joined_template_says_the_same_in_each_language():
    things = {"rows": [{"n": 1}, {"n": 2, "words": "<b>&"}, {"n": 3, "words": lambda: "called"}]}
    plain, joined = Template(PAGE), Template(PAGE)
    join(joined.nodelist)
    assert any(isinstance(node, Still) for node in joined.nodelist)
    said = []
    for language in ("zh-hans", "en", "zh-hans"):
        with translation.override(language):
            said.append(joined.render(Context(things)))
            assert said[-1] == plain.render(Context(things))
    assert said[0] == said[2] and "&lt;b&gt;&amp;" in said[0] and re.search("called", said[0])
