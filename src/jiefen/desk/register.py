"""Registering what somebody says at the window, with suggestions while it is typed."""

import contextlib
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jiefen.desk import alongside, drawn, lists, receipts
from jiefen.desk.door import staff
from jiefen.desk.suggestions.said import chance_said
from jiefen.files.actions import BadFile, store
from jiefen.intake.actions import OtherContent, new_once_key
from jiefen.intake.drafts import BadDraft, IntakeDraft, same_words
from jiefen.intake.models import Intake
from jiefen.kernel import ask
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import blind
from jiefen.people.actor import Actor
from jiefen.places.models import Area
from jiefen.procedures.catalogue import vocabulary
from jiefen.triage import resembling, setup
from jiefen.triage.companions import take_in_together
from jiefen.triage.rules import Suggestion, suggest
from jiefen.triage.rules.names import UNIT_TYPES

ROLES = frozenset({"clerk", "dispatcher", "hotline-agent", "grid-worker", "petition-officer"})
CHANNELS = (
    ("window", gettext_lazy("窗口口述")),
    ("hotline", gettext_lazy("电话")),
    ("letter", gettext_lazy("来信")),
    ("grid", gettext_lazy("网格发现")),
)
IDENTITIES = (
    ("named", gettext_lazy("实名")),
    ("hidden", gettext_lazy("实名，对对方保密")),
    ("anonymous", gettext_lazy("匿名")),
)
CHANNEL_OF = {"grid-worker": "grid", "hotline-agent": "hotline"}
"""Where what somebody takes in comes from as a rule, if that is all they take in as; of everybody else, the window."""
MOST_FILES = 6
SHUT = ("official-accused", "retaliation")
"""Marks by which what is taken in goes to the vault's keeper from the first minute."""


class RegisterForm(forms.Form):
    """What the clerk writes down. Only the words are required."""

    once_key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    channel = forms.ChoiceField(choices=CHANNELS, initial="window")
    name = forms.CharField(required=False, max_length=60)
    phone = forms.CharField(required=False, max_length=30)
    id_number = forms.CharField(required=False, max_length=30)
    address = forms.CharField(required=False, max_length=200)
    identity = forms.ChoiceField(choices=IDENTITIES, initial="named")
    second_word = forms.CharField(required=False, max_length=20)
    people = forms.IntegerField(required=False, min_value=1, max_value=999_999)
    area_code = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    against = forms.CharField(required=False, max_length=200)
    amount = forms.CharField(required=False, max_length=20)
    happened_on = forms.CharField(required=False, max_length=60)
    facts_taken = forms.CharField(required=False, widget=forms.HiddenInput)
    facts_dropped = forms.CharField(required=False, widget=forms.HiddenInput)
    ticket = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        widget=forms.Textarea, error_messages={"required": gettext_lazy("还没有写反映什么事。请照来人的话写几句。")}
    )


@dataclass(frozen=True, slots=True)
class Guess:
    """A suggestion as the page shows it: what, and why, in one sentence."""

    field: str
    label: str
    value: str
    why: str
    sure: bool
    other: str = ""  # code and label of the second best, for one click
    other_label: str = ""


def guesses(made: Suggestion, at: Any) -> list[Guess]:
    """Kind, place, office: each with the words and the rule behind it, and what lost."""
    words = "、".join(dict.fromkeys(f"“{h.word}”" for h in made.hits[:6] if h.word))
    found = []
    if made.kind:
        second = _("其次是%(kind)s。") % {"kind": made.second_label} if made.second else ""
        second = f"{chance_said(made)}{second}"
        found.append(
            Guess(
                "kind",
                _("类型"),
                made.kind_label,
                _("文中有%(words)s。%(second)s") % {"words": words or _("相关说法"), "second": second},
                True,
                *((made.second, made.second_label) if len(made.second) == 4 else ()),
            )
        )
    else:
        found.append(Guess("kind", _("类型"), _("看不出来，请您定"), made.abstained or _("依据不足，不猜。"), False))
    place = made.place
    if place and place.code:
        found.append(
            Guess(
                "area",
                _("地点"),
                _area_name(place.code, at),
                place.why or _("文中提到“%(name)s”。") % {"name": place.name},
                True,
            )
        )
    elif place and place.candidates:
        names = "、".join(_area_name(c, at) for c in place.candidates[:4])
        found.append(
            Guess(
                "area",
                _("地点"),
                _("有几处同名，请您选"),
                _("“%(name)s”可能是：%(names)s。") % {"name": place.name, "names": names},
                False,
            )
        )
    route = made.route
    lost = "；".join(f"{x.rule}：{x.why}" for x in route.lost[:3])
    why = _("依分派表%(rule)s：%(note)s。") % {"rule": route.fired, "note": route.note or route.label}
    if lost:
        why += _("没有用的：%(lost)s。") % {"lost": lost}
    found.append(Guess("unit", _("承办"), UNIT_TYPES.get(route.unit_type, route.unit_type), why, bool(route.unit_type)))
    return found


