"""Who rules after the returns are used up: a dated setting of an area with its document; else what the postings say."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from jiefen.cases import ground
from jiefen.cases.ruling_body import ROLE, lines, set_body
from jiefen.desk.admin.door import administrator, done_before, page, said
from jiefen.desk.admin.fields import AreaCode, Day, OfficeName, Words, first_fault
from jiefen.kernel.clock import local_day
from jiefen.people.queries import existing_units, postings_at
from jiefen.procedures.actions import NotAllowed, undo_setting
from jiefen.procedures.catalogue import vocabulary
from jiefen.procedures.models import AreaSetting
from jiefen.triage.setup import county_of

BASIS, MARK = "L-XF:24", "V"
"""Where what holds without a setting comes from: the common superior rules, or the conference."""


class BodyForm(forms.Form):
    area = AreaCode(label=gettext_lazy("哪个区域（代码，含下面各级）"))
    unit = OfficeName(
        label=gettext_lazy("由哪个单位裁定（代码或全名）"), required=False,
        help_text=gettext_lazy("不填：回到原定，由任职为“裁定机构”的人裁定"),
    )  # fmt: skip
    since = Day(label=gettext_lazy("从哪天起"))
    source = Words(label=gettext_lazy("依据的公开文件"), max_length=300, help_text=gettext_lazy("文件名和文号"))


def _page(request: HttpRequest, form: forms.Form | None = None, status: int = 200, **more: Any) -> HttpResponse:
    at = request.at  # type: ignore[attr-defined]
    county = county_of(at)
    posted = (
        postings_at(at).filter(role=ROLE).select_related("unit", "person", "area").order_by("area__path", "unit__code")
    )
    context = {
        "lines": lines(at), "posted": posted, "basis": vocabulary().source_title(BASIS), "mark": MARK,
        "meaning": vocabulary().marks[MARK], "form": form or BodyForm(initial={"area": county.code, "since": local_day(at)}),
        "units": list(existing_units(local_day(at)).order_by("code").values_list("code", "name")), **more,
    }  # fmt: skip
    return page(request, "ruling", "settings", context, status=status)


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """What is in force, since when and by which document; POST names an office from a day on."""
    if request.method != "POST":
        return _page(request)
    if done_before(request):
        return redirect("/admin/ruling-body/")
    form = BodyForm(request.POST)
    form.fields["unit"].day = local_day(request.at)  # type: ignore[attr-defined]
    if not form.is_valid():
        return _page(request, form, 422, refused=first_fault(form))
    got = form.cleaned_data
    try:
        set_body(
            got["area"], got["unit"], since=got["since"], source_document=got["source"], set_by=request.actor.username,  # type: ignore[attr-defined]
            at=request.at,  # type: ignore[attr-defined]
        )  # fmt: skip
    except NotAllowed as no:
        return _page(request, form, 422, refused=str(no))
    who = got["unit"].name if got["unit"] else _("任职为“裁定机构”的人")
    words = {"area": got["area"].name, "who": who, "day": got["since"]}
    said(request, _("%(area)s的退回争议，从%(day)s起由%(who)s裁定。以前的裁定不变。") % words)
    return redirect("/admin/ruling-body/")


@administrator
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a row that has not begun."""
    row = AreaSetting.objects.filter(pk=pk, key__startswith=ground.RULING_BODY, undone=False).first()
    if row is None:
        raise Http404
    try:
        undo_setting(row, at=request.at)  # type: ignore[attr-defined]
    except NotAllowed as no:
        return _page(request, None, 422, refused=str(no))
    said(request, _("已撤回，原来的接着用。"))
    return redirect("/admin/ruling-body/")


urlpatterns = [path("", listing), path("<int:pk>/undo/", undo)]
