"""`jiefen restore FILE`."""

import shutil
import tempfile
from pathlib import Path

import click

from jiefen.cli import postgres
from jiefen.cli.archive import Manifest, unpack
from jiefen.cli.leaving import NOT_READY, Leave, say
from jiefen.cli.migrate import forget
from jiefen.cli.ready import ready, stopwatch
from jiefen.kernel import embedded
from jiefen.kernel.apps import grant_to_plain_role
from jiefen.kernel.progress import Line, Progress, silent


def unknown_migrations(manifest: Manifest) -> list[str]:
    """Migrations the backup has and this program does not: it was made by a newer one."""
    from django.db.migrations.loader import MigrationLoader

    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    replaced = {old for migration in known.values() for old in migration.replaces}
    return [
        f"{app}.{name}" for app, name in manifest.migrations if (app, name) not in known and (app, name) not in replaced
    ]


def restore(source: Path, *, force: bool, progress: Progress = silent) -> Manifest:
    """Check everything first, then change places. Leaves with 1 for a damaged backup, 4 where it may not."""
    from django.conf import settings
    from django.db import connections

    from jiefen.kernel.seal import master_key_path
    from jiefen.triage.setup import models_folder

    home = embedded.jiefen_home()
    files, key = Path(settings.FILES), master_key_path()
    full = not postgres.is_empty() or (files.is_dir() and any(files.iterdir()))
    if full and not force:
        raise Leave("这里已经有数据。要用备份替换它，请加 --force（现有的数据库和附件会没有）", NOT_READY)
    with tempfile.TemporaryDirectory(dir=home, prefix=".jiefen-restore-") as folder:
        inside = Path(folder)
        manifest = unpack(source, inside, progress)
        if newer := unknown_migrations(manifest):
            raise Leave(f"备份来自更新的程序（{manifest.version}，含{newer[0]}），请先升级程序再恢复", NOT_READY)
        stored = inside / "keys" / "master.key"
        if stored.exists() and key.exists() and key.read_bytes() != stored.read_bytes() and not force:
            raise Leave(f"{key}与备份里的主密钥不同。确认要替换，请加 --force", NOT_READY)
        connections.close_all()
        if embedded.is_embedded():
            postgres.load_embedded(inside / "database.dump", home)
        else:
            postgres.load_named(inside / "database.dump")
        forget(home)
        grant_to_plain_role()
        _swap(inside / "files", files)
        if (inside / "models").is_dir():
            _swap(inside / "models", models_folder())
        if stored.exists():
            key.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if key.exists() and key.read_bytes() != stored.read_bytes():
                key.replace(key.with_suffix(".before-restore"))
            shutil.copyfile(stored, key)
            key.chmod(0o600)
    return manifest


def _swap(fresh: Path, place: Path) -> None:
    fresh.mkdir(exist_ok=True)
    old = place.with_name(place.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    shutil.move(fresh, place)
    shutil.rmtree(old, ignore_errors=True)


@click.command(
    help="由备份文件恢复数据库、附件和学成的模型（备份里没有模型时，现有的不动）。先核对每一处校验和，再一次换上；失败时原来的还在。\n\n"
    "恢复前请停下 jiefen serve。主密钥不在备份里时，恢复后用 jiefen key restore 放回。\n\n"
    "退出码：0 完成；1 备份坏了或装不上；3 连不上数据库；4 这里已有数据，或备份来自更新的程序。"
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="替换现有的数据")
def command(file: Path, force: bool) -> None:
    clock = stopwatch()
    ready(migrated=False)
    with Line("核对", unit="MiB") as line:
        manifest = restore(file.resolve(), force=force, progress=line)
    say(
        f"已恢复{manifest.made_at[:19]}的备份，附件{sum(n.startswith('files/') for n in manifest.members)}个，{clock()}"
    )
    say("请运行 jiefen migrate，再启动 jiefen serve")
    if not manifest.with_key:
        from jiefen.kernel.seal import master_key_path

        if not master_key_path().exists():
            say(f"还没有主密钥（{master_key_path()}）：内容读不出来，请先 jiefen key restore")
