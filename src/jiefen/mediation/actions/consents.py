"""Saying yes, taking it back, and what is done before anything begins."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from jiefen.cases.access import roles_on
from jiefen.cases.models import Case, Party
from jiefen.cases.telling import refuse_telling
from jiefen.kernel.clock import local_day
from jiefen.kernel.scope import scope
from jiefen.mediation.models import Consent, Groundwork
from jiefen.mediation.proofs import WRITES_DOWN, NotProved, proved
from jiefen.mediation.shape import SIDES
from jiefen.people.actor import Actor


class ConsentRefused(ValueError):
    """It cannot be written down so; the message says why. Nothing was written."""


def party_of(case: Case, key: str) -> Party:
    """The person of a side by key. Raises ConsentRefused for nobody."""
    party = Party.objects.filter(case=case, key=str(key)[:8], role__in=SIDES).first()
    if party is None:
        raise ConsentRefused(_("本件里没有这位当事人。"))
    return party


def locked(case: Case) -> Case:
    """The case under its lock."""
    return Case.objects.select_for_update(of=("self",)).select_related("key").get(pk=case.pk)


def words_so_far(case: Case) -> int:
    """How often anybody of a case said yes or took it back: what a page had shown. One query."""
    rows = Consent.objects.filter(case=case)
    said = rows.aggregate(given=Count("pk"), taken=Count("pk", filter=Q(withdrawn_at__isnull=False)))
    return int(said["given"] + said["taken"])


def give_consent(
    case: Case, party: str, *, to: str = "mediation", how: str, by: Actor | None, at: datetime, proof: int | None = None,
    fresh: str = "", given_on: date | None = None, expected: int | None = None,
) -> Consent:  # fmt: skip
    """Somebody says yes, to mediation, to help offered, or under a harm flag to meeting. Once it stands it stands.
    `expected`: what `words_so_far` was for the caller; a yes sent again after it was taken back is refused.

    `how`: code (by the person, `by` None, `fresh` the second thing), paper (`proof` is the file) or window (before the
    person named in `by`). `given_on`: the day on the paper, where it is earlier. Raises NotProved, ConsentRefused,
    and StepRefused where the other side may not be asked yet because of danger.
    """
    with scope("worker"):
        row = locked(case)
        who = party_of(row, party)
        if to not in Consent.To.values:
            raise ConsentRefused(_("请选择同意的是什么：调解、帮扶，或见面。"))
        if not row.is_open:
            raise ConsentRefused(_("本件已经办结，不再需要表示。"))
        refuse_telling(row, who)
        file = proved(row, who, how=how, by=by, at=at, proof=proof, fresh=fresh)
        day = given_on or local_day(at)
        if day > local_day(at):
            raise ConsentRefused(_("日期晚于今天，请核对。"))
        standing = Consent.objects.filter(case=row, party=who.key, to=to, withdrawn_at__isnull=True).first()
        if standing is not None:
            return standing
        if expected is not None and words_so_far(row) != expected:
            raise ConsentRefused(_("您打开页面之后，本件又记下了一次同意或撤回。先看过现在的，还要记的再记一次。"))
        return Consent.objects.create(
            case=row, party=who.key, to=to, given_on=day, given_at=at, how=how,
            written_by_id=by.person_id if by else None, proof=file,
        )  # fmt: skip


def withdraw_consent(
    case: Case, party: str, *, to: str = "mediation", how: str, by: Actor | None, at: datetime, proof: int | None = None,
    fresh: str = "",
) -> Consent:  # fmt: skip
    """Somebody takes back what they said, for no reason but their own. Twice is once. Raises NotProved, ConsentRefused."""
    with scope("worker"):
        row = locked(case)
        who = party_of(row, party)
        file = proved(row, who, how=how, by=by, at=at, proof=proof, fresh=fresh)
        last = Consent.objects.filter(case=row, party=who.key, to=to).order_by("pk").last()
        if last is None:
            raise ConsentRefused(_("这位当事人没有表示过同意，不必撤回。"))
        if last.withdrawn_at is None:
            last.withdrawn_on, last.withdrawn_at, last.withdrawn_how = local_day(at), at, how
            last.withdrawn_by_id = by.person_id if by else None
            if file is not None:
                last.proof = last.proof or file
            last.save()
        return last


def tell_rights(case: Case, *, by: Actor, at: datetime, on: date | None = None) -> Groundwork:
    """The parties were told what mediation is, that it is free, that they may leave, and which other roads stay open."""
    return _groundwork(case, Groundwork.Kind.RIGHTS, by=by, at=at, on=on)


def check_bars(
    case: Case, *, by: Actor, at: datetime, bars: Sequence[str] = (), expected: int | None = None
) -> Groundwork:
    """Somebody looked whether anything bars mediation: another authority has it, the law forbids it. Empty: nothing does.

    `expected`: how many such looks the caller had seen; what somebody found since is not written over, but said.
    """
    said = [str(bar).strip()[:60] for bar in bars if str(bar).strip()]
    return _groundwork(case, Groundwork.Kind.BARS, by=by, at=at, bars=said, expected=expected)


def _groundwork(
    case: Case, kind: str, *, by: Actor, at: datetime, on: date | None = None, bars: Sequence[str] = (),
    expected: int | None = None,
) -> Groundwork:  # fmt: skip
    with scope("worker"):
        row = locked(case)
        if not WRITES_DOWN & set(roles_on(by, row)):
            raise NotProved(_("只有经办本件的人可以记这一项。"))
        day = on or local_day(at)
        if day > local_day(at):
            raise ConsentRefused(_("日期晚于今天，请核对。"))
        last = Groundwork.objects.filter(case=row, kind=kind).order_by("-at", "-pk").first()
        if last is not None and (last.on, list(last.bars)) == (day, list(bars)):
            return last
        if expected is not None and Groundwork.objects.filter(case=row, kind=kind).count() != expected:
            raise ConsentRefused(_("您打开页面之后，已有人核对过，结果和您写的不同。先看过那一次，还要记的再记一次。"))
        return Groundwork.objects.create(case=row, kind=kind, on=day, bars=list(bars), by_id=by.person_id, at=at)
