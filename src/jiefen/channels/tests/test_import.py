"""Taking a file in: once, whole, resumable, and back again."""

import csv
from datetime import timedelta

import pytest

from jiefen.cases.models import Case, Demand, Step
from jiefen.channels.ledger import actions
from jiefen.channels.ledger.actions import ImportRefused, import_file
from jiefen.channels.ledger.county import profile_named, save_profile
from jiefen.channels.ledger.profile import BadProfile
from jiefen.channels.ledger.report import write_errors
from jiefen.channels.ledger.undo import undo, undo_file
from jiefen.channels.models import ImportBatch, RowError
from jiefen.files.actions import read as read_file
from jiefen.files.models import StoredFile
from jiefen.intake.actions import receive_many
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.notices.models import Notice
from jiefen.triage.actions import Decision, decide
from tests.world import MONDAY

NOW = MONDAY + timedelta(hours=1)
HEAD = ["id", "user", "subject", "time", "detail", "down", "up"]


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def rows(count: int, **change) -> list[dict]:
    said = {"user": "A0001", "subject": "A1区路灯不亮", "time": "2019-02-28 11:25:05", "down": "0", "up": "3"}
    return [{"id": str(n), **said, "detail": f"第{n}盏路灯坏了三个月没有人修", **change} for n in range(1, count + 1)]


def write(path, table, head=HEAD):
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, head)
        writer.writeheader()
        writer.writerows(table)
    return path


def take(path, profile="upper-messages", **kw):
    return import_file(path, profile, helpers=0, at=NOW, **kw)


def test_it_takes_a_file_in_and_knows_it_again(county, tmp_path):
    path = write(tmp_path / "a.csv", rows(30))
    first = take(path, chunk=7)
    assert (first.created, first.known, first.bad) == (30, 0, 0)
    again = take(path)
    assert (again.created, again.known, again.bad) == (0, 30, 0)
    assert Intake.objects.count() == 30


def test_it_puts_each_on_the_right_bench_with_a_suggestion(county, tmp_path):
    table = rows(2)
    table[1]["subject"] = "A2区路灯不亮"
    report = take(write(tmp_path / "a.csv", [*table, *[r | {"id": "9", "subject": "路灯不亮"} for r in rows(1)]]))
    places = list(Intake.objects.order_by("pk").values_list("centre__code", flat=True))
    assert places == ["centre", "other-centre", "county-centre"]
    assert any("A3区" in note for note in report.notes), "words without a township are named"
    row = Intake.objects.order_by("pk").first()
    words = open_row(row.key).open(row.words, field="intake.words")
    assert words["columns"] == {"user": "A0001", "down": "0", "up": "3"}
    assert row.suggestion["kind"] and row.doors[-1] == row.pk * 4 + 3 and row.outside_number == "1"
    assert row.identity == "hidden" and row.taken_by_id is None


def test_it_recognises_the_same_words(county, tmp_path):
    table = rows(6)
    for n in (1, 3):
        table[n]["detail"] = table[0]["detail"].replace("路灯", "路 灯\n")
    assert take(write(tmp_path / "a.csv", table)).twins == 1


def test_it_names_every_bad_row_and_takes_the_others(county, tmp_path):
    table = rows(6)
    table[1]["time"] = "2019/2/30"
    table[2]["detail"] = ""
    table[3]["id"] = "1"  # another content under a number that is taken
    table[4]["detail"] = "字" * 200_001
    report = take(write(tmp_path / "坏行.csv", table))
    assert (report.created, report.bad) == (2, 4)
    assert [(line, column) for line, column, _ in report.errors] == [
        (3, "time"),
        (4, "detail"),
        (5, "id"),
        (6, "detail"),
    ]
    assert "没有30日" in report.errors[0][2]
    write_errors(report, tmp_path / "e.csv")
    assert (tmp_path / "e.csv").read_text("utf-8-sig").splitlines()[0] == "行,列,原因"


def test_it_writes_nothing_in_a_rehearsal(county, tmp_path):
    table = rows(5)
    table[1]["time"] = "不知道"
    table[3]["id"] = "1"
    report = take(write(tmp_path / "a.csv", table), dry_run=True)
    assert (report.batch, report.created, report.bad) == (None, 3, 2)
    assert not Intake.objects.exists() and not ImportBatch.objects.exists()


def test_it_refuses_a_file_that_does_not_fit_before_writing(county, tmp_path):
    path = write(tmp_path / "a.csv", [{"x": 1}], head=["x"])
    with pytest.raises(BadProfile, match="看到的列是：x"):
        take(path)
    with pytest.raises(BadProfile, match="upper-messages"):
        take(path, profile="none")
    with pytest.raises(BadProfile, match="收件区域"):
        take(write(tmp_path / "b.csv", rows(1)), home="无此地")
    assert not ImportBatch.objects.exists()


