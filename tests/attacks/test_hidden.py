"""Guessing, forging and typing in: what is not yours looks like nothing, a form without our mark changes nothing, and what
somebody writes stays words."""

import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiefen.cases.actions import take_step
from jiefen.cases.models import Case, Demand, Step
from jiefen.desk import door
from jiefen.files.actions import name_of, store
from jiefen.files.models import StoredFile
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope, set_scope
from jiefen.kernel.seal import open_row
from jiefen.people.models import Person, Posting
from jiefen.triage.tests.test_vault_bytes import VOLATILE
from tests.attacks.ground import NONE, PDF, build, clients, patterns, quickly, tried
from tests.clients import client_for
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(9)</script>"


@pytest.fixture
def ground(county, monkeypatch):
    monkeypatch.setattr(door, "now", lambda: MONDAY)
    return build(county)


def body(answer) -> bytes:
    return VOLATILE.sub(rb"\1", answer.content)


def test_wrong_and_not_yours_are_the_same_bytes_and_cost_the_same_questions(ground):
    """For Wen, a mediator of another office and the administrator, at every address that names the matter, read and sent."""
    at = clients(ground.county)
    away = {str(ground.case.slug): "none-2026-0001", str(ground.waiting.number): "000000000"}
    wrong = []
    for pattern, _view in patterns():
        if not any(part in pattern for part in ("<str:slug>", "<str:number>")):
            continue
        one = other = ground.address(pattern)
        for there, gone in away.items():
            other = other.replace(there, gone)
        for who in ("wen", "ming", "an"):
            for method in ("get", "post"):
                said = (
                    {"reason": "x", "words": "x", "party": "p1", "purpose": "回访", "name": "x"}
                    if method == "post"
                    else {}
                )
                with CaptureQueriesContext(
                    connection,
                ) as mine:
                    got = tried(at[who], method, one, said)
                with CaptureQueriesContext(connection) as none:
                    nothing = tried(at[who], method, other, said)
                if (got.status_code, body(got)) != (nothing.status_code, body(nothing)) or got.status_code < 400:
                    wrong.append(f"{who} {method} {one} {got.status_code}/{nothing.status_code}")
                elif len(mine) != len(none):
                    wrong.append(f"{who} {method} {one}: {len(mine)} questions, {len(none)} for nothing")
    assert not wrong, wrong


def test_a_file_and_a_paper_of_another_matter_are_not_there_under_ones_own(ground):
    """He may read his matter; under its address nothing of another opens, by no number."""
    other = ground.county.case(once_key="other", unit="housing", text="楼道漏水", name="石建国", phone="13800002062")
    with scope("worker"):
        theirs = store(PDF, "b.pdf", holder=f"case:{other.pk}", key_id=other.key_id, given_by="resident", at=MONDAY)
    he = clients(ground.county)["he"]
    for part in ("files", "papers"):
        for tail in ("", "pdf/", "docx/") if part == "papers" else ("",):
            one = tried(he, "get", f"/cases/{ground.case.slug}/{part}/{theirs.pk}/{tail}")
            none = tried(he, "get", f"/cases/{ground.case.slug}/{part}/{NONE}/{tail}")
            assert (one.status_code, one.content) == (none.status_code, none.content) == (404, none.content)


def test_codes_of_nobody_and_malformed_codes_say_the_same_and_are_counted_together(ground):
    client = Client(raise_request_exception=False)
    right = tried(client, "get", f"/follow/{ground.token}/")
    assert right.status_code == 200
    almost = ground.token[:-1] + ("A" if ground.token[-1] != "A" else "B")
    pages = [client.get(f"/follow/{t}/") for t in (almost, "x" * 13, "0" * 40, "..", "１２３４")]
    assert len({(p.status_code, body(p)) for p in pages if p.status_code != 404}) <= 1, [p.status_code for p in pages]
    for _n in range(40):
        last = client.get(f"/follow/{almost}/")
    assert last.status_code == 429
    assert tried(client, "get", f"/follow/{ground.token}/").status_code == 429, "one address, whatever code comes next"


def test_every_form_needs_our_mark(ground):
    """Sent without the token of our own page nothing is done, whoever it is."""
    wrong = []
    for name in ("su", "an", None):
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        if name:
            client.force_login(
                ground.county.people[name], backend="allauth.account.auth_backends.AuthenticationBackend"
            )
        for pattern, _view in patterns():
            status = tried(client, "post", ground.address(pattern), {"x": "1"}).status_code
            if status not in (403, 405) and not pattern.startswith(("api/", "language/")):
                wrong.append(f"{name} /{pattern} {status}")
    assert not wrong, wrong


