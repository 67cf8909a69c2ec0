"""`jiefen backup FILE`."""

import tempfile
from pathlib import Path

import click

from jiefen.cli import postgres
from jiefen.cli.archive import CHUNK, FORMAT, Manifest, Writer
from jiefen.cli.leaving import NOT_READY, Leave, say
from jiefen.cli.ready import ready, stopwatch
from jiefen.kernel.clock import now
from jiefen.kernel.progress import Line, Progress, silent


def applied() -> list[list[str]]:
    """Every migration the database has, as [app, name]."""
    from django.db import connections
    from django.db.migrations.recorder import MigrationRecorder

    return sorted([app, name] for app, name in MigrationRecorder(connections["owner"]).applied_migrations())


def make(target: Path, *, with_key: bool, progress: Progress = silent) -> Manifest:
    """Write a backup. The database first, the files after it: a file a row names is always there already."""
    import importlib.metadata

    from django.conf import settings
    from django.db import connections

    from jiefen.kernel.seal import master_key_path

    with connections["owner"].cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    manifest = Manifest(FORMAT, importlib.metadata.version("jiefen"), now().isoformat(), version, applied(), with_key)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".jiefen-backup-") as folder:
        dumped = Path(folder) / "database.dump"
        postgres.dump(dumped)
        root = Path(settings.FILES)
        files = sorted(path for path in root.rglob("*") if path.is_file()) if root.is_dir() else []
        learnt = kept_models()
        total = dumped.stat().st_size + sum(path.stat().st_size for path in (*files, *learnt))
        with Writer(target, progress, total) as writer:
            writer.add("database.dump", dumped)
            for path in files:
                writer.add(f"files/{path.relative_to(root)}", path)
            for path in learnt:
                writer.add(f"models/{path.name}", path)
            if with_key and master_key_path().exists():
                writer.add("keys/master.key", master_key_path())
            writer.finish(manifest)
    return manifest


def kept_models() -> list[Path]:
    """What was learnt from this county's decisions, and which of it is in use; nothing half-written."""
    from jiefen.triage.setup import models_folder

    # Which is in use comes last: what it names is there already.
    return [*sorted(models_folder().glob("kind-*.[jm]*")), *models_folder().glob("in-use.json")]


@click.command(
    help="把数据库、附件和学成的类型模型备份到一个文件，带清单和校验和。网站不用停。\n\n"
    "主密钥默认不在备份里：拿到备份的人读不出内容；没有主密钥您也读不出。请用 jiefen key export 另外保管。\n\n"
    "退出码：0 完成；1 写不成；3 连不上数据库；4 文件已存在。"
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--with-key", is_flag=True, help="连主密钥一起放进去（备份因此等于全部内容，须锁好）")
@click.option("--force", is_flag=True, help="盖掉已有的同名文件")
def command(file: Path, with_key: bool, force: bool) -> None:
    file = file.resolve()
    if file.exists() and not force:
        raise Leave(f"{file}已经存在；换个名字，或加 --force", NOT_READY)
    if not file.parent.is_dir():
        raise Leave(f"没有文件夹{file.parent}", NOT_READY)
    clock = stopwatch()
    ready(migrated=False)
    with Line("备份", unit="MiB") as line:
        manifest = make(file, with_key=with_key, progress=line)
    count = sum(name.startswith("files/") for name in manifest.members)
    say(f"已备份到{file}：{file.stat().st_size / CHUNK:.1f} MiB，附件{count}个，{clock()}")
    say("主密钥在备份里，请把它锁好" if with_key else "主密钥不在备份里，恢复时还要它：jiefen key export 另存一份")
