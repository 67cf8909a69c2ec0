"""The pages for importing a ledger, as people open them."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jiefen.channels.ledger import uploads
from jiefen.channels.ledger.actions import import_file
from jiefen.channels.models import ImportBatch
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from tests.world import MONDAY

LEDGER = "编号,标题,内容,收件时间,反映人,联系电话,乡镇\n1,路灯不亮,路灯坏了三个月,2026-11-02,兰秀英,13800002061,柳河镇\n2,路灯不亮,又坏了,2026/2/30,,,\n"


@pytest.fixture
def sit(county, client):
    def down(name):
        client.force_login(county.people[name], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return down


def upload(client, text=LEDGER, profile="ledger-general"):
    file = SimpleUploadedFile("台账.csv", text.encode(), content_type="text/csv")
    return client.post("/ledger/", {"file": file, "profile": profile})


def test_it_shows_first_and_imports_then(sit, settings, tmp_path):
    settings.HOME = tmp_path
    client = sit("zhou")
    where = upload(client).headers["Location"]
    page = client.get(where).content.decode()
    assert "路灯不亮" in page and "没有30日" in page and "兰＊＊" in page and "兰秀英" not in page
    batch = ImportBatch.objects.get()
    kept = (tmp_path / "imports" / batch.path).read_bytes()
    assert "兰秀英".encode() not in kept
    assert client.post(f"{where}start/").status_code == 302
    assert 'http-equiv="refresh"' in client.get(where).content.decode()
    uploads.carry_out(batch.pk)
    uploads.carry_out(batch.pk)  # the queue may run it twice
    batch.refresh_from_db()
    assert (batch.state, batch.created, batch.bad, batch.path) == ("done", 1, 1, "")
    assert "没有30日" in client.get(f"{where}errors.csv").content.decode()
    assert client.post(f"{where}start/").status_code == 422
    client.post(f"{where}undo/")
    with scope("worker"):
        assert Intake.objects.get().state == "void"
    assert "已撤销" in client.get(where).content.decode()


def test_it_says_why_a_file_cannot_be_read(sit, settings, tmp_path):
    settings.HOME = tmp_path
    client = sit("zhou")
    answer = upload(client, "甲,乙\n1,2\n")
    assert answer.status_code == 422 and "看到的列是：甲、乙" in answer.content.decode()
    assert client.post("/ledger/", {"profile": "ledger-general"}).status_code == 422
    assert not ImportBatch.objects.exists()


def test_it_is_for_those_who_take_in(sit, settings, tmp_path):
    settings.HOME = tmp_path
    where = upload(sit("zhou")).headers["Location"]
    paths = [where, f"{where}errors.csv"]
    for name, status in (("zhou", 200), ("an", 200), ("wen", 404), ("he", 404), ("lin", 404)):
        for path in paths:
            assert sit(name).get(path).status_code == status, (name, path)
    assert sit("he").get("/ledger/").status_code == 404
    assert sit("wen").post(f"{where}undo/").status_code == 404
    assert ImportBatch.objects.get().state == "waiting"


def test_it_lists_behind_one_notice_what_that_person_may_see(county, sit, tmp_path):
    path = tmp_path / "a.csv"
    out = io.StringIO()
    out.write("id,user,subject,time,detail,down,up\n")
    out.write("1,u,A1区求救,2019-02-28 11:25:05,我丈夫天天打我昨晚拿刀要杀我求救,0,0\n")
    path.write_text(out.getvalue(), encoding="utf-8")
    batch = import_file(path, "upper-messages", helpers=0, at=MONDAY + timedelta(hours=1)).batch
    with scope("worker"):
        number = Intake.objects.get().number
    assert number in sit("zhou").get(f"/ledger/{batch}/urgent/").content.decode()
    assert sit("wen").get(f"/ledger/{batch}/urgent/").status_code == 404
