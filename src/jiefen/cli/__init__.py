"""The command `jiefen`. Importing this costs nothing; each verb is its own small module, imported when it is called."""


def main() -> None:
    """Entry point of the console script."""
    from jiefen.cli.main import jiefen

    jiefen(prog_name="jiefen")
