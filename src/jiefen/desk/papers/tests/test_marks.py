"""What staff take away bears their mark, which leads to the reading line; what is served on a person bears none."""

import io

import pytest
from pypdf import PdfReader

from jiefen.desk.papers.tests.test_pages import paper, token, walk  # noqa: F401
from jiefen.desk.tests.test_matters import client_for
from jiefen.kernel.marks import code_of
from jiefen.kernel.models import Reading
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.papers import printing
from jiefen.papers.dossier import _joined, _pages
from jiefen.papers.pdf import compiled
from jiefen.papers.tests.paper_tools import needs_fonts
from jiefen.privacy.readings import behind_code
from tests.world import MONDAY

pytestmark = needs_fonts


@pytest.fixture
def now(monkeypatch):
    from datetime import timedelta

    from jiefen.desk import door

    monkeypatch.setattr(door, "now", lambda: MONDAY + timedelta(days=1))


def words(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def lines(data: bytes) -> list[tuple[float, str]]:
    """Where each piece of text stands on the first page, but for the mark."""
    found: list[tuple[float, str]] = []
    page = PdfReader(io.BytesIO(data)).pages[0]
    page.extract_text(visitor_text=lambda t, cm, tm, _f, _s: found.append((round(tm[5] * cm[3] + cm[5], 1), t.strip())))
    return [(y, t) for y, t in found if t and "阅读" not in t]


def reading(name: str, what: str) -> Reading:
    with scope("worker"):
        return Reading.objects.filter(name=name, what=what).latest("pk")


def test_staff_take_a_marked_copy_and_the_code_leads_to_the_line(county, walk):  # noqa: F811
    one = f"/cases/{walk.case.slug}/papers/{paper(walk).pk}/"
    he = client_for(county, "he")
    data = he.get(f"{one}pdf/").content
    code = code_of(reading("何静", "文书").pk)
    mark = f"阅读件　何静　县人社局　2026-11-17 09:00　阅读码{code}"
    assert all(mark in page.replace(" ", "").replace("2026-11-1709:00", "2026-11-17 09:00") for page in words(data))
    assert b"pdfaid" in data  # still an archive file
    from docx import Document

    made = Document(io.BytesIO(he.get(f"{one}docx/").content))
    assert made.sections[0].header.paragraphs[0].text == mark and made.core_properties.comments == mark
    assert mark in he.get(one).content.decode()
    su = client_for(county, "su")
    page = su.get(f"/supervise/readings/?code={code.lower()}").content.decode()
    assert "何静" in page and walk.case.number in page
    assert "没有查到" in su.get("/supervise/readings/?code=0001-ZZ").content.decode()
    for who in ("wen", "zhou"):
        assert client_for(county, who).get(f"/supervise/readings/?code={code}").status_code == 404


def test_the_mark_moves_no_line_of_the_paper(county, walk):  # noqa: F811
    with scope("worker"):
        row = paper(walk)
        key = open_row(walk.case.key)
        bare, marked = printing.as_pdf(row, key), printing.as_pdf(row, key, mark="阅读件　何静")
        assert lines(bare) == lines(marked) and len(lines(bare)) > 5
        assert "阅读件" in words(marked)[0] and "阅读件" not in words(bare)[0]
        assert printing.as_pdf(row, key, mark="喆𠮷\u202e\n䶮\U0010ffff")  # no name breaks it


def test_the_copy_that_is_served_bears_none_and_is_noted(county, walk):  # noqa: F811
    row = paper(walk)
    one = f"/cases/{walk.case.slug}/papers/{row.pk}/"
    he = client_for(county, "he")
    assert "不带阅读标记" in he.get(one).content.decode()
    served = he.get(f"{one}pdf/?for=service").content
    with scope("worker"):
        assert served == printing.as_pdf(paper(walk), open_row(walk.case.key))
    assert reading("何静", "送达用的文书").subject == f"case:{walk.case.pk}"
    assert "阅读码" not in he.get(f"{one}?for=service").content.decode()
    # who sees the case but delivers nothing in it gets the marked one, however they ask
    lin = client_for(county, "lin")
    assert lin.get(one).status_code == 302  # says first why she reads it
    lin.post(f"/cases/{walk.case.slug}/why/", {"purpose": "其他工作需要", "words": "了解办到哪一步"})
    assert any("阅读码" in page for page in words(lin.get(f"{one}pdf/?for=service").content)) or (
        lin.get(one).status_code == 404
    )


def test_the_persons_own_copy_by_code_bears_none(county, walk):  # noqa: F811
    from django.test import Client

    where = f"/follow/{token(walk)}/papers/{paper(walk, 'acceptance-notice').pk}/pdf/"
    answer = Client().get(where)
    assert answer.status_code == 200
    assert not any("阅读" in page for page in words(answer.content))


def test_a_dossier_is_marked_on_every_page_that_somebody_gave_too():
    from pypdf import PdfWriter

    given = PdfWriter()
    given.add_blank_page(300, 400)
    given.add_blank_page(842, 595).rotate(90)
    out = io.BytesIO()
    given.write(out)
    front = compiled({"sort": "paper", "title": "卷", "sheet": EMPTY}, at=MONDAY, archive=False, mark="阅读件　何静")
    data = _joined(front, [_pages(out.getvalue())], "阅读件　何静", MONDAY)
    assert [("何静" in page) for page in words(data)] == [True, True, True]


EMPTY = {
    "kind": "x", "style": "letter", "title": "卷", "number": "", "to": "", "blocks": [], "rows": [], "signs": [], "unit": "", "date": "",
    "seal_place": False, "seal": "", "void": "", "lost": [],
}  # fmt: skip


def test_a_code_of_a_matter_that_is_not_theirs_leads_nowhere(county, walk):  # noqa: F811
    client_for(county, "he").get(f"/cases/{walk.case.slug}/papers/{paper(walk).pk}/pdf/")
    code = code_of(reading("何静", "文书").pk)
    with scope("worker"):
        found = behind_code(county.actor("su"), code)
        assert found is not None and found[0].name == "何静"
        assert behind_code(county.actor("wen"), code) is None and behind_code(county.actor("he"), code) is None
        walk.case.doors = []
        walk.case.save(update_fields=["doors"])
        assert behind_code(county.actor("su"), code) is None


def test_nothing_else_is_kept_for_it(county, walk):  # noqa: F811
    he, one = client_for(county, "he"), f"/cases/{walk.case.slug}/papers/{paper(walk).pk}/"
    for _ in range(3):
        he.get(f"{one}pdf/")
    with scope("worker"):
        assert Reading.objects.filter(what="文书", name="何静").count() == 1  # within ten minutes one line
