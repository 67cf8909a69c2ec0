"""What the sources of a paper's fields may read: the case, opened once, and the step in hand."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from jiefen.cases import reading
from jiefen.cases.models import Case, Party, Step
from jiefen.files.actions import name_of
from jiefen.files.queries import evidence_of
from jiefen.kernel.clock import local
from jiefen.kernel.masking import mask_text
from jiefen.kernel.seal import Key, open_row
from jiefen.papers.kinds import kind_of
from jiefen.papers.models import Paper
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import procedure, vocabulary
from jiefen.procedures.citing import all_cited
from jiefen.procedures.definition import Procedure


def day(at: datetime | None) -> str:
    """2026年11月20日."""
    return f"{local(at):%Y年%-m月%-d日}" if at else ""


@dataclass
class Known:
    """One paper about to be filled. `party` is whose copy it is, empty where it is one for all; `unit` who issues it."""

    kind: str
    case: Case
    key: Key
    step: Step | None
    at: datetime
    asked: list[dict[str, str]]
    party: str = ""
    unit: Unit | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    reason: str = ""

    @cached_property
    def definition(self) -> Procedure:
        return procedure(self.case.procedure, self.case.version)

    @cached_property
    def parties(self) -> list[Party]:
        return reading.parties(self.case)

    def opened(self, party: Party) -> dict[str, str]:
        """Who somebody is: name, phone, id_number, address."""
        if party.identity == Party.Identity.HIDDEN and self.for_other_side:
            return {"name": "要求保密姓名的申请人"}
        said: dict[str, str] = self.key.open(party.sealed, field="party") or {}
        return {"name": party.unit.name, **said} if party.unit else said

    @cached_property
    def for_other_side(self) -> bool:
        """Whether the other side gets it: a copy of theirs, or a paper written to both."""
        return "respondent" in kind_of(self.kind).to or any(
            p.key == self.party and p.role != Party.Role.COMPLAINANT for p in self.parties
        )

    def of_role(self, role: str) -> list[Party]:
        return [p for p in self.parties if p.role == role]

    @cached_property
    def teller(self) -> dict[str, str]:
        """The complainant whose copy it is, or the first one."""
        rows = self.of_role(Party.Role.COMPLAINANT)
        mine = next((p for p in rows if p.key == self.party), rows[0] if rows else None)
        return self.opened(mine) if mine else {}

    @cached_property
    def trail(self) -> list[Step]:
        return list(Step.objects.filter(case=self.case).select_related("by", "unit").order_by("seq"))

    def first(self, *names: str) -> Step | None:
        """The latest step of these names."""
        return next((s for s in reversed(self.trail) if s.name in names), None)

    def said(self, step: Step | None, name: str) -> Any:
        """A fact sealed with a step."""
        return (self.key.open(step.facts, field="step.facts") or {}).get(name) if step and step.facts else None

    def latest(self, *kinds: str, case: Case | None = None) -> tuple[Paper | None, dict[str, Any]]:
        """The latest paper of some kinds that is not void, with its fields."""
        whose = case or self.case
        row = (
            Paper.objects.filter(case=whose, kind__in=kinds, void_at=None)
            .select_related("unit")
            .order_by("-made_at", "-pk")
            .first()
        )
        key = self.key if case is None else open_row(whose.key)
        return row, (key.open(row.fields, field="paper") or {}) if row else {}

    @cached_property
    def evidence(self) -> list[str]:
        """Names of the evidence on file; without the name of somebody who keeps theirs from the other side, and, where
        several complain, without any of theirs: what one of them gave tells the others nothing."""
        several = self.of_role(Party.Role.COMPLAINANT)
        hidden = [p for p in self.parties if p.identity == Party.Identity.HIDDEN] if self.for_other_side else []
        hidden += several if len(several) > 1 else []
        names = tuple(str((self.key.open(p.sealed, field="party") or {}).get("name", "")) for p in hidden if p.sealed)
        return [mask_text(name_of(f), names) for f in evidence_of(f"case:{self.case.pk}")]

    @property
    def office(self) -> Unit:
        """Whose paper it is."""
        return (
            self.unit
            or (self.step.unit if self.step and self.step.unit else None)
            or self.case.lead_unit
            or self.case.centre
        )

    def basis(self) -> str:
        """The articles that the step in hand rests on, as read aloud."""
        step = self.definition.steps.get(self.step.name) if self.step else None
        return all_cited(vocabulary(), step.basis) if step else ""
