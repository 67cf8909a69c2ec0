"""One made-up matter as rows of ten tables, ready for COPY: real hashes, real seals, real doors."""

import json
import random
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import accumulate
from typing import Any

from bench import texts
from bench.county import Bench, County
from bench.shapes import BENCH, HELPER, LEAD, OTHER, Course, course
from jiefen.cases.chain import chain_key, digest
from jiefen.kernel.ids import ALPHABET
from jiefen.kernel.seal import Key, blind, second_mark, token_mark, wrap_new
from jiefen.people.actor import PERSON, RECEIPT, UNIT, door
from jiefen.triage.finding import words
from jiefen.triage.finding.index import codes_of

KEY = ("id", "wrapped", "master", "parent_id", "destroyed_at", "destroyed_why")
INTAKE = (
    "id", "number", "channel", "once_key", "draft_digest", "text_digest", "key_id", "subject", "words", "teller", "identity",
    "phone_blind", "token_mark", "token", "short_code", "second_mark", "area_id", "centre_id", "taken_by_id", "people",
    "outside_number", "received_at", "recorded_at", "batch", "state", "stratum", "flags", "suggestion", "doors",
    "apart_at",
)  # fmt: skip
CASE = (
    "id", "number", "slug", "key_id", "procedure", "version", "title", "kind", "grade", "flags", "stratum", "channel",
    "outside_number", "area_id", "centre_id", "first_asked_id", "people", "opened_at", "recorded_at", "state", "is_open",
    "ended_at", "lead_unit_id", "responsible_id", "returns", "doors", "next_due_at", "next_clock", "steps", "head",
    "changed_at", "arose_from_id", "sponsor_id", "named_id",
)  # fmt: skip
PARTY = (
    "id",
    "case_id",
    "key",
    "role",
    "identity",
    "unit_id",
    "sealed",
    "phone_blind",
    "id_blind",
    "receipt",
    "joined_at",
)
DEMAND = ("id", "case_id", "seq", "text", "outcome", "result", "basis", "remedy")
ASSIGNMENT = (
    "id", "case_id", "key", "unit_id", "part", "state", "responsible_id", "dispatched_at", "signed_at", "answered_at", "due_at",
    "named_id", "case_open",
)  # fmt: skip
STEP = (
    "id", "case_id", "seq", "assignment", "name", "from_state", "to_state", "by_id", "by_role", "unit_id", "at",
    "recorded_at", "codes", "reason", "facts", "prev_hash", "hash",
)  # fmt: skip
DEADLINE = (
    "id", "case_id", "clock", "key", "run", "binds", "firm", "started_at", "due_at", "stopped_at", "lapsed", "paused",
    "provisional", "extended",
)  # fmt: skip
DECISION = (
    "id", "intake_id", "action", "case_id", "article", "reason", "to_unit_id", "to_road", "chosen", "suggested", "overruled",
    "by_id", "at", "recorded_at",
)  # fmt: skip
SEARCH = ("id", "case_id", "intake_id", "at", "words")
TABLES = {
    "kernel_sealkey": KEY, "intake_intake": INTAKE, "cases_case": CASE, "cases_party": PARTY, "cases_demand": DEMAND,
    "cases_assignment": ASSIGNMENT, "cases_step": STEP, "cases_deadline": DEADLINE, "triage_triagedecision": DECISION,
    "triage_searchrow": SEARCH,
}  # fmt: skip
ROOM = 10
"""Ids left free for each matter's rows in the tables that hold several."""

_STRAIGHT = json.JSONEncoder(ensure_ascii=False).encode


def cell(value: Any) -> str:
    """A value as COPY's text form wants it."""
    kind = type(value)
    if kind is str:
        return value
    if value is None:
        return "\\N"
    if kind is bytes:
        return "\\\\x" + value.hex()
    if kind is bool:
        return "t" if value else "f"
    if kind is datetime:
        return value.isoformat()
    return str(value)


