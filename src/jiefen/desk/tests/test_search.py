"""The page of finds: words and part-words, through the reader's doors, nothing that is shut to them, counts included."""

import html
import re
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiefen.cases.actions import correct, take_step
from jiefen.cases.models import Case
from jiefen.cases.need import reads_content
from jiefen.intake.models import Intake
from jiefen.kernel import ask
from jiefen.kernel.models import Reading
from jiefen.kernel.outbox import at_once
from jiefen.kernel.scope import scope, set_scope
from jiefen.kernel.seal import open_row
from jiefen.privacy.destroy import destroy
from jiefen.privacy.tests.ground import owner_url
from jiefen.triage.actions import leave_vault
from jiefen.triage.finding import asking, index
from jiefen.triage.finding.rebuild import rebuild
from jiefen.triage.models import SearchRow
from jiefen.triage.road import seal_away
from tests.clients import client_for
from tests.world import MONDAY

HOUR = MONDAY.resolution * 3_600_000_000
PLANT = "下坝村水泥搅拌站夜里十一点还在开工，噪音吵得老人睡不着，粉尘落满院子，请尽快处理。"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"), at_once():
        yield


def page(county, who: str, address: str) -> str:
    answer = client_for(county, who).get(address)
    set_scope("worker")  # the page's own scope lasts as long as the test's transaction
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def numbers(county, who: str, q: str, **more: str) -> list[str]:
    address = "/search/?q=" + quote(q) + "".join(f"&{k}={quote(v)}" for k, v in more.items())
    return re.findall(r'<span class="no">([^<]+)</span>', page(county, who, address))


def test_words_part_words_and_phrases_find_the_matter_and_are_marked(county, clock):
    case = county.case(text=PLANT, once_key="a", by="zhou")
    county.case(text="石桥村小学门口没有斑马线，请尽快处理。", once_key="b", by="zhou")
    for q in ("搅拌", "泥搅", "水泥搅拌站", "粉尘 老人", "老人 粉尘", "拌站夜里"):
        assert numbers(county, "zhou", q) == [case.number], q
    for q in ("站水", "老人粉尘", "搅拌 斑马线", "兰秀英", "秀英", "13800002061"):
        assert numbers(county, "zhou", q) == [], q
    assert "水泥<mark>搅拌</mark>站" in page(county, "zhou", "/search/?q=搅拌")
    assert len(numbers(county, "zhou", "尽快处理")) == 2
    assert "没有找到" in page(county, "zhou", "/search/?q=站水") and "少写几个字" in page(
        county, "zhou", "/search/?q=站水"
    )
    assert "只有一个字" in page(county, "zhou", "/search/?q=水")


def test_a_number_or_a_code_leads_straight_there(county, clock):
    case = county.case(once_key="a")
    row = Intake.objects.get(decision__case=case)
    zhou = client_for(county, "zhou")
    for q, where in ((case.number, f"/cases/{case.slug}/"), (case.slug.upper(), f"/cases/{case.slug}/"),
                     (row.number, f"/intakes/{row.number}/"), (row.short_code, f"/intakes/{row.number}/")):  # fmt: skip
        for address in ("/search/", "/find/"):
            assert zhou.get(address, {"q": q}).headers.get("Location") == where, q
    mark, rest = case.number.split("〔")
    year, serial = rest.rstrip("号").split("〕")
    code = row.short_code.replace("-", "")
    long = open_row(row.key).open(row.token, field="intake.token")
    typed = [f"{mark}[{year}]{int(serial)}号", f"{mark}（{year}） {serial}", f" {mark}【{year}】{int(serial)}"]
    letters = [
        code,
        code.lower(),
        f"{code[:2]} {code[2:]}",
        long,
        f"{long[:4]}-{long[4:]}",
        f"http://x/follow/{long}/receipt/",
    ]
    for q, where in [(q, f"/cases/{case.slug}/") for q in typed] + [(q, f"/intakes/{row.number}/") for q in letters]:
        for more in ({}, {"place": "", "since": "", "until": ""}):  # as the page's own form sends it
            assert zhou.get("/search/", {"q": q} | more).headers.get("Location") == where, (q, more)
    fullwidth = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in row.number)
    assert zhou.get("/search/", {"q": fullwidth}).headers.get("Location") == f"/intakes/{row.number}/"
    assert zhou.get("/search/", {"q": case.number, "place": "柳河镇"}).status_code == 200, "narrowed, it is a list"
    wen = client_for(county, "wen")
    for q in (*typed, *letters):
        assert wen.get("/search/", {"q": q}).status_code == 200, q
    with scope("worker"):
        Intake.objects.filter(pk=row.pk).update(short_code="LH-FFAY-VZ")  # of letters alone, as one in some is
    assert zhou.get("/search/", {"q": "lhffayvz"}).headers.get("Location") == f"/intakes/{row.number}/"
    assert client_for(county, "wen").get("/search/", {"q": case.number}).status_code == 200
    assert numbers(county, "wen", case.number) == []


