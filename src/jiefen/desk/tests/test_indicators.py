"""The pages of figures: who gets what, that a figure and its list are the same rows, and the ledger for one person."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiefen.analytics import exports
from jiefen.analytics.facts import settle_all
from jiefen.analytics.ledger_file import compare, read_ledger
from jiefen.analytics.models import LedgerExport
from jiefen.analytics.tests.small import local, matters
from jiefen.kernel.scope import scope
from jiefen.people.models import Posting
from tests.clients import client_for
from tests.world import World

PEOPLE = ("zhou", "ge", "ming", "he", "su", "lin", "an", "officer", "wen", None)
AT = local(10, 20)


@pytest.fixture
def now(monkeypatch):
    from jiefen.desk import door

    monkeypatch.setattr(door, "now", lambda: AT)
    return AT


@pytest.fixture
def made(county, now):
    return matters(county)


# Wen dispatches at another centre, so the pages are hers too: she finds nothing of ours in them.
TABLE = {
    #                                          zhou ge   ming he   su   lin  an   officer wen nobody
    "/indicators/":                            (200, 404, 404, 404, 200, 200, 404, 200, 200, 302),
    "/indicators/answered-within-15/":         (200, 404, 404, 404, 200, 200, 404, 200, 200, 302),
    "/indicators/intakes/?part=all":           (200, 404, 404, 404, 200, 200, 404, 200, 200, 302),
    "/indicators/grid-coverage/":              (200, 404, 404, 404, 200, 200, 404, 200, 200, 302),
    "/indicators/satisfied-with-office/":      (404, 404, 404, 404, 404, 404, 404, 404, 404, 302),
    "/indicators/no-such/":                    (404, 404, 404, 404, 404, 404, 404, 404, 404, 302),
    "/indicators/intakes/?part=nothing":       (404, 404, 404, 404, 404, 404, 404, 404, 404, 302),
    "/indicators/?area=450399000000":          (404, 404, 404, 404, 200, 200, 404, 200, 404, 302),
    "/indicators/?area=450399100000":          (200, 404, 404, 404, 200, 200, 404, 200, 404, 302),
    "/indicators/?area=999999000000":          (404, 404, 404, 404, 404, 404, 404, 404, 404, 302),
    "/indicators/?day=2026-10-21":             (422, 404, 404, 404, 422, 422, 404, 422, 422, 302),
    "/indicators/?day=2019-02-30":             (422, 404, 404, 404, 422, 422, 404, 422, 422, 302),
    "/indicators/?since=2026-10-01&day=2026-09-01": (422, 404, 404, 404, 422, 422, 404, 422, 422, 302),
    "{ledger of su}":                          (404, 404, 404, 404, 200, 404, 404, 404, 404, 302),
    "{ledger of su}file/":                     (404, 404, 404, 404, 200, 404, 404, 404, 404, 302),
}  # fmt: skip


def ledger_of(county: World, name: str) -> LedgerExport:
    with scope("worker"):
        row = exports.ask(county.actor(name, AT), at=AT)
        return exports.make(row.pk, AT)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.HOME = tmp_path


def test_each_page_is_open_to_whom_it_is_for_and_to_nobody_else(county, made):
    row = ledger_of(county, "su")
    clients = [client_for(county, name) for name in PEOPLE]
    for url, wanted in TABLE.items():
        url = url.replace("{ledger of su}", f"/indicators/ledger/{row.pk}/")
        got = tuple(client.get(url).status_code for client in clients)
        assert got == wanted, url


def test_a_stranger_gets_the_same_bytes_for_anothers_ledger_as_for_none(county, made):
    row = ledger_of(county, "su")
    client = client_for(county, "zhou")
    assert client.get(f"/indicators/ledger/{row.pk}/").content == client.get("/indicators/ledger/999999/").content


def figures(client: Client, query: str = "") -> dict[str, str]:
    text = client.get(f"/indicators/{query}").content.decode()
    found = re.findall(
        r'<a class="count" href="/indicators/([a-z0-9-]+)/\?[^"]*">.*?<span class="val">(.*?)</span><span class="of">(.*?)</span>',
        text,
        re.S,
    )
    return {key: f"{re.sub('<.*?>', '', val)} {of}" for key, val, of in found}


def test_it_prints_both_counts_large_and_the_percent_small(county, made):
    seen = figures(client_for(county, "su"))
    assert len(seen) == 26
    assert seen["answered-within-15"] == "2 ／5 40.00％"
    assert seen["answered-within-30"] == "2 ／3 66.67％；另2件未满期"
    assert seen["closing-rate"] == "2 ／5 40.00％"
    assert seen["mean-days"] == "10.00 日 20日／2件；中位4日，九成位16日，最久16日"
    assert figures(client_for(county, "su"), "?day=2026-09-16")["answered-within-15"] == "1 ／2 50.00％；另1件未满期"


def test_a_stranger_counts_nothing_of_it(county, made):
    seen = figures(client_for(county, "wen"))
    assert seen["accepted"] == "0 件 看名单"
    assert seen["answered-within-15"] == "0 ／0 —"
    page = client_for(county, "wen").get("/indicators/answered-within-15/?part=denominator").content.decode()
    assert made["a"].number not in page and "这份名单是空的" in page


def test_the_list_holds_the_rows_that_were_counted(county, made):
    client = client_for(county, "su")
    page = client.get("/indicators/answered-within-15/?part=missing").content.decode()
    assert [x for x in "abcde" if made[x].number in page] == ["b", "c", "d"]
    page = client.get("/indicators/answered-within-15/?part=waiting&day=2026-09-16").content.decode()
    assert [x for x in "abcde" if made[x].number in page] == ["c"]


def test_it_pages_without_losing_or_repeating_a_row(county, made, monkeypatch):
    from jiefen.desk import lists

    monkeypatch.setattr(lists, "PAGE", 2)
    client, url, seen = client_for(county, "su"), "?part=all", []
    while url:
        page = client.get(f"/indicators/accepted/{url}").content.decode()
        seen += re.findall(r'<span class="no">(.*?)</span>', page)
        after = re.search(r'sheet-foot"><a href="(\?[^"]*after[^"]*)"', page)
        url = after.group(1).replace("&amp;", "&") if after else ""
    assert seen == [made[x].number for x in "abcde"]
    assert client.get("/indicators/accepted/?after=2026-01-01~x").status_code == 200


def test_the_queries_of_a_page_do_not_grow_with_the_matters(county, now, monkeypatch):
    from jiefen.procedures import catalogue

    monkeypatch.setattr(catalogue, "CHECK_SECONDS", 1e9)  # not the moment at which it looks for new definitions
    client = client_for(county, "su")
    costs = {}
    for _round in ("warm", "few", "many"):
        settle_all()  # what changed is counted by a fixed number of queries, once
        for url in ("/indicators/", "/indicators/accepted/", "/indicators/intakes/"):
            with CaptureQueriesContext(connection) as seen:
                assert client.get(url).status_code == 200
            costs[_round, url] = len(seen)
        if _round == "few":
            for n in range(4):
                county.case(at=AT - timedelta(hours=n + 1))
        elif _round == "warm":
            county.case(at=AT - timedelta(hours=9))
    for url in ("/indicators/", "/indicators/accepted/", "/indicators/intakes/"):
        assert costs["many", url] == costs["few", url] <= 60, url


def test_the_ledger_bears_the_readers_name_and_comes_back_without_a_difference(county, made, tmp_path):
    client = client_for(county, "su")
    answer = client.post("/indicators/ledger/", {"day": "2026-09-16"})
    row = LedgerExport.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/indicators/ledger/{row.pk}/")
    assert "排在后台" in client.get(answer["Location"]).content.decode()
    assert client.get(f"{answer['Location']}file/").status_code == 404
    exports.make(row.pk, AT)
    got = client.get(f"{answer['Location']}file/")
    (tmp_path / "got.xlsx").write_bytes(b"".join(got.streaming_content))
    sheet = read_ledger(tmp_path / "got.xlsx")
    assert "苏珩（县综治中心）" in sheet.said and "截至 2026-09-17_00:00:00" in sheet.said
    assert len(sheet.rows) == 3
    assert compare(tmp_path / "got.xlsx") == []


def test_whoever_left_gets_no_ledger(county, made):
    with scope("worker"):
        row = exports.ask(county.actor("su", AT), at=AT)
    Posting.objects.filter(person=county.people["su"]).update(until=AT)
    assert exports.make(row.pk, AT + timedelta(minutes=1)).state == "failed"


def test_a_file_is_taken_away_after_its_days(county, made):
    row = ledger_of(county, "su")
    path = exports.folder() / row.file
    assert path.is_file() and path.stat().st_mode & 0o077 == 0
    assert exports.sweep(AT + exports.KEEP) == 0 and exports.sweep(AT + exports.KEEP + timedelta(seconds=1)) == 1
    assert not path.exists()
    assert client_for(county, "su").get(f"/indicators/ledger/{row.pk}/file/").status_code == 404


def test_it_takes_no_order_for_an_area_or_an_office_that_is_not_mine(county, made):
    client = client_for(county, "zhou")
    assert client.post("/indicators/ledger/", {"area": "450399101000"}).status_code == 404
    assert client.post("/indicators/ledger/", {"unit": "housing"}).status_code == 404
    assert client.post("/indicators/ledger/", {"unit": "centre"}).status_code == 302
    assert client_for(county, "he").post("/indicators/ledger/").status_code == 404
    assert client.get("/indicators/ledger/").status_code == 405


def test_a_page_says_when_what_changed_is_not_all_counted_yet(county, now, monkeypatch):
    from jiefen.analytics import facts

    county.case(at=AT - timedelta(hours=1))
    client = client_for(county, "su")
    assert "还没有全部计进来" not in client.get("/indicators/").content.decode()  # counted on the way
    county.case(at=AT - timedelta(hours=2), once_key="later")
    monkeypatch.setattr(facts, "settle", lambda most=0: 1)  # as after an import of thousands
    for url in ("/indicators/", "/indicators/accepted/"):
        assert "还没有全部计进来" in client.get(url).content.decode()
