"""Putting right what was written wrong, on a page: one thing at a time, with the reason."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiefen.cases.access import case_for, roles_on
from jiefen.cases.actions import correct
from jiefen.cases.actions.correct import NotCorrected
from jiefen.cases.actions.opening import PartyDraft
from jiefen.desk.door import staff
from jiefen.desk.intakes import GRADES
from jiefen.desk.matters import page_of_case, sheet_of
from jiefen.desk.seen import seen_of
from jiefen.kernel.clock import local_moment
from jiefen.people.queries import staff_of
from jiefen.places.models import Area
from jiefen.triage import setup


class CorrectForm(forms.Form):
    """One thing at a time, with the reason."""

    what = forms.ChoiceField(
        choices=[(w, w) for w in ("kind", "area", "grade", "people", "title", "party", "time", "void", "responsible")]
    )
    kind = forms.CharField(required=False)
    area_code = forms.CharField(required=False)
    grade = forms.ChoiceField(choices=GRADES, required=False)
    people = forms.IntegerField(required=False, min_value=1, max_value=999_999)
    title = forms.CharField(required=False, max_length=80)
    party = forms.CharField(required=False, max_length=8)
    name = forms.CharField(required=False, max_length=60)
    phone = forms.CharField(required=False, max_length=30)
    address = forms.CharField(required=False, max_length=200)
    step = forms.IntegerField(required=False, min_value=1)
    at = forms.CharField(required=False, max_length=30)
    responsible = forms.CharField(required=False, max_length=40)
    reason = forms.CharField(max_length=2000, error_messages={"required": _("请写明为什么更正。")})


@staff
def correct_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Put right what was written wrong. The old row stays to be read."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    roles = roles_on(actor, case)
    role = next(
        (
            r
            for r in ("clerk", "dispatcher", "supervisor", "handler", "unit-head", "petition-officer", "hotline-agent")
            if r in roles
        ),
        None,
    )
    if role is None:
        raise Http404
    form = CorrectForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            correct(
                case,
                by=actor,
                role=role,
                unit=roles[role][0],
                at=at,
                reason=form.cleaned_data["reason"],
                expected=seen_of(request),
                **_correction(form.cleaned_data, at),
            )
            return redirect(f"/cases/{slug}/")
        except (NotCorrected, ValueError) as no:
            form.add_error(None, str(no))
    sheet = sheet_of(request, case)
    lead = next((d.row for d in sheet.duties if d.row.part == "lead" and d.row.state != "released"), None)
    people = staff_of(lead.unit_id, at) if lead else []
    areas = setup.area_options(at)
    own = (case.area.code, case.area.full_name)
    areas = areas if own in areas else [own, *areas]
    kinds = [k for k in setup.tables(at).kinds.values() if len(k.code) == 4]
    return render(
        request, "desk/correct.html",
        page_of_case(request, sheet, form=form, seen=case.steps, lead=lead, staff=people, areas=areas, kinds=kinds, grades=GRADES),
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


def _correction(said: dict[str, Any], at: Any) -> dict[str, Any]:
    """The form's words as the verb's arguments. Raises NotCorrected with what is missing."""
    what = said["what"]
    if what == "kind":
        if said["kind"] not in setup.tables(at).kinds:
            raise NotCorrected(_("请选择类型。"))
        return {"about": {"kind": said["kind"]}}
    if what == "area":
        area = Area.objects.filter(code=said["area_code"]).first()
        if area is None:
            raise NotCorrected(_("没有这个区域，请重新选择。"))
        return {"about": {"area": area.pk}}
    if what == "grade" and said["grade"]:
        return {"about": {"grade": said["grade"]}}
    if what == "people" and said["people"]:
        return {"about": {"people": said["people"]}}
    if what == "title":
        return {"title": said["title"]}
    if what == "party":
        return {
            "party": (
                said["party"],
                PartyDraft("complainant", name=said["name"], phone=said["phone"], address=said["address"]),
            )
        }
    if what == "time":
        try:
            moment = local_moment(said["at"])
        except ValueError:
            raise NotCorrected(_("时间写成 2026-11-20 09:30 这样。")) from None
        if moment > at:
            raise NotCorrected(_("时间不能晚于现在。"))
        return {"step": said["step"], "step_at": moment}
    if what == "void":
        return {"step": said["step"], "void": True}
    if what == "responsible":
        key, _sep, person = said["responsible"].partition(":")
        if not person.isdigit():
            raise NotCorrected(_("请选择承办人。"))
        return {"responsible": (key, int(person))}
    raise NotCorrected(_("没有要更正的内容。"))
