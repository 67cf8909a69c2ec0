"""Serving a paper on somebody: the delivery, its proof, and the slip, in one transaction."""

from datetime import datetime

from django.utils.translation import gettext as _

from jiefen.cases.actions import deliver
from jiefen.cases.actions.deliver import delivered_already
from jiefen.cases.models import Party, Step
from jiefen.cases.proofs import Proof
from jiefen.cases.rules import answers
from jiefen.files.actions import store
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import open_row
from jiefen.papers.actions import once
from jiefen.papers.actions.filing import PaperRefused, deliveries, make_papers
from jiefen.papers.actions.voiding import locked
from jiefen.papers.models import Paper
from jiefen.people.actor import Actor
from jiefen.procedures.catalogue import procedure


def serve(
    paper: Paper, *, person: str, way: str, by: Actor | None, role: str = "", unit: int | None = None, at: datetime,
    recorded_at: datetime | None = None, note: str = "", proof: Proof | None = None, upload: tuple[bytes, str] | None = None,
) -> Step:  # fmt: skip
    """This very paper reached one person of its case (key of the party). `upload`: (bytes, name) of the proof.

    Writes the step `delivered`, keeps the proof sealed, and puts the slip (送达回证) on file. The same delivery sent again is
    the same row. Raises PaperRefused (voided, another's, delivered before), StepRefused (not proved) and BadFile; nothing is
    half-done.
    """
    with scope("worker"):
        case, row = locked(paper)
        if row.void_at:
            raise PaperRefused(_("已经作废的文书不能送达。"))
        if not Party.objects.filter(case=case, key=person).exists():
            raise PaperRefused(_("本件没有这位当事人。"))
        if row.to_party and row.to_party != person:
            raise PaperRefused(_("这份文书是给另一位当事人的。"))
        if _older_than(row, person):
            raise PaperRefused(
                _(
                    "这份文书写好以后，这位反映人才参加进来，里面没有答复他的诉求，不能当作给他的答复送达。请重新出具一份再送。"
                )
            )
        before = deliveries(case, row).get(person)
        if before is not None:
            if once.same_delivery(
                before,
                open_row(case.key),
                by=by.person_id if by else None,
                way=way,
                note=note,
                proof=proof,
                upload=upload,
            ):
                return before
            raise PaperRefused(delivered_already(before))
        given = proof or Proof()
        kept = given.file
        if upload is not None:
            kept = store(
                *upload, holder=f"case:{case.pk}", key_id=case.key_id, at=recorded_at or at, purpose="delivery",
                given_by=f"staff:{by.person_id}" if by else "resident", by_handler=True,
            ).pk  # fmt: skip
        whole = None
        if proof is not None or upload is not None:
            whole = Proof(
                kept, given.number, given.witness, given.consent, given.place, given.signed_by, document=row.pk
            )  # fmt: skip
        step = deliver(
            case, paper=row.kind, person=person, way=way, by=by, role=role, unit=unit, at=at, recorded_at=recorded_at,
            note=note, proof=whole,
        )  # fmt: skip
        make_papers(step.pk)
        return step


def _older_than(paper: Paper, person: str) -> bool:
    """Whether a paper that says an answer was written before this person came in: it cannot have answered them."""
    definition = procedure(paper.case.procedure, paper.case.version) if paper.case else None
    if definition is None or not any(paper.kind in s.needs and answers(s) for s in definition.steps.values()):
        return False
    came = Step.objects.filter(case=paper.case, name="opened", seq__gt=1, codes__joined__contains=[person]).first()
    return came is not None and (paper.completed_at or paper.made_at) < came.recorded_at
