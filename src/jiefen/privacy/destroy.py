"""The end of keeping: the keys of one matter destroyed, everything that only they open emptied, its files taken away.

The rows of the chain stay as they were written, so it verifies; numbers, codes and days stay, for the figures.
"""

import contextlib
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import Case as When
from django.db.models import F, Value
from django.db.models import When as Then
from django.db.models.functions import Cast, Concat

from jiefen.analytics import exports
from jiefen.analytics.models import LedgerExport
from jiefen.cases.models import Case
from jiefen.channels.ledger.uploads import throw_away
from jiefen.channels.models import ImportBatch, OutsideNumber
from jiefen.files.models import StoredFile
from jiefen.intake.models import Intake
from jiefen.kernel.models import SealKey
from jiefen.privacy import holdings
from jiefen.triage.models import TriageDecision


def intakes_of(case: Case) -> list[int]:
    """The intakes that became this case or were joined to it, by the decisions and by the chain of keys."""
    decided = TriageDecision.objects.filter(case=case).values_list("intake_id", flat=True)
    keyed = Intake.objects.filter(key_id__in=below([case.key_id])).values_list("pk", flat=True)
    return sorted({*decided, *keyed})


def below(keys: Iterable[int]) -> set[int]:
    """These keys and all that hang on them."""
    found = set(keys)
    fresh = found
    while fresh:
        fresh = set(SealKey.objects.filter(parent_id__in=fresh).values_list("pk", flat=True)) - found
        found |= fresh
    return found


def keys_of(cases: Sequence[int], intakes: Sequence[int]) -> set[int]:
    """Every key that something of these matters is sealed with."""
    found: set[int] = set()
    for one in holdings.held():
        for field in one.model._meta.concrete_fields:
            if field.related_model is SealKey and one.label != "papers.UnitSeal":
                found |= set(one.rows(cases, intakes).values_list(f"{field.name}_id", flat=True))
    found.discard(None)  # type: ignore[arg-type]
    return below(found)


def shared_with(keys: set[int], cases: Sequence[int], intakes: Sequence[int]) -> bool:
    """Whether one of the keys also opens something of another matter, that must be kept."""
    return (
        Case.objects.filter(key_id__in=keys).exclude(pk__in=cases).exists()
        or Intake.objects.filter(key_id__in=keys).exclude(pk__in=intakes).exists()
    )


def destroy(cases: Sequence[int], intakes: Sequence[int], *, why: str, at: datetime) -> list[int]:
    """Destroy the content of a matter: its cases and intakes by number. Returns the numbers of its keys.

    Call in a scope that sees all rows, with the cases locked, in one transaction; files go when it holds. Doing it twice
    changes nothing. Whoever calls has made sure that it may be done.
    """
    keys = keys_of(cases, intakes)
    files = StoredFile.objects.filter(key_id__in=keys)
    paths = list(files.values_list("path", flat=True))
    batches = {b for b in Intake.objects.filter(pk__in=intakes).values_list("batch", flat=True) if b is not None}
    files.update(**_emptied(StoredFile))
    for one in holdings.held():
        changes = _emptied(one.model)
        if one.model is OutsideNumber:
            changes["number"] = Concat(Value("#"), Cast(F("pk"), models.CharField()))  # still one of its kind
        if changes and one.model is not Intake:
            one.rows(cases, intakes).update(**changes)
    changes = _emptied(Intake)
    for pk in intakes:  # the once-key must stay one of its kind, and be nobody's
        Intake.objects.filter(pk=pk).update(**{**changes, "once_key": os.urandom(16)})
    SealKey.objects.filter(pk__in=keys, wrapped__isnull=False).update(
        wrapped=None, destroyed_at=at, destroyed_why=why[:200]
    )
    _leftovers(batches)
    transaction.on_commit(lambda: _unlink(paths))
    return sorted(keys)


def _emptied(model: type[models.Model]) -> dict[str, object]:
    """The changes to a row. A sealed column that was filled stays filled with nothing, since what stands beside it may
    ask for it; a hash goes altogether, so that two matters destroyed do not look alike."""
    changes: dict[str, object] = {}
    for name, nothing in holdings.emptied(model).items():
        field = model._meta.get_field(name)
        sealed = isinstance(field, models.BinaryField) and field.max_length is None
        if sealed and nothing is None:
            nothing = When(Then(**{f"{name}__isnull": False}, then=Value(b"")), output_field=models.BinaryField())
        changes[name] = nothing
    return changes


def _leftovers(batches: set[int]) -> None:
    """What lies about from the time when it was worked on: uploads and their names, tables that somebody asked for."""
    for batch in ImportBatch.objects.filter(pk__in=batches):
        if not Intake.objects.filter(batch=batch.pk, key__wrapped__isnull=False).exists():
            throw_away(batch)
            ImportBatch.objects.filter(pk=batch.pk).update(file_name="")
            SealKey.objects.filter(pk__in=[batch.key_id] if batch.key_id else []).update(wrapped=None)
    for row in LedgerExport.objects.filter(state=LedgerExport.State.READY):
        (exports.folder() / row.file).unlink(missing_ok=True)
        LedgerExport.objects.filter(pk=row.pk).update(state=LedgerExport.State.GONE, file="")


def _unlink(paths: list[str]) -> None:
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            (Path(settings.FILES) / path).unlink()


def is_destroyed(label: str, pk: int) -> bool:
    """Whether the content of a case or intake («cases.Case», «intake.Intake») is gone."""
    return bool(apps.get_model(label)._default_manager.filter(pk=pk, key__wrapped__isnull=True).exists())
