"""The end of keeping: two people, then nothing can be read, and the chain still verifies."""

import base64
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections, models

from jiefen.cases.integrity import verify
from jiefen.cases.models import Case
from jiefen.cases.rebuild import rebuild
from jiefen.cli import backup, postgres
from jiefen.cli.archive import unpack
from jiefen.files.models import StoredFile
from jiefen.intake.models import Intake
from jiefen.kernel.models import SealKey
from jiefen.kernel.progress import silent
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Sealed, masters, open_row
from jiefen.papers.models import Paper
from jiefen.people.actions import post
from jiefen.people.models import Person
from jiefen.privacy import holdings, retention
from jiefen.privacy.models import Hold
from jiefen.privacy.requests import answer
from jiefen.privacy.tests.ground import MONDAY, SLIP, WORDS, asks, dumped, found_in, lan_of, owner_url, whole_case
from tests.committed import committed  # noqa: F401
from tests.world import START

LATER = MONDAY.replace(year=2031, month=11, day=18)  # five years after its end by the table, and a day


@pytest.fixture
def house(committed, settings, tmp_path):  # noqa: F811
    """The county with a second administrator, and a home of its own."""
    settings.HOME, settings.FILES = tmp_path, tmp_path / "files"
    person = Person(username="fang", name="方同")
    person.set_unusable_password()
    person.save()
    committed.people["fang"] = person
    post(person, committed.units["county-centre"], "administrator", at=START)
    return committed


def destroyed(house, at=LATER, numbers=()):
    made = retention.propose(by=house.actor("an", at), at=at, numbers=numbers)
    retention.decide(made.pk, by=house.actor("fang", at), at=at, approve=True)
    return retention.carry_out(made.pk, at)


def asked_and_answered(house, case) -> None:
    """What the person asked of their own information, with words."""
    pk = asks(case, kind="correction", once="a", part="words", wanted="名字应当是兰秀瑛")
    answer(pk, by=house.actor("zhou"), at=MONDAY + timedelta(hours=7), grant=True)


def everything(house, tmp_path: Path) -> bytes:
    """The database as text, and every file of the home, the master key not among them."""
    files = [p for p in tmp_path.rglob("*") if p.is_file() and p.name not in ("dump.sql", "master.key")]
    return dumped(tmp_path) + b"\n".join(str(p).encode() + b"\n" + p.read_bytes() for p in files)


def test_it_leaves_no_word_of_a_living_matter_to_whoever_steals_the_database(house, tmp_path):
    """The floor of all: also before the end nothing stands in the clear, in no table and no file."""
    asked_and_answered(house, whole_case(house))
    data = everything(house, tmp_path)
    assert len(data) > 100_000 and found_in(data, WORDS) == [] and SLIP not in data


@pytest.mark.rules
@pytest.mark.parametrize("text", ["兰秀英", "13800002061"])
def test_it_would_find_a_word_however_it_lay(text):
    hidden = [
        text.encode(), text.encode("utf-16-le"), text.encode("gb18030"), text.encode().hex().encode(),
        *(base64.b64encode(b"x" * n + text.encode() + b"yz") for n in range(4)),
    ]  # fmt: skip
    assert all(found_in(b"\0\0" + raw + b"\0", [text]) for raw in hidden)
    assert found_in(b"nothing of the kind", [text]) == []


def test_it_gives_no_name_to_whoever_steals_a_backup(house, tmp_path, monkeypatch):
    """The archive as it is written, and everything in it unpacked; the master key lies elsewhere."""
    asked_and_answered(house, whole_case(house))
    monkeypatch.setattr(postgres, "dump_url", owner_url)
    archive = tmp_path / "stolen.tar"
    manifest = backup.make(archive, with_key=False)
    connections["owner"].close()
    inside = tmp_path / "inside"
    inside.mkdir()
    unpack(archive, inside, silent)
    script = inside / "database.sql"
    postgres.run("pg_restore", "", f"--file={script}", str(inside / "database.dump"))
    read = archive.read_bytes() + b"\n".join(p.read_bytes() for p in inside.rglob("*") if p.is_file())
    assert any(name.startswith("files/") for name in manifest.members) and not list(inside.rglob("*.key"))
    assert b"cases_step" in script.read_bytes() and found_in(read, WORDS) == [] and SLIP not in read
    for key in masters().values():
        assert key not in read and key.hex().encode() not in read


