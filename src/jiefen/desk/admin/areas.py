"""Areas: the tree, a page for each, opening, renaming, closing, a table taken in, the check of the ground."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from jiefen.cases import ground
from jiefen.desk.admin import maps
from jiefen.desk.admin.door import administrator, done_before, page, said
from jiefen.desk.admin.fields import AreaCode, Choice, Day, Table, Words, first_fault
from jiefen.kernel.clock import local_day
from jiefen.places import actions
from jiefen.places.actions import AreaRefused
from jiefen.places.checks import check_areas
from jiefen.places.models import Area
from jiefen.places.queries import ancestors, area_by_code, in_force
from jiefen.triage import setup

MOST_FOUND = 50
MOST_CHILDREN = 400
MOST_ERRORS = 200


class NewArea(forms.Form):
    code = Words(label=gettext_lazy("代码"), max_length=20, help_text=gettext_lazy("村（社区）以上12位，以下20位"))
    name = Words(label=gettext_lazy("名称"), max_length=60)
    level = Choice(label=gettext_lazy("级别"), choices=Area.Level.choices)
    parent = Words(
        label=gettext_lazy("上级代码"), max_length=20, required=False, help_text=gettext_lazy("不填就按代码找上级")
    )
    since = Day(label=gettext_lazy("从哪天起"))
    aliases = Words(
        label=gettext_lazy("别名"), max_length=200, required=False, help_text=gettext_lazy("老百姓怎么叫，用顿号隔开")
    )


class Rename(forms.Form):
    name = Words(label=gettext_lazy("新名称"), max_length=60)
    on = Day(label=gettext_lazy("从哪天起"))
    basis = Words(label=gettext_lazy("依据的文件"), max_length=120)


class Close(forms.Form):
    on = Day(label=gettext_lazy("从哪天起不再用"))
    successor = AreaCode(label=gettext_lazy("由哪个区域接替（代码）"), required=False)


class Upload(forms.Form):
    file = Table(label=gettext_lazy("区域表（CSV）"))
    since = Day(label=gettext_lazy("表里没写启用日期的，从哪天起"))


def branch(parent: Area | None, on: date) -> list[Area]:
    """The areas right below one (or the counties), each told whether it has areas below itself. One query."""
    rows = in_force(on).filter(parent=parent) if parent else in_force(on).filter(parent__isnull=True)
    below = Area.objects.filter(parent=OuterRef("pk")).filter(Q(until__isnull=True) | Q(until__gt=on))
    return list(rows.defer("shape").annotate(has_below=Exists(below)).order_by("code")[:MOST_CHILDREN])


@administrator
@require_safe
def tree(request: HttpRequest) -> HttpResponse:
    on = local_day(request.at)  # type: ignore[attr-defined]
    said_ = request.GET.get("q", "").strip()
    context: dict[str, Any] = {"q_area": said_, "found": None, "upload": Upload(initial={"since": on}, auto_id="up_%s")}
    if said_:
        hit = (
            Q(name__contains=said_)
            | Q(code__startswith=said_)
            | Q(aliases__contains=[said_])
            | Q(former_names__name=said_)
        )
        context["found"] = list(Area.objects.defer("shape").filter(hit).distinct().order_by("path")[: MOST_FOUND + 1])
    top = branch(None, on)
    context["roots"] = [(county, branch(county, on)) for county in top[:3]]
    context["counts"] = _counts(on)
    context["map"] = maps.of_children(top[0], on) if top else None
    return page(request, "areas", "areas", context)


def _counts(on: date) -> list[tuple[str, int]]:
    from django.db.models import Count

    by_level = dict(in_force(on).order_by().values_list("level").annotate(n=Count("pk")))
    return [(label, by_level[key]) for key, label in Area.Level.choices if key in by_level]


@administrator
@require_safe
def children(request: HttpRequest, code: str) -> HttpResponse:
    """The branches below one area: a piece of the tree for htmx, else the way to the area's own page."""
    area = _known(code)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(f"/admin/areas/{code}/")
    return render(request, "desk/admin/area_branch.html", {"branch": branch(area, local_day(request.at))})  # type: ignore[attr-defined]


def _known(code: str) -> Area:
    area = area_by_code(code)
    if area is None:
        raise Http404
    return area


def _page_of(request: HttpRequest, area: Area, status: int = 200, **extra: Any) -> HttpResponse:
    on = local_day(request.at)  # type: ignore[attr-defined]
    below = branch(area, on)
    context = {
        "area": area, "above": ancestors(area.code)[:-1], "below": below, "map": maps.of_children(area, on) if below else None,
        "former": list(area.former_names.all()), "rename": Rename(initial={"on": on}, auto_id="re_%s"),
        "closing": Close(initial={"on": on}, auto_id="cl_%s"), "gone": area.until is not None, **extra,
    }  # fmt: skip
    return page(request, "area", "areas", context, status=status)


