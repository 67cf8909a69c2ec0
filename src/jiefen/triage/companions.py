"""Several people at one window with one matter: each is taken in with a receipt of their own, and one decision decides for all.

What the first one said keeps, sealed, by which once-keys the others were taken in and who of them speaks for all (条例 20).
The others keep whom they came with. Nothing is stored of it beside, so that nothing outlives the words.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from jiefen.cases.access import roles_on
from jiefen.cases.actions import name_representatives
from jiefen.cases.actions.record import history
from jiefen.cases.actions.represent import asks_for, rule
from jiefen.cases.actions.steps import WRITE_DOWN
from jiefen.cases.models import Case, Party
from jiefen.intake.actions import Receipt, by_once_keys, once_more, receive_within
from jiefen.intake.drafts import BadDraft, IntakeDraft
from jiefen.intake.models import Intake
from jiefen.kernel.seal import Key, open_row
from jiefen.people.actor import Actor
from jiefen.places.models import Area
from jiefen.procedures.catalogue import vocabulary
from jiefen.procedures.citing import all_cited
from jiefen.triage.finding import index

TOGETHER, WITH = "together", "with"
MOST = 50
"""How many are written down at one go; more people with one matter are named by number, and taken in as they come."""


@dataclass(frozen=True, slots=True)
class Companion:
    """Somebody who came along. `speaks`: chosen by the people themselves to speak for all."""

    name: str
    phone: str = ""
    speaks: bool = False


def refuse(companions: Sequence[Companion], *, first_speaks: bool = False) -> str:
    """What is wrong with what was written down of them, as a sentence; empty where nothing is. Pure but for its table."""
    for n, one in enumerate(companions, 2):
        if not one.name.strip():
            return _("第%(n)s位没有写姓名。没有来的人不用登记；不愿留名的，请他另外匿名反映。") % {"n": n}
    if len(companions) > MOST:
        return _("一次最多记%(most)s位同来的人。其余的请另外登记，分诊时并入。") % {"most": MOST}
    speak = sum(one.speaks for one in companions) + first_speaks
    if speak > rule().most:
        words = {"most": rule().most, "n": speak, "article": all_cited(vocabulary(), rule().basis)}
        return (
            _("推选的代表最多%(most)s人（%(article)s），现在勾了%(n)s人。各人的回执和权利不因当不当代表而不同。")
            % words
        )
    return ""


def take_in_together(
    draft: IntakeDraft, companions: Sequence[Companion], *, first_speaks: bool = False, home: Area, by: Actor | None,
    at: datetime, keep: Callable[[Intake, Key], None] | None = None,
) -> list[Receipt]:  # fmt: skip
    """Take in what one person says and everybody who came along with it; the receipts in that order. All of them or none.

    Sent again it is the same receipts. Raises BadDraft and OtherContent as `take_in` does.
    """
    from jiefen.triage.actions import sort_draft, take_in

    if wrong := refuse(companions, first_speaks=first_speaks):
        raise BadDraft({"companions": wrong})
    if not companions:
        return [take_in(draft, home=home, by=by, at=at, keep=keep)]
    keys = [f"{draft.once_key}+{n}" for n in range(2, len(companions) + 2)]
    speak = [0] * first_speaks + [n for n, one in enumerate(companions, 1) if one.speaks]
    whole = replace(
        draft, people=max(draft.people or 0, len(companions) + 1),
        extra=draft.extra | {TOGETHER: {"keys": keys, "speak": speak}},
    )  # fmt: skip
    identity = "hidden" if draft.identity == "hidden" else "named"

    def take() -> list[Receipt]:
        receipts = [take_in(whole, home=home, by=by, at=at, keep=keep)]
        sorted_ = sort_draft(whole, home=home, at=at)  # the same words: it belongs where the first belongs
        for key, one in zip(keys, companions, strict=True):
            own = replace(
                draft, once_key=key, name=one.name.strip(), phone=one.phone.strip(), identity=identity, id_number="",
                address="", second_word="", outside_number="", files=(), people=None,
                extra={WITH: receipts[0].number},
            )  # fmt: skip
            receipts.append(receive_within(replace(sorted_, draft=own, names=(draft.name,)), by=by, at=at))
        index.write_intakes([r.intake_id for r in receipts[1:] if r.created])
        return receipts

    return once_more(take)


def came_along(row: Intake, words: dict[str, Any]) -> list[Intake]:
    """Those who came along with the person of this intake, in their order, as far as the asker's eyes reach."""
    keys = (words.get(TOGETHER) or {}).get("keys", [])
    found = by_once_keys(row.channel, keys) if keys else {}
    return [found[key] for key in keys if key in found]


def group(row: Intake, words: dict[str, Any]) -> list[Intake]:
    """Everybody else who stood at the window with this person, whoever of them was written down first."""
    lead = Intake.objects.select_related("key").filter(number=words.get(WITH, "")).first() if words.get(WITH) else None
    if lead is None:
        return came_along(row, words)
    others = came_along(lead, open_row(lead.key).open(lead.words, field="intake.words"))
    return [lead, *(one for one in others if one.pk != row.pk)]


def waiting_with(row: Intake) -> list[Intake]:
    """Of them, those that nobody has decided yet, locked. Call within a transaction and a scope that sees them."""
    words = open_row(row.key).open(row.words, field="intake.words")
    found = Intake.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in group(row, words)])
    return list(found.filter(state=Intake.State.WAITING).order_by("pk"))


def decisions(row: Intake, words: dict[str, Any], decision: Any, case: Case | None) -> Iterator[tuple[Intake, Any]]:
    """What a decision on the first one is for each who came along and still waits: into the same case, or the same answer in
    writing. Somebody whose matter was decided already is left as decided."""
    from jiefen.triage.actions import Decision

    for one in came_along(row, words):
        if one.state == Intake.State.WAITING and one.stratum == row.stratum:
            yield one, decision if case is None else Decision("join", case=case.pk)


def name_speakers(row: Intake, words: dict[str, Any], case: Case, *, by: Actor | None, at: datetime) -> None:
    """Write down who was ticked at the window as speaking for all, where the procedure knows speakers and the one who decides
    may write it down; elsewhere the case page asks for them."""
    speak = (words.get(TOGETHER) or {}).get("speak", [])
    if not speak or by is None or not WRITE_DOWN & set(roles_on(by, case)) or not asks_for(case, history(case)):
        return
    there = [row, *came_along(row, words)]
    receipts = [there[n].pk for n in speak if n < len(there)]
    keys = list(Party.objects.filter(case=case, receipt__in=receipts).order_by("pk").values_list("key", flat=True))
    if keys:
        name_representatives(case, keys, by=by, at=at)
