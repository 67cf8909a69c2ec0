"""The facts that following up owns."""

from typing import Any

from jiefen.cases.facts import WITHDRAWS, Moment
from jiefen.kernel.clock import local
from jiefen.kernel.seal import open_row
from jiefen.oversight.answers import last_answer
from jiefen.oversight.models import FollowUp
from jiefen.oversight.reading import each_gets, part_at
from jiefen.papers.models import Paper
from jiefen.procedures.catalogue import procedure


def follow_ups(m: Moment) -> list[dict[str, Any]]:
    """The fact `follow-ups`: what was heard after the answer that stands; where several asked, after each one's own.

    While no answer stands (sent back, reopened) nothing that was heard before counts.
    """
    key = open_row(m.case.key)
    definition, each = procedure(m.case.procedure, m.case.version), each_gets()
    rows = list(FollowUp.objects.filter(case=m.case, replaced_by=None).order_by("at", "pk"))
    answers = {
        party: last_answer(definition, m.standing.history, person=party, each=each) for party in {f.party for f in rows}
    }
    return [
        {
            "at": f.at, "on": str(local(f.at).date()), "by": f.by_id, "way": f.way, "outcome": f.outcome,
            "words": key.open(f.words, field="followup.words") if f.words else "", "satisfied": f.satisfied,
            "solved": f.solved, "ground": f.ground, "part": part_at(f.at), "person": f.party,
        }
        for f in rows
        if answers[f.party] and f.after_seq >= answers[f.party]
    ]  # fmt: skip


def withdrawal_check(m: Moment) -> str:
    """The fact `withdrawal-check`: what the person said to an independent caller after they wrote that they withdraw. A
    statement with which somebody else left already is not this person's."""
    written = Paper.objects.filter(case=m.case, kind="withdrawal-statement")
    if left := [h.at for h in m.standing.history if h.name == "left"]:
        written = written.filter(made_at__gt=left[-1])
    statement = written.order_by("-made_at").first()
    if statement is None:
        return ""
    calls = FollowUp.objects.filter(case=m.case, outcome=FollowUp.Outcome.REACHED, at__gte=statement.made_at)
    if who := m.cache.get(WITHDRAWS):  # of several, the one who takes it back was asked, not somebody beside them
        calls = calls.filter(party__in=(who, ""))
    call = calls.exclude(way=FollowUp.Way.CODE).order_by("-at").first()
    return open_row(m.case.key).open(call.words, field="followup.words") if call and call.words else ""
