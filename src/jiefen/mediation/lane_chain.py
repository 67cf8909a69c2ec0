"""The chain of one lane, apart from the case's: an HMAC under a key of its own, over each row as it lies and the one before.

`check_lanes` is asked by `jiefen verify`, `rebuild_lanes` by `jiefen rebuild`; `lane_ends` and `lanes_against` are for the notes
kept outside the database. Nobody sees all lanes at once: the sides are named, some thousand at a time. What is found names
the lane by its own id, which is random and stands on no page, never the matter.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from jiefen.cases.chain import digest
from jiefen.cases.integrity import Problem
from jiefen.cases.models import Party
from jiefen.kernel.progress import Progress, silent
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import derived
from jiefen.mediation.models import Lane, LaneEntry
from jiefen.mediation.shape import SIDES

BATCH = 5000


def _sum(sealed: bytes | memoryview | None) -> str | None:
    return None if sealed is None else hashlib.sha256(bytes(sealed)).hexdigest()


def link(lane: Lane, row: LaneEntry) -> bytes:
    """The hash of a row of a lane, 32 bytes; `row.prev_hash` is the one before."""
    at: datetime = row.at
    fields: Sequence[Any] = [
        str(lane.pk), lane.case_id, lane.party_id, row.seq, str(row.pk), row.kind, row.part, row.by_id, row.mediator_id, row.about,
        row.how, row.once, at.astimezone(UTC).isoformat(timespec="microseconds"), _sum(row.said), _sum(row.paper),
    ]  # fmt: skip
    return digest(derived("lane chain"), bytes(row.prev_hash), fields)


def _sides() -> Iterator[list[int]]:
    """The eyes for every side there is, some thousand at a time."""
    last = 0
    while True:
        with scope("worker"):
            sides = Party.objects.filter(role__in=SIDES, pk__gt=last).order_by("pk")
            batch = list(sides.values_list("pk", flat=True)[:BATCH])
        if not batch:
            return
        last = batch[-1]
        yield [-pk for pk in batch]


def _lanes() -> Iterator[Lane]:
    """Every lane with its rows in `found`."""
    for eyes in _sides():
        with scope("worker", eyes):
            lanes = {lane.pk: lane for lane in Lane.objects.order_by("opened_at", "pk")}
            rows = LaneEntry.objects.filter(lane__in=lanes).order_by("lane", "seq")
            by_lane = {pk: list(found) for pk, found in groupby(rows, key=lambda r: r.lane_id)}
        for pk, lane in lanes.items():
            lane.found = by_lane.get(pk, [])  # type: ignore[attr-defined]
            yield lane


def lane_ends() -> list[tuple[str, int, bytes]]:
    """How every lane ends, in order of its id: (id in hex, rows, hash of the last). It tells neither whose lane it is nor of
    which matter."""
    found: list[tuple[str, int, bytes]] = []
    for eyes in _sides():
        with scope("worker", eyes):
            rows = Lane.objects.values_list("pk", "entries", "head")
            found += [(pk.hex, entries, bytes(head)) for pk, entries, head in rows]
    return sorted(found)


def lanes_against(noted: Mapping[str, tuple[int, bytes]]) -> Iterator[Problem]:
    """Compare with what was noted outside, (rows, hash of the last) by the id in hex: a lane may have grown since, but must
    be there and still hold the noted row. One walk over all lanes, however many were noted."""
    missed = dict(noted)
    for eyes in _sides() if missed else ():
        with scope("worker", eyes):
            here = [pk for pk in Lane.objects.order_by("pk").values_list("pk", flat=True) if pk.hex in missed]
            rows = LaneEntry.objects.filter(lane__in=here).values_list("lane", "seq", "hash")
            held = {(pk, seq): bytes(own) for pk, seq, own in rows}
        for pk in here:
            seq, own = missed.pop(pk.hex)
            if (pk, seq) not in held:
                yield Problem("missing", _named(pk.hex), _("这一条缺了：另存的记录里有它"), seq)
            elif held[pk, seq] != own:
                yield Problem("changed", _named(pk.hex), _("这一条与另存的记录不同"), seq)
    for gone, (seq, _own) in sorted(missed.items()):
        yield Problem("missing", _named(gone), _("整份不见了：另存的记录里有它，共%(rows)d条") % {"rows": seq})


def _named(pk: str) -> str:
    return _("背对背记录%(id)s") % {"id": pk[:8]}


def check_lanes(progress: Progress = silent) -> Iterator[Problem]:
    """Every row of every lane that is not as it was written, and lanes whose last row is gone."""
    for lane in _lanes():
        name, prev = _named(lane.pk.hex), b""
        rows: list[LaneEntry] = lane.found  # type: ignore[attr-defined]
        for place, row in enumerate(rows, 1):
            if row.seq != place:
                yield Problem("missing", name, _("这一条缺了"), place)
                break
            if bytes(row.prev_hash) != prev or link(lane, row) != bytes(row.hash):
                yield Problem("changed", name, _("内容被改过，或换过位置"), row.seq, row.kind)
                break
            prev = bytes(row.hash)
        else:
            if len(rows) != lane.entries or prev != bytes(lane.head):
                yield Problem("head", name, _("末条校验码不符：末条被删去，或这一记载被改过"))


@dataclass(frozen=True, slots=True)
class Difference:
    """One lane whose own row was not what its entries add up to."""

    lane: str

    def __str__(self) -> str:
        return _("背对背记录%(id)s：与各条不符") % {"id": self.lane[:8]}


def rebuild_lanes(check: bool, progress: Progress = silent) -> list[Difference]:
    """Work out from its rows whom each side speaks to; `check` writes nothing. The number of rows and the last hash stay as
    noted: with them `verify` finds a last row that is gone."""
    found = []
    for lane in _lanes():
        rows: list[LaneEntry] = lane.found  # type: ignore[attr-defined]
        if rows and lane.mediator_id != rows[-1].mediator_id:
            found.append(Difference(str(lane.pk)))
            if not check:
                with scope("worker", [-lane.party_id]):
                    Lane.objects.filter(pk=lane.pk, entries=len(rows)).update(mediator=rows[-1].mediator_id)
    return found