def test_fields_that_no_form_has_change_nothing(ground):
    """State, doors, office, rights: sent beside a true form they are not read."""
    county, at = ground.county, clients(ground.county)
    more = {
        "state": "closed", "doors": "1", "stratum": "0", "is_superuser": "1", "is_staff": "1", "is_active": "0", "centre": "1",
        "responsible": county.people["wen"].pk, "lead_unit": county.units["housing"].pk, "is_open": "0", "steps": "0", "by": "1",
        "taken_by": county.people["wen"].pk, "must_change_password": "", "password": "x", "role": "administrator", "id": "1", "pk": "1",
    }  # fmt: skip
    he, an, zhou = at["he"], at["an"], at["zhou"]
    with scope("worker"):
        before = Case.objects.values("state", "doors", "stratum", "is_open", "responsible", "lead_unit", "centre").get(
            pk=ground.case.pk
        )
        steps = Step.objects.count()
    page = f"/cases/{ground.case.slug}/"
    said = {"outcome": "supported", "result": "已付", "basis": "条例30", "remedy": "六十日内复议"}
    assert he.post(page + "demands/1/", said | more).status_code == 302
    with scope("worker"):
        now = Case.objects.values(*before).get(pk=ground.case.pk)
        assert (now, Step.objects.count()) == (before, steps)
        assert Demand.objects.get(case=ground.case, seq=1).outcome == "supported"
    made = an.post("/admin/people/new/", more | {"name": "新来", "username": "xinlai", "phone": ""})
    assert made.status_code == 200
    fresh = Person.objects.get(username="xinlai")
    assert fresh.is_active and fresh.must_change_password and not getattr(fresh, "is_superuser", False)
    assert not Posting.objects.filter(person=fresh).exists() and not fresh.check_password("x")
    taken = zhou.post("/register/", more | {
        "once_key": "mass-0001", "channel": "window", "identity": "named", "name": "兰秀英", "phone": "13800002061", "text": "路灯坏了",
    })  # fmt: skip
    assert taken.status_code == 302, taken.content.decode()[:500]
    with scope("worker"):
        row = Intake.objects.latest("pk")
        assert row.state == "waiting" and row.taken_by_id == county.people["zhou"].pk
        assert row.centre_id == county.units["centre"].pk and set(row.doors) != {1}


def test_script_in_every_stored_word_is_shown_as_words(ground):
    """Told at the window by Lan, typed by staff, named on a file: on every page that shows it, escaped."""
    county, at = ground.county, clients(ground.county)
    case = county.case(
        once_key="script", text=f"路灯坏了{SCRIPT}", subject=SCRIPT, name=SCRIPT[:40], address=SCRIPT,
        decision={"demands": [SCRIPT], "title": SCRIPT, "reason": SCRIPT, "respondents": [SCRIPT]},
    )  # fmt: skip
    with scope("worker"):
        take_step(case, "sign", by=county.actor("he"), at=MONDAY, facts={"recusal-declared": True}, reason=SCRIPT)
        row = Case.objects.select_related("key").get(pk=case.pk)
        store(
            PDF,
            f"{SCRIPT.replace('/', '')}.pdf",
            holder=f"case:{case.pk}",
            key_id=case.key_id,
            given_by="resident",
            at=MONDAY,
        )
        intake = Intake.objects.select_related("key").get(decision__case=case)
        token = open_row(intake.key).open(intake.token, field="intake.token")
    page = f"/cases/{row.slug}/"
    at["he"].post(page + "demands/1/", {"outcome": "supported", "result": SCRIPT, "basis": SCRIPT, "remedy": SCRIPT})
    at["he"].post(page + "unmask/", {"party": "p1", "purpose": "回访"})
    shown = 0
    for who in ("he", "zhou", "su", "nobody"):
        for pattern, _view in patterns():
            if "<str:slug>" in pattern or "<" not in pattern or (who == "nobody" and pattern.startswith("follow/")):
                address = ground.address(pattern).replace(ground.case.slug, row.slug).replace(ground.token, token)
                answer = tried(at[who], "get", address)
                text = answer.content if "html" in answer.get("Content-Type", "") else b""
                assert SCRIPT.encode() not in text, f"{who} {address}"
                shown += b"&lt;script&gt;alert(9)" in text
    assert shown > 8, shown