def test_it_destroys_all_that_was_said_and_keeps_the_chain(house, tmp_path, django_capture_on_commit_callbacks):
    case = whole_case(house)
    asked_and_answered(house, case)
    with scope("worker"):
        keys = set(SealKey.objects.values_list("pk", flat=True))
        paths = [tmp_path / "files" / path for path in StoredFile.objects.values_list("path", flat=True)]
        ciphertexts = [bytes(b) for b in _blobs() if len(bytes(b)) > 12]
    assert paths and all(path.exists() for path in paths) and len(ciphertexts) > 20

    done = destroyed(house)

    assert done.state == "done" and [i.number for i in done.items.filter(done_at__isnull=False)] == [case.number]
    assert not any(path.exists() for path in paths)
    data = everything(house, tmp_path)
    assert found_in(data, WORDS) == [] and SLIP not in data
    with scope("worker"):
        assert not SealKey.objects.filter(pk__in=keys, wrapped__isnull=False).exists()
        for row in SealKey.objects.filter(pk__in=keys):
            with pytest.raises(Sealed):
                open_row(row)
        lan = lan_of(case)
        blind = (lan.phone_blind, lan.second_mark, lan.text_digest, bytes(lan.draft_digest), bytes(lan.words))
        assert blind == (None, None, None, b"", b"") and lan.suggestion == {}
        party = Case.objects.get(pk=case.pk).parties.first()
        assert party.phone_blind is None and party.id_blind is None
        assert all(bytes(p.fields) == b"" for p in Paper.objects.filter(case=case))
        left = {bytes(b) for b in _blobs()} & set(ciphertexts)
        chain = {bytes(b) for s in case.trail.all() for b in (s.reason, s.facts) if b}
    assert left == chain  # only the chain keeps what was sealed, and nothing opens it
    report = verify()
    assert list(report) == [] and report.cases == 1 and report.passed == len(paths)
    assert list(retention.without_a_list()) == []
    built = rebuild(check=True, at=LATER)
    assert built.sealed == [case.number] and list(built) == []


def _blobs():
    for one in holdings.held():
        for field in one.model._meta.concrete_fields:
            if (
                isinstance(field, models.BinaryField)
                and field.max_length is None
                and field.name not in ("hash", "prev_hash", "head")
            ):
                yield from one.model._default_manager.filter(**{f"{field.name}__isnull": False}).values_list(
                    field.name, flat=True
                )


def test_it_finds_a_key_destroyed_behind_everybodys_back(house):
    case = whole_case(house)
    SealKey.objects.filter(pk=case.key_id).update(wrapped=None, destroyed_at=MONDAY, destroyed_why="第9号销毁清单")
    found = [str(problem) for problem in retention.without_a_list()]
    assert any(case.number in line and "不在任何经两人办理的销毁清单上" in line for line in found)


def test_it_is_due_on_the_day_of_the_table_and_not_before(house):
    case = whole_case(house)
    day_before = LATER.replace(day=15)
    with scope("worker"):
        assert retention.due(day_before.date()) == []
        (one,) = retention.due(LATER.date())
    assert (one.number, one.rule.code, str(one.ended_on), str(one.due_on)) == (
        case.number,
        "order",
        "2026-11-16",
        "2031-11-16",
    )
    with pytest.raises(retention.NotDestroyed, match="还没有到期"):
        retention.propose(by=house.actor("an", day_before), at=day_before, numbers=[case.number])


def test_it_takes_two_people(house):
    whole_case(house)
    an, su = house.actor("an", LATER), house.actor("su", LATER)
    made = retention.propose(by=an, at=LATER)
    with pytest.raises(retention.NotDestroyed, match="不能自己批准"):
        retention.decide(made.pk, by=an, at=LATER, approve=True)
    for name in ("he", "zhou", "wen", "lin"):
        with pytest.raises(retention.NotDestroyed):
            retention.propose(by=house.actor(name, LATER), at=LATER)
        with pytest.raises(retention.NotDestroyed):
            retention.decide(made.pk, by=house.actor(name, LATER), at=LATER, approve=True)
    with pytest.raises(retention.NotDestroyed, match="还没有批准"):
        retention.carry_out(made.pk, LATER)
    with pytest.raises(retention.NotDestroyed, match="没有到期可以销毁"):
        retention.propose(by=house.actor("fang", LATER), at=LATER)  # it stands on a list already
    retention.decide(made.pk, by=su, at=LATER, approve=True)
    assert retention.decide(made.pk, by=su, at=LATER, approve=True).state == "approved"  # pressed twice
    with pytest.raises(retention.NotDestroyed, match="已经有人决定"):
        retention.decide(made.pk, by=house.actor("fang", LATER), at=LATER, approve=False)


