"""The road of an accusation, from the first minute visible to its keeper alone (条例 30, 46).

It comes in three ways: the rules know it at the door (`take_in`), somebody at a desk sees it (`road.seal_away`), or an
officer finds it inside a matter and splits it off (`split_off`). The matter it was found in keeps no trace: no row, no
number, no demand, no file of those that go along, and where the letter itself tells it, not the letter. It leaves by
hand-over with a receipt, or back to the ordinary by the keeper with a word (`give_back`); what the person asks for
themselves can go out alone (`let_out`).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.cases.access import roles_on
from jiefen.cases.actions import CaseDraft, DemandDraft, PartyDraft, StepRefused, open_case, take_step
from jiefen.cases.ground import lineage
from jiefen.cases.models import Case, Demand, Party
from jiefen.cases.rehome import refresh
from jiefen.cases.rules import answer_given
from jiefen.cases.standing import standing_of
from jiefen.files.models import StoredFile
from jiefen.intake.models import Intake
from jiefen.kernel.models import SealKey
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, blind, open_row
from jiefen.people.actor import Actor
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import procedure
from jiefen.procedures.engine import Refusal, may_open
from jiefen.triage.doors import follow
from jiefen.triage.finding import index
from jiefen.triage.models import TriageDecision
from jiefen.triage.sealing import move_intake
from jiefen.triage.vault_files import NotMoved, chosen, copy, files_of, files_with, move

ACCUSATION = "accusation-handover"
KIND = "2401"
KEEPER = "vault-keeper"
SPLITS = ("petition-officer", "dispatcher", "clerk", "hotline-agent", "review-officer")
"""Who may split an accusation off a matter they have to do with."""
BASIS = ("L-XF:30", "L-XF:46(5)")
TITLE = "检举控告线索"
MARK = "split"


def no(rule: str, says: str) -> StepRefused:
    """A refusal of the vault."""
    return StepRefused(Refusal(ACCUSATION, rule, says, BASIS))


def split_off(
    case: Case, *, part: str, by: Actor, at: datetime, accused: Sequence[str] = (), accused_units: Sequence[int] = (),
    takes: Sequence[int] = (), files: Sequence[int] = (), letter: bool = False, recorded_at: datetime | None = None,
) -> str:  # fmt: skip
    """Split the accusing part off a matter, in words (`part`), into a vault case of its own. Whoever does it sees it no more.

    `takes`: numbers of the demands that are accusations and go along; one at least stays. `files`: numbers of single files
    (`vault_files.files_of`) that go along, and are here no more. `letter`: the letter itself tells it, so it and what came
    with it go into the vault too, sealed anew. The same again is the same once. Returns nothing, since there is nothing
    here to be seen. Raises StepRefused; nothing is half-done.
    """
    recorded_at = recorded_at or at
    with scope("worker"):
        row = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        held = roles_on(by, row)
        role = next((r for r in SPLITS if r in held), "")
        if not role or row.stratum == Case.Stratum.VAULT:
            raise no("role", _("检举控告内容由登记、分派或信访部门经办人拆分封存。"))
        if refusal := may_open(procedure(row.procedure, row.version), ACCUSATION, state=row.state):
            raise StepRefused(refusal)
        if not part.strip():
            raise no("fact", _("请照来人的话写下检举控告的内容。"))
        once = mark_of(row, part, files)
        if Case.objects.filter(procedure=ACCUSATION, outside_number=once).exists():
            return once
        taken = _chosen(files, files_of(row))
        _take_demands(row, takes)
        vault = open_case(
            CaseDraft(
                procedure=ACCUSATION, title=TITLE, kind=KIND, area=row.area_id, centre=row.centre_id, channel=row.channel,
                stratum=Case.Stratum.VAULT, people=row.people, outside_number=once, demands=[DemandDraft(part.strip())],
                parties=[*_complainants(row), *_accused(accused, accused_units)], facts={"arose-from": row.number},
            ),
            by=by, role=role, unit=held[role][0], at=at, recorded_at=recorded_at,
        )  # fmt: skip
        key = open_row(SealKey.objects.get(pk=vault.key_id))
        _move(taken, vault, key)
        if letter:
            for intake in TriageDecision.objects.filter(case=row).values_list("intake_id", flat=True):
                move_intake(intake, key, at=at, inside=True)
        index.write_cases([row.pk])  # at once: not a word of the accusation finds the matter from now on
        return once


def split_off_letter(
    intake: Intake, *, part: str, by: Actor, at: datetime, files: Sequence[int] = (), accused: Sequence[str] = (),
    accused_units: Sequence[int] = (), recorded_at: datetime | None = None,
) -> str:  # fmt: skip
    """The same for a letter that is no matter yet, or became none: what its files tell goes to the keeper, the letter stays.

    A letter whose own words tell it goes whole (`road.seal_away`). Raises StepRefused.
    """
    recorded_at = recorded_at or at
    with transaction.atomic(), scope("worker"):
        row = Intake.objects.select_for_update(of=("self",)).select_related("key", "area").get(pk=intake.pk)
        role, unit = may_split_letter(row, by) or ("", None)
        if unit is None:
            raise no("role", _("检举控告内容由登记、分派或信访部门经办人拆分封存。"))
        if TriageDecision.objects.filter(intake=row, case__isnull=False).exists():
            raise no("state", _("这件来件已经立为事项，请到事项页拆分。"))
        if not part.strip():
            raise no("fact", _("请照来人的话写下检举控告的内容。"))
        once = mark_of(row, part, files)
        if Case.objects.filter(procedure=ACCUSATION, outside_number=once).exists():
            return once
        taken = _chosen(files, files_with(row))
        teller = open_row(row.key).open(row.teller, field="intake.teller") or {}
        vault = open_case(
            CaseDraft(
                procedure=ACCUSATION, title=TITLE, kind=KIND, area=row.area_id, centre=row.centre_id, channel=row.channel,
                stratum=Case.Stratum.VAULT, people=row.people or 1, outside_number=once, demands=[DemandDraft(part.strip())],
                parties=[
                    PartyDraft("complainant", identity=row.identity, joined_at=row.received_at, **teller),
                    *_accused(accused, accused_units),
                ],
                facts={"arose-from": row.number},
            ),
            by=by, role=role, unit=unit[0], at=at, recorded_at=recorded_at,
        )  # fmt: skip
        _move(taken, vault, open_row(SealKey.objects.get(pk=vault.key_id)))
        return once


def may_split_letter(row: Intake, by: Actor) -> tuple[str, tuple[int, int]] | None:
    """As what somebody may split an accusation off a letter: role, (unit, person of the posting). None for all others."""
    if row.stratum == Case.Stratum.VAULT or not by.keys & set(row.doors):
        return None
    above = set(lineage(row.area_id))
    held = {p.role: (p.unit_id, p.for_person) for p in by.held if p.unit_id == row.centre_id or p.area_id in above}
    return next(((role, held[role]) for role in SPLITS if role in held), None)


def mark_of(of: Case | Intake, part: str, files: Sequence[int] = ()) -> str:
    """What a split-off part is found by again, and the slip is taken from. It tells nothing of what it was made of."""
    said = f"{'intake ' if isinstance(of, Intake) else ''}{of.pk} {part.strip()}"
    return blind(MARK, said + (f" {sorted(set(files))}" if files else "")).hex()


def _chosen(ids: Sequence[int], there: Sequence[StoredFile]) -> list[StoredFile]:
    try:
        return chosen(ids, there)
    except NotMoved as wrong:
        raise no("fact", str(wrong)) from wrong


def _move(files: Sequence[StoredFile], case: Case, key: Key) -> None:
    try:
        move(files, f"case:{case.pk}", key)
    except NotMoved as wrong:
        raise no("fact", str(wrong)) from wrong


def _complainants(case: Case) -> list[PartyDraft]:
    """Those who told it, by name and nothing else of theirs: no receipt, so that no code and no look-up meets the vault."""
    key = open_row(case.key)
    found = []
    for party in Party.objects.filter(case=case, role=Party.Role.COMPLAINANT).order_by("pk"):
        who = key.open(party.sealed, field="party") or {}
        found.append(PartyDraft("complainant", identity=party.identity, joined_at=case.opened_at, **who))
    return found


def _accused(names: Sequence[str], units: Sequence[int]) -> list[PartyDraft]:
    found = Unit.objects.in_bulk(list(units))
    if len(found) != len(set(units)):
        raise no("fact", _("所选单位不存在，请重新选择。"))
    return [
        *(PartyDraft("respondent", name=unit.name, unit=pk) for pk, unit in found.items()),
        *(PartyDraft("respondent", name=name.strip()) for name in names if name.strip()),
    ]


def _take_demands(case: Case, takes: Sequence[int]) -> None:
    """Demands that are accusations leave the matter; the others close up, so that no number is missing."""
    if not takes:
        return
    rows = list(Demand.objects.select_for_update().filter(case=case).order_by("seq"))
    if not set(takes) <= {d.seq for d in rows}:
        raise no("fact", _("所选诉求不在本件里，请重新选择。"))
    stay = [d for d in rows if d.seq not in set(takes)]
    if not stay:
        raise no("fact", _("至少留一项个人诉求在本件里；全部是检举控告的，请由专管员从来件封存。"))
    if answer_given(procedure(case.procedure, case.version), standing_of(case).history):
        raise no("state", _("诉求已经答复，不能再拆分。"))
    Demand.objects.filter(pk__in=[d.pk for d in rows if d.seq in set(takes)]).delete()
    for seq, demand in enumerate(stay, 1):
        if demand.seq != seq:
            Demand.objects.filter(pk=demand.pk).update(seq=seq)


def let_out(
    case: Case, *, to: str = "petition-claim", title: str, demands: Sequence[str], by: Actor, at: datetime, reason: str,
    safe_channel: str = "", kind: str, persons: Sequence[str] = (), files: Sequence[int] = (),
) -> Case:  # fmt: skip
    """What the person asks for themselves goes out as a matter of its own, without a word of the accusation: title and
    demands are written anew, with the person's consent. `files`: of which a copy goes with it. Raises StepRefused."""
    with scope("worker"):
        row = _for_keeper(case, by)
        taken = _chosen(files, files_of(row))
        take_step(
            row, "split", by=by, at=at, reason=reason, facts={"safe-channel": safe_channel} if safe_channel else {}
        )
        made = _ordinary(row, to, title=title, demands=demands, kind=kind, by=by, at=at, persons=persons)
        copy(taken, made, open_row(SealKey.objects.get(pk=made.key_id)), at=at)
        return made


