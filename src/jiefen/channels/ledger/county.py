"""What an import needs of this county: its profiles, and which area each place word stands for."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from jiefen.channels.ledger.profile import BadProfile, Profile, read_profile, shipped
from jiefen.channels.models import ImportProfile
from jiefen.kernel.clock import local_day
from jiefen.people.models import Person
from jiefen.places.models import Area
from jiefen.places.queries import in_force
from jiefen.triage import setup


def profile_named(name: str) -> Profile:
    """The county's own mapping of this name, else the shipped one. Raises BadProfile, which lists those there are."""
    own = ImportProfile.objects.filter(name=name).first()
    if own:
        return read_profile(own.body)
    if name not in shipped():
        names = "、".join(p.name for p in profiles())
        raise BadProfile(f"没有名叫“{name}”的列对应。现有：{names}。")
    return shipped()[name]


def profiles() -> list[Profile]:
    """Every mapping that may be chosen, the county's own in place of shipped ones of the same name."""
    own = {row.name: read_profile(row.body) for row in ImportProfile.objects.all()}
    return sorted({**shipped(), **own}.values(), key=lambda p: p.name)


def save_profile(body: dict[str, Any], *, by: Person | None, at: datetime) -> Profile:
    """Keep a mapping of this county's own. Raises BadProfile and writes nothing when it has a fault."""
    made = read_profile(body)
    ImportProfile.objects.update_or_create(name=made.name, defaults={"body": body, "changed_by": by, "changed_at": at})
    return made


def home_area(word: str, at: datetime) -> Area:
    """The area that takes the file in: by code or name, the county when nothing is named. Raises BadProfile."""
    if not word:
        county = setup.county_of(at)
        if county is None:
            raise BadProfile("还没有设区域。请先运行 jiefen init 或 jiefen demo。")
        return county
    here = in_force(local_day(at))
    found = list(here.filter(code=word)[:1]) or list(here.filter(name=word).order_by("path")[:2])
    if len(found) != 1:
        raise BadProfile(f"没有这个收件区域：{word}。" if not found else f"“{word}”有同名的，请写区划代码。")
    return found[0]


def areas_for(profile: Profile, at: datetime) -> tuple[dict[str, str], list[str]]:
    """Word → area code for a profile's place column and place words, and the words that stand for nothing here.

    A place column may hold a township's or village's name (if only one bears it) or any area's code. A place word
    stands for an area by `code`, by `name`, or as the n-th `township` in the order of their codes.
    """
    rows = list(in_force(local_day(at)).filter(level__in=("county", "township", "village")).order_by("code"))
    known = _unique((row.name, row.code) for row in rows) | _unique(
        (alias, row.code) for row in rows for alias in row.aliases
    )
    known |= {row.code: row.code for row in rows} | {r.name: r.code for r in rows if r.level != "village"}
    townships = [row.code for row in rows if row.level == "township"]
    lost = []
    for word, spec in profile.place_words.items():
        n = int(spec.get("township", 0))
        code = (
            (townships[n - 1] if 0 < n <= len(townships) else "")
            if n
            else known.get(str(spec.get("code") or spec.get("name", "")), "")
        )
        if code:
            known[word] = code
        else:
            known.pop(word, None)
            lost.append(word)
    return known, lost


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for word, code in pairs:
        found.setdefault(word, set()).add(code)
    return {word: next(iter(codes)) for word, codes in found.items() if len(codes) == 1}
