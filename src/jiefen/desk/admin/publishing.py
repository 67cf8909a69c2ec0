"""Publishing one uploaded definition: checked as the package's own are, frozen with its hash, once."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.kernel.alone import one_at_a_time
from jiefen.kernel.clock import local_day
from jiefen.procedures import actions, catalogue, loader
from jiefen.procedures.definition import Procedure
from jiefen.procedures.models import PublishedProcedure


@dataclass(frozen=True, slots=True)
class Draft:
    """A definition that holds together, not published. `before`: the version in use, None for a new procedure."""

    procedure: Procedure
    sha256: str
    before: int | None


def read(text: str, *, where: str = "") -> Draft:
    """Read and check a definition against the vocabulary and what is published. Raises loader.DefinitionError with every
    problem; nothing is written."""
    known = catalogue.procedures()
    words = catalogue.vocabulary()
    procedure = loader.load_procedure(text, words, where=where, names={name for name, _v in known} | {_name(text)})
    versions = [version for name, version in known if name == procedure.name]
    newest = max(versions, default=0)
    if procedure.version != newest + 1:
        raise loader.DefinitionError(
            [
                _("%(where)s：写的是第%(v)d版，应为第%(next)d版；已发布的一版不能再改，改动写成下一版。")
                % {"where": where or procedure.name, "v": procedure.version, "next": newest + 1}
            ]
        )
    return Draft(procedure, loader.fingerprint(text), newest or None)


def _name(text: str) -> str:
    """The name a file gives itself, so that it may be opened from itself."""
    for line in text.splitlines():
        if line.startswith("procedure:"):
            return line.partition(":")[2].strip()
    return ""


@transaction.atomic
def publish(text: str, *, at: datetime) -> PublishedProcedure:
    """Publish a checked definition. New matters take it from its day on; those under way keep theirs.

    Raises loader.DefinitionError, also when the day it takes effect lies behind.
    """
    one_at_a_time("procedures.publish")
    # Where nothing was published yet the package's files hold; beside a first row of our own they would be forgotten.
    actions.publish()
    catalogue.forget()
    draft = read(text)
    begins: date = draft.procedure.effective["from"]
    if begins < local_day(at):
        raise loader.DefinitionError([_("%(day)s起施行，已经过去；新版只能从今天或以后起用。") % {"day": begins}])
    row = PublishedProcedure.objects.create(
        name=draft.procedure.name,
        version=draft.procedure.version,
        sha256=draft.sha256,
        body=text,
        effective_from=begins,
    )
    transaction.on_commit(catalogue.forget)
    catalogue.forget()
    return row
