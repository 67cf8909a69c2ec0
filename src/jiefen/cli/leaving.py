"""How a command ends. The numbers are documented in README.md and tested."""

from typing import IO, Any

import click

FINE, FOUND, WRONG_USE, NO_DATABASE, NOT_READY = 0, 1, 2, 3, 4


class Leave(click.ClickException):
    """End with a sentence on stderr and one of the numbers above."""

    def __init__(self, message: str, code: int = FOUND):
        super().__init__(message)
        self.exit_code = code

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"✗ {self.format_message()}", file=file, err=file is None)


def say(text: str = "") -> None:
    """One line of result on stdout."""
    click.echo(text)
