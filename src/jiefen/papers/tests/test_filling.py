"""What papers say by themselves: from the record, with fixed wording of remedies; everything else is asked."""

import pytest

from jiefen.cases.facts import Moment
from jiefen.cases.models import Case, Party, Step
from jiefen.cases.standing import standing_of
from jiefen.cases.tests.petitions import petition
from jiefen.cases.tests.test_hotline_order import to_replied
from jiefen.files.actions import store
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.papers import readers, remedies
from jiefen.papers.actions import missing
from jiefen.papers.actions.filing import lacking, may_draft
from jiefen.papers.actions.wording import WordingRefused, end_wording, set_wording
from jiefen.papers.fill import fields_for
from jiefen.papers.models import Paper, RemedyWording
from jiefen.papers.queries import made_for
from jiefen.papers.tests.papers_walk import OPINION, to_opinion
from jiefen.procedures.catalogue import procedures, vocabulary
from tests.world import MONDAY

FAMILY = (
    "petition-claim", "petition-review", "petition-rereview", "petition-suggestion", "accusation-handover",
    "screening-hidden-danger", "long-standing-case", "labour-dispute-mediation", "farmland-dispute", "administrative-mediation",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"):
        yield


def kinds_of(name: str) -> set[str]:
    one = next(p for (n, _v), p in procedures().items() if n == name)
    return {k for step in one.steps.values() for k in (*step.makes, *step.needs)} | set(one.makes_on_open)


@pytest.mark.parametrize("name", FAMILY)
def test_each_kind_is_filled_from_the_record_or_asked_in_its_form(county, name):
    """Nothing but fields of the kind; what nobody knows is empty, and then the form or the paper's page asks for it."""
    w = petition(county)
    for kind in kinds_of(name):
        fields = fields_for(kind, w.case, None, MONDAY)
        names = {f["name"] for f in vocabulary().papers[kind]["fields"]}
        assert set(fields) <= names, kind
        assert set(lacking(kind, fields)) <= names - {"number"}, kind


def test_the_opinion_brings_demands_answers_law_and_the_fixed_remedy(county):
    w = petition(county)
    w.accepted().investigated()
    w.answer()
    unit = county.units["labour"]
    said = fields_for("handling-opinion", w.fresh(), None, w.at, unit=unit)
    register = fields_for("petition-register", w.case, None, w.at)
    assert register["kind"].startswith("劳动人事·") and "0705" not in str(register)  # in words, never by its code
    assert said["applicant"] == "兰秀英" and said["requests"] and "支持" in said["opinion"][0]
    assert said["law"] == "保障农民工工资支付条例第三十条" and said["unit"] == "县人社局"
    assert (
        said["remedy"] == "如不服本处理意见，可以自收到本意见书之日起30日内，请求本机关、单位的上一级机关、单位复查。"
    )
    assert lacking("handling-opinion", said) == []
    assert "年" in said["received-on"] and said["inquiry"] == "如记录所载"


def test_the_parts_of_an_opinion_are_those_of_the_latest_that_stands(county):
    w = petition(county)
    w.accepted().investigated()

    def moment(step: str) -> Moment:
        one = next(p for (n, _v), p in procedures().items() if n == "petition-claim")
        return Moment(w.fresh(), standing_of(w.case), one.steps[step], None, county.units["labour"].pk, "", w.at)

    assert readers.opinion_parts(moment("issue-opinion")) == [] and readers.remedy_told(moment("issue-opinion")) == ""
    w.answer()
    w.paper("handling-opinion", "he_head", **OPINION)
    assert readers.opinion_parts(moment("issue-opinion")) == ["requests", "facts", "decision", "law", "remedy"]
    fixed = remedies.remedy_text("handling-opinion", "petition-claim", 1, county.units["labour"])
    assert readers.remedy_told(moment("issue-opinion")) == fixed != OPINION["remedy"]  # what was typed is passed over
    given = moment("issue-opinion")
    given.given = {"remedy-text": "自己说的"}
    assert readers.remedy_told(given) == fixed
    assert "督" not in readers.remedy_told(moment("issue-opinion")) and "信访部门" in readers.remedy_told(
        moment("refuse")
    )


def test_wording_is_data_and_the_narrowest_holds(county):
    an, labour, housing = county.actor("an"), county.units["labour"], county.units["housing"]
    how = {"procedure": "petition-claim", "source": "L-XF:35", "mark": "V", "by": an, "at": MONDAY}

    def text(unit):
        return remedies.remedy_text("handling-opinion", "petition-claim", 1, unit)

    shipped = text(labour)
    first = set_wording(
        "handling-opinion",
        "可在{期限}内向{复查机关}请求复查。",
        unit=labour,
        blanks={"复查机关": "清和县人民政府"},
        **how,
    )
    assert text(labour) == "可在30日内向清和县人民政府请求复查。" and text(housing) == shipped
    again = set_wording(
        "handling-opinion",
        "可在{期限}内向{复查机关}请求复查。",
        unit=labour,
        blanks={"复查机关": "清和县人民政府"},
        **how,
    )
    assert again.pk == first.pk and RemedyWording.objects.count() == 1
    set_wording("handling-opinion", "县里统一的话，{期限}。", **how)
    assert text(housing) == "县里统一的话，30日。" and "清和县" in text(labour)
    end_wording(first, by=an, at=MONDAY)
    assert text(labour) == "县里统一的话，30日。"
    for kind, wrong, says in (
        ("handling-opinion", "向{谁}说。", "谁"),
        ("investigation-record", "四个字呀", "没有"),
        ("acceptance-notice", "在{期限}内。", "时钟"),
    ):
        with pytest.raises(WordingRefused, match=says):
            set_wording(kind, wrong, **how)


def test_every_shipped_wording_fills():
    for one in remedies.shipped():
        assert remedies.remedy_text(one.kind, one.procedure, None, None), one.kind
        assert vocabulary().papers[one.kind] and one.mark in vocabulary().marks


def test_each_who_complains_gets_a_copy_of_their_own_and_opens_no_other(county):
    w = petition(county, people=[{"name": "石建国", "phone": "13900000009", "once_key": "second"}])
    w.accepted()
    key = open_row(w.case.key)
    papers = {p.to_party: key.open(p.fields, field="paper") for p in Paper.objects.filter(kind="acceptance-notice")}
    assert {k: f["applicant"] for k, f in papers.items()} == {"p1": "兰秀英", "p2": "石建国"}
    receipts = {p.key: p.receipt for p in w.case.parties.all()}
    for party, receipt in receipts.items():
        mine = made_for(w.fresh(), receipt)
        assert {p.to_party for p in mine if p.kind == "acceptance-notice"} == {party}
    assert made_for(w.case, 10**9) == []


def test_a_draft_is_not_the_persons_before_it_is_served(county):
    w = to_opinion(county)
    receipt = w.case.parties.get(key="p1").receipt
    assert not [p for p in made_for(w.case, receipt) if p.kind == "handling-opinion"]
    assert not [p for p in made_for(w.case, receipt) if p.kind in ("transfer-letter", "petition-register")]


def test_a_paper_of_no_step_here_is_not_drafted(county):
    case = Case.objects.get(pk=petition(county).case.pk)
    assert not may_draft(case, "handling-opinion") and not may_draft(case, "circular")


def test_a_reply_names_its_evidence_by_itself_and_tells_nobody_who_else_complained(county):
    case = to_replied(county)
    key, step = open_row(case.key), Step.objects.get(case=case, name="reply")
    fields = fields_for("hotline-reply", case, step, MONDAY)
    assert fields["evidence"] == ["工资条.pdf"] and missing("hotline-reply", fields) == []
    Party.objects.create(
        case=case, key="p2", role="complainant", sealed=key.seal({"name": "罗贵生"}, field="party"), joined_at=MONDAY
    )
    store(
        b"%PDF-1.4 receipt\n%%EOF",
        "罗贵生的收条.pdf",
        holder=f"case:{case.pk}",
        key_id=case.key_id,
        given_by="resident",
        at=MONDAY,
    )
    named = "".join(fields_for("hotline-reply", case, step, MONDAY, party="p1")["evidence"])
    assert "收条" in named and "贵生" not in named
