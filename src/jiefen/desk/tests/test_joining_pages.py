"""Joining and undoing through the pages: preview, direction, refusal, follow pages, an import's batch; Wen gets 404."""

from datetime import timedelta

import pytest
from django.test import Client

from jiefen.cases.actions import take_step
from jiefen.cases.models import Case, Step
from jiefen.channels.ledger.joining import find_groups
from jiefen.channels.models import ImportBatch
from jiefen.desk.tests.test_matters import client_for, now  # noqa: F401
from jiefen.desk.tests.test_road import text
from jiefen.files.actions import store
from jiefen.intake.models import Intake
from jiefen.kernel.outbox import after_steps, at_once
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.notices.models import Notice
from jiefen.triage.actions import Decision, decide
from tests.world import MONDAY

WHY = {"reason": "同一个搅拌站，同一时段的噪音"}
PLANT = "下坝村水泥搅拌站夜里十一点还在开工，噪音吵得老人睡不着，粉尘落满院子，请尽快处理。"
AGAIN = "我们住在下坝村，那个水泥搅拌站半夜还在开工，噪音大、粉尘也大，老人孩子都睡不好。"


@pytest.fixture
def two(county, now):  # noqa: F811
    with at_once():
        lan = county.case(text=PLANT, once_key="a", decision={"title": "搅拌站夜间噪音"})
        shi = county.case(text=AGAIN, once_key="b", name="石建国", phone="13800002062", unit=None,
                          decision={"title": "半夜施工扰民"})  # fmt: skip
    return lan, shi


def page_of(case):
    with scope("worker"):
        row = Intake.objects.select_related("key").get(decision__case=case)
        return f"/follow/{open_row(row.key).open(row.token, field='intake.token')}/"


def test_it_goes_from_the_likes_by_the_preview_to_the_join_and_back(county, two):
    lan, shi = two
    zhou = client_for(county, "zhou")
    likes = zhou.get(f"/cases/{shi.slug}/join/").content.decode()
    assert "共同的词：" in likes and "搅拌站" in likes and f"/cases/{shi.slug}/join/{lan.slug}/" in likes
    preview = text(zhou.get(f"/cases/{shi.slug}/join/{lan.slug}/"))
    assert "主件已有单位在办" in preview and "随主件交给县人社局办" in preview
    assert "2 位反映人" in preview and "首次联系来电人" in preview
    turned = text(zhou.get(f"/cases/{shi.slug}/join/{lan.slug}/?lead={shi.slug}"))
    assert "请反过来并" in turned and "并起来，各留各的编号" not in turned
    empty = zhou.post(f"/cases/{shi.slug}/join/{lan.slug}/", {"lead": lan.slug})
    assert empty.status_code == 422 and "请写明为什么认为是同一件事" in empty.content.decode()
    with at_once():
        assert (
            zhou.post(f"/cases/{shi.slug}/join/{lan.slug}/", WHY | {"lead": lan.slug}).url
            == f"/cases/{lan.slug}/#joining"
        )
    lead = text(zhou.get(f"/cases/{lan.slug}/"))
    assert shi.number in lead and "半夜施工扰民" in lead
    follower = text(zhou.get(f"/cases/{shi.slug}/"))
    assert f"随主件 {lan.number} 一并办理" in follower
    for case, own, others in ((lan, "搅拌站夜间噪音", "半夜施工扰民"), (shi, "半夜施工扰民", "搅拌站夜间噪音")):
        said = Client().get(page_of(case)).content.decode()
        assert own in said and others not in said and "您的编号、时限、答复都还是您自己的" in said
        other = shi if case == lan else lan
        assert other.number not in said
    with scope("worker"):
        store(
            b"%PDF-1.4\n%%EOF",
            "石的照片.pdf",
            holder=f"case:{lan.pk}",
            key_id=lan.key_id,
            given_by="resident",
            at=MONDAY.replace(year=2027),
        )
    undo = text(zhou.get(f"/cases/{shi.slug}/join/undo/"))
    assert "派单" in undo and "石的照片.pdf" in undo
    with scope("worker"):
        seq = Step.objects.get(case=shi, name="dispatch").seq
    with at_once():
        gone = zhou.post(f"/cases/{shi.slug}/join/undo/", {"reason": "不是同一家搅拌站", f"step-{seq}": "back"})
    assert gone.status_code == 302
    with scope("worker"):
        assert Case.objects.get(pk=shi.pk).state == "received"
    assert "不再与别的件一并办理" in Client().get(page_of(shi)).content.decode()
    assert zhou.get(f"/cases/{shi.slug}/join/undo/").status_code == 404


def test_the_offices_are_told(county, two):
    lan, shi = two
    with at_once():
        client_for(county, "zhou").post(f"/cases/{lan.slug}/join/{shi.slug}/", WHY)
    with scope("worker"):
        told = set(Notice.objects.filter(code="joined").values_list("person_id", "case_id"))
    who = {person for person, _case in told}
    assert county.people["he_head"].pk in who or county.people["he"].pk in who
    assert county.people["wen"].pk not in who


def test_one_that_cannot_follow_says_what_it_lacks(county, two):
    lan, shi = two
    he = client_for(county, "he")
    with at_once():
        client_for(county, "zhou").post(f"/cases/{lan.slug}/join/{shi.slug}/", WHY)
        with scope("worker"):
            take_step(lan, "sign", by=county.actor("he"), at=MONDAY.replace(hour=3), facts={"recusal-declared": True})
            assert Case.objects.get(pk=shi.pk).state == "handling"  # signed along
    assert he.post(f"/cases/{shi.slug}/join/follow/").status_code == 302  # nothing is missing


