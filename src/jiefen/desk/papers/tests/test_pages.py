"""The pages of papers: who gets what, what is refused where the person stands, and the person's own door."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jiefen.cases.models import Deadline, Step
from jiefen.desk.papers import bycode
from jiefen.desk.tests.test_matters import client_for
from jiefen.intake.models import Intake
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.papers import fonts
from jiefen.papers.models import Paper, RemedyWording, UnitSeal
from jiefen.papers.tests.paper_tools import needs_fonts
from jiefen.papers.tests.papers_walk import to_opinion
from jiefen.papers.tests.test_verbs import seal_png
from tests.world import MONDAY

SCAN = (b"%PDF-1.4 signed slip\n%%EOF", "slip.pdf")


@pytest.fixture
def now(monkeypatch):
    from datetime import timedelta

    from jiefen.desk import door

    monkeypatch.setattr(door, "now", lambda: MONDAY + timedelta(days=1))


@pytest.fixture
def walk(county, now):
    with scope("worker"):
        w = to_opinion(county)
        w.step("issue-opinion", "he_head")
    return w


def paper(walk, kind="handling-opinion") -> Paper:
    with scope("worker"):
        return Paper.objects.filter(case=walk.case, kind=kind).latest("pk")


def token(walk) -> str:
    with scope("worker"):
        row = Intake.objects.get(pk=walk.case.parties.get(key="p1").receipt)
        return open_row(row.key).open(row.token, field="intake.token")


@needs_fonts
def test_it_lets_in_who_may_see_the_case_and_nobody_else(county, walk):
    base = f"/cases/{walk.case.slug}/"
    one = f"{base}papers/{paper(walk).pk}/"
    table = {
        one: (200, 200, 404, 404, 302), f"{one}pdf/": (200, 200, 404, 404, 302), f"{one}docx/": (200, 200, 404, 404, 302),
        f"{base}deliver/": (200, 200, 404, 404, 302), f"{base}draft/service-record/": (200, 200, 404, 404, 302),
        f"{base}dossier/": (422, 422, 404, 404, 302), f"{base}papers/999999/": (404, 404, 404, 404, 302),
    }  # fmt: skip
    for url, statuses in table.items():
        got = tuple(client_for(county, who).get(url).status_code for who in ("he", "he_head", "wen", "an", None))
        assert got == statuses, url
    wen = client_for(county, "wen")
    assert wen.get(one).content == wen.get("/cases/no-such-case/").content
    for verb in ("void", "seal", "complete"):
        assert wen.post(f"{one}{verb}/", {"reason": "x"}).status_code == 404


@needs_fonts
def test_it_gives_the_paper_as_pdf_and_word_and_leaves_a_line(county, walk):
    he, one = client_for(county, "he"), f"/cases/{walk.case.slug}/papers/{paper(walk).pk}/"
    page = he.get(one).content.decode()
    assert "处理意见书" in page and "一、投诉请求" in page and paper(walk).number in page
    got = he.get(f"{one}pdf/")
    assert (
        got["Content-Type"] == "application/pdf"
        and got.content.startswith(b"%PDF")
        and "no-store" in got["Cache-Control"]
    )
    assert he.get(f"{one}docx/").content[:2] == b"PK"
    assert Reading.objects.filter(subject=f"case:{walk.case.pk}", name="何静", what="文书").exists()


def test_without_fonts_it_opens_as_a_page_and_says_why_there_is_no_pdf(county, walk, tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "folders", lambda: (tmp_path,))
    he, one = client_for(county, "he"), f"/cases/{walk.case.slug}/papers/{paper(walk).pk}/"
    assert "现在不能下载PDF" in he.get(one).content.decode()
    refused = he.get(f"{one}pdf/")
    assert refused.status_code == 503 and "bin/assets" in refused.content.decode()
    assert he.get(f"{one}docx/").status_code == 200


def test_it_voids_with_a_reason_and_shows_it_struck_through(county, walk):
    he, one = client_for(county, "he_head"), f"/cases/{walk.case.slug}/papers/{paper(walk).pk}/"
    assert he.post(f"{one}void/", {"reason": ""}).status_code == 422
    assert he.post(f"{one}void/", {"reason": "名字写错"}).status_code == 302
    page = he.get(one).content.decode()
    assert "<s>处理意见书</s>" in page and "名字写错" in page
    assert "<s>" in he.get(f"/cases/{walk.case.slug}/").content.decode()


def test_the_administrator_keeps_seals_and_only_the_head_sets_one(county, walk):
    an, head, he = (client_for(county, who) for who in ("an", "he_head", "he"))
    send = {"unit": "labour", "image": SimpleUploadedFile("seal.png", seal_png())}
    assert he.post("/admin/seals/upload/", send).status_code == 404
    bad = {"unit": "labour", "image": SimpleUploadedFile("seal.png", seal_png(ground=(255, 255, 255, 255)))}
    assert "不透明" in an.post("/admin/seals/upload/", bad).content.decode()
    send["image"].seek(0)
    assert an.post("/admin/seals/upload/", send).status_code == 302 and UnitSeal.objects.count() == 1
    assert "县人社局" in an.get("/admin/seals/").content.decode()
    one = f"/cases/{walk.case.slug}/papers/{paper(walk).pk}/"
    assert he.post(f"{one}seal/").status_code == 422 and not paper(walk).seal_id
    assert "盖章" in head.get(one).content.decode()
    assert head.post(f"{one}seal/").status_code == 302 and paper(walk).seal_id
    if fonts.at_hand():
        assert he.get(f"{one}pdf/").status_code == 200
    assert an.post(f"/admin/seals/{county.units['labour'].pk}/end/").status_code == 302


def test_the_administrator_sets_a_wording(county, walk):
    an = client_for(county, "an")
    said = {
        "kind": "handling-opinion", "procedure": "petition-claim", "text": "可在{期限}内向{复查机关}请求复查。",
        "blanks": "复查机关=清和县人民政府", "source": "L-XF:35", "mark": "V", "unit": "labour",
    }  # fmt: skip
    assert an.post("/admin/seals/wording/", said | {"blanks": ""}).status_code == 422
    assert an.post("/admin/seals/wording/", said).status_code == 302
    row = RemedyWording.objects.get()
    assert row.unit_id == county.units["labour"].pk and row.blanks == {"复查机关": "清和县人民政府"}
    assert an.post(f"/admin/seals/wording/{row.pk}/end/").status_code == 302
    assert client_for(county, "su").get("/admin/seals/").status_code == 404


def test_a_delivery_without_proof_is_refused_on_the_page_and_keeps_what_was_typed(county, walk):
    he, url = client_for(county, "he"), f"/cases/{walk.case.slug}/deliver/"
    said = {"paper": paper(walk).pk, "party": "p1", "way": "direct", "signed_by": "其女儿"}
    refused = he.post(url, said)
    assert refused.status_code == 422 and "没有送达凭证，救济期限不起算" in refused.content.decode()
    assert "其女儿" in refused.content.decode()
    assert he.post(url, said | {"paper": "x"}).status_code == 422
    assert he.post(url, said | {"proof": SimpleUploadedFile("a.jpg", SCAN[0])}).status_code == 422
    with scope("worker"):
        assert not Step.objects.filter(name="delivered").exists()
    assert he.post(url, said | {"proof": SimpleUploadedFile(SCAN[1], SCAN[0])}).status_code == 302
    with scope("worker"):
        assert Deadline.objects.filter(clock="review-window").count() == 1
    assert "送达回证" in he.get(f"/cases/{walk.case.slug}/").content.decode()


def test_the_person_opens_by_code_what_was_made_for_them_and_nothing_else(county, walk):
    code, lan = token(walk), Client()
    draft, notice, letter = paper(walk), paper(walk, "acceptance-notice"), paper(walk, "transfer-letter")
    assert f"/follow/{code}/papers/{notice.pk}/" in lan.get(f"/follow/{code}/").content.decode()
    page = lan.get(f"/follow/{code}/papers/{notice.pk}/")
    assert page.status_code == 200 and "受理告知书" in page.content.decode()
    assert Reading.objects.filter(name=bycode.WHO, what="受理告知书").count() == 1
    if fonts.at_hand():
        assert lan.get(f"/follow/{code}/papers/{notice.pk}/pdf/").content.startswith(b"%PDF")
    for other in (draft, letter):
        assert lan.get(f"/follow/{code}/papers/{other.pk}/").status_code == 404
    assert lan.get(f"/follow/{code}/papers/999999/").status_code == 404
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert lan.get(f"/follow/{wrong}/papers/{notice.pk}/").status_code == 404
    client_for(county, "he").post(
        f"/cases/{walk.case.slug}/deliver/",
        {"paper": draft.pk, "party": "p1", "way": "post", "number": "EMS1"},
    )
    assert lan.get(f"/follow/{code}/papers/{draft.pk}/").status_code == 200


def test_the_draft_form_knows_what_is_known_and_keeps_what_was_typed(county, walk):
    head = client_for(county, "he_head")
    url = f"/cases/{walk.case.slug}/draft/service-record/"
    page = head.get(url).content.decode()
    assert "兰秀英" in page and "县人社局" in page
    refused = head.post(url, {"server": "何静", "remark": "<b>&"})
    assert (
        refused.status_code == 422
        and "还没有填" in refused.content.decode()
        and "&lt;b&gt;&amp;" in refused.content.decode()
    )
    assert head.post(url, {"server": "何静", "remark": "长" * 20_001}).status_code == 422
    assert head.get(f"/cases/{walk.case.slug}/draft/no-such/").status_code == 404


@needs_fonts
def test_it_binds_or_says_what_is_missing(county, walk):
    he, url = client_for(county, "he"), f"/cases/{walk.case.slug}/dossier/"
    refused = he.get(url).content.decode()
    assert "缺《送达回证》" in refused and "缺《办结报告》" in refused
    with scope("worker"):
        walk.served()
        walk.evidence()
        walk.step("second-look", "officer")
        walk.step("close", "he", obligations=[{"demand": 1, "state": "fulfilled"}])
    got = he.get(url)
    assert got.status_code == 200 and got.content.startswith(b"%PDF")
