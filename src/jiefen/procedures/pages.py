"""The reference pages, made from the files: `python -m jiefen.procedures.pages docs/reference/procedures`
writes them anew.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from . import drawing, loader
from .definition import Clock, Extension, Procedure, Step, Vocabulary, unit_words

MARKS = {"V": "V 已核原文", "M": "M 凭记忆", "A": "A 拟定"}


def _cell(text: str) -> str:
    return text.replace("|", "｜").replace("\n", " ") or "—"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    head = list(head)
    return [
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
        *(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows),
        "",
    ]


def page(procedure: Procedure, vocabulary: Vocabulary) -> str:
    """The page of one procedure, as Markdown."""

    def labels(names: Iterable[str], among: str) -> str:
        words = getattr(vocabulary, among)
        return "、".join(words[name]["label"] for name in names)

    def steps(names: Iterable[str]) -> str:
        return "、".join(procedure.steps[name].label for name in names)

    def states(names: Iterable[str]) -> str:
        return "、".join(procedure.states[name].label for name in names)

    def step_row(number: int, step: Step) -> list[str]:
        guards = labels(step.guards, "guards")
        return [
            str(number),
            f"{step.label}<br>`{step.name}`",
            states(step.from_states),
            states([step.to]) if step.to else "不变",
            labels(step.roles, "roles"),
            guards,
            labels(step.needs, "papers"),
            labels(step.makes, "papers"),
            "须写理由" if step.reason_required else "",
            vocabulary.basis_said(step.basis, step.mark),
        ]

    def trigger(clock: Clock, which: str) -> str:
        found = getattr(clock, which)
        said = [
            f"进入{states(found.enter)}" if found.enter else "",
            steps(found.step),
            labels(found.fact, "facts"),
            f"送达{labels(found.notice, 'papers')}" if found.notice else "",
            f"转开{'、'.join(found.opens)}" if found.opens else "",
        ]
        return "；".join(part for part in said if part)

    def clock_row(clock: Clock) -> list[str]:
        lengths = [clock.amount.words]
        lengths += [f"{_when(v.when)}：{v.amount.words}（{MARKS[v.mark][0]}）" for v in clock.variants]
        only = f"；只对{_when(clock.only_when)}" if clock.only_when else ""
        return [
            f"{clock.label}<br>`{clock.name}`",
            "<br>".join(lengths),
            vocabulary.binds[clock.binds].split("，")[0].split("；")[0],
            vocabulary.scopes[clock.scope].split("：")[0] + only,
            trigger(clock, "starts"),
            trigger(clock, "stops") or "期满自行终止",
            states(clock.pauses),
            _extension(clock.extension, vocabulary),
            f"`{clock.setting}`" if clock.setting else "",
            "；".join(vocabulary.source_title(one) for one in clock.basis),
            MARKS[clock.mark],
            clock.note,
        ]

    dossier = [
        f"- {labels([part.paper], 'papers')}" + (f"（走过“{steps(part.if_step)}”才必备）" if part.if_step else "")
        for part in procedure.closing.dossier
    ]
    parts = [
        f"# {procedure.label}",
        "",
        f"`{procedure.name}` 第{procedure.version}版。本页由定义文件生成，改文件后重新生成，不手改。",
        "",
        "依据：",
        "",
        *(f"- {vocabulary.source_title(b.source)}：{b.says}（{MARKS[b.mark]}）" for b in procedure.basis),
        "",
        f"可由{labels(procedure.who_may_start, 'roles')}发起。{procedure.who_note}",
        "",
        f"![{procedure.label}的状态与步骤]({procedure.name}.svg)",
        "",
        "▸ 起点，■ 终点；线上的数字是下表步骤的序号。右边的线往前走，左边的线往回走；不改变状态的步骤只在表里。",
        "",
        "## 步骤",
        "",
        *_table(
            ["序", "步骤", "从", "到", "由谁", "条件", "须有文书", "生成文书", "理由", "依据"],
            (step_row(number, step) for number, step in enumerate(procedure.steps.values(), 1)),
        ),
        "## 时限",
        "",
        *_table(
            ["时限", "长度", "谁的", "计法", "起算", "停止", "停计", "延长", "区县设置", "依据", "标记", "说明"],
            (clock_row(clock) for clock in procedure.clocks.values()),
        ),
        "起算当日不计；自然日的最后一日是休息日的顺延到下一个工作日；调休上班的周末算工作日。",
        "",
        "## 办结",
        "",
        *(f"- {rule}" for rule in procedure.closing.rules),
        "",
        "卷宗必备：",
        "",
        *dossier,
        "",
        "## 告知当事人",
        "",
        *(
            f"- “{steps([n.when])}”时：{n.text}（{vocabulary.basis_said(n.basis, n.mark)}）"
            for n in procedure.rights_notices
        ),
        "",
    ]
    return "\n".join(parts)


def _when(when: object) -> str:
    words = {
        "urgent": "紧急",
        "ask-type": "",
        "kind": "类别",
        "grade": "等级",
        "assignment": "",
        "received-by": "",
        "assist": "协办",
        "complex": "复杂",
        "major": "重大疑难",
        "petition-office": "信访部门收件",
        "other-organ": "其他机关收件",
        True: "",
    }
    assert hasattr(when, "items")
    return "、".join(f"{words.get(key, key)}{words.get(value, value)}" for key, value in when.items())


def _extension(extension: Extension | None, vocabulary: Vocabulary) -> str:
    if extension is None:
        return "不得延长"
    who = vocabulary.approvers[extension.approver]
    if extension.days is None:
        return f"日数约定，{who}"
    times = f"，最多{extension.times}次" if extension.times and extension.times > 1 else ""
    return f"每次不超过{extension.days}{unit_words('days', 'natural')}{times}，{who}"


def index(procedures: Iterable[Procedure]) -> str:
    """The list of all procedures, as Markdown."""
    rows = []
    for one in procedures:
        marks = [sum(clock.mark == mark for clock in one.clocks.values()) for mark in "VMA"]
        counts = [len(one.states), len(one.steps), len(one.clocks), *marks]
        rows.append([f"[{one.label}]({one.name}.md)", f"第{one.version}版", *(str(count) for count in counts)])
    return "\n".join(
        [
            "# 办理程序",
            "",
            "每个程序是一份有版本的定义文件。发布后不再改动，办理中的事项一直用它开始时的那一版。",
            "",
            *_table(["程序", "版本", "状态", "步骤", "时限", "V", "M", "A"], rows),
            "V：已读到所引文本。M：凭记忆，不当作法条展示。A：法律没有定，由本项目提议，区县可改。",
            "",
        ]
    )


def made(folder: Path = loader.DEFINITIONS) -> dict[str, str]:
    """Every page and picture by file name, of the latest version of each procedure."""
    vocabulary = loader.load_vocabulary(folder)
    latest: dict[str, Procedure] = {}
    for (name, _version), procedure in sorted(loader.load_all(folder).items()):
        latest[name] = procedure
    found = {"README.md": index(latest.values())}
    for name, procedure in latest.items():
        found[f"{name}.md"] = page(procedure, vocabulary)
        found[f"{name}.svg"] = drawing.svg(procedure)
    return found


def write(target: Path) -> None:
    """Write them all, and take away pages of procedures there are no more."""
    found = made()
    target.mkdir(parents=True, exist_ok=True)
    for old in [*target.glob("*.md"), *target.glob("*.svg")]:
        if old.name not in found:
            old.unlink()
    for name, text in found.items():
        (target / name).write_text(text, "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
