"""Made-up names by list and seed: villages, hamlets, streets, institutions, people."""

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Township:
    """A township of the demo county. `one` and `letters` begin its numbers and codes."""

    name: str
    code: str
    one: str
    letters: str
    communities: tuple[str, ...]
    villages: int
    fixed: tuple[str, ...]

    @property
    def stem(self) -> str:
        return self.name[:-1]


@cache
def _lists() -> dict:
    return yaml.safe_load((DATA / "names.yaml").read_text(encoding="utf-8"))


@cache
def words(key: str) -> tuple[str, ...]:
    """One list of words."""
    return tuple(_lists()[key].split())


@cache
def townships() -> tuple[Township, ...]:
    """The nine townships in the order of their codes.

    Four names stand twice on purpose (新民, 石桥 and 大坪 in two townships; 上湾 is a village and a town): a name alone
    must not decide where a matter belongs.
    """
    return tuple(
        Township(
            name=name,
            code=row["code"],
            one=row["one"],
            letters=row["letters"],
            communities=tuple(row["communities"].split()),
            villages=row["villages"],
            fixed=tuple(row["fixed"].split()),
        )
        for name, row in _lists()["townships"].items()
    )


def village_names(township: Township, rng: random.Random, used: set[str]) -> list[str]:
    """The stems of a township's villages, without 村. `used` holds stems given before, and grows."""
    free = [stem for stem in words("villages") if stem not in used]
    chosen = [*township.fixed, *rng.sample(free, township.villages - len(township.fixed))]
    used.update(chosen)
    return chosen


def short_forms(stem: str) -> list[str]:
    """What people say for a village besides its name; nothing where the word is too ordinary."""
    return [] if stem in words("ordinary") else [stem]


def hamlets(count: int, rng: random.Random) -> list[str]:
    """Names of hamlets in one village, all different."""
    spots = rng.sample(words("spots"), min(len(words("spots")), count // 3))
    pool = [f"{family}家{lie}" for family in words("families") for lie in words("lie")]
    return [*spots, *rng.sample(pool, count - len(spots))]


def blocks(count: int, rng: random.Random) -> list[str]:
    """Names of blocks and estates in one community, all different."""
    pool = [f"{street}{part}" for street in words("streets") for part in words("parts")]
    pool += [f"{estate}{home}" for estate in words("estates") for home in words("homes")]
    return rng.sample(pool, count)


def institutions(township: Township, rng: random.Random) -> tuple[list[str], list[str]]:
    """Schools, markets, factories with a grid of their own: (in the towns, in the villages). 26 or 6 + 4."""
    if len(township.communities) > 2:
        return list(words("county-town")), []
    forms = _lists()["institutions"], rng.sample(_lists()["more-institutions"], 4)
    towns, villages = ([form.format(place=township.name, stem=township.stem) for form in group] for group in forms)
    return towns, villages


def person(rng: random.Random) -> str:
    """A name of two or three characters."""
    first = "" if rng.random() < 0.2 else rng.choice(words("given-first"))
    return rng.choice(words("surnames")) + first + rng.choice(words("given-last"))