PATHS = ("../../etc/passwd.pdf", "..\\..\\windows\\a.pdf", "/etc/cron.d/a.pdf", "a\x00.pdf", "%2e%2e%2fa.pdf", "文" * 300 + ".pdf", ".pdf", "a\r\nX: y.pdf", "con.pdf")  # fmt: skip


def test_no_name_of_a_file_leads_anywhere(ground, settings):
    he = clients(ground.county)["he"]
    page = f"/cases/{ground.case.slug}/"
    for n, name in enumerate(PATHS):
        he.post(page + "files/", {"file": SimpleUploadedFile(name, PDF + b"%d" % n), "whose": "outside"})
    with scope("worker"):
        kept = list(StoredFile.objects.filter(holder=f"case:{ground.case.pk}"))
        names = [name_of(row) for row in kept]
    assert len(kept) > 4
    assert not [n for n in names if "/" in n or "\\" in n or len(n) > 120 or "\x00" in n or "\n" in n], names
    for row in kept:
        assert ".." not in row.path and not row.path.startswith("/")
        got = he.get(f"{page}files/{row.pk}/")
        assert got.status_code == 200 and "\n" not in got["Content-Disposition"] and "X" not in got.headers
        assert got["Content-Disposition"].startswith("attachment") and "sandbox" in got["Content-Security-Policy"]


def packed(*, honest: bool) -> bytes:
    """A workbook of some kilobytes that unpacks to half a gigabyte, and says so or says that it holds a hundred bytes."""
    size = 420_000_000
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = (
        b"".join(squeeze.compress(b"0" * 5_000_000) for _n in range(size // 5_000_000 if honest else 8))
        + squeeze.flush()
    )
    name, says = b"xl/worksheets/sheet1.xml", size if honest else 100
    rest = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, 0, len(data), says, len(name), 0)
    body = b"PK\x03\x04" + rest + name + data
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + rest + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    return body + entry + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(body), 0)


def picture(width: int, height: int) -> bytes:
    """The head of a PNG that claims to be so large."""

    def chunk(sort: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + sort + data + struct.pack(">I", zlib.crc32(sort + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("honest", [True, False])
def test_a_workbook_that_unpacks_to_more_than_it_may_is_refused(tmp_path, honest):
    from jiefen.channels.reading import Unreadable, open_table

    file = tmp_path / "a.xlsx"
    file.write_bytes(packed(honest=honest))
    assert file.stat().st_size < 1_000_000
    with pytest.raises(Unreadable):
        open_table(file)


def test_a_picture_that_claims_a_billion_dots_is_never_unpacked(monkeypatch):
    from PIL import Image

    from jiefen.papers.actions.sealing import SealRefused, check_seal
    from jiefen.papers.dossier import _picture

    monkeypatch.setattr(Image.Image, "convert", lambda *a, **k: pytest.fail("it was unpacked"))
    for side in (12_000, 40_000):
        with pytest.raises(ValueError, match=r"picture|pixels|decompression|limit"):
            try:
                _picture(picture(side, side))
            except Image.DecompressionBombError as bomb:
                raise ValueError("decompression") from bomb
        with pytest.raises(SealRefused):
            check_seal(picture(side, side))


# ---------- talks with one side alone ----------


def everything(cursor) -> dict[str, object]:
    """Every row of every table and every counter of the database but the lanes' own: what all else is made from."""
    apart = ("mediation_lane", "mediation_laneentry", "mediation_lanetypist", "kernel_sealkey", "django_session")
    cursor.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL (%s)", [list(apart)]
    )
    found: dict[str, object] = {}
    for table in sorted(row[0] for row in cursor.fetchall()):
        cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)), count(*) FROM \"{table}\" t")
        found[table] = cursor.fetchone()
    cursor.execute(
        "SELECT sequencename, last_value FROM pg_sequences WHERE sequencename <> 'kernel_sealkey_id_seq' ORDER BY 1"
    )
    return found | dict(cursor.fetchall())