def test_it_may_be_declined_by_anybody_who_may_approve(house):
    whole_case(house)
    made = retention.propose(by=house.actor("an", LATER), at=LATER)
    assert retention.decide(made.pk, by=house.actor("an", LATER), at=LATER, approve=False).state == "declined"
    retention.propose(by=house.actor("an", LATER), at=LATER)  # and may be proposed anew


@pytest.mark.parametrize("what", ["hold", "request"])
def test_it_passes_over_what_came_up_after_the_list_was_made(house, what):
    case = whole_case(house)
    made = retention.propose(by=house.actor("an", LATER), at=LATER)
    if what == "hold":
        Hold.objects.create(case=case, ground="court", by=house.people["su"], at=LATER)
    else:
        asks(case, kind="deletion", once="late")
    retention.decide(made.pk, by=house.actor("fang", LATER), at=LATER, approve=True)
    done = retention.carry_out(made.pk, LATER)
    (item,) = done.items.all()
    assert (item.passed, item.done_at) == (what, None)
    with scope("worker"):
        assert SealKey.objects.get(pk=case.key_id).wrapped is not None


def test_it_keeps_a_matter_as_long_as_something_opened_out_of_it_is_kept(house):
    case = whole_case(house)
    with scope("worker"):
        Case.objects.create(
            number="清柳〔2026〕9999号", slug="lh-2026-9999", key=SealKey.objects.create(wrapped=b"x" * 40), procedure="petition-review",
            version=1, title=b"", kind="0701", channel="window", area=case.area, centre=case.centre, opened_at=MONDAY,
            recorded_at=MONDAY, state="accepted", changed_at=MONDAY, arose_from=case,
        )  # fmt: skip
        (one,) = retention.due(LATER.date())
    assert one.held == ["child"]


def test_it_destroys_an_intake_that_never_became_a_case(house):
    from jiefen.triage.actions import Decision, decide

    receipt = house.intake()
    with scope("worker"):
        row = Intake.objects.get(pk=receipt.intake_id)
    decide(row, Decision(action="refuse", article="L-XF:19", reason="正在办理"), by=house.actor("zhou"), at=MONDAY)
    at = MONDAY.replace(year=2029, day=20)
    done = destroyed(house, at)
    assert [i.number for i in done.items.filter(done_at__isnull=False)] == [receipt.number]
    with scope("worker"):
        row = Intake.objects.select_related("key").get(pk=receipt.intake_id)
        assert row.key.wrapped is None and bytes(row.words) == b""
    assert list(verify()) == []


@pytest.mark.rules
def test_it_knows_of_every_column_what_becomes_of_it():
    """A column that may hold words, of a table that hangs on a matter, is emptied; what stays says why in `STAYS`."""
    assert list(holdings.undeclared()) == []
    labels = {one.label for one in holdings.held()}
    assert {
        "cases.Case",
        "intake.Intake",
        "papers.Paper",
        "files.StoredFile",
        "mediation.Agreement",
        "kernel.Reading",
    } <= labels


@pytest.mark.rules
def test_it_reaches_every_table_that_is_sealed_with_a_key():
    """A new table with sealed columns that hangs on no matter, and nobody said why, would outlive its matter."""
    apart = {"channels.ImportBatch", "papers.UnitSeal"}
    known = {one.label for one in holdings.held()} | apart
    loose = [
        model._meta.label
        for model in holdings._ours()
        if model._meta.label not in known
        and any(isinstance(f, models.BinaryField) and f.max_length is None for f in model._meta.concrete_fields)
    ]
    assert loose in (["kernel.SealKey"], []), loose
