"""`jiefen import FILE --profile …`."""

import sys
import time
from pathlib import Path
from typing import Any

import click

from jiefen.cli.leaving import FOUND, NOT_READY, WRONG_USE, Leave, say
from jiefen.cli.ready import ready
from jiefen.kernel.progress import Line


@click.command(
    help="导入来件台账（xlsx、xls、csv、JSON lines）。同一文件导入两次不会多出一件；中断了再运行一次就接着做。\n\n"
    "有错的行逐行列出原因，写进文件旁边的 .errors.csv，其余照常导入。--undo 批号 整批撤销还没有人分诊的来件。\n\n"
    "退出码：0 全部导入；1 有行没有导入；2 用法不对；3 连不上数据库；4 文件或列对应用不了，没有写入任何东西。"
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option("--profile", default="", help="列对应的名字；--profiles 列出现有的")
@click.option("--profiles", "list_profiles", is_flag=True, help="列出现有的列对应")
@click.option("--home", default="", help="没写地点的来件归哪里收：区划代码或名称，不写就是县")
@click.option("--dry-run", is_flag=True, help="只检查每一行，不写入")
@click.option("--resume", is_flag=True, help="只接着做中断的那次，没有中断的就不动")
@click.option("--undo", type=int, metavar="批号", help="撤销一批")
@click.option("--batches", is_flag=True, help="列出最近的批")
@click.option("--errors", type=click.Path(dir_okay=False, path_type=Path), help="有错的行写到哪里")
@click.option("--progress/--no-progress", default=True, help="显示进度")
def command(
    file: Path | None, profile: str, list_profiles: bool, home: str, dry_run: bool, resume: bool, undo: int | None,
    batches: bool, errors: Path | None, progress: bool,
) -> None:  # fmt: skip
    if not (list_profiles or batches or undo is not None) and not (file and profile):
        raise Leave("请写文件和 --profile，例如：jiefen import 台账.xlsx --profile ledger-general", WRONG_USE)
    ready()
    from jiefen.channels.ledger.actions import ImportRefused
    from jiefen.channels.ledger.profile import BadProfile
    from jiefen.channels.reading import Unreadable

    try:
        if list_profiles:
            _profiles()
        elif batches:
            _batches()
        elif undo is not None:
            _undo(undo)
        else:
            assert file
            _import(file, profile, home, dry_run, resume, errors, progress)
    except (Unreadable, BadProfile, ImportRefused) as no:
        raise Leave(str(no), NOT_READY) from None


def _import(
    file: Path, profile: str, home: str, dry_run: bool, resume: bool, errors: Path | None, progress: bool
) -> None:
    from jiefen.channels.ledger.actions import import_file
    from jiefen.channels.ledger.report import write_errors
    from jiefen.kernel.progress import silent

    with Rate("检查" if dry_run else "导入", unit="行") as line:
        report = import_file(
            file,
            profile,
            home=home,
            dry_run=dry_run,
            resume=resume,
            progress=line if progress else silent,
            fork=sys.platform == "linux",
        )
    if report.errors:
        write_errors(report, errors or file.with_name(f"{file.name}.errors.csv"))
    for text in report.lines():
        say(text)
    if report.bad:
        raise Leave(f"{report.bad:,}行没有导入", FOUND)


class Rate(Line):
    """The progress line with how many rows a second."""

    def __call__(self, done: int, total: int = 0, /) -> None:
        name = self.title.split(" ")[0]
        first = self.__dict__.setdefault("first", (time.monotonic(), done))
        passed = time.monotonic() - first[0]
        if passed > 0.2:
            self.title = f"{name} {(done - first[1]) / passed:,.0f}行/秒"
        super().__call__(done, total)


def _undo(batch: int) -> None:
    from jiefen.channels.ledger.undo import undo
    from jiefen.kernel.clock import now

    for text in undo(batch, at=now()).lines():
        say(text)


def _profiles() -> None:
    from jiefen.channels.ledger.county import profiles

    for found in profiles():
        needs = "、".join(found.columns[f][0] for f in found.columns if f in found.required)
        say(f"{found.name}  {found.label}；必须有的列：{needs}")


def _batches() -> None:
    from jiefen.channels.models import ImportBatch
    from jiefen.kernel.clock import local

    rows: Any = ImportBatch.objects.order_by("-started_at")[:20]
    for row in rows:
        say(
            f"{row.pk:>5}  {local(row.started_at):%Y-%m-%d %H:%M}  {row.get_state_display()}  {row.profile}  "
            f"{row.file_name}  新收{row.created:,} 已有{row.known:,} 有错{row.bad:,}"
        )
