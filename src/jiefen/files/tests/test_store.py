"""A file is what it says, sealed on disk, and the same when it is read again."""

from pathlib import Path

import pytest
from django.conf import settings

from jiefen.files.actions import BadFile, check, name_of, read, store
from jiefen.files.models import StoredFile
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import new_key
from tests.world import MONDAY

PDF = b"%PDF-1.4 wage slip\n%%EOF"


@pytest.mark.rules
@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "空.pdf"), (PDF, "照片.jpg"), (b"MZ\x90\x00" + b"\0" * 200, "工资条.pdf"), (b"<html><script>x</script></html>", "a.html"),
        (b"#!/bin/sh\nrm -rf", "a.txt.sh"), (PDF, "无后缀"), (b"%PDF-1.4" + b"0" * (20 * 1024 * 1024), "大.pdf"),
    ],
    ids=["empty", "not what it says", "a program", "a page", "a script", "no ending", "too large"],
)  # fmt: skip
def test_it_refuses_what_it_cannot_keep_with_a_sentence(data, name):
    with pytest.raises(BadFile) as refused:
        check(data, name)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in str(refused.value))


def test_it_is_sealed_on_disk_and_reads_the_same(db):
    key = new_key()
    file = store(PDF, "../../etc/兰秀英工资条.pdf", holder="case:1", key_id=key.id, given_by="resident", at=MONDAY)
    lies = (Path(settings.FILES) / file.path).read_bytes()
    assert b"PDF" not in lies and "兰秀英".encode() not in bytes(file.name)
    with scope("worker"):
        assert read(StoredFile.objects.get(pk=file.pk)) == PDF
    assert name_of(file) == "兰秀英工资条.pdf"


def test_it_does_not_open_what_was_changed(db):
    file = store(PDF, "条.pdf", holder="case:1", key_id=new_key().id, given_by="resident", at=MONDAY)
    file.sha256 = b"0" * 32
    with pytest.raises(BadFile):
        read(file)
