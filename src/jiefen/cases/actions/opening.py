"""Opening a case, and joining somebody to it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiefen.cases.actions.record import append, history
from jiefen.cases.models import Case, Demand, Party, Step
from jiefen.kernel.clock import local
from jiefen.kernel.ids import next_number
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, blind, new_key, open_row
from jiefen.people.actor import Actor
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import procedure

CLOCKED = ("knew-of-harm-on", "employment-ended-on")
"""Days from which a limitation runs (ISO). They name nobody and stand in `codes`, where the clocks read them."""


@dataclass(frozen=True, slots=True)
class PartyDraft:
    """Somebody in the case. `role` complainant | respondent | third; `unit` when it is an office of the county."""

    role: str
    name: str = ""
    phone: str = ""
    id_number: str = ""
    address: str = ""
    identity: str = "named"
    unit: int | None = None
    receipt: int | None = None
    joined_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DemandDraft:
    """One thing asked, in words close to the person's own."""

    text: str


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """What a case is opened with. `title` carries no names; `centre` is the office on whose bench it lies."""

    procedure: str
    title: str
    kind: str
    area: int
    centre: int
    channel: str
    demands: Sequence[DemandDraft]
    parties: Sequence[PartyDraft]
    grade: str = "ordinary"
    flags: Sequence[str] = ()
    stratum: int = 0
    people: int = 1
    first_asked: int | None = None
    outside_number: str = ""
    received_by: str = "petition-office"  # petition-office | other-organ: whose notice clock it is (条例 22, 23)
    key: int | None = None  # the intake's key, which becomes the case's
    version: int | None = None
    facts: dict[str, Any] | None = None
    lead: int | None = None  # the office that has the duty from the first row on: where no later step hands it over
    helpers: Sequence[int] = ()
    arose_from: int | None = None  # the case it was opened out of


def number_for(centre: Unit, at: datetime, stratum: int) -> tuple[str, str]:
    """The case's number as printed and as written in an address. The vault counts in a series of its own, so that
    no gap in the open one tells of it."""
    year = local(at).year
    mark, letters = centre.mark or "解", centre.letters or "JF"
    if stratum == Case.Stratum.VAULT:
        mark, letters = f"{mark}密", f"{letters}V"
    serial = next_number(f"case {letters} {year}")
    return f"{mark}〔{year}〕{serial:04d}号", f"{letters.lower()}-{year}-{serial:04d}"


def seal_party(key: Key, draft: PartyDraft) -> dict[str, Any]:
    """The sealed and blind columns of a party."""
    who = {"name": draft.name, "phone": draft.phone, "id_number": draft.id_number, "address": draft.address}
    phone = re.sub(r"\D", "", draft.phone)
    return {
        "sealed": key.seal(who, field="party") if any(who.values()) else None,
        "phone_blind": blind("phone", phone) if phone else None,
        "id_blind": blind("id", draft.id_number.upper()) if draft.id_number else None,
    }


