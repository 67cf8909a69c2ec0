"""What is done with papers: numbered without gaps, voided, sealed by right, served with proof, completed."""

import io
from datetime import timedelta

import pytest
from django.db import transaction
from PIL import Image, ImageDraw

from jiefen.cases.actions import StepRefused
from jiefen.cases.models import Deadline, Step
from jiefen.cases.proofs import WAYS, Proof, unproved
from jiefen.cases.tests.petitions import petition
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.papers import printing
from jiefen.papers.actions import (
    PaperRefused,
    SealRefused,
    add_seal,
    complete,
    draft_by_hand,
    end_seal,
    missing,
    put_on_file,
    serve,
    set_seal,
    void,
)
from jiefen.papers.models import Paper, UnitSeal
from jiefen.papers.queries import kinds_on_file
from jiefen.papers.succession import missing_seals
from jiefen.papers.tests.paper_tools import needs_fonts
from jiefen.papers.tests.papers_walk import OPINION, to_opinion
from jiefen.people.actions import change_unit
from jiefen.people.models import Unit
from jiefen.people.successions import Part
from tests.changes import merge_units
from tests.committed import at_once, committed  # noqa: F401
from tests.world import MONDAY

HOUR = timedelta(hours=1)
LATER = MONDAY + timedelta(days=30)


@pytest.fixture
def eyes(db):
    with scope("worker"):
        yield


def seal_png(size=(420, 420), ground=(0, 0, 0, 0)) -> bytes:
    image = Image.new("RGBA", size, ground)
    ImageDraw.Draw(image).ellipse((12, 12, size[0] - 12, size[1] - 12), outline=(178, 34, 34, 255), width=16)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def notice(case, unit, at=MONDAY) -> Paper:
    return put_on_file(
        "refusal-notice", {"applicant": "兰秀英", "reason": "一"}, case=case, key=open_row(case.key), unit=unit, at=at
    )


def serials(kind: str = "refusal-notice") -> list[int]:
    numbers = Paper.objects.filter(kind=kind).order_by("pk").values_list("number", flat=True)
    return sorted(int(n.partition("〕")[2].rstrip("号")) for n in numbers)


# ---------- numbers ----------


def test_it_numbers_by_the_rule_of_the_kind(eyes, county):
    case = county.case()
    unit = county.units["labour"]
    assert notice(case, unit).number == "清人信不受〔2026〕1号"
    assert notice(case, county.units["housing"]).number == "清住信不受〔2026〕1号"
    assert notice(case, unit, at=MONDAY + timedelta(days=60)).number == "清人信不受〔2027〕1号"
    key = open_row(case.key)
    record = put_on_file("investigation-record", {}, case=case, key=key, unit=unit, at=MONDAY)
    assert record.number == f"{case.number}-调查记录-1"
    sheet = put_on_file("screening-register", {}, case=case, key=key, unit=unit, at=MONDAY)
    assert sheet.number == "4503991000002026排00001"


def test_numbers_have_no_gap_and_no_double_when_many_write_at_once(committed):  # noqa: F811
    case = committed.case()
    unit = committed.units["labour"]

    def write():
        with scope("worker"):
            return notice(case, unit).number

    def give_up():
        with pytest.raises(ZeroDivisionError), transaction.atomic(), scope("worker"):
            notice(case, unit)
            raise ZeroDivisionError

    answers = at_once(*([write] * 3), *([give_up] * 2))
    assert not [a for a in answers if isinstance(a, Exception)], answers
    with scope("worker"):
        assert serials() == [1, 2, 3]


# ---------- voiding ----------


def test_a_voided_paper_keeps_its_number_and_is_no_longer_on_file(eyes, county):
    w = to_opinion(county)
    first = Paper.objects.get(case=w.case, kind="handling-opinion")
    with pytest.raises(PaperRefused, match="为什么"):
        void(first, by=county.actor("he_head"), at=LATER, reason=" ")
    with pytest.raises(PaperRefused, match="由它办理"):
        void(first, by=county.actor("wen"), at=LATER, reason="写错")
    gone = void(first, by=county.actor("he_head"), at=LATER, reason="兰秀英的名字写错")
    assert (gone.number, gone.void_at) == (first.number, LATER)
    assert "handling-opinion" not in kinds_on_file(w.case)
    assert "兰秀英".encode() not in bytes(gone.void_reason)
    assert "何主任作废，编号保留。理由：兰秀英的名字写错" in printing.void_words(gone, open_row(w.case.key))
    with pytest.raises(PaperRefused, match="已经作废"):
        void(first, by=county.actor("he_head"), at=LATER, reason="再来")
    assert w.refused("issue-opinion", "he_head") == "paper"
    w.paper("handling-opinion", "he_head", **OPINION)
    assert serials("handling-opinion") == [1, 2] and "handling-opinion" in kinds_on_file(w.case)