@pytest.mark.parametrize("who", ["wen", "an", "ge"])
def test_whoever_may_not_see_both_gets_404(county, two, who):
    lan, shi = two
    client = client_for(county, who)
    for address in (f"/cases/{lan.slug}/join/", f"/cases/{lan.slug}/join/{shi.slug}/", f"/cases/{shi.slug}/join/undo/"):
        assert client.get(address).status_code == 404
        assert client.post(address, WHY).status_code in (404, 405)
    assert client.get("/ledger/1/alike/").status_code == 404


def test_an_intake_shows_the_case_it_may_belong_to(county, two):
    lan, _shi = two
    receipt = county.intake(text=AGAIN.replace("我们", "我家"), once_key="c", name="李四", phone="13800002077")
    page = client_for(county, "zhou").get(f"/intakes/{receipt.number}/").content.decode()
    assert "是不是同一件事" in page and f"?case={lan.slug}#cn" in page
    chosen = client_for(county, "zhou").get(f"/intakes/{receipt.number}/?case={lan.slug}").content.decode()
    assert f'name="case_number" value="{lan.slug}"' in chosen


@pytest.fixture
def batch(county, now):  # noqa: F811
    zhou = county.people["zhou"]
    row = ImportBatch.objects.create(
        file_name="台账.csv", sha256=b"1" * 32, profile="plain", home=county.areas["liuhe"], created=5, by=zhou,
        state="done", started_at=MONDAY, moved_at=MONDAY,
    )  # fmt: skip
    texts = [
        PLANT,
        AGAIN,
        PLANT + "望处理。",
        "石桥村小学门口没有斑马线，放学时车多。",
        "青石桥路灯坏了三个月没有人修。",
    ]
    for n, said in enumerate(texts):
        receipt = county.intake(text=said, once_key=f"b{n}", name=f"人{n}某", phone=f"1380000300{n}")
        with scope("worker"):
            Intake.objects.filter(pk=receipt.intake_id).update(batch=row.pk)
    return row


def test_an_import_is_joined_and_undone_and_nobody_is_lost(county, batch):
    zhou = client_for(county, "zhou")
    address = f"/ledger/{batch.pk}/alike/"
    assert "开始比较" in zhou.get(address).content.decode()
    groups = find_groups(batch)
    assert [len(group) for group in groups] == [3]
    page = text(zhou.get(address))
    assert "3件可能是同一件事" in page and "搅拌站" in page
    assert client_for(county, "su").get(address).status_code == 404  # somebody else's import
    said = {"do": "join", "group": "0", "pick": groups[0], "kind": "0801", "unit": county.units["town"].pk} | WHY
    one = zhou.post(address, said | {"pick": groups[0][:1]})
    assert one.status_code == 422 and "至少选两件" in one.content.decode()
    with at_once():
        assert zhou.post(address, said).status_code == 302
    with scope("worker"):
        joined = Step.objects.filter(name="joined", codes__batch=batch.pk)
        assert joined.count() == 4  # two joined one: a row in each chain
        cases = Case.objects.filter(decisions__intake__in=groups[0])
        assert cases.count() == 3 and set(cases.values_list("lead_unit__code", flat=True)) == {"town"}
    page = text(zhou.get(address))
    assert "之前 3 位，之后 3 位" in page
    assert "3件已经一并办理" in page and "选中的并起来" not in page, "what is joined is not offered again"
    with at_once():
        assert zhou.post(address, {"do": "undo", "reason": "看错了"}).status_code == 302
    page = text(zhou.get(address))
    assert "已拆开" in page and "选中的并起来" in page
    with scope("worker"):
        assert Case.objects.filter(decisions__intake__in=groups[0]).count() == 3
        assert sorted(Case.objects.filter(decisions__intake__in=groups[0]).values_list("state", flat=True)) == [
            "dispatched",
            "received",
            "received",
        ]


def test_the_outbox_may_come_late(county, two):
    lan, shi = two
    client_for(county, "zhou").post(f"/cases/{lan.slug}/join/{shi.slug}/", WHY)
    with scope("worker"):
        row = take_step(lan, "sign", by=county.actor("he"), at=MONDAY.replace(hour=3), facts={"recusal-declared": True})
        assert Case.objects.get(pk=shi.pk).state == "dispatched"
    page = text(client_for(county, "zhou").get(f"/cases/{lan.slug}/"))
    assert "没跟上" in page and "签收" in page
    after_steps.func([row.pk])
    after_steps.func([row.pk])
    with scope("worker"):
        assert Step.objects.filter(case=shi, name="sign").count() == 1


def test_an_intake_is_taken_out_of_a_case_on_its_page_by_who_may(county, two, clock):
    lan, _shi = two
    clock(MONDAY + timedelta(hours=5))
    told = county.intake(text=AGAIN.replace("我们", "我家"), once_key="c", name="李四", phone="13800002077")
    with scope("worker"):
        decide(Intake.objects.get(pk=told.intake_id), Decision("join", case=lan.pk), by=county.actor("zhou"), at=MONDAY)
    address, zhou = f"/intakes/{told.number}/out/", client_for(county, "zhou")
    assert address in zhou.get(f"/intakes/{told.number}/").content.decode()
    page = text(zhou.get(address))
    assert lan.number in page and "单独立为一件" in page and "没有收到附件" in page
    assert zhou.post(address, {"to": "alone"}).status_code == 422
    for who in ("wen", "he", "an"):
        assert client_for(county, who).post(address, {"to": "bench", "reason": WHY["reason"]}).status_code == 404
    assert zhou.post(address, {"to": "alone"} | WHY).status_code == 302
    with scope("worker"):
        assert Intake.objects.get(pk=told.intake_id).decision.case_id != lan.pk
    assert zhou.get(address).status_code == 404