def _area_name(code: str, at: Any) -> str:
    areas = setup.gazetteer(at).areas
    names = []
    while code in areas and areas[code].level != "county":
        names.append(areas[code].name)
        code = areas[code].parent_code
    return "".join(reversed(names)) or (areas[code].name if code in areas else code)


def home_of(actor: Actor, at: Any) -> Area:
    """Where the actor takes things in: the area of their office."""
    desk = actor.desk
    if desk is None:
        return setup.county_of(at)
    # Without its drawn shape, which is heavy and which nothing here looks at.
    return setup.kept_for("home", desk.area_id, lambda: Area.objects.defer("shape").get(pk=desk.area_id))


def alike(actor: Actor, text: str) -> list[lists.IntakeRow]:
    """Intakes with exactly the same words, as far as the reader may see them."""
    if len(same_words(text)) < 8:
        return []
    rows = lists.visible_intakes(actor).filter(text_digest=blind("words", same_words(text))).exclude(state="void")
    return lists.intake_page(rows, labels=setup.tables_now().label, flags=vocabulary().flags, newest=True, size=5).rows


@staff(roles=ROLES)
def register_page(request: HttpRequest) -> HttpResponse:
    """The form by itself; the same form stands on the workbench."""
    if request.method == "POST":
        return save(request)
    return render(request, "desk/register.html", register_context(request))


def register_context(request: HttpRequest, form: RegisterForm | None = None) -> dict[str, Any]:
    """What the form's part of a page needs."""
    form = form or RegisterForm(
        initial={
            "once_key": new_once_key(),
            "channel": usual_channel(request.actor),  # type: ignore[attr-defined]
            "identity": "named",
            "ticket": request.GET.get("ticket"),
        }
    )
    text = form.data.get("text", "") if form.is_bound else ""
    more = suggestion_context(request, text, form.data if form.is_bound else None)
    rows = alongside.rows_of(form.data if form.is_bound else None)
    return {"form": form, "channels": CHANNELS, "identities": IDENTITIES, "along": rows, **more}


def usual_channel(actor: Actor) -> str:
    """The channel the form begins with: a grid worker writes down what they found on their grid."""
    mine = actor.roles & ROLES
    return CHANNEL_OF.get(next(iter(mine)), "window") if len(mine) == 1 else "window"


def suggestion_context(request: HttpRequest, text: str, sent: Any = None) -> dict[str, Any]:
    """Suggestions for what is typed so far, and its facts as chips; nothing before there are a few words. `sent`: the form
    so far, with what was taken and dropped."""
    if len(text.strip()) < 6:
        return {"guesses": [], "flags": [], "same": [], "found": None}
    at = request.at  # type: ignore[attr-defined]
    made = suggest(
        text,
        tables=setup.tables(at),
        gazetteer=setup.gazetteer(at),
        home=home_of(request.actor, at).code,  # type: ignore[attr-defined]
        **setup.day_of(at),
    )
    taken, dropped = drawn.pressed(sent or {})
    chips = drawn.for_form(drawn.facts_of(text, at, home_of(request.actor, at).code), taken, dropped)  # type: ignore[attr-defined]
    words = vocabulary().flags
    flags = [
        {
            "label": words[f.name]["label"],
            "means": words[f.name]["means"],
            "words": "、".join(dict.fromkeys(h.word for h in f.hits)),
        }
        for f in made.urgent
    ]
    return {
        "guesses": guesses(made, at),
        "flags": flags,
        "chips": chips,
        "chips_form": "register",
        "shut": [words[f.name]["label"] for f in made.flags if f.firm and f.name in SHUT],
        "people": made.people,
        "amount": made.amount_fen,
        "readings": [r for r in made.readings if r.used],
        "same": alike(request.actor, text),  # type: ignore[attr-defined]
        "found": resembling.of_text(request.actor, text, area=home_of(request.actor, at).pk),  # type: ignore[attr-defined]
    }


