"""Who sees which rows: the door in Python and the floor in the database give the same answer, for everybody."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.http import Http404

from jiefen.cases.access import case_for, may_see, visible_cases
from jiefen.cases.actions import answer_demand, take_step
from jiefen.cases.models import Case
from jiefen.files.actions import store
from jiefen.intake.models import Intake
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope, set_scope
from jiefen.oversight.actions import record_follow_up
from jiefen.people.actions import post
from jiefen.people.actor import RECEIPT, door
from tests.world import MONDAY

HOUR = timedelta(hours=1)
ACCUSED = "我实名举报柳河镇干部张某收受贿赂、贪污补助款。"
PDF = b"%PDF-1.4 slip\n%%EOF"

# Whom each matter lets in. «complained» is about 柳河镇综治中心, where Zhou took it in; «restricted» only the county
# sees, beside the office at work and who took it in.
SEES = {
    "zhou": {"wages", "helped", "restricted"},
    "ge": set(),
    "ming": set(),
    "he": {"wages", "helped", "restricted"},
    "housing_handler": {"helped", "complained"},
    "su": {"wages", "helped", "complained", "restricted", "far"},
    "lin": {"wages", "helped", "complained", "restricted", "far"},
    "agent": {"wages", "helped", "complained", "restricted", "far"},
    "officer": {"wages", "helped", "complained", "restricted", "far"},
    "keeper": {"vault"},
    "an": set(),
    "wen": {"far"},
}
OF_A_CASE = {
    "cases_case": "id", "cases_party": "case_id", "cases_demand": "case_id", "cases_assignment": "case_id",
    "cases_step": "case_id", "cases_deadline": "case_id", "papers_paper": "case_id", "oversight_followup": "case_id",
    "triage_triagedecision": "case_id",
}  # fmt: skip


def count(sql: str, *params: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


@pytest.fixture
def matters(county) -> dict[str, Case]:
    """Six matters, each closed to somebody else, with papers, files and follow-ups."""
    su = {"by": "su"}
    made = {
        "wages": county.case(once_key="wages"),
        "helped": county.case(once_key="helped", text="工地漏水", helpers=("housing",)),
        "far": _far(county),
        "complained": _decided(county, "complained", "柳河镇中心推诿，三次不接件", {
            "unit": county.units["housing"].pk, "respondent_units": [county.units["centre"].pk]}, **su),
        "restricted": _decided(county, "restricted", "丈夫打我，家庭暴力，身上有伤", {}, **su),
        "vault": _decided(county, "vault", ACCUSED, {"unit": None}, by="keeper"),
    }  # fmt: skip
    with scope("worker"):
        made = {name: Case.objects.get(pk=case.pk) for name, case in made.items()}
    assert {name: case.stratum for name, case in made.items()} == {
        "wages": 0, "helped": 0, "far": 0, "complained": 0, "restricted": 1, "vault": 2,
    }  # fmt: skip
    case, he = made["wages"], county.actor("he")
    take_step(case, "sign", by=he, at=MONDAY + HOUR, facts={"recusal-declared": True})
    answer_demand(case, 1, outcome="supported", result="已付", basis="条例", remedy="复议")
    store(PDF, "条.pdf", holder=f"case:{case.pk}", key_id=case.key_id, given_by="resident", at=MONDAY)
    take_step(case, "reply", by=he, at=MONDAY + 2 * HOUR)
    caller = county.actor("caller")
    record_follow_up(case, by=caller, at=MONDAY + 5 * HOUR, outcome="reached", words="好", satisfied=True)
    with scope("worker"):
        case.refresh_from_db()
    return made


def _far(county) -> Case:
    from jiefen.triage.actions import Decision, decide

    receipt = county.intake(by="wen", home="qingshi", once_key="far", text="青石镇路灯不亮")
    with scope("worker"):
        intake = Intake.objects.get(pk=receipt.intake_id)
    made = decide(intake, Decision(action="open", kind="0701"), by=county.actor("wen"), at=MONDAY)
    with scope("worker"):
        return Case.objects.get(pk=made.case_id)


def _decided(county, once: str, text: str, decision: dict, *, by: str) -> Case:
    """Zhou takes it in; somebody above decides."""
    from jiefen.triage.actions import Decision, decide

    receipt = county.intake(once_key=once, text=text)
    with scope("worker"):
        intake = Intake.objects.get(pk=receipt.intake_id)
    said = {
        "action": "open",
        "kind": "0701",
        "unit": county.units["labour"].pk,
        "procedure": "hotline-order",
    } | decision
    made = decide(intake, Decision(**said), by=county.actor(by), at=MONDAY)
    with scope("worker"):
        return Case.objects.get(pk=made.case_id)


def test_the_door_and_the_floor_agree_row_by_row(county, matters):
    for who in SEES:
        agrees(county, matters, who)


def agrees(county, matters, who):
    actor = county.actor(who)
    mine = {matters[name].pk for name in SEES[who]}
    with scope("worker"):
        assert {case.pk for case in Case.objects.all() if may_see(actor, case)} == mine
        assert set(visible_cases(actor).values_list("pk", flat=True)) == mine, who
        expected = {
            table: count(f"SELECT count(*) FROM {table} WHERE {column} = ANY (%s)", sorted(mine))
            for table, column in OF_A_CASE.items()
        }
        holders = [f"case:{pk}" for pk in mine]
        expected["files_storedfile"] = count("SELECT count(*) FROM files_storedfile WHERE holder = ANY (%s)", holders)
        keys = sorted(actor.keys)
        expected["intake_intake"] = count("SELECT count(*) FROM intake_intake WHERE doors && %s::bigint[]", keys)
        assert expected["intake_intake"] == len(mine)  # the intakes of these cases and no other
    with scope("staff", actor.keys):
        assert set(Case.objects.values_list("pk", flat=True)) == mine, who
        assert {table: count(f"SELECT count(*) FROM {table}") for table in expected} == expected, who


def test_a_stranger_gets_404_for_yours_and_for_nobodys_alike(county, matters):
    for who in SEES:
        is_shut_out(county, matters, who)


def is_shut_out(county, matters, who):
    actor = county.actor(who)
    with scope("staff", actor.keys):
        for name, case in matters.items():
            if name in SEES[who]:
                assert case_for(actor, case.slug, content=False).pk == case.pk
            else:
                with pytest.raises(Http404) as shut:
                    case_for(actor, case.slug)
                with pytest.raises(Http404) as unknown:
                    case_for(actor, "lh-2026-9999")
                assert str(shut.value) == str(unknown.value)
        with pytest.raises(Http404):
            case_for(None, matters["wages"].slug)


def test_nobody_sees_anything_without_a_scope(county, matters):
    for setting in ("", "staff", "resident"):
        with scope(setting):
            for table in [*OF_A_CASE, "intake_intake", "files_storedfile"]:
                assert count(f"SELECT count(*) FROM {table}") == 0, (setting, table)
    with connection.cursor() as cursor:  # not even set
        cursor.execute("SELECT set_config('jiefen.scope', '', true), set_config('jiefen.keys', '', true)")
    assert not Case.objects.exists() and not Intake.objects.exists()


def test_a_receipts_holder_comes_in_by_that_receipt_alone(county, matters):
    with scope("worker"):
        receipt = Intake.objects.get(decision__case=matters["wages"])
    with scope("resident", [door(RECEIPT, receipt.pk)]):
        assert list(Intake.objects.values_list("pk", flat=True)) == [receipt.pk]
        assert list(Case.objects.values_list("pk", flat=True)) == [matters["wages"].pk]
    with scope("resident", [door(RECEIPT, 999_999)]):
        assert not Intake.objects.exists() and not Case.objects.exists()


def test_an_intake_follows_its_case(county, matters):
    """An office it was taken from no longer reads the words; one it was handed to does."""
    from jiefen.kernel import outbox
    from jiefen.triage.actions import Decision, decide

    with scope("worker"):
        intake = Intake.objects.get(pk=county.intake(once_key="moves", text="工程款").intake_id)
    housing, labour = county.actor("housing_handler"), county.actor("he")
    decide(
        intake, Decision(action="open", kind="0701", unit=county.units["labour"].pk), by=county.actor("zhou"), at=MONDAY
    )
    with scope("worker"):
        case = Case.objects.get(decisions__intake=intake)
    facts = {"objection-reasons": "不属职权", "proper-unit": "housing"}
    take_step(case, "return", by=labour, at=MONDAY + HOUR, facts=facts, reason="工程款")
    lead = {"lead-unit": county.units["housing"].pk}
    step = take_step(case, "redispatch", by=county.actor("zhou"), at=MONDAY + 2 * HOUR, facts=lead, reason="同意")
    outbox.work(step.pk)
    for actor, sees in ((housing, True), (labour, False)):
        with scope("staff", actor.keys):
            assert Intake.objects.filter(pk=intake.pk).exists() is sees


def test_what_lies_below_an_office_complained_of_is_kept_out_too(county):
    village = county.actor("ge")
    case = _decided(county, "below", "镇中心和村里都不管", {
        "unit": None, "respondent_units": [county.units["centre"].pk]}, by="su")  # fmt: skip
    county.units["village"].refresh_from_db()
    assert county.units["village"].parent == county.units["centre"]
    for name in ("zhou", "ge", "ming"):
        with scope("staff", county.actor(name).keys):
            assert not Case.objects.filter(pk=case.pk).exists(), name
            assert not Intake.objects.exists(), name
    assert village.keys


def test_an_administrators_posting_opens_nothing_even_beside_another(county, matters):
    an = county.actor("an")
    assert an.is_administrator
    with scope("staff", an.keys):
        assert not Case.objects.exists() and not Intake.objects.exists()
    post(county.people["an"], county.units["other-centre"], "clerk", at=MONDAY)
    with scope("staff", county.actor("an", MONDAY + HOUR).keys):
        assert set(Case.objects.values_list("pk", flat=True)) == {matters["far"].pk}


def test_a_scope_ends_with_its_transaction(county, matters):
    su = county.actor("su")
    with scope("worker"):
        with scope("staff", su.keys):
            assert count("SELECT count(*) FROM cases_case") == 5
        assert count("SELECT count(*) FROM cases_case") == 6
    assert count("SELECT count(*) FROM cases_case") == 0
    sid = transaction.savepoint()
    set_scope("worker")
    transaction.savepoint_rollback(sid)
    assert count("SELECT count(*) FROM cases_case") == 0


def test_an_error_inside_gives_the_outer_scope_back(county, matters):
    with scope("staff", []):
        with pytest.raises(ZeroDivisionError), scope("worker"):
            raise ZeroDivisionError
        assert not Case.objects.exists()


def test_a_scopes_values_cannot_say_more_than_numbers(county, matters):
    harm = ["1}'); DROP TABLE cases_case; --", "{0,4,8}", "1,2} or true"]
    for value in harm:
        with pytest.raises((ValueError, TypeError)), scope("staff", [value]):  # type: ignore[list-item]
            Case.objects.count()
        with pytest.raises(ValueError), scope(value):
            Case.objects.count()
    with scope("worker"):
        assert Case.objects.count() == 6


@pytest.mark.parametrize(
    "harm",
    [
        "ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE cases_step DISABLE TRIGGER only_added",
        "DROP POLICY door ON cases_case",
        "CREATE POLICY mine ON cases_case USING (true)",
        "CREATE OR REPLACE FUNCTION jiefen_inside() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "SET ROLE jiefen_owner",
        "SET SESSION AUTHORIZATION postgres",
        "SET session_replication_role = replica",
        "DROP TABLE cases_step",
        "COPY cases_case TO PROGRAM 'cat'",
    ],
)
def test_the_plain_role_cannot_lift_the_floor(db, harm):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(harm)


def test_the_plain_role_is_no_superuser_and_obeys_the_floor(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SET LOCAL row_security = off")
        with pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute("SELECT count(*) FROM cases_case")


def test_every_table_with_a_matters_content_has_a_floor(db):
    """A table that points at a case, an intake or a matter's key, and has no policy, is a hole."""
    known = {
        "kernel_sealkey": "wrapped by the master key, which is not in the database",
        "notices_notice": "says only that there is something to read",
        "channels_importbatch": "a batch of an import: counts and a sealed upload, of no one matter",
        "privacy_destructionitem": "a number and days, for those who destroy and read no content",
        "privacy_hold": "on what ground a matter is kept longer; no words",
        "privacy_readingreview": "words sealed with the matter's key, reached from a reading one may see",
        "privacy_shortened": "a day, reached from the request",
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.conrelid::regclass::text FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid "
            "WHERE c.contype = 'f' AND NOT t.relrowsecurity AND c.confrelid IN "
            "('cases_case'::regclass, 'intake_intake'::regclass, 'kernel_sealkey'::regclass, 'cases_step'::regclass)"
        )
        bare = {row[0] for row in cursor.fetchall()} - set(known)
    assert not bare, f"no row-level security on {sorted(bare)}"


def test_a_reading_leaves_one_line(county, matters):
    from jiefen.cases.access import note_reading

    su = county.actor("su")
    for minutes in (0, 5, 30):
        note_reading("case:1", su, purpose="督办", what="电话", at=MONDAY + timedelta(minutes=minutes))
    assert Reading.objects.filter(subject="case:1").count() == 2
