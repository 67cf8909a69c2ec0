"""A copy of everything that is somebody's own: what they said and gave, what was served on them, what was released to them,
who read it. Nothing of the other side: it holds what their own page shows and no more.

What they said to the mediator alone goes into the copy that they take themselves, in their own words; a copy that the office
makes for them passes through other hands and says only how to get it.
"""

import io
import json
import zipfile
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from jiefen.cases.models import Case
from jiefen.desk.follow import case_of, party_of, progress_for
from jiefen.desk.privacy.told import told_of
from jiefen.files.actions import BadFile, name_of, read
from jiefen.files.queries import held_by
from jiefen.intake.models import Intake
from jiefen.kernel.clock import local
from jiefen.kernel.models import Reading
from jiefen.kernel.money import yuan
from jiefen.kernel.seal import open_row
from jiefen.mediation.models import LaneEntry
from jiefen.mediation.queries import own_words_alone
from jiefen.mediation.shape import SIDES, leads
from jiefen.papers.fill import CHANNELS
from jiefen.papers.queries import made_for
from jiefen.privacy.requests import of_receipt
from jiefen.procedures.catalogue import vocabulary


def bundle(row: Intake, *, at: datetime, by_code: bool) -> bytes:
    """One archive: `index.html` to read and print, `data.json` for machines, and the files they gave. Call within the
    receipt's scope. `by_code`: the person takes it themselves, with a fresh proof. Raises Sealed when the content is gone."""
    given = _files(row)
    told = contents(row, at=at, by_code=by_code) | {
        "files": [{"name": name, "in": where} for where, name, _data in given]
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(told, ensure_ascii=False, indent=1))
        archive.writestr("index.html", render_to_string("portal/copy.html", {"told": told}))
        for where, _name, data in given:
            archive.writestr(where, data)
    return out.getvalue()


def _files(row: Intake) -> list[tuple[str, str, bytes]]:
    """(place in the archive, name as given, content) of what came with the intake."""
    found = []
    for n, file in enumerate(held_by(f"intake:{row.pk}"), 1):
        name = name_of(file)
        try:
            found.append((f"files/{n:02d}{PurePath(name).suffix[:8]}", name, read(file)))
        except (BadFile, FileNotFoundError):
            continue
    return found


def contents(row: Intake, *, at: datetime, by_code: bool) -> dict[str, Any]:
    """What is theirs, as plain data. Times are the office's. `by_code` as for `bundle`."""
    key = open_row(row.key)
    case = case_of(row)
    shown = progress_for(row, at)
    said = key.open(row.words, field="intake.words")
    who = key.open(row.teller, field="intake.teller") or {}
    if case is not None:
        party = party_of(row, case)
        who = (open_row(case.key).open(party.sealed, field="party") or who) if party else who
    notice = told_of(row, case)
    return {
        "made_at": _moment(at),
        "receipt": {
            "number": row.number, "code": row.short_code, "received_at": _moment(row.received_at), "centre": row.centre.name,
            "channel": CHANNELS.get(row.channel, row.channel), "identity": row.identity, "case": shown.case_number,
        },
        "you": {name: value for name, value in who.items() if value},
        "said": {"text": said.get("text", ""), "subject": said.get("subject", ""), "happened_on": said.get("happened_on", "")},
        "now": shown.headline,
        "demands": [
            {"asked": a.text, "outcome": a.outcome, "result": a.result, "basis": a.basis, "remedy": a.remedy} for a in shown.asked
        ],
        "notice": shown.notice,
        "steps": [{"at": _moment(line.at), "text": line.text} for line in shown.lines],
        "papers": _papers(row, case),
        "alone": _alone(row, case, by_code),
        "requests": [
            {
                "kind": r.row.get_kind_display(), "at": _moment(r.row.received_at), "words": r.words, "wanted": r.wanted,
                "state": r.row.get_state_display(), "answer": r.answer,
            }
            for r in of_receipt(row, at)
        ],
        "readings": _readings(row, case),
        "kept": {
            "what": notice.what, "why": notice.why, "basis": notice.basis, "how_long": notice.how_long, "source": notice.source,
            "who_sees": notice.sees, "ask": notice.whom, "phone": notice.phone,
        },
    }  # fmt: skip


def _alone(row: Intake, case: Case | None, by_code: bool) -> dict[str, Any]:
    """What they said to the mediator alone, with what it is kept for; empty where the procedure has nobody to talk to alone. Who
    prints a copy at the window reads the same words whether anything was said or not."""
    party = party_of(row, case)
    if case is None or party is None or party.role not in SIDES or not leads(case):
        return {}
    if not by_code:
        return {
            "purpose": _("您单独告诉调解员的话，只有您和调解员能看，不经我们的手。要的话，请您凭码在自己的页面上取。"),
            "rows": [],
        }
    kinds = dict(LaneEntry.Kind.choices)
    own = own_words_alone(case, party)
    return {
        "purpose": _("只为调解这件事用，只有您和调解员看得到；不进案卷，不能拿来当对您不利的依据，和这件事的材料一起到期销毁。"),
        "rows": [
            {
                "at": _moment(one.at), "kind": str(kinds[one.kind]), "words": one.words, "sum": yuan(one.fen) if one.fen else "",
                "typed_for_you": one.part == LaneEntry.Part.TYPIST,
            }
            for one in own
        ],
    }  # fmt: skip


def _papers(row: Intake, case: Any) -> list[dict[str, Any]]:
    """The papers made for this person, with their fields."""
    if case is None:
        return []
    words, key = vocabulary().papers, open_row(case.key)
    found = []
    for paper in made_for(case, row.pk):
        kind, fields = words[paper.kind], key.open(paper.fields, field="paper")
        lines = [
            {"label": f["label"], "value": _plain(fields[f["name"]])}
            for f in kind["fields"]
            if fields.get(f["name"]) not in (None, "", [])
        ]
        found.append({"label": kind["label"], "number": paper.number, "at": _moment(paper.made_at), "fields": lines})
    return found


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(_plain(one) for one in value)
    if isinstance(value, dict):
        return "；".join(str(one) for one in value.values() if one not in (None, ""))
    return str(value)


def _readings(row: Intake, case: Any) -> list[dict[str, Any]]:
    mine = [f"intake:{row.pk}"] + ([f"case:{case.pk}"] if case else [])
    return [
        {"at": _moment(r.at), "unit": r.unit, "name": r.name, "purpose": r.purpose, "what": r.what}
        for r in Reading.objects.filter(subject__in=mine).order_by("at", "pk")
    ]


def _moment(at: datetime) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}"