@require_POST
@staff(roles=ROLES)
def suggestions(request: HttpRequest) -> HttpResponse:
    """The fragment beside the form, asked for while typing."""
    text = request.POST.get("text", "")[:20_000]
    return render(request, "desk/parts/suggestions.html", suggestion_context(request, text, request.POST))


def _with_facts(request: HttpRequest) -> Any:
    """What was sent, with the fact whose button was pressed taken over into its field: the way without JavaScript."""
    data = request.POST.copy()
    verb, _sep, key = data.get("fact", "").partition(" ")
    if verb == "take":
        at = request.at  # type: ignore[attr-defined]
        found = drawn.facts_of(data.get("text", "")[:20_000], at, home_of(request.actor, at).code)  # type: ignore[attr-defined]
        data = drawn.filled(data, found, key)
    taken, dropped = drawn.pressed(data)
    data["facts_taken"], data["facts_dropped"] = "\n".join(taken), "\n".join(dropped)
    return data


def _beside(said: dict[str, Any]) -> dict[str, Any]:
    """What the draft has no field for, taken out of the form: kept sealed with the words, for whoever decides."""
    taken, dropped = drawn.sent(said, "facts_taken"), drawn.sent(said, "facts_dropped")
    for name in ("facts_taken", "facts_dropped"):
        said.pop(name, None)
    against, amount = said.pop("against", ""), said.pop("amount", "")
    kept: dict[str, Any] = {}
    if against.strip():
        kept["against"] = against.strip()
    if amount.strip():
        kept["amount"] = amount.strip()
    if taken or dropped:
        kept["facts"] = {"taken": [k.strip() for k in taken], "dropped": [k.strip() for k in dropped]}
    return kept


def save(request: HttpRequest) -> HttpResponse:
    """Take it in; then print the receipt, or go on to decide it."""
    form = RegisterForm(_with_facts(request) if "fact" in request.POST else request.POST)
    looks = bool({"look", "fact", alongside.MORE} & set(request.POST))
    if looks or not form.is_valid():
        status = 200 if looks else 422
        return render(request, "desk/register.html", register_context(request, form), status=status)
    said = dict(form.cleaned_data)
    ticket = said.pop("ticket", None)
    said["extra"] = _beside(said)
    actor, at = request.actor, request.at  # type: ignore[attr-defined]

    def keep(intake: Intake, key: Any) -> None:
        for upload in request.FILES.getlist("files")[:MOST_FILES]:
            store(
                upload.read(),
                upload.name or "",
                holder=f"intake:{intake.pk}",
                key_id=key.id,
                given_by=f"staff:{actor.person_id}",
                at=at,
            )

    try:
        home, files = home_of(actor, at), keep if request.FILES else None
        several = alongside.companions_of(request.POST)
        first = alongside.first_speaks(request.POST)
        receipts_ = take_in_together(
            IntakeDraft(**said), several, first_speaks=first, home=home, by=actor, at=at, keep=files
        )
        receipt = receipts_[0]
    except BadDraft as bad:
        for field, sentence in bad.problems.items():
            form.add_error(field if field in form.fields else None, sentence)
    except (OtherContent, BadFile) as bad:
        form.add_error(None, str(bad))
    else:
        if ticket:
            from jiefen.channels.window.actions import TicketRefused, close_with_intake

            # The intake stands whatever became of the ticket: somebody else may have ended it meanwhile.
            with contextlib.suppress(TicketRefused):
                close_with_intake(ticket, intake=receipt.intake_id, by=actor, at=at)
        # Asked with the clerk's own eyes: what went to the vault is not there for them, and its receipt is given now or never.
        if ask.row("SELECT 1 FROM intake_intake WHERE id = %s", [receipt.intake_id]) is None:
            with scope("worker"):
                mine = Intake.objects.select_related("key", "area", "centre")
                taken, *others = (mine.get(pk=one.intake_id) for one in receipts_)
                context = receipts.receipt_context(request, taken, others)
                return render(request, "desk/receipt.html", context | {"sealed_away": True})
        where = "receipt/" if "print" in request.POST else ""
        return redirect(f"/intakes/{receipt.number}/{where}")
    return render(request, "desk/register.html", register_context(request, form), status=422)
