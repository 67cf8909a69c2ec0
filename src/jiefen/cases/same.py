"""The same matter elsewhere: finally decided already, or being handled in its time. Asked for the one case at hand, by the
blind keys of those who complain in it and its kind; nothing is kept, and nobody's matters are listed over time."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from jiefen.cases.facts import Moment
from jiefen.cases.models import Case, Deadline, Party
from jiefen.cases.recorded import all_said, said, said_in
from jiefen.procedures.catalogue import procedure

FINAL = "petition-rereview"
CLAIM = "petition-claim"
FINISH = "finish-by"
NEW_FACTS = "new-facts"


def _of_the_same_people(m: Moment) -> QuerySet[Case] | None:
    """Other cases of the same kind in which one of those who complain here complains too; None where nobody can be told."""
    people = [p for p in Party.objects.filter(case=m.case, role=Party.Role.COMPLAINANT) if p.key not in m.standing.left]
    blinds = [Q(parties__id_blind=p.id_blind) for p in people if p.id_blind]
    blinds += [Q(parties__phone_blind=p.phone_blind) for p in people if p.phone_blind]
    if not blinds:
        return None
    rows = Case.objects.filter(reduce(or_, blinds), parties__role=Party.Role.COMPLAINANT, kind=m.case.kind)
    return rows.exclude(pk=m.case.pk).exclude(stratum=Case.Stratum.VAULT).distinct()


def _ancestors(case: Case) -> list[Case]:
    found: list[Case] = []
    above = case.arose_from
    while above is not None and above.pk not in {c.pk for c in found}:
        found.append(above)
        above = above.arose_from
    return found


def _is_final(case: Case) -> bool:
    """Whether a case is a second review that came to its end with an answer."""
    if case.procedure != FINAL:
        return False
    state = procedure(case.procedure, case.version).states[case.state]
    return bool(state.end and state.answers)


def final_decisions(m: Moment) -> list[dict[str, Any]]:
    """The fact `final-decisions`: opinions on second review about the same matter, of the cases this one came out of and of
    the same people, and those that somebody wrote down. `same_facts` unless new facts were stated for this case."""
    above = _ancestors(m.case)
    mine = {case.pk for case in above}
    others = _of_the_same_people(m)
    found = [case.number for case in above if _is_final(case)]
    if others is not None:
        found += [c.number for c in others.filter(procedure=FINAL, is_open=False) if c.pk not in mine and _is_final(c)]
    found += [str(row.get("number", row) if hasattr(row, "get") else row) for row in all_said(m, "final-decisions")]
    if not found:
        return []
    fresh = bool(said(m, NEW_FACTS)) or any(said_in(c, NEW_FACTS) for c in above if not _is_final(c))
    return [{"number": number, "same_facts": not fresh} for number in dict.fromkeys(found)]


def same_matter_open(m: Moment) -> bool:
    """The fact `same-matter-open`: another petition of the same people and kind was accepted and is within its time; or
    somebody says so. Whoever compared the two and found them different matters says that (False), and it stands in the row."""
    stated = said(m, "same-matter-open")
    if stated is not None:
        return bool(stated)
    others = _of_the_same_people(m)
    if others is None:
        return False
    return Deadline.objects.filter(
        case__in=others.filter(procedure=CLAIM, is_open=True), clock=FINISH, stopped_at=None, due_at__gt=m.at
    ).exists()