def give_back(
    case: Case, *, to: str = "petition-claim", title: str, demands: Sequence[str], by: Actor, at: datetime, reason: str,
    kind: str, files: Sequence[int] = (),
) -> Case:  # fmt: skip
    """The keeper found that it is no accusation: it ends in the vault, and begins as an ordinary matter, its letters and
    what came with them in it, sealed anew. `files`: of those that were split off singly, which go along.
    Returns the new matter. Raises StepRefused."""
    with scope("worker"):
        row = _for_keeper(case, by)
        taken = _chosen(files, [f for f in files_of(row) if f.holder == f"case:{row.pk}"])
        take_step(row, "unseal", by=by, at=at, reason=reason)
        row.refresh_from_db()
        made = _ordinary(row, to, title=title, demands=demands, kind=kind, by=by, at=at)
        key = open_row(SealKey.objects.get(pk=made.key_id))
        _move(taken, made, key)
        for intake in TriageDecision.objects.filter(case=row).values_list("intake_id", flat=True):
            Party.objects.filter(case=row, receipt=intake).update(receipt=None)
            move_intake(intake, key, at=at, inside=False)
            TriageDecision.objects.filter(intake=intake).update(case=made)
        refresh(row, at)  # the receipt opens the new matter, and the vault no more
        follow([made.pk])
        return made


