"""Is it one of these: found by words that say something, with the reasons, and never what is shut to the reader."""

from datetime import timedelta

import pytest

from jiefen.cases.models import Case
from jiefen.intake.models import Intake
from jiefen.kernel.outbox import at_once
from jiefen.kernel.scope import scope
from jiefen.privacy.destroy import destroy
from jiefen.triage import alike, resembling
from jiefen.triage.models import Alike
from tests.world import MONDAY

DAY = timedelta(days=1)
PLANT = "下坝村水泥搅拌站夜里十一点还在开工，噪音吵得老人睡不着，粉尘落满院子，请尽快处理。"
AGAIN = "我们住在下坝村，那个水泥搅拌站半夜还在开工，噪音大、粉尘也大，老人孩子都睡不好。"
OTHER = "石桥村小学门口没有斑马线，放学时车多，请尽快处理。"


@pytest.fixture(autouse=True)
def _eyes(db):
    with scope("worker"), at_once():
        yield


def take(county, text, **more):
    with scope("worker"):
        return Intake.objects.select_related("key").get(pk=county.intake(text=text, **more).intake_id)


def ask(county, who, row):
    alike.index_new()
    return resembling.of_intake(county.actor(who), row)


def test_it_finds_the_same_matter_and_says_why(county):
    first = take(county, PLANT, once_key="a", name="兰秀英", phone="13800002061")
    take(county, OTHER, once_key="b")
    second = take(county, AGAIN, once_key="c", name="石建国", phone="13800002062")
    found = ask(county, "zhou", second)
    assert [like.number for like in found.likes] == [first.number]
    said = "；".join(found.likes[0].reasons)
    assert "搅拌站" in said and "同一地点：" in said and "下坝村" in said and "同一天" in said
    assert "同一位反映人" not in said and "兰" not in said


def test_a_stock_phrase_makes_nothing_alike(county):
    plea = "尊敬的领导您好，请县里加快解决群众反映强烈的问题，"
    sorts = [
        "路灯坏了",
        "河里有死猪",
        "公交不进村",
        "医保报不了",
        "学校缺老师",
        "井盖丢失",
        "菜场漏雨",
        "电梯停运",
        "水费乱收",
        "垃圾没人运",
    ]
    for n in range(30):
        take(county, f"{plea}{sorts[n % 10]}第{n}处{chr(0x4E00 + 31 * n)}{chr(0x5E00 + 17 * n)}", once_key=f"s{n}")
    last = take(county, f"{plea}桥栏杆断了一截没有修", once_key="last")
    alike.index_new()
    alike.weigh()
    assert ask(county, "zhou", last).likes == ()


def test_what_is_shut_to_the_reader_does_not_exist(county):
    first = take(county, PLANT, once_key="a")
    row = take(county, AGAIN, once_key="q", home="qingshi", by="wen")
    before = ask(county, "wen", row)
    Intake.objects.filter(pk=first.pk).update(stratum=1, doors=[1])  # nobody's among the readers
    assert resembling.of_intake(county.actor("wen"), row) == resembling.Found()
    assert resembling.of_intake(county.actor("zhou"), row) == resembling.Found()
    assert not before.likes


def test_a_matter_elsewhere_is_said_only_of_an_ordinary_one_outside_the_area(county):
    take(county, PLANT, once_key="a", area_code=county.areas["xiaba"].code)
    text = PLANT.replace("下坝村", "")
    row = take(county, text, once_key="q", home="qingshi", by="wen", area_code=county.areas["qingshi"].code)
    found = ask(county, "wen", row)
    assert found.likes == () and found.elsewhere
    assert not resembling.of_intake(county.actor("su"), row).elsewhere


def test_the_vault_is_not_in_the_index(county):
    take(county, PLANT, once_key="a")
    row = take(county, AGAIN, once_key="b")
    alike.index_new()
    with_it = Alike.objects.count()
    Intake.objects.filter(pk=row.pk).update(stratum=2)
    alike.forget([row.pk])
    assert Alike.objects.count() == with_it - 1
    alike.index_new()
    assert Alike.objects.count() == with_it - 1
    assert resembling.of_intake(county.actor("zhou"), row) == resembling.Found()


def test_it_goes_with_the_key_of_the_matter(county):
    case = county.case(text=PLANT, once_key="a", decision={"kind": "0801"})
    row = take(county, AGAIN, once_key="b")
    assert len(ask(county, "zhou", row).likes) == 1
    intake = Intake.objects.get(decision__case=case)
    destroy([case.pk], [intake.pk], why="到期", at=MONDAY)
    assert Alike.objects.get(intake=intake).grams == []
    assert resembling.of_intake(county.actor("zhou"), row).likes == ()


def test_a_case_finds_the_case_by_the_office_complained_of(county):
    against = {"decision": {"kind": "0801", "respondent_units": [county.units["housing"].pk]}}
    one = county.case(text=PLANT, once_key="a", by="su", **against)
    two = county.case(text=AGAIN, once_key="b", by="su", **against)
    alike.index_new()
    found = resembling.of_case(county.actor("su"), two)
    assert [like.case for like in found.likes] == [one.pk]
    assert "同一被诉方" in found.likes[0].reasons
    assert resembling.of_case(county.actor("housing_handler"), Case.objects.get(pk=two.pk)).likes == ()


def test_pleas_and_greetings_make_nothing_alike_in_a_young_index_either(county):
    plea = (
        "尊敬的领导您好，{}，严重影响正常生活，多次反映无人管理，恳请有关部门高度重视，尽快处理，给个说法，谢谢领导。"
    )
    take(county, plea.format("村口路灯坏了"), once_key="a")
    assert ask(county, "zhou", take(county, plea.format("公交半月没来"), once_key="b")).likes == ()
    first = take(county, plea.format("下坝水闸漏得厉害"), once_key="c")
    found = ask(county, "zhou", take(county, plea.format("下坝的水闸漏水"), once_key="d"))
    assert [like.number for like in found.likes] == [first.number]


def test_the_same_firm_on_the_other_side_is_named_and_nobody_by_a_name(county):
    first = take(
        county, "我们八个人给清和建安有限公司贴瓷砖，被清和建安有限公司拖欠工资，包工头王大勇不接电话。", once_key="a"
    )
    found = ask(
        county, "zhou", take(county, "清和建安公司拖欠工资三个月，贴瓷砖的都没拿到，王大勇不露面。", once_key="b")
    )
    assert [like.number for like in found.likes] == [first.number]
    said = "；".join(found.likes[0].reasons)
    assert "同一被反映方：清和建安公司" in said and "王" not in said
    other = take(county, "我在宏达建安有限公司贴瓷砖，被宏达建安有限公司拖欠工资，都没拿到。", once_key="c")
    named = {like.number: "；".join(like.reasons) for like in ask(county, "zhou", other).likes}
    assert all("同一被反映方" not in reasons for reasons in named.values())


def test_rows_of_an_earlier_version_are_brought_up_and_those_without_a_head_hinder_nobody(county):
    one, other = take(county, PLANT, once_key="a"), take(county, AGAIN, once_key="b")
    alike.index_new()
    with scope("worker"):
        right = list(Alike.objects.order_by("intake").values_list("grams", "heads"))
        Alike.objects.update(heads=0)
        assert [pk for (pk,) in alike.ask.rows(alike.OLD, [0])] == [one.pk, other.pk]
    assert alike.bring_up() == 2
    with scope("worker"):
        assert list(Alike.objects.order_by("intake").values_list("grams", "heads")) == right
    assert alike.bring_up() == 0
