"""Offices: the list by kind and area, a page for each, opening, changing, closing with a successor."""

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from jiefen.cases import ground
from jiefen.desk.admin.door import administrator, done_before, page, said
from jiefen.desk.admin.fields import AreaCode, Choice, Day, OfficeName, Words, first_fault
from jiefen.desk.admin.verbs import close_office
from jiefen.kernel.clock import local_day
from jiefen.people import actions
from jiefen.people.actions import Refused
from jiefen.people.models import Unit
from jiefen.people.queries import existing_units, postings_at
from jiefen.places.models import Area
from jiefen.procedures.catalogue import vocabulary
from jiefen.triage import setup

PAGE = 60


def unit_types() -> list[tuple[str, str]]:
    return list(vocabulary().unit_types.items())


class Facts(forms.Form):
    """What is written of an office and may change."""

    name = Words(label=gettext_lazy("名称"), max_length=60)
    short = Words(label=gettext_lazy("简称"), max_length=20, required=False)
    area = AreaCode(label=gettext_lazy("所管区域（代码）"))
    parent = OfficeName(
        label=gettext_lazy("上级单位"), required=False, help_text=gettext_lazy("代码或全名；没有负责人时由上级顶着")
    )
    stay = Choice(label=gettext_lazy("怎么进驻中心"), choices=Unit.Stay.choices)
    stay_note = Words(
        label=gettext_lazy("哪几天来、怎么叫"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("例如：周二、周四 14:00–17:00"),
    )
    mark = Words(
        label=gettext_lazy("字号"), max_length=8, required=False, help_text=gettext_lazy("编号开头的字，如“清柳”")
    )
    letters = Words(
        label=gettext_lazy("受理码字母"), max_length=4, required=False, help_text=gettext_lazy("大写字母，如 LH")
    )
    phone = Words(label=gettext_lazy("电话"), max_length=30, required=False, help_text=gettext_lazy("会印在回执上"))
    address = Words(label=gettext_lazy("地址"), max_length=120, required=False)

    def given(self) -> dict[str, Any]:
        """The cleaned fields as the verbs of offices take them."""
        got = dict(self.cleaned_data)
        area, parent = got.pop("area"), got.pop("parent")
        for other in ("code", "unit_type", "since"):
            got.pop(other, None)
        return {**got, "area_id": area.pk, "parent_id": parent.pk if parent else None}


class NewUnit(Facts):
    code = Words(label=gettext_lazy("代码"), max_length=32)
    unit_type = Choice(label=gettext_lazy("类型"), choices=unit_types)
    since = Day(label=gettext_lazy("从哪天起"))
    field_order = ["code", "name", "unit_type", "area", "since"]


class Closing(forms.Form):
    on = Day(label=gettext_lazy("从哪天起撤销"))
    successor = OfficeName(label=gettext_lazy("由哪个单位接替"), required=False)


@administrator
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    at = request.at  # type: ignore[attr-defined]
    day = local_day(at)
    asked = {name: request.GET.get(name, "").strip() for name in ("type", "area", "q", "after", "gone")}
    rows = Unit.objects.exclude(pk__in=existing_units(day)) if asked["gone"] else existing_units(day)
    if asked["type"]:
        rows = rows.filter(unit_type=asked["type"])
    if asked["q"]:
        rows = rows.filter(Q(name__contains=asked["q"]) | Q(code__startswith=asked["q"]) | Q(short=asked["q"]))
    if asked["area"]:
        area = Area.objects.filter(Q(code=asked["area"]) | Q(name=asked["area"])).order_by("path").first()
        rows = rows.filter(area__path__within=area.path) if area else rows.none()
    total = rows.count()
    if asked["after"]:
        rows = rows.filter(code__gt=asked["after"])
    staff = Count("postings__person", filter=Q(postings__in=postings_at(at)), distinct=True)
    found = list(
        rows.select_related("area", "parent").defer("area__shape").annotate(staff=staff).order_by("code")[: PAGE + 1]
    )
    words = dict(unit_types())
    context = {
        "rows": [(unit, words.get(unit.unit_type, unit.unit_type)) for unit in found[:PAGE]], "total": total, "asked": asked,
        "after": found[PAGE - 1].code if len(found) > PAGE else "", "types": unit_types(),
    }  # fmt: skip
    return page(request, "units", "units", context)


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    day = local_day(request.at)  # type: ignore[attr-defined]
    form = NewUnit(
        request.POST if request.method == "POST" else None, initial={"since": day, "stay": Unit.Stay.ELSEWHERE}
    )
    context: dict[str, Any] = {"form": form, "units": _names(day)}
    if request.method != "POST":
        return page(request, "unit_new", "units", context)
    if done_before(request):
        return redirect("/admin/units/")
    form.fields["parent"].day = day  # type: ignore[attr-defined]
    if not form.is_valid():
        return page(request, "unit_new", "units", {**context, "refused": first_fault(form)}, status=422)
    got = form.cleaned_data
    try:
        unit = actions.open_unit(got["code"], unit_type=got["unit_type"], since=got["since"], **form.given())
    except Refused as refused:
        return page(request, "unit_new", "units", {**context, "refused": str(refused)}, status=422)
    _forget()
    said(request, _("已设立%(name)s，%(day)s起。还没有人在那里任职。") % {"name": unit.name, "day": unit.since})
    return redirect(f"/admin/units/{unit.pk}/")


def _names(day: Any) -> list[tuple[str, str]]:
    return list(existing_units(day).order_by("code").values_list("code", "name"))


def _known(pk: int) -> Unit:
    unit = Unit.objects.select_related("area", "parent", "successor").filter(pk=pk).first()
    if unit is None:
        raise Http404
    return unit


def _facts_of(unit: Unit) -> dict[str, Any]:
    return {
        "name": unit.name, "short": unit.short, "area": unit.area.code, "parent": unit.parent.code if unit.parent else "",
        "stay": unit.stay, "stay_note": unit.stay_note, "mark": unit.mark, "letters": unit.letters, "phone": unit.phone,
        "address": unit.address,
    }  # fmt: skip


def _page_of(request: HttpRequest, unit: Unit, status: int = 200, **extra: Any) -> HttpResponse:
    at = request.at  # type: ignore[attr-defined]
    roles = vocabulary().roles
    held = postings_at(at).filter(unit=unit).select_related("person").order_by("role", "person__name")
    context = {
        "unit": unit, "kind": dict(unit_types()).get(unit.unit_type, unit.unit_type), "units": _names(local_day(at)),
        "held": [(p, roles[p.role]["label"] if p.role in roles else _("管理员")) for p in held],
        "below": list(Unit.objects.filter(parent=unit, until__isnull=True).order_by("code")[:100]),
        "form": Facts(initial=_facts_of(unit), auto_id="fa_%s"),
        "closing": Closing(initial={"on": local_day(at)}, auto_id="cl_%s"), **extra,
    }  # fmt: skip
    return page(request, "unit", "units", context, status=status)


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponse:
    unit = _known(pk)
    if request.method != "POST":
        return _page_of(request, unit)
    if done_before(request):
        return redirect(f"/admin/units/{pk}/")
    day = local_day(request.at)  # type: ignore[attr-defined]
    form = Facts(request.POST, auto_id="fa_%s")
    form.fields["parent"].day = day  # type: ignore[attr-defined]
    if not form.is_valid():
        return _page_of(request, unit, 422, form=form, refused=first_fault(form))
    try:
        changed = actions.change_unit(unit, on=day, at=request.at, **form.given())  # type: ignore[attr-defined]
    except Refused as refused:
        return _page_of(request, _known(pk), 422, form=form, refused=str(refused))
    _forget()
    said(
        request,
        _("%(name)s的登记已改，旧的记在改动记录里。") % {"name": unit.name}
        if changed
        else _("和原来一样，没有要改的。"),
    )
    return redirect(f"/admin/units/{pk}/")


@administrator
@require_http_methods(["POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    unit = _known(pk)
    if done_before(request):
        return redirect(f"/admin/units/{pk}/")
    at = request.at  # type: ignore[attr-defined]
    form = Closing(request.POST, auto_id="cl_%s")
    form.fields["successor"].day = local_day(at)  # type: ignore[attr-defined]
    if not form.is_valid():
        return _page_of(request, unit, 422, closing=form, refused=first_fault(form))
    got = form.cleaned_data
    try:
        close_office(unit, on=got["on"], at=at, successor=got["successor"])
    except Refused as refused:
        return _page_of(request, unit, 422, closing=form, refused=str(refused))
    _forget()
    said(request, _("%(name)s从%(day)s起撤销，以前办的事项仍记在它名下。") % {"name": unit.name, "day": got["on"]})
    return redirect(f"/admin/units/{pk}/")


def _forget() -> None:
    ground.forget()
    setup.forget()