@administrator
@require_safe
def one(request: HttpRequest, code: str) -> HttpResponse:
    return _page_of(request, _known(code))


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    on = local_day(request.at)  # type: ignore[attr-defined]
    form = NewArea(
        request.POST if request.method == "POST" else None,
        initial={"since": on, "parent": request.GET.get("parent", "")},
    )
    if request.method != "POST":
        return page(request, "area_new", "areas", {"form": form})
    if done_before(request):
        return redirect("/admin/areas/")
    if not form.is_valid():
        return page(request, "area_new", "areas", {"form": form, "refused": first_fault(form)}, status=422)
    got = form.cleaned_data
    try:
        area = actions.open_area(
            got["code"], got["name"], got["level"], since=got["since"], parent=got["parent"],
            aliases=[word for word in got["aliases"].replace("；", "、").replace(";", "、").split("、") if word],
        )  # fmt: skip
    except AreaRefused as refused:
        return page(request, "area_new", "areas", {"form": form, "refused": str(refused)}, status=422)
    _forget()
    said(request, _("已开设%(name)s，%(day)s起用。") % {"name": area.full_name, "day": area.since})
    return redirect(f"/admin/areas/{area.code}/")


@administrator
@require_http_methods(["POST"])
def rename(request: HttpRequest, code: str) -> HttpResponse:
    area = _known(code)
    form = Rename(request.POST, auto_id="re_%s")
    if done_before(request):
        return redirect(f"/admin/areas/{code}/")
    if not form.is_valid():
        return _page_of(request, area, 422, rename=form, refused=first_fault(form))
    got, before = form.cleaned_data, area.name
    try:
        now = actions.rename_area(
            code,
            got["name"],
            on=got["on"],
            today=local_day(request.at),  # type: ignore[attr-defined]
            basis=got["basis"],
        )
    except AreaRefused as refused:
        return _page_of(request, area, 422, rename=form, refused=str(refused))
    _forget()
    said(request, _("“%(old)s”已改名为“%(new)s”，旧名仍可查到。") % {"old": before, "new": now.name})
    return redirect(f"/admin/areas/{code}/")


@administrator
@require_http_methods(["POST"])
def close(request: HttpRequest, code: str) -> HttpResponse:
    area = _known(code)
    form = Close(request.POST, auto_id="cl_%s")
    if done_before(request):
        return redirect(f"/admin/areas/{code}/")
    if not form.is_valid():
        return _page_of(request, area, 422, closing=form, refused=first_fault(form))
    got = form.cleaned_data
    try:
        ended = actions.close_area(code, on=got["on"], successor=got["successor"].code if got["successor"] else "")
    except AreaRefused as refused:
        return _page_of(request, area, 422, closing=form, refused=str(refused))
    _forget()
    said(
        request, _("%(name)s从%(day)s起停用，以前的事项仍记在它名下。") % {"name": ended.full_name, "day": ended.until}
    )
    return redirect(f"/admin/areas/{code}/")


@administrator
@require_http_methods(["POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a table in: all or nothing. The same table again changes nothing, so no second asking is needed."""
    form = Upload(request.POST, request.FILES, auto_id="up_%s")
    if not form.is_valid():
        return page(request, "areas_import", "areas", {"form": form, "refused": first_fault(form)}, status=422)
    done = actions.import_areas(form.cleaned_data["file"], since=form.cleaned_data["since"])
    if done.errors:
        context = {
            "form": form, "errors": [str(error) for error in done.errors[:MOST_ERRORS]], "errors_total": len(done.errors),
            "refused": _("表里有%(n)d处不对，整张表都没有写入。改好后再传一次。") % {"n": len(done.errors)},
        }  # fmt: skip
        return page(request, "areas_import", "areas", context, status=422)
    _forget()
    words = {"new": done.created, "changed": done.changed, "same": done.unchanged}
    said(request, _("区域表已写入：新开%(new)d个，补充%(changed)d个，没有变化%(same)d个。") % words)
    return redirect("/admin/areas/")


@administrator
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    report = check_areas(local_day(request.at))  # type: ignore[attr-defined]
    parts = [
        (_("图形的缺口、重叠和越界"), report.ground),
        (_("上级与代码"), report.orphans),
        (_("没有专人的"), report.unstaffed),
    ]
    return page(request, "areas_check", "areas", {"report": report, "parts": parts, "most": MOST_ERRORS})


def _forget() -> None:
    ground.forget()
    setup.forget()
