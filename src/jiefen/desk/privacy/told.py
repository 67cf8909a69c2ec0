"""What a person is told about their information: from the reviewed tables, in plain words."""

from dataclasses import dataclass

from jiefen.cases.models import Case
from jiefen.intake.models import Intake
from jiefen.privacy import rules, shipped
from jiefen.procedures.catalogue import vocabulary


@dataclass(frozen=True, slots=True)
class Told:
    """The notice of one kind of matter. `mark` is that of the term."""

    label: str
    what: str
    why: str
    basis: str
    how_long: str
    source: str
    mark: str
    sees: str
    whom: str
    phone: str


def told_of(intake: Intake, case: Case | None) -> Told:
    """What holds for one receipt now. Before it is decided, what holds for the ordinary kind."""
    table = shipped.keepings()
    if case is not None:
        row = rules.keeping_of(table, procedure=case.procedure)
    elif intake.stratum == 2:
        row = next((r for r in table if r.code == "vault"), table[-1])
    elif intake.state == Intake.State.VOID:
        row = rules.keeping_of(table, end="void")
    elif intake.state == Intake.State.RECALLED:
        row = rules.keeping_of(table, end="recalled")
    else:
        row = rules.keeping_of(table, procedure="hotline-order")
    return _told(row, intake.centre.name, intake.centre.phone)


def told_before(centre: str = "", phone: str = "") -> list[Told]:
    """What the form says before anything is known: each kind of matter that it may become."""
    table = shipped.keepings()
    codes = ("order", "petition", "mediation")
    return [_told(row, centre, phone) for row in table if row.code in codes]


def _told(row: rules.Keeping, whom: str, phone: str) -> Told:
    notice = rules.notice_of(shipped.notices(), row.code)
    words = vocabulary()
    return Told(
        row.label, notice.what, notice.why, "、".join(words.source_title(b) for b in notice.basis), str(row.keep),
        words.basis_said([row.source], row.mark), row.mark, notice.sees, whom, phone,
    )  # fmt: skip
