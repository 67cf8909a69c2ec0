"""Write roles.md and settings.md from the vocabulary: `python docs/reference/generate.py`, or with --check compare."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jiefen.procedures.loader import load_vocabulary

HERE = Path(__file__).parent
NOTE = "Made from `src/jiefen/procedures/definitions/vocabulary.yaml` by `python docs/reference/generate.py`; do not edit.\n"
DAYS = {"working": "working", "natural": "natural", "clock": "clock"}


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return (
        "\n".join("| " + " | ".join(str(cell).replace("|", "｜") or "—" for cell in line) + " |" for line in lines)
        + "\n"
    )


def roles(words: Any) -> str:
    """Who may take a step."""
    rows = [(f"`{name}`", row["label"], row["means"]) for name, row in words.roles.items()]
    head = "# Roles\n\nA person holds a role by a posting: at an office, for an area, from a day to a day. Roles of the outside are written down by a named clerk. "
    more = "Besides these there is `administrator` 管理员, who sets the house up and opens no content.\n\n"
    return head + more + NOTE + "\n" + table(("role", "界面", "意思"), rows)


def settings(words: Any) -> str:
    """What a county may set."""
    rows = [
        (
            f"`{name}`", row["label"], row["default"], " ".join(filter(None, (DAYS.get(row.get("kind", ""), ""), row.get("unit", "")))),
            row["by"], "yes" if row.get("shorten-only") else "no", row["mark"], "、".join(words.source_title(b) for b in row["basis"]),
        )
        for name, row in words.settings.items()
    ]  # fmt: skip
    head = (
        "# Settings of a county\n\nA setting is a dated row that names its document. It holds for clocks that start on or after its day, "
        "never for one that runs. *Narrow only*: the limit is in a law, so it may be shortened and never lengthened. "
        "Marks: V read in the text, M from memory, A proposed.\n\n"
    )
    return (
        head + NOTE + "\n" + table(("key", "名称", "default", "unit", "set by", "narrow only", "mark", "basis"), rows)
    )


def main() -> int:
    """Write both pages; with --check say which is stale. Exit code 1 when one is."""
    words = load_vocabulary()
    stale = 0
    for name, text in (("roles.md", roles(words)), ("settings.md", settings(words))):
        page = HERE / name
        if "--check" in sys.argv:
            if not page.exists() or page.read_text(encoding="utf-8") != text:
                sys.stderr.write(f"stale: {page}\n")
                stale = 1
        else:
            page.write_text(text, encoding="utf-8")
    return stale


if __name__ == "__main__":
    raise SystemExit(main())
