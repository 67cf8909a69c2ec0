"""A file that does not hold together is refused with a sentence that says what to do."""

import copy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from jiefen.procedures import loader
from jiefen.procedures.guards import GUARDS
from jiefen.procedures.loader import DEFINITIONS, DefinitionError

from .examples import vocabulary

pytestmark = pytest.mark.rules

GOOD = yaml.safe_load((DEFINITIONS / "hotline-order.v1.yaml").read_text("utf-8"))
NAMES = {path.name.split(".v")[0] for path in loader.procedure_files()}
Change = Callable[[dict[str, Any]], Any]


def _step(name: str, **changed: Any) -> Change:
    return lambda raw: raw["steps"][name].update(changed)


def _clock(name: str, **changed: Any) -> Change:
    return lambda raw: raw["clocks"][name].update(changed)


def _no_guard(step: str, guard: str) -> Change:
    return lambda raw: raw["steps"][step]["guards"].remove(guard)


BROKEN: dict[str, tuple[Change, str]] = {
    "an unknown role": (_step("sign", roles=["boss"]), "hotline-order.sign：不认识的角色 boss"),
    "an unknown guard": (_step("sign", guards=["lucky"]), "不认识的条件 lucky"),
    "an unknown fact": (_step("contact", facts=["mood"]), "不认识的事实 mood"),
    "an unknown paper": (_step("reply", makes=["poem"]), "不认识的文书 poem"),
    "an unknown state": (_step("sign", to="heaven"), "不认识的状态 heaven"),
    "an unknown source": (_step("sign", basis=["L-NO:1"]), "不认识的来源 L-NO"),
    "a step without basis": (_step("sign", basis=[]), "hotline-order.sign：没有依据"),
    "a step without mark": (_step("sign", mark="?"), "没有标记"),
    "a key nobody knows": (_step("sign", colour="red"), "不认识的键 colour"),
    "on without quotes": (lambda raw: raw["steps"]["sign"].update({True: "case"}), '"on" 写在引号里'),
    "a missing key": (lambda raw: raw["steps"]["sign"].pop("reason"), "缺少 reason"),
    "a built-in step": (lambda raw: raw["steps"].update(opened=raw["steps"]["contact"]), "内置步骤"),
    "a state nobody reaches": (lambda raw: raw["states"].update(limbo={"label": "空"}), "limbo：从起点走不到"),
    "a dead end": (
        lambda raw: (raw["states"].update(limbo={"label": "空"}), raw["steps"]["contact"].update(to="limbo")),
        "limbo：从这个状态走不到任何终点",
    ),
    "two starts": (lambda raw: raw["states"]["handling"].update(start=True), "恰有一个起点"),
    "an end left without reopening": (_step("reopen", reopens=False), "离开了终点 closed"),
    "reopening from no end": (_step("sign", reopens=True), "它不是终点"),
    "a clock nothing starts": (_clock("sign-by", starts={}), "hotline-order.sign-by：没有什么让它起算"),
    "a clock nothing stops": (_clock("dispatch-by", stops={}), "没有什么让它停"),
    "a stop that cannot follow": (_clock("call-back-by", stops={"step": ["dispatch"]}), "停它的步骤一个也走不到"),
    "a clock running past an end": (_clock("dispatch-by", stops={"step": ["dispatch"]}), "到了终点"),
    "a wait without a clock": (lambda raw: raw["clocks"].pop("dispatch-by"), "received：可以在这个状态一直等下去"),
    "two lengths": (_clock("sign-by", hours=3), "只写一个"),
    "an extension without a step": (_no_guard("extend", "extension-allowed"), "没有延长的步骤"),
    "an extension nobody may give": (
        _clock("finish-by", extension={"days": 1, "approver": "king", "times": 1}),
        "不认识的批准人 king",
    ),
    "what is owed to each person": (_clock("finish-by", scope="case"), "scope: complainant"),
    "a number unlike its setting": (_clock("redo-by", days=9), "与设置 hotline.redo-days 的默认值"),
    "a setting nobody declared": (_clock("redo-by", setting="hotline.luck"), "不认识的设置 hotline.luck"),
    "a number of ours without setting": (lambda raw: raw["clocks"]["redo-by"].pop("setting"), "须写 setting"),
    "a guard without its number": (lambda raw: raw["steps"]["return"].pop("with"), "要一个数"),
    "a number without its guard": (_step("sign", **{"with": {"setting": "contact-tries"}}), "没有条件用它"),
    "an objection no default": (lambda raw: raw["clocks"]["return-by"].pop("lapses"), "不提异议不是失职"),
    "an objection without limit": (
        lambda raw: (
            raw["steps"]["return"]["guards"].remove("returns-below-limit"),
            raw["steps"]["return"].pop("with"),
        ),
        "提出异议须有条件 returns-below-limit",
    ),
    "closing without answers": (_no_guard("call-back", "every-demand-answered"), "every-demand-answered"),
    "closing before assistants": (_no_guard("call-back", "assignments-answered"), "assignments-answered"),
    "closing without second look": (
        lambda raw: raw["closing"].update({"second-look": "sponsor"}),
        "二次核对由 sponsor",
    ),
    "an end that does not say": (lambda raw: raw["states"]["closed"].pop("answers"), "answers: true 或 false"),
    "an assignment step that moves": (_step("answer-assignment", to="replied"), "不动事项的状态"),
    "assistants without steps": (lambda raw: raw["steps"].pop("object-assignment"), "不认识的步骤 object-assignment"),
    "an unknown procedure": (
        lambda raw: raw["opens"].append({"to": "magic", "after": ["closed"]}),
        "不认识的程序 magic",
    ),
    "an opening from nowhere": (lambda raw: raw["opens"].append({"to": "petition-review"}), "没有写在哪些状态"),
    "a dossier nobody fills": (
        lambda raw: raw["closing"]["dossier"].append("court-ruling"),
        "卷宗要 court-ruling，但没有哪一步",
    ),
    "a need that is never met": (
        lambda raw: raw["steps"]["call-back"]["needs"].append("ruling-note"),
        "永远走不到",
    ),
    "a house word": (lambda raw: raw["closing"]["rules"].append("做好稳控工作"), "不用的词“稳控”"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_it_refuses(fault: str) -> None:
    change, says = BROKEN[fault]
    raw = copy.deepcopy(GOOD)
    change(raw)
    with pytest.raises(DefinitionError) as refused:
        loader.load_procedure(yaml.safe_dump(raw, allow_unicode=True), vocabulary(), names=NAMES)
    assert any(says in problem for problem in refused.value.problems), refused.value.problems
    assert all(problem.startswith("hotline-order") and problem.endswith("。") for problem in refused.value.problems)


def test_it_tells_all_problems_at_once() -> None:
    raw = copy.deepcopy(GOOD)
    raw["steps"]["sign"]["roles"] = ["boss"]
    raw["steps"]["reply"]["guards"] = ["lucky"]
    with pytest.raises(DefinitionError) as refused:
        loader.load_procedure(yaml.safe_dump(raw), vocabulary())
    assert len(refused.value.problems) == 2


@pytest.mark.parametrize(
    ("text", "says"), [("a: 1\na: 2\n", "a 写了2次"), ("a: [", "不是合格的 YAML"), ("just words", "一组“名字: 值”")]
)
def test_it_refuses_what_is_no_strict_yaml(text: str, says: str) -> None:
    with pytest.raises(DefinitionError, match=says):
        loader.load_procedure(text, vocabulary(), where="x.v1")


def test_it_loads_every_published_procedure() -> None:
    newest = dict(sorted(loader.load_all().items()))
    found = {name: one for (name, _version), one in newest.items()}
    assert len(found) == 15
    count = [sum(len(getattr(one, part)) for one in found.values()) for part in ("states", "steps", "clocks")]
    assert count == [127, 223, 102]


def test_every_guard_of_the_vocabulary_is_written_and_says_what_it_means() -> None:
    assert set(GUARDS) == set(vocabulary().guards)
    assert all((function.__doc__ or "").strip() for function in GUARDS.values())


def test_published_files_are_as_they_were_published(tmp_path: Path) -> None:
    assert loader.check_lock() == []
    folder = tmp_path / "definitions"
    shutil.copytree(DEFINITIONS, folder)
    path = folder / "campaign.v1.yaml"
    path.write_text(path.read_text("utf-8") + "\n# later\n", "utf-8")
    assert loader.check_lock(folder) == [
        "campaign.v1.yaml：已发布的文件被改动了；请恢复原文，把改动写成下一版（version 加1的新文件）。"
    ]
    with pytest.raises(DefinitionError, match="被改动了"):
        loader.write_lock(folder)
    path.unlink()
    assert "不见了" in loader.check_lock(folder)[0]


def test_a_new_version_stands_beside_the_old_one(tmp_path: Path) -> None:
    folder = tmp_path / "definitions"
    shutil.copytree(DEFINITIONS, folder)
    text = (folder / "campaign.v1.yaml").read_text("utf-8").replace("version: 1", "version: 2", 1)
    (folder / "campaign.v2.yaml").write_text(text, "utf-8")
    assert {("campaign", 1), ("campaign", 2)} <= set(loader.load_all(folder))
    assert loader.check_lock(folder) == [
        "campaign.v2.yaml：还没有记入 published.lock；确认无误后运行 write_lock 记下。"
    ]
    loader.write_lock(folder)
    assert loader.check_lock(folder) == []