def test_kind_state_place_and_days_narrow_and_are_counted_and_stand_in_the_address(county, clock):
    wages = county.case(once_key="a", text=PLANT)
    noise = county.case(once_key="b", text=PLANT, unit=None, decision={"kind": "0801"})
    waiting = county.intake(once_key="c", text=PLANT).number
    assert numbers(county, "zhou", "搅拌站") == [waiting, noise.number, wages.number]
    assert numbers(county, "zhou", "搅拌站", kind="07") == [wages.number]
    assert numbers(county, "zhou", "搅拌站", state="intake-waiting") == [waiting]
    assert numbers(county, "zhou", "搅拌站", state=wages.state) == [wages.number]
    assert len(numbers(county, "zhou", "", place="下坝村")) == 3 and numbers(county, "zhou", "", place="石桥村") == []
    assert len(numbers(county, "zhou", "搅拌站", since="2026-11-16", until="2026-11-16")) == 3
    assert (
        numbers(county, "zhou", "搅拌站", since="2026-11-17")
        == numbers(county, "zhou", "搅拌站", until="2026-11-15")
        == []
    )
    body = page(county, "zhou", "/search/?q=搅拌站&kind=0801")
    assert "1件，新的在前" in body and "待分诊" not in re.findall(r'<ul class="bare narrows">.*?</ul>', body, re.S)[0]
    assert re.search(r'href="\?q=[^"]+&amp;kind=0801" aria-current="true"', body)
    for bad in (
        "?q=x&since=2026-13-40",
        "?q=x&place=月亮",
        "?since=2026-11-17&until=2026-11-01",
        "?q=x&after=~&kind=%27",
    ):
        assert client_for(county, "zhou").get("/search/" + bad).status_code == 200


def narrows(body: str) -> dict[str, list[tuple[str, str, bool]]]:
    """Heading → (label, address, chosen) of the links beside the list."""
    beside = body.split('class="stack narrows-beside"')[1]
    lists = re.findall(r'<nav class="sheet" aria-label="([^"]+)">.*?<ul[^>]*>(.*?)</ul>', beside, re.S)
    link = re.compile(r'<a href="([^"]*)"( aria-current="true")?>([^<]*)')
    return {
        title: [(name, html.unescape(url), bool(now)) for url, now, name in link.findall(rows)] for title, rows in lists
    }