class Cut(Exception):
    """The process was cut off."""


def test_it_goes_on_where_it_stopped(county, tmp_path, monkeypatch):
    path = write(tmp_path / "a.csv", rows(20))
    left = iter([True, True])

    def breaks(*args, **kw):
        if not next(left, False):
            raise Cut
        return receive_many(*args, **kw)

    monkeypatch.setattr(actions, "receive_many", breaks)
    with pytest.raises(Cut):
        take(path, chunk=5)
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.done, batch.created) == ("stopped", 10, 10)
    monkeypatch.undo()
    report = take(path, chunk=5, resume=True)
    assert (report.batch, report.rows, report.created, report.seen) == (batch.pk, 20, 20, 10)
    assert Intake.objects.count() == 20
    with pytest.raises(ImportRefused):
        take(path, resume=True)


def test_it_takes_back_what_nobody_decided(county, tmp_path):
    path = write(tmp_path / "a.csv", rows(5))
    batch = take(path).batch
    intake = Intake.objects.order_by("pk").first()
    decide(intake, Decision("refuse", article="L-XF:19", reason="重复"), by=county.actor("zhou"), at=NOW)
    done = undo(batch, at=NOW)
    assert (done.void, done.kept) == (4, [intake.number])
    assert undo(batch, at=NOW).before
    assert Intake.objects.filter(state="void").count() == 4
    again = take(path)
    assert (again.created, again.known) == (4, 1)
    assert [u.void for u in undo_file(path, "upper-messages", at=NOW)] == [4]
    with pytest.raises(ImportRefused):
        undo_file(path, "upper-messages", at=NOW)
    with pytest.raises(ImportRefused):
        undo(999_999, at=NOW)


def test_it_stops_when_it_was_taken_back_meanwhile(county, tmp_path):
    path = write(tmp_path / "a.csv", rows(20))

    def progress(done, total=0):
        if done == 5:
            undo(ImportBatch.objects.get().pk, at=NOW)

    with pytest.raises(ImportRefused):
        take(path, chunk=5, progress=progress)
    assert ImportBatch.objects.get().state == "undone"
    assert set(Intake.objects.values_list("state", flat=True)) == {"void"}


def test_it_rings_once_for_old_dangers_and_each_time_for_new_ones(county, tmp_path):
    danger = "A1区我丈夫天天打我，昨晚拿刀要杀我，我和孩子不敢回家，求救"
    old = take(write(tmp_path / "old.csv", rows(4, detail=danger)))
    zhou = Notice.objects.filter(person=county.people["zhou"], kind="harm")
    assert old.counts["urgent"] == 4
    assert [(n.code, n.intake) for n in zhou] == [(f"import:{old.batch}", None)]
    fresh = [r | {"id": f"n{r['id']}"} for r in rows(3, detail=danger + "，今天又来了", time="2026-11-16 09:30")]
    take(write(tmp_path / "new.csv", fresh))
    assert zhou.filter(intake__isnull=False).values("intake").distinct().count() == 3
    undo(old.batch, at=NOW)
    assert zhou.get(code=f"import:{old.batch}").done_at is not None


def test_it_takes_accusations_to_the_keeper_alone(county, tmp_path):
    report = take(write(tmp_path / "a.csv", rows(1, detail="实名举报A1区某局长收受贿赂贪污公款，检举控告其违纪违法")))
    row = Intake.objects.get()
    assert report.counts.get("vault") == 1 and row.stratum == 2
    assert not any(name.startswith("centre") for name in report.counts)


def test_it_uses_the_countys_own_mapping(county, tmp_path):
    body = {
        "profile": "village-book", "channel": "ledger", "columns": {
            "once_key": {"names": ["号"], "required": True}, "text": {"names": ["事"], "required": True},
        },
    }  # fmt: skip
    save_profile(body, by=county.people["an"], at=NOW)
    report = take(
        write(tmp_path / "a.csv", [{"号": "1", "事": "水沟堵了"}], head=["号", "事"]),
        profile="village-book",
        home="下坝村",
    )
    assert report.created == 1 and Intake.objects.get().area.name == "下坝村"
    assert profile_named("village-book").channel == "ledger"


def test_it_takes_hotline_orders_from_json_lines(county, tmp_path):
    path = tmp_path / "orders.jsonl"
    path.write_text(
        '{"order": "RX1", "text": "路灯不亮", "received_at": "2026-11-15 09:00", "phone": "13800002061"}\n'
        '{"order": "RX2", "text": "路灯不亮", "received_at": "2026-02-30 09:00"}\n{"order": "RX3"}\nrubbish\n',
        encoding="utf-8",
    )
    report = take(path, profile="hotline-orders")
    assert (report.created, report.bad) == (1, 3)
    assert [line for line, _, _ in report.errors] == [2, 3, 4]
    assert Intake.objects.get().channel == "hotline"


