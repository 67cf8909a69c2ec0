"""The lines of anybody's CSV, for verbs that answer each without the database."""

import csv
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from jiefen.cli.leaving import WRONG_USE, Leave

LONGEST_FIELD = 2**31 - 1


def rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Each line with its number in the file (2 is the first after the heading). Streams; what is no character is read as a
    mark. Leaves with 2 when one of the columns is missing."""
    csv.field_size_limit(LONGEST_FIELD)
    with open(path, encoding="utf-8-sig", errors="replace", newline="") as source:
        reader = csv.DictReader(line.replace("\0", "") for line in source)
        known = reader.fieldnames or []
        for column in columns:
            if column not in known:
                raise Leave(f"{path.name}里没有“{column}”这一列；有：{'、'.join(known)}", WRONG_USE)
        yield from enumerate(reader, 2)


@contextmanager
def written(to: Path | None) -> Iterator[TextIO]:
    """Where answers go: a file, closed at the end, or standard output."""
    if to is None:
        yield sys.stdout
        return
    with to.open("w", encoding="utf-8", newline="") as out:
        yield out


def progress(text: str) -> None:
    """One line on stderr: answers may be on standard output."""
    click.echo(text, err=True)