def test_places_are_links_beneath_ones_own_and_the_lists_stand_in_one_line_before_the_finds(county, clock):
    case = county.case(once_key="a", text=PLANT)
    body = page(county, "su", "/search/?q=搅拌站")
    line, finds = body.index('<details class="narrows-line sheet"><summary>'), body.index('<ol class="finds">')
    assert line < finds and "按状态、类型、地点限定" in body[line:finds] and "按地点" in body[line:finds]
    assert "<details open" not in body and "aria-current" not in body[line:finds]
    towns = narrows(body)["按地点"]
    assert [name for name, _url, _now in towns] == ["柳河镇", "青石镇"]
    there, nowhere = (page(county, "su", "/search/" + url) for _name, url, _now in towns)
    assert case.number in there and case.number not in nowhere and "没有找到" in nowhere
    deeper = narrows(there)["按地点"]
    assert [(name, now) for name, _url, now in deeper][:2] == [("全部", False), ("柳河镇", True)]
    assert "已限定：柳河镇" in there
    village = dict((name, url) for name, url, _now in deeper)["下坝村"]
    last = narrows(page(county, "su", "/search/" + village))["按地点"]
    assert [name for name, _url, _now in last] == ["全部", "下坝村"], "beneath a village there is nothing to choose"
    assert last[0][1] == "?q=" + quote("搅拌站")
    mine = [name for name, _url, _now in narrows(page(county, "zhou", "/search/?q=搅拌站"))["按地点"]]
    assert "下坝村" in mine and "青石镇" not in mine, "a township's reader begins with its villages"


def test_what_is_shut_to_the_reader_does_not_exist(county, clock):
    """The same bytes with and without a matter that is restricted, in the vault, or somebody else's."""
    county.case(once_key="a", text=PLANT, unit=None)
    asked = ("/search/?q=搅拌站", "/search/?q=老人&place=下坝村", "/search/?place=柳河镇", "/search/?q=收受贿赂")

    def bytes_of(who: str) -> list[str]:
        # The side of the page tells Zhou of the alarm she was rung up for, and the keeper of what waits in the vault.
        return [page(county, who, address).split("<main", 1)[1] for address in asked]

    before = {who: bytes_of(who) for who in ("zhou", "wen", "he", "keeper")}
    mine = county.case(once_key="r", text=PLANT + "丈夫家庭暴力打我", by="su", unit="housing")
    Intake.objects.filter(decision__case=mine).update(doors=Case.objects.get(pk=mine.pk).doors)
    Case.objects.filter(pk=mine.pk).update(doors=[county.units["housing"].pk * 4])
    index.write_cases([mine.pk])
    accused = county.intake(once_key="v", text="我实名举报柳河镇干部张某收受贿赂，搅拌站老人。", by=None)
    assert Intake.objects.get(pk=accused.intake_id).stratum == 2
    assert numbers(county, "housing_head", "搅拌站") == [mine.number]
    assert {who: bytes_of(who) for who in before} == before
    assert not SearchRow.objects.filter(intake=accused.intake_id).exists()


def test_a_row_that_lags_behind_shows_nothing_to_whom_the_matter_was_shut_since(county, clock):
    case = county.case(once_key="a", text=PLANT)
    assert numbers(county, "he_head", "搅拌站") == [case.number]
    before = SearchRow.objects.get(case=case).words
    Case.objects.filter(pk=case.pk).update(doors=[])
    ask.do(
        "UPDATE triage_searchrow SET words = %s::tsvector WHERE case_id = %s::bigint", [before, case.pk]
    )  # its door again
    assert (
        numbers(county, "he_head", "搅拌站") == [] and "搅拌" not in page(county, "he_head", "/search/?q=拌站")[9000:]
    )


def test_content_that_needs_a_reason_is_found_by_its_title_alone(county, clock):
    from jiefen.people.actions import post

    case = county.case(once_key="a", text=PLANT, decision={"title": "搅拌站扰民"})
    take_step(case, "sign", by=county.actor("he"), at=MONDAY + HOUR, facts={"recusal-declared": True})
    post(county.people["wen"], county.units["labour"], "handler", at=MONDAY)
    clock(MONDAY + 2 * HOUR)
    for who in ("he", "wen", "zhou", "su", "lin", "he_head", "agent"):
        actor, fresh = county.actor(who, MONDAY + 2 * HOUR), Case.objects.get(pk=case.pk)
        open_ = reads_content(actor, fresh)
        assert numbers(county, who, "粉尘") == ([case.number] if open_ else []), who
        assert numbers(county, who, "搅拌站") == [case.number], who
        assert ("粉尘" in page(county, who, "/search/?q=搅拌站")) is open_, who
    assert not reads_content(county.actor("wen", MONDAY + 2 * HOUR), fresh)