def test_a_served_paper_is_not_voided(eyes, county):
    w = to_opinion(county)
    w.step("issue-opinion", "he_head")
    paper = Paper.objects.get(case=w.case, kind="handling-opinion")
    serve(
        paper, person="p1", way="post", by=county.actor("he"), role="handler", at=w.later(), proof=Proof(number="XA1")
    )
    with pytest.raises(PaperRefused, match="已经送达"):
        void(paper, by=county.actor("he_head"), at=LATER, reason="写错")


def test_what_a_step_made_and_was_voided_may_be_drafted_again(eyes, county):
    w = petition(county)
    w.accepted()
    paper = Paper.objects.get(case=w.case, kind="acceptance-notice")
    he = county.actor("he")
    with pytest.raises(PaperRefused, match="不需要"):
        draft_by_hand(w.case, "acceptance-notice", {}, by=he, unit=county.units["labour"], at=w.at)
    void(paper, by=he, at=w.at, reason="写错")
    again = draft_by_hand(w.fresh(), "acceptance-notice", {}, by=he, unit=county.units["labour"], at=w.at)
    assert again.number != paper.number and not again.void_at


# ---------- seals ----------


def test_a_seal_is_an_image_that_does_not_hide_the_name(eyes, county):
    an, unit = county.actor("an"), county.units["labour"]
    for data, says in (
        (b"no image", "打不开"),
        (seal_png(ground=(255, 255, 255, 255)), "不透明"),
        (seal_png((100, 100)), "200到2000"),
        (seal_png((900, 300)), "正方形"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 2_000_000, "1兆"),
    ):
        with pytest.raises(SealRefused, match=says):
            add_seal(unit, data, by=an, at=MONDAY)
    first = add_seal(unit, seal_png(), by=an, at=MONDAY)
    assert add_seal(unit, seal_png(), by=an, at=LATER).pk == first.pk, "the same image is the same seal"
    second = add_seal(unit, seal_png((500, 500)), by=an, at=LATER)
    first.refresh_from_db()
    assert first.until == LATER and second.until is None and first.ended_by_id == an.person_id
    assert end_seal(unit, by=an, at=LATER) and not end_seal(unit, by=an, at=LATER)
    assert UnitSeal.objects.count() == 2


def test_only_the_head_of_the_office_sets_its_seal(eyes, county):
    w = to_opinion(county)
    paper = Paper.objects.get(case=w.case, kind="handling-opinion")
    with pytest.raises(PaperRefused, match="还没有登记印章"):
        set_seal(paper, by=county.actor("he_head"), at=w.at)
    add_seal(county.units["labour"], seal_png(), by=county.actor("an"), at=MONDAY)
    for name in ("he", "housing_head", "su", "an", "wen", "officer"):
        with pytest.raises(PaperRefused, match="只有县人社局的负责人"):
            set_seal(paper, by=county.actor(name), at=w.at)
    sealed = set_seal(paper, by=county.actor("he_head"), at=w.at)
    assert sealed.seal_by_id == county.people["he_head"].pk and sealed.seal_at == w.at
    assert set_seal(paper, by=county.actor("he_head"), at=LATER).seal_at == w.at, "set twice is set once"
    record = Paper.objects.get(case=w.case, kind="investigation-record")
    with pytest.raises(PaperRefused, match="不盖单位印章"):
        set_seal(record, by=county.actor("he_head"), at=w.at)


