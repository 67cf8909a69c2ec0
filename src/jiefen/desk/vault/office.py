"""Where the keeper sits, and the slip by which somebody asks there."""

from datetime import datetime

from jiefen.cases import ground
from jiefen.cases.models import Case
from jiefen.intake.models import Intake
from jiefen.people.models import Unit
from jiefen.people.queries import postings_at
from jiefen.triage.vault import KEEPER


def keeper_office(area_id: int, at: datetime) -> Unit | None:
    """The office of the keeper for a place; None while nobody is posted."""
    rows = postings_at(at).filter(role=KEEPER, area_id__in=ground.lineage(area_id)).select_related("unit")
    posting = rows.order_by("pk").first()
    return posting.unit if posting else None


def slip(mark: str) -> str:
    """The head of a split-off matter's mark, in groups, as it is copied by hand. It tells no order and no number."""
    return "-".join((mark[:4], mark[4:8], mark[8:12])).upper() if len(mark) >= 12 else ""


def lies_there(row: Intake, case: Case | None) -> bool:
    """Whether what somebody told is with the keeper. A letter whose matter went on outside is followed as that matter."""
    return (case or row).stratum == Case.Stratum.VAULT