def escaped(text: str) -> str:
    """JSON or other text in COPY's text form."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def short_code(letters: str, n: int) -> str:
    """A short code for each number, none twice: an odd multiplier walks through all 2³⁰."""
    body, left = [], n * 654435761 % 2**30
    for _ in range(6):
        body.append(ALPHABET[left & 31])
        left >>= 5
    return f"{letters}-{''.join(body[:4])}-{''.join(body[4:])}"


class Maker:
    """Makes matters. One in each process; `seed` and the matter's number decide everything but the keys."""

    def __init__(self, county: County, seed: int):
        self.county, self.seed = county, seed
        self.kinds = list(accumulate(tale.weight for tale in texts.TALES))
        self.places = list(accumulate(county.weights))
        self.departments = [u for u, _ in county.departments]
        self.shares = list(accumulate(w for _, w in county.departments))
        self.nearby = {
            b.area: ([u for u, _ in b.units], list(accumulate(w for _, w in b.units))) for b in county.benches
        }
        self.chain = chain_key()
        self.suggestions = [escaped(_STRAIGHT(s)) for s in county.suggestions]

    def matter(self, n: int, day: date, name: str, out: dict[str, list[str]]) -> None:
        """Write matter number `n` (from 1), opened on a day and taking the named course, into the lists of lines."""
        pick = random.Random(self.seed * 1_000_003 + n)
        county = self.county
        bench = pick.choices(county.benches, cum_weights=self.places)[0]
        which = pick.choices(range(len(texts.TALES)), cum_weights=self.kinds)[0]
        tale = texts.TALES[which]
        ask = ("求助", "投诉举报", "咨询")[(n * 5 + len(name)) % 3]
        run = course(name, day, ask)
        shift = timedelta(microseconds=pick.randrange(3_000_000_000))
        at = [moment + shift for moment in run.at]
        self.moments = [f"{moment.isoformat(timespec='microseconds')}" for moment in at]
        amount = pick.randrange(20, 9999)
        raw, wrapped, master = wrap_new()
        key = Key(n, raw)
        out["kernel_sealkey"].append("\t".join(map(cell, (n, wrapped, master, None, None, ""))))
        clerk = pick.choice(bench.clerks)
        offices = self._offices(pick, bench)
        people = {office: pick.choice(county.handlers[unit]) for office, unit in offices.items() if office != BENCH}
        units = {*bench.doors, *(offices[o] for o in run.live)}
        doors = sorted({door(RECEIPT, n), door(PERSON, clerk), *(door(UNIT, u) for u in units)})
        self._intake(n, pick, bench, tale, which, amount, at[0], self.moments[0], key, clerk, "decided", doors, out)
        self._case(n, run, at, bench, tale, amount, key, clerk, offices, people, doors, ask, out)

    def waiting(self, n: int, at: datetime, out: dict[str, list[str]]) -> None:
        """An intake that nobody has decided yet."""
        pick = random.Random(self.seed * 1_000_003 + n)
        bench = pick.choices(self.county.benches, cum_weights=self.places)[0]
        which = pick.choices(range(len(texts.TALES)), cum_weights=self.kinds)[0]
        raw, wrapped, master = wrap_new()
        clerk = pick.choice(bench.clerks)
        doors = [*sorted({*(door(UNIT, u) for u in bench.doors), door(PERSON, clerk)}), door(RECEIPT, n)]
        out["kernel_sealkey"].append("\t".join(map(cell, (n, wrapped, master, None, None, ""))))
        self._intake(
            n,
            pick,
            bench,
            texts.TALES[which],
            which,
            pick.randrange(20, 9999),
            at,
            at.isoformat(),
            Key(n, raw),
            clerk,
            "waiting",
            doors,
            out,
        )

    def _offices(self, pick: random.Random, bench: Bench) -> dict[int, int]:
        chosen: list[int] = []
        while len(chosen) < 3:
            if pick.random() < 0.62:
                unit = pick.choices(self.departments, cum_weights=self.shares)[0]
            else:
                units, shares = self.nearby[bench.area]
                unit = pick.choices(units, cum_weights=shares)[0]
            if unit not in chosen:
                chosen.append(unit)
        return {LEAD: chosen[0], OTHER: chosen[1], HELPER: chosen[2], BENCH: bench.centre}

    def _intake(
        self, n: int, pick: random.Random, bench: Bench, tale: texts.Tale, which: int, amount: int, at: datetime, stamp: str,
        key: Key, clerk: int, state: str, doors: list[int], out: dict[str, list[str]],
    ) -> None:  # fmt: skip
        self.text = text = tale.text.format(n=amount, place=bench.name) + texts.tail(n)
        self.teller = teller = {
            "name": pick.choice(texts.SURNAMES) + pick.choice(texts.GIVEN) + pick.choice(texts.GIVEN),
            "phone": f"139{n % 100_000_000:08d}", "id_number": "", "address": bench.name,
        }  # fmt: skip
        self.phone = blind("phone", teller["phone"])
        token = "".join([ALPHABET[b & 31] for b in pick.randbytes(13)])
        seal = key.seal
        row = (
            n, f"{self.county.code}{at.year}{n:08d}", "window", blind("once window", f"bench-{n}"),
            blind("draft", sha256(text.encode()).hexdigest()), blind("words", "".join(text.split())), n,
            seal(text[:39] + "…", field="intake.subject"),
            seal({"text": text, "subject": "", "happened_on": ""}, field="intake.words"),
            seal(teller, field="intake.teller"), "named", self.phone, token_mark(token), seal(token, field="intake.token"),
            short_code(bench.letters, n), second_mark(teller["phone"][-4:]), bench.area, bench.centre, clerk, None,
            "", stamp, stamp, None, state, 0, "{}", self.suggestions[which],
            "{" + ",".join(map(str, doors)) + "}", None,
        )  # fmt: skip
        out["intake_intake"].append("\t".join(map(cell, row)))
        self.number = str(row[1])
        if state == "waiting":
            self._found(None, n, at, bench, doors, [self.number, "", text[:39] + "…"], [], out)

    def _found(
        self, case: int | None, intake: int | None, at: datetime, bench: Bench, doors: list[int], titles: list[str],
        demands: list[str], out: dict[str, list[str]],
    ) -> None:  # fmt: skip
        """By which words a matter is found: the row that `jiefen rebuild` would work out."""
        said = [words.masked(self.text, (self.teller["name"],)), *map(words.masked, demands)]
        row = (case or intake, case, intake, at, words.document(titles, said, codes_of(doors, bench.area, at)))
        out["triage_searchrow"].append("\t".join(map(cell, row)))

    def _case(
        self, n: int, run: Course, at: list[datetime], bench: Bench, tale: texts.Tale, amount: int, key: Key,
        clerk: int, offices: dict[int, int], people: dict[int, int], doors: list[int], ask: str, out: dict[str, list[str]],
    ) -> None:  # fmt: skip
        county, seal = self.county, key.seal
        year, first = at[0].year, self.moments[0]
        number, slug = f"{bench.mark}〔{year}〕{n:04d}号", f"{bench.letters.lower()}-{year}-{n:04d}"
        lead = offices[run.lead] if run.lead else None
        if lead is None or run.lead is None:
            named: int | None = clerk
        else:
            named = people[run.lead] if run.named else None
        responsible = (named or county.heads[lead]) if run.is_open else None
        answered = any(s.name == "reply" for s in run.stages)
        demands = self._demands(n, tale, amount, answered, seal, out)
        head, outcome = b"", run.stages
        for seq, stage in enumerate(outcome):
            unit = offices[stage.office]
            person = {"clerk": clerk, "dispatcher": bench.dispatcher, "follow-up-caller": bench.caller}.get(stage.role)
            by = person or people[stage.office]
            codes = self._codes(run.codes[seq], stage.name, offices, tale, bench, ask)
            facts: dict[str, Any] | None = None
            reason = None
            if stage.name == "contact":
                facts = {"session-note": texts.NOTES[n % 3]}
            elif stage.name == "reply":
                facts = {"demand-answers": demands}
            elif stage.name in ("sign", "sign-assignment"):
                facts = {"recusal-declared": True}
            elif stage.name == "answer-assignment":
                facts = {"recusal-declared": True, "assignment-answer": texts.RESULTS[n % 3]}
            elif stage.name in ("refer", "no-answer", "return", "redispatch"):
                reason = seal("已说明理由，见附件记录。", field="step.reason")
            sealed = seal(facts, field="step.facts") if facts else None
            before, after = run.states[seq]
            stamp = self.moments[seq]
            own = digest(
                self.chain, head,
                [number, seq + 1, stage.name, stage.on, before, after, by, stage.role, unit, stamp, stamp, codes,
                 sha256(reason).hexdigest() if reason else None, sha256(sealed).hexdigest() if sealed else None],
            )  # fmt: skip
            row = (
                n * ROOM + seq, n, seq + 1, stage.on, stage.name, before, after, by, stage.role, unit, stamp, stamp,
                _STRAIGHT(codes), reason, sealed, head, own,
            )  # fmt: skip
            out["cases_step"].append("\t".join(map(cell, row)))
            head = own
        row = (
            n, number, slug, n, "hotline-order", 1, seal(tale.title.format(place=bench.name), field="case.title"), tale.kind,
            "ordinary", "{}", 0, "window", "", bench.area, bench.centre, clerk, 1, first, first, run.state,
            run.is_open, self.moments[run.ended] if run.ended is not None else None, lead, responsible, run.returns,
            "{" + ",".join(map(str, doors)) + "}", run.next_due_at, run.next_clock, len(outcome), head,
            self.moments[-1], None, None, named,
        )  # fmt: skip
        out["cases_case"].append("\t".join(map(cell, row)))
        self._around(n, run, key, offices, people, out)
        titles = [number, "", tale.title.format(place=bench.name), self.number]
        self._found(n, None, at[0], bench, doors, titles, self.asked, out)
        chosen = {
            "kind": tale.kind,
            "area": "",
            "grade": "ordinary",
            "unit": lead,
            "helpers": [],
            "procedure": "hotline-order",
        }
        row = (n, n, "open", n, "", None, None, "", _STRAIGHT(chosen), "{}", "[]", bench.dispatcher, first, first)
        out["triage_triagedecision"].append("\t".join(map(cell, row)))

    def _codes(
        self, codes: dict[str, Any], name: str, offices: dict[int, int], tale: texts.Tale, bench: Bench, ask: str
    ) -> dict[str, Any]:
        if name == "opened":
            about = {
                "kind": tale.kind, "area": bench.area, "centre": bench.centre, "grade": "ordinary", "flags": [], "people": 1,
                "stratum": 0,
            }  # fmt: skip
            return {"about": about, "kind": tale.kind, "received-by": "petition-office", "joined": ["p1"]}
        if "assign" in codes:
            return {**codes, "assign": [{**a, "unit": offices[a["unit"]]} for a in codes["assign"]]}
        return codes

    def _demands(
        self, n: int, tale: texts.Tale, amount: int, answered: bool, seal: Any, out: dict[str, list[str]]
    ) -> list[dict[str, Any]]:
        told = []
        self.asked: list[str] = []
        for seq in (1, 2) if n % 5 == 0 else (1,):
            text = tale.demand.format(n=amount) if seq == 1 else "书面答复处理经过"
            self.asked.append(text)
            result = (texts.RESULTS[n % 3], texts.BASES[n % 3], texts.REMEDIES[n % 2]) if answered else ("", "", "")
            sealed = [
                seal(words, field=f"demand.{name}") if words else None
                for name, words in zip(("result", "basis", "remedy"), result, strict=True)
            ]
            row = (n * ROOM + seq, n, seq, seal(text, field="demand.text"), "supported" if answered else "", *sealed)
            out["cases_demand"].append("\t".join(map(cell, row)))
            told.append(
                {"demand": seq, "outcome": "supported", "result": result[0], "basis": result[1], "remedy": result[2]}
            )
        return told

    def _around(
        self, n: int, run: Course, key: Key, offices: dict[int, int], people: dict[int, int],
        out: dict[str, list[str]],
    ) -> None:  # fmt: skip
        row: tuple[Any, ...] = (
            n * ROOM, n, "p1", "complainant", "named", None, key.seal(self.teller, field="party"), self.phone, None, n, self.moments[0],
        )  # fmt: skip
        out["cases_party"].append("\t".join(map(cell, row)))

        stamps = self.moments
        for seq, duty in enumerate(run.duties):
            unit = offices[duty.office]
            named = people[duty.office] if duty.named else None
            who = (named or self.county.heads[unit]) if duty.acts else None
            row = (
                n * ROOM + seq, n, duty.key, unit, duty.part, duty.state, who, stamps[duty.dispatched],
                stamps[duty.signed] if duty.signed is not None else None,
                stamps[duty.answered] if duty.answered is not None else None, duty.due_at,
                named, run.is_open,
            )  # fmt: skip
            out["cases_assignment"].append("\t".join(map(cell, row)))
        for seq, (name, started, due, stopped, rest) in enumerate(run.deadlines):
            start = stamps[started] if type(started) is int else started
            stop = "\\N" if stopped is None else stamps[stopped] if type(stopped) is int else stopped
            out["cases_deadline"].append(f"{n * ROOM + seq}\t{n}\t{name}\t{start}\t{due}\t{stop}\t{rest}")