def test_the_index_follows_what_happens_and_equals_its_rebuild(county, clock):
    case = county.case(once_key="a", text=PLANT)
    loose = county.intake(once_key="b", text="石桥村路灯坏了").intake_id
    correct(case, by=county.actor("zhou"), at=MONDAY, reason="写错", title="石灰窑扰民")
    assert numbers(county, "zhou", "石灰窑") == [case.number]
    assert rebuild(check=True).differed == []
    SearchRow.objects.filter(case=case).delete()
    SearchRow.objects.filter(intake=loose).update(words="")
    assert len(rebuild(check=True)) == 2 == len(rebuild(check=False))
    assert rebuild(check=True).differed == [] and numbers(county, "zhou", "石灰窑") == [case.number]
    row = Intake.objects.get(pk=loose)
    seal_away(row, by=county.actor("zhou"), at=MONDAY)
    assert not SearchRow.objects.filter(intake=loose).exists() and rebuild(check=True).differed == []
    row.refresh_from_db()
    leave_vault(row, by=county.actor("keeper"), at=MONDAY, reason="不是检举")
    assert SearchRow.objects.filter(intake=loose).exists() and rebuild(check=True).differed == []


def test_it_goes_with_the_key_of_the_matter(county, clock):
    case = county.case(once_key="a", text=PLANT)
    destroy([case.pk], [Intake.objects.get(decision__case=case).pk], why="到期", at=MONDAY)
    assert SearchRow.objects.get(case=case).words == ""
    assert numbers(county, "zhou", "搅拌站") == [] and rebuild(check=True).differed == []


def test_a_full_page_goes_on_among_older_ones_and_asks_few_questions(county, clock, monkeypatch):
    made = [county.case(once_key=f"c{n}", text=PLANT, at=MONDAY - n * 400 * HOUR).number for n in range(7)]
    monkeypatch.setattr(asking, "MOST", 3)
    monkeypatch.setattr(asking, "PAGE", 2)
    monkeypatch.setattr(asking.find, "__kwdefaults__", {"size": 2})
    seen, address = [], "/search/?q=搅拌站"
    for _ in range(4):
        body = page(county, "zhou", address)
        seen += re.findall(r'<span class="no">([^<]+)</span>', body)
        assert "只数了最近的3件" in body or "回到最新的" in body
        if not (more := re.search(r'<a href="(\?[^"]+)" rel="next">', body)):
            break
        address = "/search/" + more[1].replace("&amp;", "&")
    assert seen == made
    monkeypatch.undo()
    clock(MONDAY)
    client = client_for(county, "zhou")
    client.get("/search/?q=搅拌站")
    with CaptureQueriesContext(connection) as asked:
        client.get("/search/?q=搅拌站")
    assert len(asked) <= 14, [q["sql"][:80] for q in asked]


RESTORE = """
SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', 'triage_searchrow', 'reltuples', %(rows)s::real),
       pg_restore_attribute_stats('schemaname', 'public', 'relname', 'triage_searchrow', 'attname', 'words', 'inherited', false,
         'most_common_elems', %(known)s::text, 'most_common_elem_freqs', %(shares)s::real[])
"""
FORGET = """
SELECT pg_clear_relation_stats('public', 'triage_searchrow'), pg_clear_attribute_stats('public', 'triage_searchrow', 'words', false)
"""


