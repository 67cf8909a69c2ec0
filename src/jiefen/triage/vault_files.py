"""Single files of a matter that go into the vault, or come out of it with what the person asks for themselves.

A file that moves is sealed anew under the key of where it goes and gets another number, so that its old address is one
that was never there. What comes out stays inside as well: the accusation may need the same paper.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from jiefen.cases.models import Case, Question
from jiefen.files.actions import name_of, read, store
from jiefen.files.models import StoredFile
from jiefen.files.queries import evidence_of
from jiefen.intake.models import Intake
from jiefen.kernel.seal import Key
from jiefen.triage.models import TriageDecision
from jiefen.triage.sealing import move_file


class NotMoved(ValueError):
    """A file cannot go there; the message says why. Nothing was moved."""


def files_of(case: Case) -> list[StoredFile]:
    """What somebody may choose from: the evidence of a matter, and what came with its letters, oldest first. A letter that
    lies in the vault belongs to no ordinary matter any more."""
    inside = case.stratum == Case.Stratum.VAULT
    rows = TriageDecision.objects.filter(case=case).values_list("intake_id", "intake__stratum")
    letters = [pk for pk, stratum in rows if (stratum == Case.Stratum.VAULT) == inside]
    holders = [f"case:{case.pk}", *(f"intake:{pk}" for pk in letters)]
    return sorted((f for h in holders for f in evidence_of(h)), key=lambda f: f.pk)


def files_with(intake: Intake) -> list[StoredFile]:
    """The same for a letter that became no matter."""
    return list(evidence_of(f"intake:{intake.pk}"))


def chosen(ids: Sequence[int], there: Sequence[StoredFile]) -> list[StoredFile]:
    """The files of these numbers. Raises NotMoved for a number that is not among what is there."""
    here = {f.pk: f for f in there}
    if not set(ids) <= here.keys():
        raise NotMoved(_("所选附件不在本件里，请重新选择。"))
    return [here[pk] for pk in sorted(set(ids))]


def move(files: Sequence[StoredFile], holder: str, key: Key) -> None:
    """Into another matter, out of this one: no row, no number and no count of it stays. Raises NotMoved for a file by
    which something was proved. Call with a scope that sees all rows, inside the verb's transaction."""
    gone = [f.pk for f in files]
    for file in files:
        try:
            with transaction.atomic():
                move_file(file, key, holder=holder)
        except ProtectedError:
            raise NotMoved(_("这个附件已经用作同意、签名或履行的凭证，不能单独拿走。")) from None
    for question in Question.objects.select_for_update().filter(files__overlap=gone):
        question.files = [pk for pk in question.files if pk not in gone]
        question.save(update_fields=["files"])


def copy(files: Sequence[StoredFile], case: Case, key: Key, *, at: datetime) -> None:
    """Into another matter as if it had been given there on that day; here everything stays."""
    for file in files:
        store(
            read(file), name_of(file), holder=f"case:{case.pk}", key_id=key.id, given_by="resident", at=at,
            purpose=file.purpose, side=file.side,
        )  # fmt: skip