def test_after_a_merger_or_under_a_new_name_no_paper_bears_the_old_seal(eyes, county):
    """What was sealed keeps its seal and name; the heir, and the office under its new name, have none until one is given."""
    w, an, labour = to_opinion(county), county.actor("an"), county.units["labour"]
    old = Paper.objects.get(case=w.case, kind="handling-opinion")
    add_seal(labour, seal_png(), by=an, at=MONDAY)
    sealed = set_seal(old, by=county.actor("he_head"), at=w.at)
    key = open_row(w.case.key)
    w.later(2 * HOUR)
    change_unit(labour, on=local_day(w.at), at=w.at, name="县人社和医保局")
    fresh = Paper.objects.select_related("unit", "seal", "seal_by", "void_by").get(pk=old.pk)
    assert fresh.seal_id == sealed.seal_id
    assert printing.sheet_for(fresh, key, with_seal=False) == printing.sheet_for(sealed, key, with_seal=False)
    assert [u.pk for u in missing_seals(w.at)] == [labour.pk]
    add_seal(labour, seal_png((500, 500)), by=an, at=w.at)
    assert missing_seals(w.at) == []
    later = w.at + timedelta(days=3)
    heir = Part("rs2", name="县民生局", unit_type="human-resources")
    done = merge_units(
        [labour, county.units["housing"]],
        heir,
        on=local_day(later),
        basis="清政发〔2026〕9号",
        by=an.person_id,
        at=later,
    )
    assert done.done["seals"] == 1 and not UnitSeal.objects.filter(until=None).exists()
    assert [u.code for u in missing_seals(later)] == ["rs2"]
    head = county.actor("he_head", later + HOUR)
    made = put_on_file(
        "handling-opinion",
        key.open(old.fields, field="paper"),
        case=w.fresh(),
        key=key,
        by=None,
        unit=Unit.objects.get(code="rs2"),
        at=later,
    )
    with pytest.raises(PaperRefused, match="县民生局还没有登记印章"):
        set_seal(made, by=head, at=later + HOUR)
    assert Paper.objects.get(pk=old.pk).seal_id == sealed.seal_id


@needs_fonts
def test_the_seal_stands_on_the_pdf_and_stays_when_the_office_gets_another(eyes, county):
    from pypdf import PdfReader

    w = to_opinion(county)
    key = open_row(w.case.key)
    paper = Paper.objects.get(case=w.case, kind="handling-opinion")
    bare = printing.as_pdf(paper, key)
    assert "（印章）" in "".join(p.extract_text() for p in PdfReader(io.BytesIO(bare)).pages)
    add_seal(county.units["labour"], seal_png(), by=county.actor("an"), at=MONDAY)
    sealed = printing.as_pdf(set_seal(paper, by=county.actor("he_head"), at=w.at), key)
    assert any(page.images for page in PdfReader(io.BytesIO(sealed)).pages)
    add_seal(county.units["labour"], seal_png((600, 600)), by=county.actor("an"), at=LATER)
    paper.refresh_from_db()
    assert printing.as_pdf(paper, key) == sealed
    gone = void(paper, by=county.actor("he_head"), at=LATER, reason="重做")
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(printing.as_pdf(gone, key))).pages)
    assert "作废" in text


# ---------- delivery ----------


@pytest.mark.parametrize("way", WAYS)
def test_each_way_asks_for_its_own_proof(way):
    whole = Proof(file=1, number="XA1", witness="村主任", consent="短信回复同意", place="家门口")
    assert unproved(way, whole) == ""
    for name in WAYS[way].needs:
        lacking = Proof(
            **{n: getattr(whole, n) for n in ("file", "number", "witness", "consent", "place") if n != name}
        )
        assert "没有送达凭证，救济期限不起算" in unproved(way, lacking)
    assert unproved(way, None) and unproved("by pigeon", whole)


