"""Learning from the county's decisions: put in use only when better, kept and taken back, asked by every taking-in."""

from datetime import timedelta

import pytest

from jiefen.triage import setup
from jiefen.triage.learning import county as learning
from jiefen.triage.learning.cases import Decided
from jiefen.triage.learning.shelf import Shelf
from jiefen.triage.learning.tests.made import messages
from jiefen.triage.rules import suggest
from tests.world import MONDAY

pytest.importorskip("sklearn")


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path
    setup.forget()
    yield tmp_path
    setup.forget()


def rows(each: int = 110) -> list[Decided]:
    return [Decided(text, kind, MONDAY - timedelta(hours=9 * n)) for n, (text, kind) in enumerate(messages(each))]


def test_it_is_put_in_use_when_better_and_only_then(db, home, monkeypatch):
    monkeypatch.setattr(learning, "decided", lambda progress: iter(rows()))
    said: list[str] = []
    first = learning.learn(at=MONDAY, said=said.append)
    assert first is not None and first.used and first.version == 1
    assert "词表" in first.verdict and (home / "models" / "kind-0001.md").read_text("utf-8").startswith(
        "# 类型模型第1版"
    )
    made = suggest(messages(1)[0][0], tables=setup.tables(MONDAY))
    assert (made.kind, made.model) == ("0701", 1)
    again = learning.learn(at=MONDAY, said=said.append)
    assert again is not None and not again.used and again.version == 2
    assert Shelf(home / "models").in_use() == 1
    Shelf(home / "models").undo()
    setup.forget()
    assert suggest(messages(1)[0][0], tables=setup.tables(MONDAY)).model == 0


def test_too_few_decisions_leave_the_word_list(db, home, monkeypatch):
    monkeypatch.setattr(learning, "decided", lambda progress: iter(rows(20)))
    said: list[str] = []
    assert learning.learn(at=MONDAY, said=said.append) is None
    assert "不到300件" in said[-1] and not (home / "models").exists()


@pytest.mark.rules
def test_a_rare_sub_kind_is_learnt_as_its_kind_and_a_rare_kind_not_at_all():
    import numpy as np

    kinds = ["0701"] * 12 + ["0702"] * 3 + ["0703"] * 8 + ["1901"] * 2
    labels = learning.coarse(kinds, np.arange(len(kinds)), least=10)
    assert labels == ["0701"] * 12 + ["07"] * 11 + [""] * 2
