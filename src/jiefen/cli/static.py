"""Static files for serving: gathered once, again when one of them changed. Not a verb; `serve` calls it."""

import hashlib
from pathlib import Path

import click


def _mark() -> str:
    """A mark of every static file of this package: names, sizes, times. Some milliseconds."""
    package = Path(__file__).resolve().parents[1]
    lines = []
    for folder in sorted(package.glob("*/static")):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                found = path.stat()
                lines.append(f"{path} {found.st_size} {found.st_mtime_ns}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def collect_if_stale(home: Path) -> None:
    """Gather and compress the static files when they are not those of the last time."""
    stamp, mark = home / "static.stamp", _mark()
    if stamp.exists() and stamp.read_text() == mark:
        return
    click.echo("整理静态文件……", err=True)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(mark)
