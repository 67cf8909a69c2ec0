"""What the person says on their own page, by their code: the same record as a call or a visit."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.cases.models import Case, Step
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import Key, open_row
from jiefen.oversight.actions import LONGEST, _keep, _locked, _record, end_notices
from jiefen.oversight.answers import shape_of
from jiefen.oversight.left_out import LeftOut
from jiefen.oversight.models import FollowUp
from jiefen.oversight.reading import Matter
from jiefen.oversight.rules import GROUNDS, WHY, answered_states

MOST_CHANGES = 5
CODE = FollowUp.Way.CODE


class NotAsked(ValueError):
    """What was said cannot be taken; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page of one person shows about this. `open` False: only what was said. `left_out`: why nobody asks."""

    open: bool
    left_out: LeftOut | None = None
    said: FollowUp | None = None
    why: str = ""  # what follows, in a sentence
    words: str = ""
    kept: str = ""  # why it is not taken up again
    again: bool = False  # the matter has been taken up again since
    heard: FollowUp | None = None  # what they told a caller or visitor of this same answer
    heard_words: str = ""
    heard_why: str = ""  # what follows of it


def asked(m: Matter, party: str, key: Key) -> Asked | None:
    """What this person is asked, or None while there is no answer. Call with a scope that sees the case."""
    out = m.left_out()
    on = m.occasion(party)
    said = FollowUp.objects.filter(case=m.case, party=party, way=CODE, replaced_by=None).order_by("-after_seq").first()
    if said is not None and said.after_seq != on and on:
        said = None  # it spoke of an earlier answer
    if out is not None and not out.ask:
        return Asked(False, out)
    if said is None and not (on and in_hand(m, party)):
        return None
    acted = said is not None and _acted(m, said)
    heard = _heard(m, party, on)
    return Asked(
        open=bool(on) and not acted and in_hand(m, party), left_out=out, said=said, why=WHY.get(said.why, "") if said else "",
        words=key.open(said.words, field="followup.words") if said and said.words else "",
        kept=key.open(said.kept_reason, field="followup.kept") if said and said.kept_reason else "",
        again=acted and not m.answer(party), heard=heard,
        heard_words=key.open(heard.words, field="followup.words") if heard and heard.words else "",
        heard_why=_follows(heard, key) if heard else "",
    )  # fmt: skip


def _follows(heard: FollowUp, key: Key) -> str:
    """What came, or will come, of what they told; empty where nothing need be said."""
    if heard.kept_reason:
        return _("看过了，没有重新办：") + str(key.open(heard.kept_reason, field="followup.kept"))
    return WHY.get(heard.why, "") if heard.proposes else ""


def _heard(m: Matter, party: str, on: int) -> FollowUp | None:
    """What this person told somebody who called or came, of the answer that stands; the newest."""
    if not on:
        return None
    told = FollowUp.objects.filter(
        case=m.case, party=party, after_seq=on, outcome=FollowUp.Outcome.REACHED, replaced_by=None
    )
    return told.exclude(way=CODE).order_by("-at", "-pk").first()


def in_hand(m: Matter, party: str) -> bool:
    """Whether the answer has come to this person: an opinion that must be served has not, before it was."""
    if m.standing.state not in answered_states(m.procedure):
        return False
    gives = shape_of(m.procedure).gives
    served = {
        s.to for s in m.procedure.steps.values()
        if s.name in gives and s.to and not m.procedure.states[s.to].end and s.needs
    } - shape_of(m.procedure).asked_in  # fmt: skip
    answer = m.answer(party)
    return m.standing.state not in served or any(
        h.name == "delivered" and h.seq > answer and party in h.complainants for h in m.standing.history
    )


def _acted(m: Matter, said: FollowUp) -> bool:
    """Whether somebody has gone by it: decided about it, or moved the matter on since."""
    if said.kept_at is not None:
        return True
    moved = {s.name for s in m.procedure.steps.values() if s.on == "case" and (s.to or "follow-ups" in s.facts)}
    return Step.objects.filter(case=m.case, seq__gt=said.seen, name__in=moved).exists()


def rate_by_code(
    case: Case, party: str, *, at: datetime, solved: bool | None, satisfied: bool | None, ground: str = "", words: str = ""
) -> FollowUp:  # fmt: skip
    """Keep what this person says of the answer they have: once for each answer, to be changed until somebody went by it.

    The same again is the same record. Raises NotAsked when nothing is asked, when it cannot be changed any more, and when
    neither question was answered.
    """
    said = words.strip()
    if solved is None or satisfied is None:
        raise NotAsked(_("两个问题都请选一个：解决了没有，满不满意。"))
    if len(said) > LONGEST:
        raise NotAsked(_("最多%(n)s字，请写要点。") % {"n": LONGEST})
    ground = ground if ground in GROUNDS and not (solved and satisfied) else ""
    with transaction.atomic(), scope("worker"):
        row = _locked(case)
        m, key = Matter.of(row), open_row(row.key)
        found = asked(m, party, key)
        if found is None:
            raise NotAsked(_("还没有答复，先不用评。答复了会在这里问您。"))
        before = found.said
        mine = _in_words(solved, satisfied, ground, said)
        if before is not None and found.words == mine:
            return before
        if not found.open:
            raise NotAsked(
                found.left_out.says
                if found.left_out
                else _("已经有人按您说的去办了，不能再改。有新情况请打下面的电话。")
            )
        changes = FollowUp.objects.filter(case=row, party=party, way=CODE, after_seq=m.occasion(party)).count()
        if changes > MOST_CHANGES:
            raise NotAsked(_("改的次数太多了，请打下面的电话说。"))
        if before is not None:  # out of the way first: one row stands for each answer
            FollowUp.objects.filter(pk=before.pk).update(replaced_by=before)
            end_notices(before, at)
        new = _keep(
            m, key, at=at, way=CODE, outcome=FollowUp.Outcome.REACHED, words=mine, solved=solved, satisfied=satisfied, ground=ground,
            party=party,
        )  # fmt: skip
        if before is not None:
            FollowUp.objects.filter(pk=before.pk).update(replaced_by=new)
        _record(m, key, new, mine, visitor=_("本人凭码填写"), unit=row.centre, at=at)
        return new


def _in_words(solved: bool, satisfied: bool, ground: str, said: str) -> str:
    """What was ticked, as a sentence before the person's own words: ticking is saying."""
    ticked = ["解决了" if solved else "没解决", "满意" if satisfied else "不满意"]
    if ground:
        ticked.append(FollowUp.Ground(ground).label)
    return "，".join(ticked) + "。" + said
