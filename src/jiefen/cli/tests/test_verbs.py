"""Every verb has help in Chinese, a line in the README, and leaves with the numbers written there."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from jiefen.cli import leaving
from jiefen.cli.main import VERBS, jiefen

README = Path(__file__).resolve().parents[1] / "README.md"


def run(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    whole = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")} | env
    command = [sys.executable, "-m", "jiefen.cli", *words]
    return subprocess.run(command, env=whole, capture_output=True, text=True, check=False)


@pytest.mark.rules
@pytest.mark.parametrize("verb", VERBS)
def test_it_explains_itself_and_stands_in_the_readme(verb: str):
    answer = CliRunner().invoke(jiefen, [verb, "--help"])
    assert answer.exit_code == leaving.FINE, answer.output
    assert any("\u4e00" <= letter <= "\u9fff" for letter in answer.output.split("Options:")[0])
    assert f"`{verb}`" in README.read_text(encoding="utf-8")


@pytest.mark.rules
def test_it_lists_every_verb_without_importing_one():
    words = "import sys, jiefen.cli.main; print([name for name in sys.modules if name.startswith('jiefen.cli.')])"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert sorted(eval(done.stdout)) == ["jiefen.cli.leaving", "jiefen.cli.main"]


@pytest.mark.rules
@pytest.mark.parametrize("words", [["no-such-verb"], ["backup"], ["serve", "--port", "many"]])
def test_it_leaves_with_2_for_a_wrong_use(words: list[str]):
    assert CliRunner().invoke(jiefen, words).exit_code == leaving.WRONG_USE


def test_it_leaves_with_3_and_one_line_when_the_database_cannot_be_reached(tmp_path: Path):
    done = run("verify", JIEFEN_HOME=str(tmp_path), DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == leaving.NO_DATABASE
    assert "连不上数据库" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.rules
def test_it_leaves_with_4_when_the_port_is_taken(tmp_path: Path):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("serve", "--port", str(port), JIEFEN_HOME=str(tmp_path))
    assert done.returncode == leaving.NOT_READY
    assert f"端口{port}不能用" in done.stderr


@pytest.mark.rules
def test_a_failure_of_ours_is_not_mistaken_for_a_database_that_is_away():
    @click.command()
    def broken() -> None:
        raise ValueError("connect the dots")

    with pytest.raises(ValueError), click.Context(jiefen):
        jiefen.add_command(broken, "broken")
        VERBS["broken"] = ""
        try:
            sys.modules["jiefen.cli.broken"] = type(sys)("jiefen.cli.broken")
            sys.modules["jiefen.cli.broken"].command = broken  # type: ignore[attr-defined]
            jiefen.main(["broken"], standalone_mode=False)
        finally:
            del VERBS["broken"], sys.modules["jiefen.cli.broken"]
