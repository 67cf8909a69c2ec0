"""Seals of offices, and the fixed wording of remedies: what papers bear that the administrator keeps."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiefen.desk.admin.door import administrator, page, said
from jiefen.desk.admin.fields import Choice, OfficeName, Words, first_fault
from jiefen.kernel.clock import local_day
from jiefen.papers.actions.sealing import SealRefused, add_seal, end_seal
from jiefen.papers.actions.wording import WordingRefused, end_wording, set_wording
from jiefen.papers.models import RemedyWording, UnitSeal
from jiefen.papers.remedies import read_blanks, shipped
from jiefen.papers.succession import missing_seals
from jiefen.people.models import Unit
from jiefen.people.queries import existing_units
from jiefen.procedures.catalogue import procedures, vocabulary


def _with_remedy() -> list[tuple[str, str]]:
    papers = vocabulary().papers
    return [(k, w["label"]) for k, w in papers.items() if any(f["name"] == "remedy" for f in w["fields"])]


def _procedures() -> list[tuple[str, str]]:
    named = {name: one.label for (name, _version), one in sorted(procedures().items())}
    return [("", _("所有程序")), *named.items()]


class SealForm(forms.Form):
    unit = OfficeName(label=gettext_lazy("单位（代码或全名）"))
    image = forms.FileField(label=gettext_lazy("印章图片"), help_text=gettext_lazy("PNG，底色透明，每边200到2000像素"))


class WordingForm(forms.Form):
    kind = Choice(label=gettext_lazy("文书"), choices=_with_remedy)
    procedure = Choice(label=gettext_lazy("程序"), choices=_procedures, required=False)
    unit = OfficeName(label=gettext_lazy("只用于哪个单位（不填为全部）"), required=False)
    unit_type = Choice(
        label=gettext_lazy("只用于哪类单位"), required=False,
        choices=lambda: [("", _("不限")), *vocabulary().unit_types.items()],
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("文字"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("空格写成{期限}、{复查机关}；{期限}由办理程序的时钟填，不写日数"),
    )  # fmt: skip
    blanks = forms.CharField(
        label=gettext_lazy("空格的内容"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("一行一个，如：复查机关=清和县人民政府"),
    )  # fmt: skip
    source = Words(label=gettext_lazy("出处（法规条款或文件）"), max_length=200)
    mark = Choice(label=gettext_lazy("出处核对到哪一步"), choices=lambda: list(vocabulary().marks.items()))


def _page(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    labels = {k: w["label"] for k, w in vocabulary().papers.items()}
    named = dict(_procedures())
    rows = list(
        RemedyWording.objects.filter(until=None).select_related("unit", "given_by").order_by("kind", "procedure", "pk")
    )
    context = {
        "seals": list(UnitSeal.objects.select_related("unit", "given_by", "ended_by").order_by("until", "unit__code", "-since")[:200]),
        "missing": missing_seals(request.at),  # type: ignore[attr-defined]
        "wordings": [(w, labels.get(w.kind, w.kind), named.get(w.procedure, w.procedure)) for w in rows],
        "shipped": [
            (w, labels.get(w.kind, w.kind), named.get(w.procedure, w.procedure), vocabulary().source_title(w.source)) for w in shipped()
        ],
        "seal_form": SealForm(auto_id="se_%s"), "wording_form": WordingForm(auto_id="wo_%s", initial={"mark": "A"}),
        "units": list(existing_units(local_day(request.at)).order_by("code").values_list("code", "name")),  # type: ignore[attr-defined]
        **more,
    }  # fmt: skip
    return page(request, "seals", "seals", context, status=status)


@administrator
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    return _page(request)


@administrator
@require_http_methods(["POST"])
def upload(request: HttpRequest) -> HttpResponse:
    form = SealForm(request.POST, request.FILES, auto_id="se_%s")
    form.fields["unit"].day = local_day(request.at)  # type: ignore[attr-defined]
    if not form.is_valid():
        return _page(request, 422, seal_form=form, refused=first_fault(form))
    unit, image = form.cleaned_data["unit"], form.cleaned_data["image"]
    try:
        add_seal(unit, image.read(), by=request.actor, at=request.at, name=image.name or "")  # type: ignore[attr-defined]
    except SealRefused as no:
        return _page(request, 422, seal_form=form, refused=str(no))
    said(request, _("%(name)s的印章已登记，只有它的负责人能用。以前盖过章的文书不变。") % {"name": unit.name})
    return redirect("/admin/seals/")


@administrator
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    unit = Unit.objects.filter(pk=pk).first()
    if unit is None:
        raise Http404
    if end_seal(unit, by=request.actor, at=request.at):  # type: ignore[attr-defined]
        said(request, _("%(name)s的印章已停用，以后的文书盖不了；以前盖过的不变。") % {"name": unit.name})
    return redirect("/admin/seals/")


@administrator
@require_http_methods(["POST"])
def word(request: HttpRequest) -> HttpResponse:
    form = WordingForm(request.POST, auto_id="wo_%s")
    form.fields["unit"].day = local_day(request.at)  # type: ignore[attr-defined]
    if not form.is_valid():
        return _page(request, 422, wording_form=form, refused=first_fault(form))
    got = form.cleaned_data
    try:
        set_wording(
            got["kind"], got["text"], source=got["source"], mark=got["mark"], procedure=got["procedure"], unit=got["unit"],
            unit_type="" if got["unit"] else got["unit_type"], blanks=read_blanks(got["blanks"]),
            by=request.actor, at=request.at,  # type: ignore[attr-defined]
        )  # fmt: skip
    except WordingRefused as no:
        return _page(request, 422, wording_form=form, refused=str(no))
    said(request, _("救济告知的文字已改，以后出具的文书用新的；以前的文书不变。"))
    return redirect("/admin/seals/")


@administrator
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    row = RemedyWording.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    end_wording(row, by=request.actor, at=request.at)  # type: ignore[attr-defined]
    said(request, _("这段文字已停用，以后用随系统带来的。"))
    return redirect("/admin/seals/")


urlpatterns = [
    path("", listing),
    path("upload/", upload),
    path("<int:pk>/end/", withdraw),
    path("wording/", word),
    path("wording/<int:pk>/end/", end),
]
