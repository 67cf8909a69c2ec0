"""`jiefen learn`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from jiefen.cli import lines
from jiefen.cli.leaving import FOUND, NOT_READY, WRONG_USE, Leave, say
from jiefen.cli.ready import ready, settle, stopwatch
from jiefen.kernel.progress import Line


def _train_on_file(path: Path, text: str, label: str, to: Path, seed_date: datetime) -> None:
    from jiefen.triage.learning.card import facts, markdown
    from jiefen.triage.learning.model import save
    from jiefen.triage.learning.train import TooFew, prepare, train
    from jiefen.triage.rules import Tables

    texts, labels, skipped = read_rows(path, text, label)
    try:
        data = prepare(texts, Tables.load(), lines.progress)
        made = train(data, labels, lines.progress, about={"made": seed_date.date().isoformat()})
    except TooFew as few:
        raise Leave(str(few), NOT_READY) from None
    size = save(made.model, to)
    groups = len({int(g) for g in data.group})
    card = facts(made, labels, at=seed_date, source=path.name, groups=groups, size=size, more={"skipped": skipped})
    import json

    to.with_suffix(".json").write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", "utf-8")
    to.with_suffix(".md").write_text(markdown(card), "utf-8")
    f = made.figures
    say(
        f"学了{len(texts)}件（归并后{groups}组），跳过{sum(skipped.values())}件；模型{size:,}字节，在{to}，卡片在旁边（.md、.json）"
    )
    for why, n in skipped.items():
        say(f"  跳过{n}件：{why}")
    say(
        f"留出检验：macro-F1 {f.macro_f1:.4f}，第一个就对 {f.accuracy:.4f}，前两个里有 {f.top_two:.4f}，ECE {f.ece:.4f}"
    )


def read_rows(path: Path, text: str, label: str) -> tuple[list[str], list[str], dict[str, int]]:
    """Texts and labels of a CSV, and how many rows were left out by reason. Leaves with 2 when a column is missing."""
    texts: list[str] = []
    labels: list[str] = []
    skipped: dict[str, int] = {}
    for _, row in lines.rows(path, (text, label)):
        words, kind = (row[text] or "").strip(), (row[label] or "").strip()
        why = "没有文字" if not words else "没有类型" if not kind else ""
        if why:
            skipped[why] = skipped.get(why, 0) + 1
            continue
        texts.append(words)
        labels.append(kind)
    return texts, labels, skipped


@click.command(
    help="学习类型。不写 --csv：用本县人员已经定类的事项学，按时间留出最新的一部分与在用的比较，更好才启用；版本都留着，可退回。\n\n"
    "写 --csv：用一个文件学，不用数据库，写成 --to 指的文件。学以前先遮住姓名、号码、住址、性别、年龄、民族。"
    "同样的行，学出来的总是一样。\n\n"
    "退出码：0；1 太少，没有学成；2 用法不对；3 连不上数据库；4 条件不具备。"
)
@click.option("--csv", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="用这个文件学")
@click.option("--text", default="text", show_default=True, help="文字在哪一列")
@click.option("--label", default="label", show_default=True, help="类型在哪一列")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), help="模型写到哪个文件")
@click.option("--list", "lists", is_flag=True, help="列出留着的版本，哪一版在用")
@click.option("--use", "version", type=int, help="启用这一版（0：只用词表）")
@click.option("--undo", is_flag=True, help="退回上一次在用的")
@click.option("--keep-anyway", is_flag=True, help="学完就启用，不管比较结果")
def command(
    path: Path | None, text: str, label: str, to: Path | None, lists: bool, version: int | None, undo: bool,
    keep_anyway: bool,
) -> None:  # fmt: skip
    try:
        import sklearn  # noqa: F401
    except ImportError:
        if not (lists or undo or version is not None):
            raise Leave("这个安装里没有 scikit-learn，不能学习；在用的模型照常建议", NOT_READY) from None
    clock = stopwatch()
    if path or to:
        if not (path and to):
            raise Leave("--csv 和 --to 要一起写", WRONG_USE)
        settle()
        _train_on_file(path, text, label, to, datetime.now(UTC))
        lines.progress(f"用时{clock()}")
        return
    ready()
    from jiefen.triage import setup
    from jiefen.triage.learning.shelf import Shelf

    place = Shelf(setup.models_folder())
    if lists:
        for v in place.versions():
            say(_line(v, place.card(v), v == place.in_use()))
        if not place.in_use():
            say("在用：词表")
        return
    if undo or version is not None:
        _change(place, version)
        return
    from jiefen.kernel.clock import now
    from jiefen.triage.learning.county import learn

    line = Line("读已定类的事项")
    made = learn(at=now(), said=lines.progress, progress=line, keep_anyway=keep_anyway)
    if made is None:
        raise Leave("没有学成：见上面说明", FOUND)
    say(f"第{made.version}版{'已启用' if made.used else '留着，没有启用'}；{made.verdict}")
    say(f"卡片：{place.path(made.version, 'md')}，{clock()}")


def _change(place: Any, version: int | None) -> None:
    from jiefen.triage.learning.model import BadModel

    try:
        if version is not None:
            place.use(version)
        else:
            version = place.undo()
    except BadModel as bad:
        raise Leave(str(bad), NOT_READY) from None
    say(f"在用：第{version}版" if version else "在用：词表")


def _line(version: int, card: dict[str, Any], used: bool) -> str:
    held = card.get("held_out", {})
    mark = "＊" if used else "　"
    return f"{mark}第{version}版　{card.get('date', '')}　{card.get('rows', 0)}件　macro-F1 {held.get('macro_f1', 0):.4f}　ECE {held.get('ece', 0):.4f}"
