"""What must not stand in any file: where it was made, addresses of registries, words that hold people down."""

import re

import pytest

from tests.house.tree import lines, texts

pytestmark = pytest.mark.rules

HERE = ("tests/house/test_words.py",)  # names the words in order to look for them
PLACES = re.compile(r"(?<![\w.])/work/|(?<![\w/.-])shared/|\.\./shared|/root/|/home/[a-z]")
PLACES_FOR_A_REASON: dict[str, str] = {}
REGISTRIES = re.compile(
    "|".join(
        (
            "py" + r"pi\.org",
            "pythonhosted" + r"\.org",
            "npm" + r"js\.(?:org|com)",
            r"registry\.[a-z]+\.",
            "npm" + "mirror",
        )
    )
)
MAKERS = re.compile(r"(?i)\b(claude|anthropic|chatgpt|openai|copilot|subagent|helper [0-9]|issue #?[0-9]+)\b")


def test_no_file_says_where_it_was_made():
    found = [
        f"{name}:{n}: {line.strip()[:100]}"
        for name, n, line in lines()
        if PLACES.search(line) and name not in HERE and name not in PLACES_FOR_A_REASON
    ]
    assert not found, found


def test_no_file_names_a_registry():
    found = [f"{name}:{n}" for name, n, line in lines() if REGISTRIES.search(line) and name not in HERE]
    assert not found, found


def test_the_lock_carries_no_addresses():
    lock = texts("package-lock.json")
    assert lock and all('"resolved"' not in text for text in lock.values())
    assert all("://" not in line for name, _n, line in lines("requirements.lock"))


def test_no_file_says_who_helped():
    found = [f"{name}:{n}: {m.group()}" for name, n, line in lines() if (m := MAKERS.search(line)) and name not in HERE]
    assert not found, found


def _never() -> list[str]:
    from jiefen.procedures import loader

    return list(loader.load_vocabulary().people_of_a_matter_never)


KNOWS_THE_WORDS = ("src/jiefen/procedures/definitions/vocabulary.yaml", "src/jiefen/procedures/tests/", "tests/house/")


def test_no_page_and_no_rule_uses_a_word_that_holds_people_down():
    never = re.compile("|".join(map(re.escape, _never())))
    found = [
        f"{name}:{n}: {m.group()}"
        for name, n, line in lines(".py", ".html", ".js", ".yaml", ".csv", ".po", ".md")
        if (m := never.search(line)) and not name.startswith(KNOWS_THE_WORDS) and "/tests/" not in name
    ]
    assert not found, found


def test_nothing_scores_or_follows_a_person():
    """No field, function or column whose name is a measure of a person."""
    found = [
        f"{name}:{n}: {line.strip()}"
        for name, n, line in lines(".py", ".sql", ".html")
        if re.search(r"(?i)person_?(score|risk|rank|grade|level|watch)|risk_?(score|level)|credit_?score|blacklist|watch_?list", line)
        and name not in HERE
    ]  # fmt: skip
    assert not found, found


def test_pages_take_their_colours_from_the_tokens():
    hexes = re.compile(r"(?<![&\w/-])#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?\b(?![\w-])")
    found = []
    for name, n, line in lines(".html"):
        bare = re.sub(r'(href|id|for|data-[a-z-]+|aria-[a-z]+|hx-[a-z]+|xlink:href)="[^"]*"', "", line)
        if hexes.search(bare) and 'name="theme-color"' not in line:
            found.append(f"{name}:{n}: {line.strip()[:100]}")
    assert not found, found


def test_pages_carry_no_script_and_call_no_other_house():
    found = [
        f"{name}:{n}: {line.strip()[:100]}"
        for name, n, line in lines(".html")
        if re.search(r"\son[a-z]+=\"|javascript:|(?:src|href|action)=\"(?:https?:)?//", line)
    ]
    assert not found, found


SAFE_FOR_A_REASON = {
    "src/jiefen/desk/admin/procedures.py": "the drawing made from a checked definition, escaped by `drawing`",
    "src/jiefen/desk/icons.py": "our own drawings",
    "src/jiefen/desk/receipts.py": "the QR drawn from our own address",
    "src/jiefen/desk/templatetags/jiefen.py": "rendered by the template engine, escaped there",
}


def test_marked_safe_is_nothing_a_person_wrote():
    found = [
        f"{name}:{n}: {line.strip()[:100]}"
        for name, n, line in lines(".html", ".py")
        if re.search(r"\|\s*safe\b|mark_safe\(|autoescape off", line) and name not in HERE and "/tests/" not in name
        and name not in SAFE_FOR_A_REASON
    ]  # fmt: skip
    assert not found, f"escape it, or give the place its reason above: {found}"


def test_no_key_lies_in_the_tree():
    assert not [name for name in texts(".env", ".pem", ".key", ".p12")]