def looks(county, addresses, codes) -> dict[str, bytes]:
    """What everybody who may come near the matter gets at its addresses, at lists, search, figures and exports, and the other
    people in it by their codes. Whatever looking writes is taken back."""
    lists = [
        "/cases/?q=八千", "/inbox/", "/search/?q=八千", "/search/?q=房租", "/supervise/", "/supervise/readings/",
        "/indicators/", "/ledger/", "/supervise/hard/",
    ]  # fmt: skip
    seen = {}
    for who in ("zhou", "su", "jin", "lin", "ming"):
        client = client_for(county, who)
        client.raise_request_exception = False
        for address in [*addresses, *(lists if who == "su" else lists[2:3])]:
            if who == "ming" and "alone" in address:
                continue  # it is his
            got = tried(client, "get", address)
            seen[f"{who} {address}"] = str(got.status_code).encode() + body(got)
    for address in codes:
        got = tried(Client(raise_request_exception=False), "get", address)
        seen[address] = str(got.status_code).encode() + body(got)
    return seen


def test_two_matters_that_differ_only_in_what_was_said_alone_look_the_same(county, monkeypatch, settings):
    """To the other side, colleagues, head, supervisor and sponsor: pages, drafts of every paper, search, lists, exports; and
    what all of those are made from is the same to the last row and counter."""
    from jiefen.cases.rebuild import rebuild
    from jiefen.mediation.actions import correct_entry, tell_alone
    from jiefen.mediation.models import Lane, LaneEntry
    from jiefen.mediation.tests.test_labour import labour
    from jiefen.triage.actions import Decision, decide

    with scope("worker"):
        w = labour(county)
        receipt = county.intake(once_key="shi", text="我是石建国，我也有话说", name="石建国", phone="13800002062")
        other = Intake.objects.get(pk=receipt.intake_id)
        decide(other, Decision(action="join", case=w.case.pk), by=county.actor("zhou", w.at), at=w.at)
        assert w.case.parties.filter(receipt=other.pk).update(role="respondent") == 1
        w.consent("p3")
        w.in_session()
        county.newcomer("jin", "金所长", unit="justice", role="mediation-head")
        rebuild(check=False, at=w.at)
        case = w.fresh()
        hers = Intake.objects.select_related("key").get(pk=case.parties.get(key="p1").receipt)
    quickly(monkeypatch, settings)
    monkeypatch.setattr(door, "now", lambda: w.at)
    page = f"/cases/{case.slug}/"
    parts = (
        "",
        "papers/",
        "dossier/",
        "steps/end-without-agreement/",
        "mediation/",
        "mediation/alone/",
        "mediation/alone/p1/",
    )
    addresses = [page + part for part in parts]
    codes = [
        f"/follow/{receipt.token}/{part}" for part in ("", "agreement/", "alone/", "consent/", "mine/", "readings/")
    ]
    token = open_row(hers.key).open(hers.token, field="intake.token")
    codes += [f"/follow/{token}/{part}" for part in ("", "agreement/", "consent/", "mine/", "readings/")]
    before = looks(county, addresses, codes)
    set_scope("worker")
    with connection.cursor() as cursor:
        rows = everything(cursor)
    ming = county.actor("ming", w.at)
    with scope("worker"):
        tell_alone(case, "p1", words="最低八千就签", kind="concession", fen=800000, by=ming, at=w.at)
        correct_entry(case, "p1", 2, words="最低八千五就签", fen=850000, by=ming, at=w.at)
        tell_alone(case, "p2", words="手头只有五千", kind="offer", fen=500000, by=ming, at=w.at)
        tell_alone(case, "p1", words="月底要交房租", by=None, at=w.at, fresh="2061")
        tell_alone(case, "p1", words="孩子要上学", by=county.actor("zhou", w.at), at=w.at)
    set_scope("worker")
    with connection.cursor() as cursor:
        now = everything(cursor)
    assert {name: (row, now[name]) for name, row in rows.items() if row != now[name]} == {}
    after = looks(county, addresses, codes)
    differs = [address for address, got in before.items() if got != after[address]]
    assert not differs, differs
    assert sum(got.startswith(b"200") for got in before.values()) > 30
    with scope("worker"):
        assert not Lane.objects.exists() and not LaneEntry.objects.exists(), (
            "nor may any process of ours read it by chance"
        )
    shown = tried(client_for(county, "ming"), "get", page + "mediation/alone/").content.decode()
    for words in ("最低八千五就签", "手头只有五千", "月底要交房租", "孩子要上学"):
        assert words in shown, "to him it is all there"
