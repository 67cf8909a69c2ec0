"""Moving a letter into the vault or out of it, and whether everything of a vault case really lies behind its door.

What moves is sealed anew with the key of where it goes: its words, who told it, its code, its papers and its files, so that
no key outside opens what is inside, and none inside is needed for what went out.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from jiefen.cases import ground
from jiefen.cases.facts import Moment
from jiefen.cases.models import Case, Party
from jiefen.files.actions import read, store
from jiefen.files.models import StoredFile
from jiefen.files.queries import held_by
from jiefen.intake.models import Intake
from jiefen.kernel.models import SealKey
from jiefen.kernel.seal import Key, open_row
from jiefen.notices.models import Notice
from jiefen.papers.models import Paper
from jiefen.people.actor import RECEIPT, sort_of
from jiefen.people.actor import VAULT as VAULT_DOOR
from jiefen.people.queries import postings_at
from jiefen.triage.finding import index
from jiefen.triage.models import TriageDecision

MARKS = frozenset({"official-accused", "retaliation"})
VAULT = Case.Stratum.VAULT


def move_intake(intake: int, key: Key, *, at: datetime, inside: bool) -> None:
    """Seal an intake and what hangs on it anew with `key`, and shut it away (`inside`) or let it out. Call with a scope
    that sees all rows, inside the verb's transaction."""
    row = Intake.objects.select_for_update(of=("self",)).select_related("key").get(pk=intake)
    old = open_row(row.key)
    for field in ("subject", "words", "teller", "token"):
        setattr(row, field, _anew(old, key, getattr(row, field), f"intake.{field}"))
    for decision in TriageDecision.objects.filter(intake=row):
        decision.reason = _anew(old, key, decision.reason, "decision.reason")
        decision.save(update_fields=["reason"])
    for paper in Paper.objects.filter(intake=row.pk).select_related("key"):
        paper.fields = _anew(open_row(paper.key), key, paper.fields, "paper")
        paper.key_id = key.id
        paper.save(update_fields=["fields", "key"])
    for file in held_by(f"intake:{row.pk}"):
        move_file(file, key)
    row.key_id = key.id
    row.stratum = VAULT if inside else Case.Stratum.ORDINARY
    row.flags = (
        [*dict.fromkeys([*row.flags, "official-accused"])] if inside else [f for f in row.flags if f not in MARKS]
    )
    doors = {d for d in row.doors if sort_of(d) == RECEIPT}
    row.doors = sorted(doors | ({ground.door_of("vault", ground.lineage(row.area_id)[0])} if inside else set()))
    row.save()
    if inside:
        index.forget_intakes([row.pk])
    keepers = postings_at(at).filter(role="vault-keeper").values_list("person_id", flat=True)
    if inside:
        Notice.objects.filter(intake=row.pk).exclude(person_id__in=list(keepers)).delete()


def _anew(old: Key, new: Key, sealed: Any, field: str) -> bytes | None:
    return new.seal(old.open(sealed, field=field), field=field) if sealed is not None else None


def move_file(file: StoredFile, key: Key, *, holder: str = "") -> None:
    """The file's bytes and name under another key, with what it belongs to (`holder`) where that changes; the old bytes go
    when the transaction holds. Its number is another afterwards. Raises ProtectedError where something rests on it."""
    from django.db import transaction

    name = open_row(SealKey.objects.get(pk=file.key_id)).open(file.name, field="file.name")
    made = store(
        read(file), name, holder=holder or file.holder, key_id=key.id, given_by=file.given_by, at=file.received_at,
        purpose=file.purpose, by_handler=file.by_handler, side=file.side,
    )  # fmt: skip
    gone = Path(settings.FILES) / file.path
    file.delete()
    assert made.pk
    transaction.on_commit(lambda: gone.unlink(missing_ok=True))


def vault_state(m: Moment) -> str:
    """The fact `vault-state`: `sealed` only when the case, its letters, papers and files all lie behind the vault's door
    under keys that open nothing outside; else what does not."""
    case = m.case
    if case.stratum != VAULT or not _shut(case.doors):
        return "case"
    intakes = list(Intake.objects.filter(pk__in=_letters(case)).values("pk", "key_id", "stratum", "doors"))
    if any(i["stratum"] != VAULT or not _shut(i["doors"]) for i in intakes):
        return "letter"
    keys = {case.key_id, *(i["key_id"] for i in intakes)}
    ids = [i["pk"] for i in intakes]
    holders = [f"case:{case.pk}", *(f"intake:{pk}" for pk in ids)]
    papers = Paper.objects.filter(case=case) | Paper.objects.filter(intake__in=ids)
    if (
        papers.exclude(key_id__in=keys).exists()
        or StoredFile.objects.filter(holder__in=holders).exclude(key_id__in=keys).exists()
    ):
        return "papers"
    outside = (
        Case.objects.filter(key_id__in=keys).exclude(stratum=VAULT).exists()
        or Intake.objects.filter(key_id__in=keys).exclude(stratum=VAULT).exists()
        or StoredFile.objects.filter(key_id__in=keys).exclude(holder__in=holders).exists()
        or Paper.objects.filter(key_id__in=keys).exclude(pk__in=papers.values("pk")).exists()
    )
    if outside:
        return "key"
    keepers = postings_at(m.at).filter(role="vault-keeper").values("person_id")
    told = Notice.objects.filter(case=case) | Notice.objects.filter(intake__in=ids)
    return "notice" if told.exclude(person_id__in=keepers).exists() else "sealed"


def _letters(case: Case) -> list[int]:
    """The intakes of a case: those decided into it, those its people brought, and those shut away with it."""
    decided = TriageDecision.objects.filter(case=case).values_list("intake_id", flat=True)
    brought = Party.objects.filter(case=case, receipt__isnull=False).values_list("receipt", flat=True)
    with_it = Intake.objects.filter(key=case.key_id).values_list("pk", flat=True)
    return sorted({*decided, *with_it, *(r for r in brought if r is not None)})


def _shut(doors: list[int]) -> bool:
    return {sort_of(d) for d in doors} <= {VAULT_DOOR, RECEIPT} and any(sort_of(d) == VAULT_DOOR for d in doors)


def receiver_unit(m: Moment) -> dict[str, Any] | None:
    """The fact `receiver-unit`: who gets it, and whether it stands apart from the office complained of."""
    from jiefen.cases.recorded import said
    from jiefen.cases.standing import excluded_units

    named = said(m, "receiver-unit")
    unit = named.get("unit") if hasattr(named, "get") else named
    if not unit:
        return None
    parties = list(Party.objects.filter(case=m.case))
    return {"unit": unit, "independent": unit not in excluded_units(parties)}


def second_thing(receipt: int, said: str) -> bool:
    """Whether what somebody says goes with a receipt: the phone's last digits or the chosen word."""
    from jiefen.kernel.seal import second_mark

    mark = Intake.objects.filter(pk=receipt).values_list("second_mark", flat=True).first()
    return mark is not None and bool(said.strip()) and bytes(mark) == second_mark(said)
