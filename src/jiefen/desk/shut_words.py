"""Words that belong to the keeper alone (an accusation, or that somebody is paid out for having complained): do they stand in
what somebody is about to write where an office reads it? A rule asks, a person decides."""

from datetime import datetime

from django.utils.translation import gettext as _

from jiefen.triage import setup
from jiefen.triage.rules import suggest
from jiefen.triage.sealing import MARKS

SHORTEST = 4


def of_the_vault(text: str, at: datetime) -> bool:
    """Whether the lexicon hears such words firmly. No query once the tables are kept."""
    if len(text.strip()) < SHORTEST:
        return False
    made = suggest(text, tables=setup.tables(at), gazetteer=setup.gazetteer(at), home=setup.county_of(at).code)
    return any(flag.name in MARKS and flag.firm for flag in made.flags)


def where_instead() -> str:
    """What the person is told before such words go where an office reads them."""
    return _(
        "您写的话里像是有检举控告，或者有人因此打击报复您。写在这里，办这件事的单位看得到。请从首页“我要反映”另写一份：只有县级专管员看得到，"
        "不会转给被反映的人或单位。不是这个意思的，再按一次就送出。"
    )
