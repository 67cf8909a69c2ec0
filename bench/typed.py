"""Alike matters before creating: what the register form asks for each time the clerk stops typing."""

from typing import Any

from bench import alike_index
from bench.floors import Floors, timed
from bench.measures import WARM, Setting
from bench.server import Browser, Meter

FLOOR = "SELECT intake_id, grams, heads FROM triage_alike WHERE grams && %s::int[] LIMIT 400"


def alike(setting: Setting, meter: Meter, zhou: Browser, floors: Floors) -> None:
    """The fragment beside the form with the suggestions, the facts and the alike matters, another text each time; the index
    has a row for each matter, in a made-up language whose words are as unevenly common as people's."""
    filled(setting)
    texts = alike_index.asked(setting.n + WARM)
    token = zhou.token(zhou.ask("GET", "/register/")[1])

    def work(i: int) -> int:
        form = {"csrfmiddlewaretoken": token, "text": texts[i % len(texts)]}
        status, body, _ = zhou.ask("POST", "/register/suggest/", form)
        if status != 200:
            raise SystemExit(f"suggestions: {status}")
        return len(body)

    for i in range(WARM):
        work(-1 - i)
    taken = meter.take(setting.n, work).as_dict()
    rare = leading(texts[: setting.n])
    # Many rows at hand share some common pair, and the planner then reads the whole table to find four hundred sooner.
    floors.link.execute("SET enable_seqscan = off")
    floor = timed(setting.n, lambda i: floors.link.execute(FLOOR, [rare[i % len(rare)]]).fetchall())
    floors.link.execute("RESET enable_seqscan")
    rows = setting.one("SELECT count(*) FROM triage_alike")
    setting.results["alike"] = taken | floor | {"rows": rows}


def filled(setting: Setting) -> None:
    """See that the index has a row for each matter of the database, as a county's has."""
    have, matters = setting.one("SELECT count(*) FROM triage_alike"), setting.one("SELECT count(*) FROM intake_intake")
    if have < 0.9 * matters:
        alike_index.fill(setting.url, matters, lambda text: print(text, flush=True))


def leading(texts: list[str]) -> list[Any]:
    """By which pairs of some texts others are looked for."""
    from jiefen.kernel.scope import scope
    from jiefen.triage import alike as index

    found = []
    with scope("worker"):
        for text in texts:
            said = index.looked_for(index.masked("", text))
            rare, both = index.leading(said, index.counted(said.all()))
            found.append(rare or both[:2])
    return found
