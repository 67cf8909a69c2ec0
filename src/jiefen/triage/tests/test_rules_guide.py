"""The guide: every kind has a page's worth of words, and real-life troubles end on the right road."""

import pytest

from jiefen.procedures.loader import DEFINITIONS, load_all, load_vocabulary
from jiefen.triage.rules import Tables, suggest
from jiefen.triage.rules.guide import load, shipped, way_for, way_of
from jiefen.triage.rules.road import hints
from jiefen.triage.rules.road import shipped as roads
from jiefen.triage.rules.tables import TableError

pytestmark = pytest.mark.rules

TABLES = Tables.load()

TROUBLES = [
    ("工地老板拖欠我们八个人的工资，三个月了不给", "labour-inspection"),
    ("被公司无故辞退，不给经济补偿", "labour-arbitration"),
    ("楼上卫生间漏水，把我家天花板泡坏了", "peoples-mediation"),
    ("村里把我家承包地收回去给了别人", "farmland-arbitration"),
    ("对征收补偿决定不服，给的钱太少", "reconsideration"),
    ("两家宅基地的界线说不清，宅基地到底归谁", "land-title"),
    ("我老公喝了酒就打我，不敢回家", "protection"),
    ("在超市买到假酒，商家不退钱", "administrative-mediation"),
    ("做手术出了问题，医院不认账", "medical-dispute-mediation"),
    ("门口的路灯坏了半个月没人修", "hotline-order"),
    ("实名举报村支书贪污低保款", "accusation-handover"),
]


@pytest.mark.parametrize(("text", "first"), TROUBLES)
def test_a_trouble_in_plain_words_ends_on_the_right_road(text, first):
    way = way_for(suggest(text, tables=TABLES), TABLES.kinds)
    assert way is not None and way.first == first


def test_danger_is_told_first_of_all():
    way = way_for(suggest("他拿着刀堵在门口要砍我", tables=TABLES), TABLES.kinds)
    assert [d.id for d in way.dangers] == ["violence"] and way.roads[0].id == "protection"
    assert way_for(suggest("今天天气不错", tables=TABLES), TABLES.kinds) is None


def test_every_kind_has_its_procedure_and_every_name_in_the_table_is_known():
    guide, words = shipped(), load_vocabulary()
    newest = {p.name: p for p in sorted(load_all(DEFINITIONS).values(), key=lambda p: p.version)}
    for kind in TABLES.kinds.values():
        assert kind.procedure in guide.procedures, kind.code
        assert way_of(kind).first in {*guide.procedures, *roads().roads}
    for row in guide.procedures.values():
        assert set(row.clocks) <= set(newest[row.procedure].clocks), row.procedure
        assert set(row.papers) <= set(words.papers), row.procedure
        for said in (*row.next, row.remedy, row.cost):
            assert all(words.source_title(b) != b for b in said.basis), said.basis
    reached = {r.id for kind in TABLES.kinds.values() for r in way_of(kind).roads}
    assert {
        "civil-suit",
        "labour-arbitration",
        "reconsideration",
        "land-title",
        "forest-title",
        "enforcement",
    } <= reached


def test_it_refuses_what_claims_to_be_read_and_names_no_place():
    text = (
        "version: 1\ndangers: []\nprocedures:\n  x: {says: a, where: b, bring: [c], next: [], papers: [], clocks: [],\n"
        "    remedy: {says: d, mark: V, basis: []}, cost: {says: e, mark: A, basis: []}}\n"
    )
    with pytest.raises(TableError, match="标了已核，要写出处"):
        load(text)


SPOKEN = {
    ("accusation", "yes"): "实名举报镇上某干部收受贿赂。",
    ("suggestion", "yes"): "提个建议：建议在校门口增设一条斑马线。",
    ("in-court", "yes"): "这事法院已经立案，等着开庭。",
    ("litigation", "civil-suit"): "他打了欠条，两万块一直不还钱。",
    ("litigation", "administrative-suit"): "我想打行政诉讼，告政府不作为。",
    ("litigation", "crime-report"): "有人冒充客服，我被骗了三万块。",
    ("litigation", "retrial"): "终审判决下来了，我认为判错了。",
    ("arbitration", "labour-arbitration"): "公司无故辞退我，不给经济补偿金。",
    ("arbitration", "farmland-arbitration"): "村里收回了我家的承包地，承包合同还没到期。",
    ("arbitration", "agreed-arbitration"): "合同里约定了仲裁，对方不发货。",
    ("party", "party-appeal"): "我受了党内警告处分，不服，要申诉。",
    ("administrative", "reconsideration"): "城管的行政处罚决定书我不服。",
    ("administrative", "land-title"): "两家的宅基地到底归谁，谈不拢。",
    ("administrative", "forest-title"): "这片林地到底归谁，两个组争了多年。",
    ("administrative", "licence"): "窗口不给办证，说材料不齐。",
    ("duty", "labour-inspection"): "厂里拖欠工资两个月，也没交社保。",
    ("duty", "market-complaint"): "买到假酒，商家不退钱。",
    ("duty", "protection"): "他天天来堵我家门，派出所不管。",
    ("duty", "enforcement"): "河边的厂半夜偷排，油烟也大。",
}


@pytest.mark.parametrize(("branch", "text"), SPOKEN.items(), ids=lambda x: "-".join(x) if isinstance(x, tuple) else "")
def test_each_branch_of_the_tree_is_answered_by_clear_words_with_their_sentence(branch, text):
    question, option = branch
    hint = hints(suggest(text, tables=TABLES), subject="", text=text)[question]
    assert hint.option == option and hint.sentence == text and all(w in text for w in hint.words)


def test_all_branches_are_tried():
    pending = {("litigation", "pending-suit")}  # the question before it answers this one
    branches = {(q.id, o.id) for q in roads().questions for o in q.options if o.id not in ("no", "both")}
    assert branches - pending == set(SPOKEN)


@pytest.mark.parametrize("text", ["法院没有受理，也没有收到传票。", "要不要劳动仲裁？", "路灯不亮。", "并非欠条的事。"])
def test_what_is_denied_or_only_asked_answers_nothing(text):
    spoken = hints(suggest(text, tables=TABLES), subject="", text=text)
    assert "arbitration" not in spoken and "litigation" not in spoken
    assert not {"收到传票", "欠条"} & {w for h in spoken.values() for w in h.words}