def test_without_proof_nothing_is_delivered_and_no_window_runs(eyes, county):
    w = to_opinion(county)
    w.step("issue-opinion", "he_head")
    paper = Paper.objects.get(case=w.case, kind="handling-opinion")
    he = county.actor("he")
    for way, proof in (("post", None), ("direct", Proof(signed_by="兰秀英")), ("left", Proof(witness="石建国"))):
        with pytest.raises(StepRefused) as refused:
            serve(paper, person="p1", way=way, by=he, role="handler", at=w.later(), proof=proof)
        assert refused.value.refusal.rule == "proof"
        assert "没有送达凭证，救济期限不起算" in refused.value.refusal.says
    with pytest.raises(StepRefused, match="不是本件的附件"):
        serve(paper, person="p1", way="direct", by=he, role="handler", at=w.later(), proof=Proof(file=10**6))
    assert not Step.objects.filter(case=w.case, name="delivered").exists()
    assert not Deadline.objects.filter(case=w.case, clock="review-window").exists()
    scan = (b"%PDF-1.4 signed slip\n%%EOF", "送达回证.pdf")
    step = serve(paper, person="p1", way="direct", by=he, role="handler", at=w.later(), upload=scan)
    assert Deadline.objects.filter(case=w.case, clock="review-window").count() == 1
    assert step.codes["document"] == paper.pk
    again = serve(paper, person="p1", way="direct", by=he, role="handler", at=w.later(), upload=scan)
    assert again.pk == step.pk, "sent again it is the same delivery"
    for other in (
        {"way": "post", "proof": Proof(number="XA1")},
        {"way": "direct", "upload": (scan[0] + b"x", scan[1])},
    ):
        with pytest.raises(PaperRefused, match="已经送达此人，不用再记：何静"):
            serve(paper, person="p1", by=he, role="handler", at=w.later(), **other)
    with pytest.raises(PaperRefused, match="没有这位当事人"):
        serve(paper, person="p9", way="direct", by=he, role="handler", at=w.later(), upload=scan)


def test_a_delivery_makes_its_slip_filled(eyes, county):
    w = to_opinion(county)
    w.step("issue-opinion", "he_head")
    paper = Paper.objects.get(case=w.case, kind="handling-opinion")
    proof = Proof(witness="村支书赵某", place="柳河镇石桥村二组家门口")
    serve(paper, person="p1", way="left", by=county.actor("he"), role="handler", at=w.later(), proof=proof)
    slip = Paper.objects.get(case=w.case, kind="service-record")
    fields = open_row(w.case.key).open(slip.fields, field="paper")
    assert fields["paper-name"] == f"《处理意见书》{paper.number}" and fields["recipient"] == "兰秀英"
    assert fields["way"] == "留置送达" and "村支书赵某" in fields["refused-witness"]
    assert fields["place"] == "柳河镇石桥村二组家门口" and not missing("service-record", fields)
    assert slip.to_party == "p1"


def test_a_slip_is_sealed_and_a_voided_paper_is_not_served(eyes, county):
    w = to_opinion(county)
    paper = Paper.objects.get(case=w.case, kind="handling-opinion")
    void(paper, by=county.actor("he_head"), at=w.at, reason="写错")
    with pytest.raises(PaperRefused, match="作废"):
        serve(paper, person="p1", way="post", by=county.actor("he"), at=w.later(), proof=Proof(number="XA1"))


# ---------- filling in what a step left ----------


def test_a_paper_that_a_step_left_open_is_filled_in_once(eyes, county):
    w = petition(county)
    w.accepted().investigated()
    w.step("call-hearing", "he_head")
    paper = Paper.objects.get(case=w.case, kind="hearing-notice")
    key = open_row(w.case.key)
    assert missing("hearing-notice", key.open(paper.fields, field="paper")) == ["时间", "地点"]
    head = county.actor("he_head")
    with pytest.raises(PaperRefused, match="地点"):
        complete(paper, {"time": "2026年12月1日 9:00"}, by=head, at=w.at)
    with pytest.raises(PaperRefused, match="由它办理"):
        complete(paper, {"time": "a", "place": "b"}, by=county.actor("wen"), at=w.at)
    add_seal(county.units["labour"], seal_png(), by=county.actor("an"), at=MONDAY)
    with pytest.raises(PaperRefused, match="先补填"):
        set_seal(paper, by=head, at=w.at)
    whole = complete(paper, {"time": "2026年12月1日 9:00", "place": "三楼会议室", "topic": "换掉"}, by=head, at=w.at)
    fields = key.open(whole.fields, field="paper")
    assert fields["place"] == "三楼会议室" and fields["topic"] != "换掉"
    with pytest.raises(PaperRefused, match="没有空着"):
        complete(paper, {"place": "别处"}, by=head, at=w.at)
