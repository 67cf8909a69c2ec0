"""Several people bring one matter: at most so many of them speak for all (条例 20). What each is owed stays their own.

A row `represented` names the speakers by their keys; the newest one holds, without those who took back what they asked. It
moves no clock and takes nothing from anybody: receipts, notices, answers and windows stay with each complainant.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import yaml
from django.utils.translation import gettext as _

from jiefen.cases.access import roles_on
from jiefen.cases.actions import once
from jiefen.cases.actions.record import append, history
from jiefen.cases.actions.steps import WRITE_DOWN, StepRefused, remaining
from jiefen.cases.models import Case, Party, Step
from jiefen.cases.rules import Row
from jiefen.cases.standing import standing_of
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure, vocabulary
from jiefen.procedures.citing import all_cited
from jiefen.procedures.engine import Refusal

NAMED = "represented"
TABLE = Path(__file__).resolve().parents[1] / "representatives.yaml"


@dataclass(frozen=True, slots=True)
class Rule:
    """How many may speak for all, by which article, and in which procedures."""

    most: int
    basis: tuple[str, ...]
    procedures: frozenset[str]


@cache
def rule() -> Rule:
    """The rule as its table says it."""
    said = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return Rule(said["most"], tuple(said["basis"]), frozenset(said["procedures"]))


def complainants_in(rows: Iterable[Row]) -> list[str]:
    """Keys of everybody who complains and has not taken it back, in their order, from the rows alone."""
    found: list[str] = []
    for row in rows:
        if row.name == "opened":
            found += [key for key in row.codes.get("joined", ()) if key not in found]
        elif row.name in ("left", "taken-out"):
            gone = row.codes.get("person") or row.codes.get("out")
            found = [key for key in found if key != gone]
    return found


def speakers(rows: Sequence[Row]) -> list[str]:
    """Keys of those who speak for all by now; empty where nobody was named."""
    named = next((row.codes["representatives"] for row in reversed(rows) if row.name == NAMED), ())
    there = set(complainants_in(rows))
    return [key for key in named if key in there]


def asks_for(case: Case, rows: Sequence[Row]) -> bool:
    """Whether a matter is one in which speakers are named: several people in it, by a procedure of the petition family."""
    return (
        case.procedure in rule().procedures
        and case.stratum != Case.Stratum.VAULT
        and (case.people > 1 or len(complainants_in(rows)) > 1)
    )


def name_representatives(
    case: Case, persons: Sequence[str], *, by: Actor, at: datetime, recorded_at: datetime | None = None,
    expected: int | None = None,
) -> Step:  # fmt: skip
    """Write down whom the people chose to speak for them, by key. The same again is the row there is.

    `expected`: the number of rows the page was painted from. Raises StepRefused: not one who writes such things down, ended,
    nobody or too many named, somebody who does not complain here; nothing is written.
    """

    def no(name: str, says: str) -> StepRefused:
        return StepRefused(Refusal(NAMED, name, says, rule().basis))

    with scope("worker"):
        row = Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)
        held = roles_on(by, row)
        role = next((r for r in held if r in WRITE_DOWN), "")
        rows = history(row)
        if not role or row.stratum == Case.Stratum.VAULT or row.procedure not in rule().procedures:
            raise no("role", _("推选的代表由接待、经办这件事的人记下。"))
        there = remaining(list(Party.objects.filter(case=row).order_by("pk")), standing_of(row, rows))
        chosen = [key for key in there if key in set(persons)]
        if says := refuse(row, persons, there):
            raise no("representatives", says)
        if speakers(rows) == chosen:
            return Step.objects.filter(case=row, name=NAMED).latest("seq")
        if expected is not None and expected != row.steps:
            raise no("newer", once.newer(row, procedure(row.procedure, row.version), expected, NAMED))
        if at < rows[-1].at:
            raise no("state", _("时间早于上一步，请核对日期。"))
        made, _standing = append(
            row, open_row(row.key), rows=rows, name=NAMED, from_state=row.state, to_state=row.state, by=by, by_role=role,
            unit=held[role][0], at=at, recorded_at=recorded_at or at, codes={"representatives": chosen},
        )  # fmt: skip
        return made


def refuse(case: Case, persons: Sequence[str], there: Sequence[str]) -> str:
    """Why these people cannot be the speakers, as a sentence; empty where they can."""
    if not case.is_open:
        return _("本件已经办结，不用再推选代表。")
    if len(set(persons)) > rule().most:
        words = {"most": rule().most, "article": all_cited(vocabulary(), rule().basis), "n": len(set(persons))}
        return (
            _(
                "多人反映同一件事的，推选的代表最多%(most)s人（%(article)s），现在选了%(n)s人。没有当代表的，各人的回执、期限和答复照旧。"
            )
            % words
        )
    if not persons:
        return _("请选出代表：一位起，由反映人自己推选。")
    if set(persons) - set(there):
        return _("所选的人不是本件的反映人，或者已经撤回。请先给他登记、领取回执，并入本件，再记为代表。")
    return ""
