"""A case as following up sees it: read once under the lock, for verbs, facts and pages alike."""

from dataclasses import dataclass
from datetime import datetime

from jiefen.cases.actions.steps import numbers_in_force
from jiefen.cases.models import Case, Demand, Party
from jiefen.cases.rules import Standing
from jiefen.cases.standing import rows_of, standing_of
from jiefen.kernel.clock import local
from jiefen.oversight.answers import days_after, last_answer, occasion, part_of_day
from jiefen.oversight.left_out import LeftOut, left_out
from jiefen.oversight.models import FollowUp
from jiefen.oversight.rules import Consequence, Heard, consequence
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import procedure, vocabulary
from jiefen.procedures.definition import Procedure

WINDOW = "reopen-days"
TRIES = "contact-tries"


@dataclass(frozen=True, slots=True)
class Matter:
    """A case with its procedure and standing."""

    case: Case
    procedure: Procedure
    standing: Standing

    @classmethod
    def of(cls, case: Case) -> "Matter":
        """Read it. One query."""
        return cls(case, procedure(case.procedure, case.version), standing_of(case, rows_of(case)))

    def answer(self, party: str = "") -> int:
        """The row of the answer that stands for this person; 0 where none does."""
        return last_answer(self.procedure, self.standing.history, person=party, each=each_gets())

    def occasion(self, party: str = "") -> int:
        """The row this person is asked about: the answer, or the end after it."""
        return occasion(self.procedure, self.standing.history, person=party, each=each_gets())

    def left_out(self) -> LeftOut | None:
        """Why the law leaves it out of satisfaction. At most one query."""
        case = self.case
        lead = Unit.objects.filter(pk=case.lead_unit_id or 0).values_list("unit_type", flat=True).first() or ""
        return left_out(
            procedure=case.procedure, state=self.standing.state, kind=case.kind, flags=case.flags, lead=lead,
            stratum=case.stratum,
        )  # fmt: skip

    def follows(self, heard: Heard, at: datetime) -> Consequence:
        """What the rule proposes. The window is the setting's number as it stood on the day the matter closed."""
        ended, out = self.standing.ended_at, self.left_out()
        return consequence(
            self.procedure, self.standing.state, heard, days=days_after(ended, at),
            window=numbers_in_force(ended or at)[WINDOW], unanswered=self.unanswered(),
            left_out=out is not None and not out.ask,
        )  # fmt: skip

    def unanswered(self) -> bool:
        return Demand.objects.filter(case=self.case, result__isnull=True).exists()

    def complainants(self) -> list[Party]:
        """Who asked and did not take it back."""
        asked = Party.objects.filter(case=self.case, role=Party.Role.COMPLAINANT).order_by("pk")
        return [p for p in asked if p.key not in self.standing.left]


def each_gets() -> frozenset[str]:
    """The kinds of papers that each complainant gets."""
    return frozenset(vocabulary().papers_to_each_complainant)


def part_at(at: datetime) -> str:
    return part_of_day(local(at).hour)


def heard_of(row: FollowUp) -> Heard:
    return Heard(row.solved, row.satisfied, row.ground)