def _for_keeper(case: Case, by: Actor) -> Case:
    row = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
    if row.stratum != Case.Stratum.VAULT or KEEPER not in roles_on(by, row):
        raise no("role", _("只有检举控告专管员可以办。"))
    return row


def _ordinary(
    case: Case, to: str, *, title: str, demands: Sequence[str], kind: str, by: Actor, at: datetime,
    persons: Sequence[str] = (),
) -> Case:  # fmt: skip
    """A matter outside that tells nothing of where it came from: its own key, no origin, words written anew."""
    if refusal := may_open(procedure(case.procedure, case.version), to, state=case.state):
        raise StepRefused(refusal)
    said = [DemandDraft(text.strip()) for text in demands if text.strip()]
    if not title.strip() or not said:
        raise no("fact", _("请另写标题和诉求，不带检举控告的内容。"))
    if kind.startswith(KIND[:2]):
        raise no("fact", _("请选择检举控告以外的类型。"))
    key = open_row(case.key)
    parties = []
    for party in Party.objects.filter(case=case, role=Party.Role.COMPLAINANT).order_by("pk"):
        if persons and party.key not in persons:
            continue
        who = key.open(party.sealed, field="party") or {}
        # The letter goes out only with the whole matter; then its receipt opens the new one.
        receipt = party.receipt if case.state == "misfiled" else None
        parties.append(PartyDraft("complainant", identity=party.identity, receipt=receipt, joined_at=at, **who))
    return open_case(
        CaseDraft(
            procedure=to, title=title.strip(), kind=kind, area=case.area_id, centre=case.centre_id, channel=case.channel,
            people=max(1, len(parties)), demands=said, parties=parties, first_asked=case.first_asked_id,
        ),
        by=None, role="", unit=case.centre_id, at=at, recorded_at=at,
    )  # fmt: skip


def total() -> int:
    """How many accusations have come in, as one number; nothing breaks it down by place, time, office or person."""
    with scope("analytics"):
        return Case.objects.filter(stratum=Case.Stratum.VAULT).count()


__all__ = ["ACCUSATION", "files_of", "give_back", "let_out", "mark_of", "no", "split_off", "split_off_letter", "total"]