def open_case(
    draft: CaseDraft, *, by: Actor | None, role: str = "", unit: int | None = None, at: datetime, recorded_at: datetime
) -> Case:
    """Open a case: one row «opened», its demands and parties, its clocks running.

    `at` is when the matter came in, `recorded_at` when we write it down. Raises LookupError for an unknown procedure.
    """
    with scope("worker"):
        definition = procedure(draft.procedure, draft.version)
        key = _key(draft)
        number, slug = number_for(Unit.objects.get(pk=draft.centre), at, draft.stratum)
        about = {
            "kind": draft.kind, "area": draft.area, "centre": draft.centre, "grade": draft.grade,
            "flags": list(draft.flags), "people": draft.people, "stratum": draft.stratum,
        }  # fmt: skip
        case = Case.objects.create(
            number=number, slug=slug, key_id=key.id, procedure=definition.name, version=definition.version,
            title=key.seal(draft.title, field="case.title"), kind=draft.kind, grade=draft.grade,
            flags=list(draft.flags), stratum=draft.stratum, channel=draft.channel, outside_number=draft.outside_number,
            area_id=draft.area, centre_id=draft.centre, first_asked_id=draft.first_asked, people=draft.people,
            opened_at=at, recorded_at=recorded_at, state=definition.start.name, changed_at=recorded_at,
            arose_from_id=draft.arose_from,
        )  # fmt: skip
        parties = Party.objects.bulk_create(
            [
                Party(
                    case=case, key=f"p{n}", role=p.role, identity=p.identity, unit_id=p.unit, receipt=p.receipt,
                    joined_at=p.joined_at or at, **seal_party(key, p),
                )
                for n, p in enumerate(draft.parties, 1)
            ]
        )  # fmt: skip
        Demand.objects.bulk_create(
            [
                Demand(case=case, seq=n, text=key.seal(d.text, field="demand.text"))
                for n, d in enumerate(draft.demands, 1)
            ]
        )
        codes: dict[str, Any] = {
            "about": about,
            "kind": draft.kind,  # clocks that hold for some kinds only read it from the first row
            "received-by": draft.received_by,
            "joined": [p.key for p in parties if p.role == Party.Role.COMPLAINANT],
        }
        codes |= {name: str(value) for name, value in (draft.facts or {}).items() if name in CLOCKED and value}
        if draft.lead is not None:
            codes["assign"] = assigned(0, draft.lead, draft.helpers)
        append(
            case, key, rows=[], name="opened", to_state=definition.start.name, by=by, by_role=role, unit=unit,
            at=at, recorded_at=recorded_at, codes=codes, facts=draft.facts, parties=parties,
        )  # fmt: skip
        return case


def assigned(so_far: int, lead: int | None, helpers: Sequence[int] = ()) -> list[dict[str, Any]]:
    """The assignments a row makes, as its codes hold them: keys go on from the `so_far` there have been. Without a lead
    only helpers join the one that stands."""
    parts = [*((("lead", lead),) if lead is not None else ()), *(("assist", unit) for unit in helpers)]
    return [{"key": f"a{so_far + n}", "unit": unit, "part": part} for n, (part, unit) in enumerate(parts, 1)]


def _key(draft: CaseDraft) -> Key:
    if draft.key is None:
        return new_key()
    from jiefen.kernel.models import SealKey

    return open_row(SealKey.objects.get(pk=draft.key))


def join_party(
    case: Case, draft: PartyDraft, *, by: Actor | None, role: str = "", unit: int | None = None, at: datetime,
    recorded_at: datetime,
) -> tuple[Party, Step]:  # fmt: skip
    """Somebody joins an open case with their own receipt and their own clocks. A second `opened` row says so."""
    with scope("worker"):
        case = Case.objects.select_for_update().select_related("key").get(pk=case.pk)
        key = open_row(case.key)
        rows = history(case)
        parties = list(Party.objects.filter(case=case))
        out = sum(row.name == "taken-out" for row in rows)  # whose key is never given to anybody else
        party = Party.objects.create(
            case=case, key=f"p{len(parties) + out + 1}", role=draft.role, identity=draft.identity, unit_id=draft.unit,
            receipt=draft.receipt, joined_at=draft.joined_at or at, **seal_party(key, draft),
        )  # fmt: skip
        joined = [party.key] if party.role == Party.Role.COMPLAINANT else []
        step, _ = append(
            case, key, rows=rows, name="opened", to_state=case.state, from_state=case.state, by=by, by_role=role,
            unit=unit, at=at, recorded_at=recorded_at, codes={"joined": joined}, parties=[*parties, party],
        )  # fmt: skip
        return party, step


__all__ = [
    "CaseDraft", "DemandDraft", "PartyDraft", "assigned", "join_party", "number_for", "open_case", "seal_party",
]  # fmt: skip
