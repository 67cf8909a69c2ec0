"""From files to definitions. Nothing is built from a file with a problem, and all problems are told at once.

Files of a folder: `vocabulary.yaml`, `papers.yaml`, and `<procedure>.v<version>.yaml`, one for each version
ever published.
`published.lock` holds the sha256 of every published file: a published file is never changed, a new version is made.
"""

import hashlib
from collections.abc import Collection
from pathlib import Path

from . import building, checks, strict
from .definition import Procedure, Vocabulary

DEFINITIONS = Path(__file__).parent / "definitions"
LOCK = "published.lock"


class DefinitionError(ValueError):
    """Files that do not hold together. `problems`: sentences, each naming its file and step and saying what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load_vocabulary(folder: Path = DEFINITIONS) -> Vocabulary:
    """The vocabulary and the papers of a folder. Raises DefinitionError."""
    raw = _read(folder / "vocabulary.yaml")
    papers = _read(folder / "papers.yaml")
    try:
        vocabulary = building.vocabulary(raw, papers["papers"])
        problems = checks.vocabulary_problems(vocabulary)
    except (KeyError, TypeError, AttributeError) as gone:
        raise DefinitionError([f"vocabulary：缺少或写错了 {gone}；请对照已发布的词表补上。"]) from gone
    if problems:
        raise DefinitionError(problems)
    return vocabulary


def load_procedure(
    text: str,
    vocabulary: Vocabulary,
    *,
    where: str = "",
    names: Collection[str] | None = None,
    report: checks.Report | None = None,
) -> Procedure:
    """One procedure from its text. Raises DefinitionError with every problem found.

    `where` names the file in the sentences. `names`: procedures there are, so that `opens` can be checked; None
    leaves that out.
    """
    try:
        raw = strict.read(text)
    except strict.NotReadable as broken:
        raise DefinitionError([f"{where}：{broken}"]) from broken
    where = where or (raw.get("procedure", "") if isinstance(raw, dict) else "")
    problems = checks.procedure_problems(raw, vocabulary, where=where, names=names, report=report)
    if problems:
        raise DefinitionError(problems)
    return building.procedure(raw, vocabulary)


def trusted(text: str, vocabulary: Vocabulary) -> Procedure:
    """A procedure from a text that was checked when it was published: read, not checked again."""
    return building.procedure(strict.read(text), vocabulary)


def procedure_files(folder: Path = DEFINITIONS, of: str = "*") -> list[Path]:
    """The procedure files of a folder, or those of one procedure, by name and version."""
    return sorted(folder.glob(f"{of}.v*.yaml"), key=_name_and_version)


def _name_and_version(path: Path) -> tuple[str, int]:
    name, _sep, version = path.name.removesuffix(".yaml").rpartition(".v")
    return name, int(version) if version.isdecimal() else 0


def load_all(folder: Path = DEFINITIONS) -> dict[tuple[str, int], Procedure]:
    """Every version of every procedure of a folder, by (name, version). Raises DefinitionError with all
    problems of all files.
    """
    vocabulary = load_vocabulary(folder)
    files = procedure_files(folder)
    names = {path.name.split(".v")[0] for path in files}
    report = checks.Report(vocabulary)
    found: dict[tuple[str, int], Procedure] = {}
    problems: list[str] = []
    for path in files:
        try:
            procedure = load_procedure(
                path.read_text("utf-8"), vocabulary, where=path.name[:-5], names=names, report=report
            )
        except DefinitionError as error:
            problems += error.problems
            continue
        if path.name != f"{procedure.name}.v{procedure.version}.yaml":
            problems.append(f"{path.name}：里面写的是 {procedure.name} 第{procedure.version}版；请让文件名和它一致。")
        found[(procedure.name, procedure.version)] = procedure
    if not problems:
        problems = checks.unused_words(report)
    if problems:
        raise DefinitionError(problems)
    return found


def fingerprint(text: str) -> str:
    """The sha256 of a file's text, as kept in the lock and beside each published version."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_lock(folder: Path = DEFINITIONS) -> dict[str, str]:
    """What was published: file name to sha256."""
    path = folder / LOCK
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return {name: digest for digest, name in (line.split() for line in lines if line.strip())}


def check_lock(folder: Path = DEFINITIONS) -> list[str]:
    """Sentences on every published file that changed or went, and every file not yet in the lock; empty when
    all is as published.
    """
    locked = read_lock(folder)
    problems = []
    for name, digest in locked.items():
        path = folder / name
        if not path.exists():
            problems.append(f"{name}：已发布的文件不见了；办理中的事项还在用它，请放回原处。")
        elif fingerprint(path.read_text("utf-8")) != digest:
            problems.append(f"{name}：已发布的文件被改动了；请恢复原文，把改动写成下一版（version 加1的新文件）。")
    for path in procedure_files(folder):
        if path.name not in locked:
            problems.append(f"{path.name}：还没有记入 {LOCK}；确认无误后运行 write_lock 记下。")
    return problems


def write_lock(folder: Path = DEFINITIONS) -> None:
    """Add files not yet in the lock. Raises DefinitionError if a published one changed or went."""
    locked = read_lock(folder)
    broken = [says for says in check_lock(folder) if f"记入 {LOCK}" not in says]
    if broken:
        raise DefinitionError(broken)
    for path in procedure_files(folder):
        locked.setdefault(path.name, fingerprint(path.read_text("utf-8")))
    (folder / LOCK).write_text("".join(f"{digest}  {name}\n" for name, digest in sorted(locked.items())), "utf-8")


def _read(path: Path) -> dict:
    try:
        return strict.read(path.read_text("utf-8"))
    except strict.NotReadable as broken:
        raise DefinitionError([f"{path.name}：{broken}"]) from broken
