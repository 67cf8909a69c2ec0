"""Single files that go into the vault: gone where they lay, under another key and number where they went."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from jiefen.cases import questions
from jiefen.cases.actions import StepRefused
from jiefen.cases.models import Case, Question
from jiefen.cases.tests.petitions import DAY, HOUR, petition
from jiefen.desk.tests.test_matters import client_for
from jiefen.files.actions import name_of, read, store
from jiefen.files.models import StoredFile
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope, set_scope
from jiefen.kernel.seal import open_row
from jiefen.mediation.actions import give_consent
from jiefen.mediation.tests.walk import clean
from jiefen.triage.tests.vault_walk import PART, sealed
from jiefen.triage.vault import ACCUSATION, give_back, let_out, split_off, split_off_letter
from jiefen.triage.vault_files import files_of
from tests.world import MONDAY

SLIP = b"%PDF-1.4 bank slip\n%%EOF"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


@pytest.fixture
def still(monkeypatch):
    from jiefen.desk import door

    monkeypatch.setattr(door, "now", lambda: MONDAY + DAY)


def kept(of: Case | Intake, name: str, data: bytes = SLIP) -> StoredFile:
    holder = f"{'case' if isinstance(of, Case) else 'intake'}:{of.pk}"
    return store(data, name, holder=holder, key_id=of.key_id, given_by="resident", at=MONDAY)


def vault() -> Case:
    return Case.objects.select_related("key").get(procedure=ACCUSATION)


def names(case: Case) -> list[str]:
    return [name_of(f) for f in files_of(case)]


def test_a_file_split_off_is_gone_here_and_whole_there(county, still):
    w = petition(county, once_key="one")
    contract, slip = kept(w.case, "用工协议.pdf"), kept(w.case, "给张某的转账.pdf")
    officer = client_for(county, "officer")
    there = f"/cases/{w.case.slug}/files/{slip.pk}/"
    assert officer.get(there).status_code == 200 and "转账" in officer.get(f"/cases/{w.case.slug}/").content.decode()
    set_scope("worker")
    old = Path(settings.FILES) / slip.path
    split_off(w.case, part=PART, by=county.actor("officer"), at=w.later(), files=[slip.pk])
    v = vault()
    [moved] = files_of(v)
    assert (moved.pk != slip.pk, moved.key_id, moved.holder) == (True, v.key_id, f"case:{v.pk}")
    assert (read(moved), name_of(moved), moved.received_at, moved.given_by) == (
        SLIP,
        "给张某的转账.pdf",
        MONDAY,
        "resident",
    )
    assert names(w.case) == ["用工协议.pdf"] and v.key_id != w.case.key_id
    assert (Path(settings.FILES) / moved.path).exists() and moved.path != slip.path and old.parts
    nowhere = officer.get(f"/cases/{w.case.slug}/files/999999/")
    for pk in (slip.pk, moved.pk):
        answer = officer.get(f"/cases/{w.case.slug}/files/{pk}/")
        assert (answer.status_code, answer.content) == (404, nowhere.content)
    page = officer.get(f"/cases/{w.case.slug}/").content.decode()
    assert "用工协议.pdf" in page and "转账" not in page
    keeper = client_for(county, "keeper")
    assert keeper.get(f"/cases/{v.slug}/files/{moved.pk}/").content == SLIP
    set_scope("worker")
    with scope("staff", county.actor("officer").keys):
        assert [f.pk for f in StoredFile.objects.all()] == [contract.pk]
    clean(w.at + DAY)


def test_the_old_bytes_leave_the_disk_when_it_holds(county, django_capture_on_commit_callbacks):
    w = petition(county, once_key="disk")
    slip = kept(w.case, "转账.pdf")
    old = Path(settings.FILES) / slip.path
    with django_capture_on_commit_callbacks(execute=True):
        split_off(w.case, part=PART, by=county.actor("officer"), at=w.later(), files=[slip.pk])
    assert not old.exists()


def test_the_same_once_and_another_file_another_time(county):
    w = petition(county, once_key="twice")
    one, two = kept(w.case, "一.pdf"), kept(w.case, "二.pdf", SLIP + b"2")
    officer = county.actor("officer")
    marks = {split_off(w.case, part=PART, by=officer, at=w.later(), files=[one.pk]) for _ in range(2)}
    assert len(marks) == 1 and Case.objects.filter(procedure=ACCUSATION).count() == 1
    assert split_off(w.case, part=PART, by=officer, at=w.later(), files=[two.pk]) not in marks
    assert Case.objects.filter(procedure=ACCUSATION).count() == 2 and names(w.case) == []


def test_an_answer_counts_only_the_files_that_are_still_there(county):
    w = petition(county, once_key="asked")
    row = questions.ask(
        w.case, of="p1", sort="supplement", text="请补工资条", due_on=(MONDAY + 20 * DAY).date(), without="on-file",
        by=county.actor("officer"), at=w.later(), once_key="q",
    )  # fmt: skip
    questions.answer(
        w.case, row.seq, words="都在这里", way="code", by=None, at=w.later(), for_party="p1",
        files=[("工资条.pdf", SLIP), ("转账.pdf", SLIP + b"2")],
    )  # fmt: skip
    first, second = Question.objects.get(case=w.case).files
    split_off(w.case, part=PART, by=county.actor("officer"), at=w.later(), files=[second])
    assert Question.objects.get(case=w.case).files == [first]


def test_what_cannot_go_is_refused_and_nothing_is_half_done(county):
    w, other = petition(county, once_key="mine"), county.case(once_key="other")
    elsewhere, proof = kept(other, "别件.pdf"), kept(w.case, "同意书.pdf")
    give_consent(w.case, "p1", how="paper", by=county.actor("officer"), at=w.later(), proof=proof.pk)
    for files, says in (([elsewhere.pk], "不在本件"), ([0], "不在本件"), ([proof.pk], "凭证")):
        with pytest.raises(StepRefused, match=says):
            split_off(w.case, part=PART, by=county.actor("officer"), at=w.later(), files=files)
    assert not Case.objects.filter(procedure=ACCUSATION).exists() and names(w.case) == ["同意书.pdf"]


@pytest.mark.parametrize(
    ("who", "may"), [("zhou", True), ("su", True), ("keeper", False), ("he", False), ("an", False), ("wen", False)]
)
def test_a_letter_that_is_no_matter_yet_gives_single_files_away(county, still, who, may):
    receipt = county.intake(once_key="waits", text="工资没有给，材料都附上了")
    row = Intake.objects.select_related("key").get(pk=receipt.intake_id)
    stays, goes = kept(row, "工资条.pdf"), kept(row, "举报信.pdf", SLIP + b"2")
    client, where = client_for(county, who), f"/intakes/{row.number}/split/"
    sent = {"part": PART, "files": [goes.pk], "accused": "张某"}
    if not may:
        none = client.get("/intakes/none-2026-00000001/split/")
        for answer in (client.get(where), client.post(where, sent)):
            assert (answer.status_code, answer.content) == (404, none.content)
        return
    assert where in client.get(f"/intakes/{row.number}/").content.decode()
    assert "举报信.pdf" in client.get(where).content.decode()
    slips = set()
    for _ in range(2):
        done = client.post(where, sent)
        assert done.status_code == 200 and "已交专管员" in done.content.decode(), done.content.decode()[-2000:]
        slips.add(done.content.decode().partition('code-big n">')[2][:14])
    assert len(slips) == 1 and "举报信" not in client.get(where).content.decode()
    assert "附件 1 个" in client.get(f"/intakes/{row.number}/").content.decode()
    set_scope("worker")
    assert [f.pk for f in StoredFile.objects.filter(holder=f"intake:{row.pk}")] == [stays.pk]
    v = vault()
    assert names(v) == ["举报信.pdf"] and v.parties.filter(role="complainant", receipt=None).count() == 1
    assert Intake.objects.get(pk=row.pk).stratum == 0


def test_a_letter_that_became_a_matter_is_split_there(county):
    w = petition(county, once_key="became")
    row = Intake.objects.get(decision__case=w.case)
    with pytest.raises(StepRefused, match="事项页拆分"):
        split_off_letter(row, part=PART, by=county.actor("officer"), at=w.later())


def test_a_copy_goes_out_with_what_the_person_asks_and_the_vault_keeps_its_own(county):
    w = sealed(county)
    row = Intake.objects.select_related("key").get(decision__case=w.case)
    contract = kept(row, "用工协议.pdf")
    kept(w.case, "谈话.pdf", SLIP + b"2")
    made = let_out(
        w.case, title="欠薪", demands=["支付工资"], kind="0701", by=county.actor("keeper"), at=MONDAY + HOUR, reason="本人同意",
        files=[contract.pk],
    )  # fmt: skip
    assert names(w.case) == ["用工协议.pdf", "谈话.pdf"] and names(made) == ["用工协议.pdf"]
    [copied] = files_of(made)
    assert (copied.key_id, copied.received_at) == (made.key_id, MONDAY + HOUR)  # no day of before
    clean(MONDAY + DAY)


def test_given_back_the_file_goes_along_only_where_the_keeper_says_so(county):
    w = petition(county, once_key="back")
    slip = kept(w.case, "转账.pdf")
    split_off(w.case, part=PART, by=county.actor("officer"), at=w.later(), files=[slip.pk])
    v = vault()
    [there] = files_of(v)
    own = kept(v, "甄别记录.pdf", SLIP + b"2")
    made = give_back(
        v, title="工程款", demands=["查清去向"], by=county.actor("keeper"), at=w.later(), reason="不是检举", kind="0201",
        files=[there.pk],
    )  # fmt: skip
    assert names(made) == ["转账.pdf"] and [f.pk for f in files_of(v)] == [own.pk]
    clean(w.at + DAY)


def test_the_persons_own_copy_has_no_word_of_it(county, still):
    receipt = county.intake(once_key="copy", text="工资没有给", second_word="石榴花")
    row = Intake.objects.select_related("key").get(pk=receipt.intake_id)
    goes = kept(row, "举报信.pdf")
    split_off_letter(row, part=PART, by=county.actor("zhou"), at=MONDAY, files=[goes.pk])
    token = open_row(row.key).open(row.token, field="intake.token")
    for tail in ("", "readings/", "mine/"):
        page = Client().get(f"/follow/{token}/{tail}").content.decode()
        assert "举报" not in page and "检举" not in page and "专管员" not in page, tail
