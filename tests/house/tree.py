"""What the house tests look at: the files that are, or are about to be, tracked."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "jiefen"


@cache
def tracked() -> tuple[Path, ...]:
    """Tracked files and new ones that are not ignored; in a tree without git, whatever lies in the usual folders."""
    done = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        return tuple(
            p for folder in ("src", "tests", "docs", "bin", "bench") for p in (ROOT / folder).rglob("*") if p.is_file()
        )
    return tuple(path for line in done.stdout.splitlines() if (path := ROOT / line).is_file())


def texts(*endings: str) -> dict[str, str]:
    """Path → text of the tracked files with these endings (all that are text, if none is given)."""
    found = {}
    for path in tracked():
        if endings and not path.name.endswith(endings):
            continue
        try:
            found[str(path.relative_to(ROOT))] = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
    return found


def lines(*endings: str) -> list[tuple[str, int, str]]:
    """(path, line number, line) of these files."""
    return [(name, n, line) for name, text in texts(*endings).items() for n, line in enumerate(text.splitlines(), 1)]
