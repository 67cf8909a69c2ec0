"""Is the person at the window one of this matter? Answered for the one case or intake at hand, from its own page.

Name and number must both be right; the answer is yes or no and as what, never another matter of theirs, never a list. A
purpose is asked, and whether the answer was yes or no, a line stays that the person concerned can see.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from jiefen.cases.access import case_for, note_reading, roles_on
from jiefen.cases.models import Case, Party
from jiefen.desk.door import staff
from jiefen.desk.intakes import intake_for
from jiefen.intake.drafts import digits_of
from jiefen.intake.models import Intake
from jiefen.kernel.seal import Sealed, blind, open_row
from jiefen.people.actor import Actor

PURPOSES = (
    gettext_lazy("本人到窗口查询"), gettext_lazy("本人来电查询"), gettext_lazy("补充材料前核对"), gettext_lazy("送达前核对"),
)  # fmt: skip
KEPT = ("本人到窗口查询", "本人来电查询", "补充材料前核对", "送达前核对")
"""The same as kept in the line of the reading."""
WHAT = "核对来人是不是本件的人"
ROLES = {
    "complainant": gettext_lazy("申请人"), "respondent": gettext_lazy("对方当事人"), "third": gettext_lazy("第三人"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """What the person says: name, and phone or ID number, brought to one form."""

    name: str
    phone: str
    identity: str

    @classmethod
    def of(cls, name: str, number: str) -> "Given":
        bare = "".join(number.split()).upper()
        is_id = len(bare) == 18
        return cls("".join(name.split()), "" if is_id else digits_of(number), bare if is_id else "")

    @property
    def is_whole(self) -> bool:
        return bool(self.name and (len(self.phone) >= 7 or self.identity))


def in_case(case: Case, given: Given) -> str:
    """As what somebody is in a case («complainant»), empty where they are not or the number is another's."""
    rows = Party.objects.filter(case=case, unit__isnull=True).exclude(identity=Party.Identity.ANONYMOUS)
    rows = (
        rows.filter(id_blind=blind("id", given.identity))
        if given.identity
        else rows.filter(phone_blind=blind("phone", given.phone))
    )
    key = open_row(case.key)
    for party in rows:
        who = key.open(party.sealed, field="party") or {}
        if "".join(str(who.get("name", "")).split()) == given.name:
            return party.role
    return ""


def in_intake(intake: Intake, given: Given) -> str:
    """The same for what came in: who told it."""
    who = open_row(intake.key).open(intake.teller, field="intake.teller") or {} if intake.teller else {}
    if "".join(str(who.get("name", "")).split()) != given.name or intake.identity == "anonymous":
        return ""
    if given.identity:
        return "complainant" if str(who.get("id_number", "")).upper() == given.identity else ""
    same = intake.phone_blind is not None and bytes(intake.phone_blind) == blind("phone", given.phone)
    return "complainant" if same else ""


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def of_case(request: HttpRequest, slug: str) -> HttpResponse:
    """Of a case whose content is open to the reader and in which they have something to do."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    if not roles_on(actor, case):
        raise Http404
    return _page(request, f"case:{case.pk}", case.number, f"/cases/{slug}/", lambda given: in_case(case, given))


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def of_intake(request: HttpRequest, number: str) -> HttpResponse:
    """Of what came in and waits, or became no matter."""
    intake = intake_for(request.actor, number)  # type: ignore[attr-defined]
    return _page(
        request, f"intake:{intake.pk}", intake.number, f"/intakes/{number}/", lambda given: in_intake(intake, given)
    )


def _page(request: HttpRequest, subject: str, number: str, back: str, answer: Any) -> HttpResponse:
    at: datetime = request.at  # type: ignore[attr-defined]
    context: dict[str, Any] = {"number": number, "back": back, "purposes": list(zip(KEPT, PURPOSES, strict=True))}
    if request.method == "POST":
        given = Given.of(request.POST.get("name", "")[:60], request.POST.get("number", "")[:40])
        purpose = request.POST.get("purpose", "")
        if purpose not in KEPT:
            context["problem"] = _("请选择为什么要核对，本人会看到。")
        elif not given.is_whole:
            context["problem"] = _("请写全姓名，再写手机号或18位身份证号。")
        else:
            note_reading(subject, request.actor, purpose=purpose, what=WHAT, at=at)  # type: ignore[attr-defined]
            try:
                role = answer(given)
            except Sealed:
                role = ""
            context |= {"answered": True, "role": ROLES.get(role, "")}
        context["purpose"] = purpose
    return render(request, "desk/search/person.html", context, status=422 if context.get("problem") else 200)