REPLIED = [*HEAD[:5], "reply", "reply_time"]


def replied(count, **change):
    said = {
        "user": "A0001",
        "subject": "路灯不亮",
        "time": "2019-02-28 11:25:05",
        "reply": "已于3月5日修复。",
        "reply_time": "2019/3/6 9:00",
    }
    return [{"id": f"r{n}", **said, "detail": f"第{n}盏路灯坏了", **change} for n in range(1, count + 1)]


def test_it_makes_answered_orders_with_their_true_times(county, tmp_path):
    table = replied(4)
    table[1]["reply_time"] = "2019-02-01"
    table[2]["reply_time"] = "2019/2/30"
    path = write(tmp_path / "r.csv", table, head=REPLIED)
    report = take(path, profile="upper-replied")
    assert (report.created, report.bad, report.counts["answered"]) == (2, 2, 2)
    assert [(line, column) for line, column, _ in report.errors] == [(3, "reply_time"), (4, "reply_time")]
    case = Case.objects.select_related("key").order_by("pk").first()
    assert (case.state, case.procedure, case.outside_number) == ("replied", "hotline-order", "r1")
    steps = list(Step.objects.filter(case=case).order_by("seq"))
    assert [s.name for s in steps] == ["opened", "dispatch", "sign", "reply"]
    assert [s.at.isoformat()[:16] for s in steps] == ["2019-02-28T03:25"] * 3 + ["2019-03-06T01:00"]
    assert {s.recorded_at for s in steps} == {NOW} and {s.by_id for s in steps} == {None}
    key, demand = open_row(case.key), Demand.objects.get(case=case)
    assert demand.outcome == "explained" and key.open(demand.result, field="demand.result") == "已于3月5日修复。"
    assert "来源没有" in key.open(demand.basis, field="demand.basis")
    file = StoredFile.objects.get(holder=f"case:{case.pk}")
    assert (file.given_by, file.by_handler) == ("upper", False) and "已于3月5日修复。" in read_file(file).decode()
    again = take(path, profile="upper-replied")
    assert (again.created, again.known) == (0, 2) and Case.objects.count() == 2
    assert undo(report.batch, at=NOW).kept == list(Intake.objects.order_by("pk").values_list("number", flat=True))


def test_it_leaves_nothing_of_an_order_that_cannot_be_made(county, tmp_path, monkeypatch):
    from jiefen.channels.ledger import replied as verbs
    from jiefen.files.actions import BadFile

    def store(data, *args, **kw):
        if "第2盏".encode() in data:
            raise BadFile("收不了")
        return real(data, *args, **kw)

    real = verbs.store
    monkeypatch.setattr(verbs, "store", store)
    table = [r | {"reply": f"第{n}盏已修"} for n, r in enumerate(replied(3), 1)]
    report = take(write(tmp_path / "r.csv", table, head=REPLIED), profile="upper-replied")
    assert (report.created, report.bad) == (2, 1) and report.errors[0][:2] == (3, "reply")
    assert Intake.objects.count() == 2 and Case.objects.count() == 2


def test_it_keeps_no_words_of_a_row_with_its_fault(county, tmp_path):
    take(write(tmp_path / "a.csv", rows(1, time="兰秀英 13800002061")))
    error = RowError.objects.get()
    assert "兰" not in error.reason and "138" not in error.reason


def test_it_counts_the_same_words_of_the_whole_file_after_a_kill(county, tmp_path, monkeypatch):
    table = rows(12)
    table[9]["detail"] = table[1]["detail"]
    path = write(tmp_path / "a.csv", table)
    assert take(path).twins == 1
    whole, parts = actions._Run._write, []

    def killed(run, *words):
        if parts:
            raise KeyboardInterrupt
        parts.append(whole(run, *words))
        return parts[-1]

    monkeypatch.setattr(actions._Run, "_write", killed)
    with pytest.raises(KeyboardInterrupt):
        take(path, chunk=5)
    monkeypatch.setattr(actions._Run, "_write", whole)
    report = take(path, chunk=5, resume=True)
    assert (report.rows, report.created, report.known, report.twins) == (12, 0, 12, 1)


def test_it_covers_names_and_phones_in_what_a_list_shows(county, tmp_path):
    table = rows(2, subject="兰秀英电话13800002061反映工资", user="兰秀英")
    table[1]["subject"] = "水电站门口" + "路灯不亮" * 20
    take(write(tmp_path / "a.csv", table))
    titles = [open_row(r.key).open(r.subject, field="intake.subject") for r in Intake.objects.order_by("pk")]
    assert titles == ["兰＊＊电话138****2061反映工资", ("水电站门口" + "路灯不亮" * 20)[:39] + "…"]