def test_how_common_a_word_is_thought_to_be_changes_no_answer(county, clock):
    for n in range(8):
        county.case(once_key=f"c{n}", text=PLANT, at=MONDAY - n * 900 * HOUR)
    reader = county.actor("zhou")
    wanted = asking.words.wanted("搅拌站")
    marks = sorted(re.findall(r"'([^']+)'", wanted.query))

    def found() -> list[list[tuple[int, ...]]]:
        answers = []
        for most in (1, 3, 300):
            for day in ({}, {"until": (MONDAY - 1000 * HOUR).date()}, {"since": (MONDAY - 3000 * HOUR).date()}):
                asked = asking._question(asking.Asked("搅拌站", **day), wanted, MONDAY + HOUR) | {"most": most}
                answers.append(ask.rows("SELECT id " + asking.FIND.partition("SELECT *")[2].partition("\n)")[0], asked))
        return answers

    with scope("staff", reader.keys), psycopg.connect(owner_url(), autocommit=True) as owner:
        before = found()
        assert [len(one) for one in before] == [1, 1, 1, 3, 3, 3, 8, 6, 4]
        try:
            for rows, known in (
                (1e6, {marks[0]: 0.5, marks[1]: 0.4, ".y2026": 0.1}),  # months singly
                (1e6, {marks[0]: 0.02, marks[1]: 0.01, ".y2026": 0.1, f".d{min(reader.keys)}": 0.3}),  # a year or more
                (1e6, {".y2026": 0.1, "other": 0.001}),  # rare: all at once
                (9, {marks[0]: 1.0, marks[1]: 1.0}),
            ):
                said = "{" + ",".join(known) + "}"
                owner.execute(
                    RESTORE,
                    {
                        "rows": rows,
                        "known": said,
                        "shares": [*known.values(), min(known.values()), max(known.values())],
                    },
                )
                assert found() == before, known
        finally:
            owner.execute(FORGET)


def test_nobody_asks_the_index_past_their_own_keys(county):
    county.case(once_key="a", text=PLANT)
    query = asking.words.wanted("搅拌站").query
    sql = "SELECT count(*) FROM jiefen_find(%s::tsquery, NULL, '2026-11-16', NULL, NULL, NULL, NULL, 10)"
    for keys, found in ((county.actor("zhou").keys, 1), (county.actor("wen").keys, 0), ((), 0)):
        set_scope("staff", keys)
        assert ask.row(sql, [query]) == (found,)
        assert not SearchRow.objects.exists()  # the table itself is nobody's
    set_scope("worker")


def test_a_person_is_looked_up_for_the_one_matter_at_hand_and_sees_that(county, clock):
    case = county.case(once_key="a", id_number="450399199001011234")
    county.case(once_key="b", name="兰秀英", phone="13800002061", text=PLANT)
    row = Intake.objects.get(decision__case=case)
    zhou = client_for(county, "zhou")
    lan = {"name": "兰 秀英", "number": "138 0000 2061", "purpose": "本人到窗口查询"}
    for address in (f"/cases/{case.slug}/person/", f"/intakes/{row.number}/person/"):
        assert address in zhou.get(address.removesuffix("person/")).content.decode()
        assert zhou.post(address, lan | {"purpose": ""}).status_code == 422
        assert zhou.post(address, lan | {"number": ""}).status_code == 422
        for said, right in ((lan, True), (lan | {"number": "45039919900101123 4"}, True), (lan | {"name": "石建国"}, False),
                            (lan | {"number": "13800002062"}, False)):  # fmt: skip
            body = zhou.post(address, said).content.decode()
            assert ("姓名和号码都对" in body) is right and ("对不上" in body) is not right
            assert PLANT[:6] not in body
        assert (
            client_for(county, "wen").get(address).status_code
            == client_for(county, "wen").post(address, lan).status_code
            == 404
        )
    set_scope("worker")
    lines = Reading.objects.filter(what="核对来人是不是本件的人", person=county.people["zhou"].pk)
    assert {(line.subject, line.purpose) for line in lines} == {
        (f"case:{case.pk}", "本人到窗口查询"), (f"intake:{row.pk}", "本人到窗口查询"),
    }  # fmt: skip
