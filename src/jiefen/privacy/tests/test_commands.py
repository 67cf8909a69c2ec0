"""The same by command: notes of the chains, and the end of keeping by two people with their own passwords."""

import pytest
from click.testing import CliRunner

from jiefen.cli.main import jiefen
from jiefen.kernel.models import SealKey
from jiefen.kernel.scope import scope
from jiefen.people.actions import post
from jiefen.people.models import Person
from jiefen.privacy.tests.ground import MONDAY, whole_case
from tests.committed import committed, owner  # noqa: F401
from tests.world import START


@pytest.fixture
def run(committed, settings, tmp_path, monkeypatch):  # noqa: F811
    settings.HOME, settings.FILES, settings.HEADS, settings.HEADS_COPY = (
        tmp_path,
        tmp_path / "files",
        tmp_path / "heads",
        "",
    )
    monkeypatch.setattr("jiefen.cli.ready.reach", lambda: None)

    def asked(*words, typed=""):
        return CliRunner().invoke(jiefen, list(words), input=typed)

    return asked


def test_it_notes_and_compares(run, committed):  # noqa: F811
    case = whole_case(committed)
    assert run("verify", "--heads").exit_code == 4
    noted = run("verify", "--note", "--heads")
    assert noted.exit_code == 0 and "已另存1件的链首" in noted.output and "另存的链首已比" in noted.output
    assert "今天的已经另存过" in run("verify", "--note").output
    with owner() as cursor:
        cursor.execute("DELETE FROM cases_step WHERE case_id = %s AND seq = %s", [case.pk, case.steps])
        cursor.execute(
            "UPDATE cases_case SET steps = steps - 1, head = (SELECT prev_hash FROM (SELECT hash AS prev_hash FROM cases_step"
            " WHERE case_id = %s ORDER BY seq DESC LIMIT 1) last) WHERE id = %s",
            [case.pk, case.pk],
        )
    assert run("verify").exit_code == 0  # cut off at the end, with its counter: right by itself
    found = run("verify", "--heads")
    assert found.exit_code == 1 and case.number in found.output and "另存的记录里有它" in found.output


def test_it_takes_two_passwords(run, committed, monkeypatch):  # noqa: F811
    at = MONDAY.replace(year=2031, day=18)
    monkeypatch.setattr("jiefen.cli.retention.now", lambda: at)
    case = whole_case(committed)
    for name, label in (("an", "安宁"), ("fang", "方同")):
        person = committed.people.get(name) or Person(username=name, name=label)
        person.set_password(f"long secret of {name}")
        person.save()
    post(Person.objects.get(username="fang"), committed.units["county-centre"], "administrator", at=START)
    due = run("retention", "list")
    assert due.exit_code == 1 and case.number in due.output and "可以销毁1件" in due.output
    assert run("retention", "propose", "--as", "an", typed="wrong\n").exit_code == 4
    made = run("retention", "propose", "--as", "an", typed="long secret of an\n")
    assert made.exit_code == 0 and "第1号清单，共1件" in made.output
    alone = run("retention", "approve", "1", "--as", "an", typed="long secret of an\n")
    assert alone.exit_code == 4 and "不能自己批准" in alone.output
    done = run("retention", "approve", "1", "--as", "fang", typed="long secret of fang\n")
    assert done.exit_code == 0 and "已销毁1件" in done.output and "钥匙表已重写" in done.output
    with scope("worker"):
        assert SealKey.objects.get(pk=case.key_id).wrapped is None
    assert run("retention", "list").exit_code == 0
    assert run("verify").exit_code == 0
    rebuilt = run("rebuild", "--check")
    assert "1件保管期满、密钥已销毁" in rebuilt.output and case.number in rebuilt.output
