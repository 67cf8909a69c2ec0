"""`jiefen alike --csv FILE --text COL,COL`: which rows of a file tell of the same matter, without a database."""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from jiefen.cli.leaving import WRONG_USE, Leave
from jiefen.kernel.progress import Line

MOST_FIELD = 4_000_000


@click.command(
    help="一个文件里哪些行说的是同一件事：写出 id、group、reason 三列，不用数据库。只写可能同一件的行，一组一个号。\n\n"
    "文件要从头读几遍，文字不留在内存里。哪些字眼少见、哪些是套话，从文件自己学：许多人都写、别处却不像的话（称呼、结尾、“请……加快……建设”）不算数。\n\n"
    "退出码：0 写完；2 用法不对；4 文件读不了。"
)
@click.option("--csv", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True, help="CSV 文件，第一行是列名")  # fmt: skip
@click.option("--text", "columns", required=True, help="文字在哪些列，用逗号隔开；两列的，前一列当标题")
@click.option("--id", "named", default="", help="编号在哪一列；不写就用 id 列，没有就用行号")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="写到这个文件；不写就写到标准输出")
@click.option("--progress/--no-progress", default=True, help="显示进度")
def command(file: Path, columns: str, named: str, out: Path | None, progress: bool) -> None:
    from jiefen.triage.likeness import grouping, reasons
    from jiefen.triage.likeness.pairs import parts, plain_number

    wanted = [name.strip() for name in columns.split(",") if name.strip()]
    ids: list[str] = []
    empty = 0
    for one, subject, text in _told(file, wanted, named):
        if (subject + text).strip():
            ids.append(one)
        else:
            empty += 1
    line = Line("读三遍", unit="行") if progress else None
    read = 0

    def again() -> Iterator[tuple[str, str]]:
        """The rows with words, from the file: no text is kept."""
        nonlocal read
        for _one, subject, text in _told(file, wanted, named):
            if (subject + text).strip():
                read += 1
                if line and read % 500 == 0:
                    line(read, 3 * len(ids))
                yield subject, text

    learnt = grouping.learn_from(again)
    tellings = learnt.tellings
    if line:
        line.close()
    line = Line("比较", unit="行") if progress else None

    def tick(done: int) -> None:
        if line and done % 500 == 0:
            line(done, len(ids))

    groups = grouping.group(tellings, learnt.weights, tick)
    if line:
        line(len(ids), len(ids))
        line.close()
        line = None
    # Why each is in its group is said from the texts, which are read once more, in their order.
    beside = {place: members[1] if place == members[0] else members[0] for members in groups for place in members}
    whys: dict[int, str] = {}
    for place, row in enumerate(again()):
        if place not in beside:
            continue
        mine, other = tellings[place].all(), tellings[beside[place]].all()
        if beside[place] < place and mine == other:
            whys[place] = "内容相同"
            continue
        words = reasons.words("\n".join(parts(*row)), set(mine) & set(other), learnt.weights.of, plain_number)
        whys[place] = "共同的词：" + "、".join(words) if words else "与同组其他各件说的是同一件事"
    target = out.open("w", encoding="utf-8", newline="") if out else sys.stdout
    writer = csv.writer(target)
    writer.writerow(["id", "group", "reason"])
    for number, members in enumerate(groups, 1):
        for place in members:
            writer.writerow([ids[place], number, whys[place]])
    if out:
        target.close()
    grouped = sum(map(len, groups))
    blank = sum(not telling.size for telling in tellings)
    told = f"{len(ids) + empty:,}行：{len(groups):,}组，{grouped:,}行在组里，学到套话{len(learnt.stock):,}段"
    # The rows may be on standard output: what is said of them is not.
    click.echo(
        told + (f"；跳过空行{empty:,}行" if empty else "") + (f"；{blank:,}行没有可比的字" if blank else ""), err=True
    )


def _told(file: Path, wanted: list[str], named: str) -> Iterator[tuple[str, str, str]]:
    """Each row's id, subject (where there is a column of its own for it) and text."""
    for one, said in _rows(file, wanted, named):
        yield (one, said[0], "\n".join(said[1:])) if len(said) > 1 else (one, "", said[0])


def _rows(file: Path, wanted: list[str], named: str) -> Iterator[tuple[str, list[str]]]:
    """Each row's id and texts. A column that is not there is wrong use; a broken character is read as a mark."""
    csv.field_size_limit(MOST_FIELD)
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        reader = csv.DictReader(lines)
        have = reader.fieldnames or []
        missing = [name for name in [*wanted, *([named] if named else [])] if name not in have]
        if missing or not wanted:
            raise Leave(f"文件里没有这些列：{'、'.join(missing)}；现有：{'、'.join(have)}", WRONG_USE)
        key = named or ("id" if "id" in have else "")
        try:
            for n, row in enumerate(reader, 1):
                yield (row.get(key) or str(n)) if key else str(n), [row.get(name) or "" for name in wanted]
        except csv.Error as error:
            raise Leave(f"第{reader.line_num}行读不了：{error}", WRONG_USE) from None
