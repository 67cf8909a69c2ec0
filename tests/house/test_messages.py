"""The English catalogue is whole: whatever a page can say in Chinese it can say in English."""

import polib
import pytest

from jiefen.desk import messages

pytestmark = pytest.mark.rules


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(messages.CATALOGUE))


@pytest.fixture(scope="module")
def said() -> set[str]:
    return set(messages.found())


def test_it_knows_every_text_that_pages_and_data_say(catalogue, said):
    known = {entry.msgid for entry in catalogue}
    unknown = sorted(said - known)
    assert not unknown, f"run bin/messages; {len(unknown)} new: {unknown[:20]}"


def test_it_has_an_english_for_each_and_no_guess(catalogue):
    empty = messages.missing(catalogue)
    assert not empty, f"{len(empty)} without English (bin/messages lists them): {empty[:20]}"


def test_it_keeps_the_names_of_what_is_filled_in(catalogue):
    assert not messages.mismatched(catalogue)


def test_it_names_no_source_lines_and_no_addresses(catalogue):
    assert not any(entry.occurrences for entry in catalogue)
    assert "://" not in messages.CATALOGUE.read_text(encoding="utf-8")


def test_it_carries_no_text_that_nothing_says_any_more(catalogue, said):
    left = sorted({entry.msgid for entry in catalogue} - said)
    assert not left, f"run bin/messages; no longer said: {left[:20]}"


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("余3个工作日", "3 working days left"),
        ("超1天", "1 day late"),
        ("停计，已用2天", "stopped, 2 days used"),
        ("2026年11月23日 周一到期。", "due Mon 23/11/2026 (day/month/year)."),
        ("信访工作条例", "信访工作条例"),
        ("交给县人社局办。", "Given to 县人社局."),
    ],
)
def test_it_says_in_english_what_pure_rules_say(tmp_path, chinese, english):
    """With a catalogue compiled here, so that the test does not lean on what was compiled before."""
    import gettext as stdlib

    from django.utils import translation
    from django.utils.translation import trans_real

    from jiefen.desk.language import say

    polib.pofile(str(messages.CATALOGUE)).save_as_mofile(str(tmp_path / "django.mo"))
    compiled = stdlib.GNUTranslations((tmp_path / "django.mo").open("rb"))
    with translation.override("en"):
        trans_real.translation("en")._catalog.update(compiled)  # type: ignore[attr-defined]
        assert say(chinese) == english
    with translation.override("zh-hans"):
        assert say(chinese) == chinese
