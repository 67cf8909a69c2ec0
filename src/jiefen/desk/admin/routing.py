"""The routing table as an official reads it: changed in a draft, checked, kept as a dated version, taken back, tried out.

A draft lies in the administrator's own session until it is kept as a version or dropped. `base` is the version it began
from; if somebody else keeps one meanwhile, the draft is refused instead of swallowing theirs.
"""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from jiefen.desk.admin.door import administrator, done_before, page, said
from jiefen.desk.admin.fields import AreaCode, Choice, Day, Words, first_fault
from jiefen.kernel.clock import local_day
from jiefen.procedures import catalogue
from jiefen.triage import routing, setup
from jiefen.triage.models import RoutingTable
from jiefen.triage.routing import COLUMNS, SHIPPED, RoutingRefused, Row
from jiefen.triage.rules import names

DRAFT = "routing-draft"


def kinds() -> list[tuple[str, str]]:
    return [(code, f"{code} {kind.label}") for code, kind in setup.shipped_tables().kinds.items()]


def unit_types() -> list[tuple[str, str]]:
    return list(names.UNIT_TYPES.items())


def procedures() -> list[tuple[str, str]]:
    labels = {name: found.label for (name, _v), found in sorted(catalogue.procedures().items())}
    return [(name, labels.get(name, name)) for name in sorted(names.PROCEDURES)]


def _with(first: list[tuple[str, str]], rest: Any) -> list[tuple[str, str]]:
    return [*first, *rest]


class RowForm(forms.Form):
    """One row, its own example with it."""

    id = Words(label=gettext_lazy("编号"), max_length=12)
    area_level = Choice(
        label=gettext_lazy("层级"), choices=lambda: _with([("*", _("不分层级"))], names.LEVEL_LABELS.items())
    )
    kind = Choice(label=gettext_lazy("类别"), choices=lambda: _with([("*", _("不分类别"))], kinds()))
    grade = Choice(
        label=gettext_lazy("等级"), choices=lambda: _with([("*", _("不分等级"))], names.GRADE_LABELS.items())
    )
    flag = Choice(label=gettext_lazy("标记"), choices=lambda: _with([("*", _("不看标记"))], names.FLAGS.items()))
    unit_type = Choice(label=gettext_lazy("主办"), choices=unit_types)
    helper_units = forms.MultipleChoiceField(
        label=gettext_lazy("协办"), choices=unit_types, required=False, widget=forms.SelectMultiple(attrs={"size": 6})
    )
    procedure = Choice(label=gettext_lazy("办理程序"), choices=procedures)
    try_level = Choice(label=gettext_lazy("试例：层级"), choices=lambda: names.LEVEL_LABELS.items())
    try_kind = Choice(label=gettext_lazy("试例：类别"), choices=kinds)
    try_grade = Choice(label=gettext_lazy("试例：等级"), choices=lambda: names.GRADE_LABELS.items())
    try_flag = Choice(
        label=gettext_lazy("试例：标记"), choices=lambda: _with([("-", _("没有标记"))], names.FLAGS.items())
    )
    note = Words(label=gettext_lazy("为什么这样分"), max_length=200)

    def as_row(self, mark: str) -> Row:
        """The row as the table keeps it; its example must reach the unit it names."""
        got = self.cleaned_data
        return {
            **{name: got[name] for name in ("id", "area_level", "kind", "grade", "flag", "unit_type", "procedure", "note")},
            "helper_units": ";".join(got["helper_units"]), "expected": got["unit_type"], "mark": mark,
            "try": f"{got['try_level']} {got['try_kind']} {got['try_grade']} {got['try_flag']}",
        }  # fmt: skip


class KeepForm(forms.Form):
    since = Day(label=gettext_lazy("从哪天起用"))
    note = Words(
        label=gettext_lazy("为什么改"), max_length=200, help_text=gettext_lazy("例如：机构改革，城管职责划入住建")
    )


class TryForm(forms.Form):
    area = AreaCode(
        label=gettext_lazy("地点（区域代码）"), required=False, help_text=gettext_lazy("不填就只看分给哪类单位")
    )
    level = Choice(label=gettext_lazy("层级"), choices=lambda: names.LEVEL_LABELS.items(), required=False)
    kind = Choice(label=gettext_lazy("类别"), choices=kinds)
    grade = Choice(label=gettext_lazy("等级"), choices=lambda: names.GRADE_LABELS.items())
    flags = forms.MultipleChoiceField(
        label=gettext_lazy("标记"),
        choices=lambda: list(names.FLAGS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def _draft(request: HttpRequest) -> tuple[int, list[Row]] | None:
    kept = request.session.get(DRAFT)
    return (kept["base"], kept["rows"]) if kept else None


def _keep(request: HttpRequest, base: int, rows: list[Row]) -> None:
    request.session[DRAFT] = {"base": base, "rows": rows}


def shown(row: Row) -> dict[str, Any]:
    """A row in the words of an official."""
    labels = dict(kinds())
    level, kind, grade, flag = [*row["try"].split(), "", "", "", ""][:4]
    example = [
        names.LEVEL_LABELS.get(level, level),
        labels.get(kind, kind).partition(" ")[2],
        names.GRADE_LABELS.get(grade, grade),
    ]
    return {
        "id": row["id"],
        "level": names.LEVEL_LABELS.get(row["area_level"], ""),
        "kind": labels.get(row["kind"], "" if row["kind"] == "*" else row["kind"]),
        "grade": names.GRADE_LABELS.get(row["grade"], ""),
        "flag": names.FLAGS.get(row["flag"], ""),
        "unit": names.UNIT_TYPES.get(row["unit_type"], row["unit_type"]),
        "helpers": "、".join(names.UNIT_TYPES.get(u, u) for u in row["helper_units"].split(";") if u),
        "procedure": dict(procedures()).get(row["procedure"], row["procedure"]),
        "example": "，".join(word for word in [*example, names.FLAGS.get(flag, "")] if word),
        "note": row["note"],
        "mark": row["mark"],
    }  # fmt: skip


def _column_labels() -> dict[str, str]:
    return {
        "id": _("编号"), "area_level": _("层级"), "kind": _("类别"), "grade": _("等级"), "flag": _("标记"), "unit_type": _("主办"),
        "helper_units": _("协办"), "procedure": _("程序"), "try": _("试例"), "expected": _("试例应到"), "note": _("说明"),
        "mark": _("标记V/M/A"),
    }  # fmt: skip


def changes(old: list[Row], new: list[Row]) -> list[dict[str, Any]]:
    """What changed between two tables, in words."""
    labels = _column_labels()
    words = {
        "unit_type": names.UNIT_TYPES,
        "grade": names.GRADE_LABELS,
        "area_level": names.LEVEL_LABELS,
        "flag": names.FLAGS,
    }
    found = []
    for change in routing.diff(old, new):
        pairs = []
        for column in change.columns:
            if column == "expected" or change.was is None or change.now is None:
                continue
            called = words.get(column, {})
            before, after = change.was[column], change.now[column]
            pairs.append((labels[column], called.get(before, before) or _("空"), called.get(after, after) or _("空")))
        found.append(
            {"id": change.id, "was": shown(change.was) if change.was else None, "now": shown(change.now) if change.now else None, "pairs": pairs}
        )  # fmt: skip
    return found


def _context(request: HttpRequest, **extra: Any) -> dict[str, Any]:
    at = request.at  # type: ignore[attr-defined]
    standing = routing.in_force(at)
    base, rows = routing.base_of()
    draft = _draft(request)
    asked = request.GET.get("q", "").strip()
    current = draft[1] if draft else routing.rows_of(standing)
    said_rows = [shown(row) for row in current]
    for place, row in enumerate(said_rows, 2):
        row["place"] = place
    if asked:
        said_rows = [
            row for row in said_rows if any(asked in str(value) for key, value in row.items() if key != "place")
        ]
    return {
        "rows": said_rows, "total": len(current), "q_routing": asked, "standing": standing, "draft": draft is not None,
        "problems": routing.problems_of(draft[1]) if draft else [],
        "changes": changes(rows, draft[1]) if draft else [], "base": base, "keep": KeepForm(initial={"since": local_day(at)}, auto_id="ke_%s"),
        "versions": routing.versions(), "tryform": TryForm(auto_id="tr_%s", initial={"grade": "ordinary", "level": "township"}), **extra,
    }  # fmt: skip


@administrator
@require_safe
def table(request: HttpRequest) -> HttpResponse:
    return page(request, "routing", "routing", _context(request))


def _initial(row: Row) -> dict[str, Any]:
    parts = [*row["try"].split(), "", "", "", ""][:4]
    return {
        **row, "helper_units": [u for u in row["helper_units"].split(";") if u], "flag": "*" if row["flag"] == "-" else row["flag"],
        "try_level": parts[0], "try_kind": parts[1], "try_grade": parts[2], "try_flag": parts[3] or "-",
    }  # fmt: skip


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest) -> HttpResponse:
    """Edit a row (`?id=`) or add one. It goes into the draft with whatever does not hold said beside it."""
    base, rows = _draft(request) or routing.base_of()
    asked = request.GET.get("id", "")
    found = next((r for r in rows if r["id"] == asked), None)
    if asked and found is None:
        raise Http404
    initial = (
        _initial(found)
        if found
        else {"procedure": "hotline-order", "try_level": "township", "try_grade": "ordinary", "try_flag": "-"}
    )
    form = RowForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method != "POST":
        return page(request, "routing_row", "routing", {"form": form, "asked": asked})
    if not form.is_valid():
        return page(
            request, "routing_row", "routing", {"form": form, "asked": asked, "refused": first_fault(form)}, status=422
        )
    try:
        # A row somebody here wrote is proposed here: its mark is A whatever the row before it was.
        rows = routing.with_row(rows, form.as_row("A"), instead_of=asked)
    except RoutingRefused as refused:
        return page(
            request, "routing_row", "routing", {"form": form, "asked": asked, "refused": refused.problems}, status=422
        )
    _keep(request, base, rows)
    problems = routing.problems_of(rows)
    if problems:
        said(request, _("第%(id)s行记入草稿，但和别的行合不上，见下面。") % {"id": form.cleaned_data["id"]})
    else:
        said(request, _("第%(id)s行记入草稿，还没有起用。") % {"id": form.cleaned_data["id"]})
    return redirect("/admin/routing/")


@administrator
@require_http_methods(["POST"])
def remove(request: HttpRequest) -> HttpResponse:
    base, rows = _draft(request) or routing.base_of()
    row_id = request.POST.get("id", "")
    try:
        rows = routing.without_row(rows, row_id)
    except RoutingRefused as refused:
        return page(request, "routing", "routing", _context(request, refused=refused.problems), status=422)
    _keep(request, base, rows)
    said(request, _("第%(id)s行在草稿里去掉了，现行的表没有变。") % {"id": row_id})
    return redirect("/admin/routing/")


@administrator
@require_http_methods(["POST"])
def drop(request: HttpRequest) -> HttpResponse:
    if request.session.pop(DRAFT, None) is not None:
        said(request, _("草稿已放弃，现行的表没有变。"))
    return redirect("/admin/routing/")


@administrator
@require_http_methods(["POST"])
def publish(request: HttpRequest) -> HttpResponse:
    if done_before(request):
        return redirect("/admin/routing/")
    draft = _draft(request)
    form = KeepForm(request.POST, auto_id="ke_%s")
    if draft is None:
        refused = [_("没有草稿，可能刚才已经存为新版。")]
        return page(request, "routing", "routing", _context(request, refused=refused), status=422)
    if not form.is_valid():
        return page(request, "routing", "routing", _context(request, keep=form, refused=first_fault(form)), status=422)
    base, rows = draft
    got = form.cleaned_data
    try:
        made = routing.publish(
            rows,
            since=got["since"],
            note=got["note"],
            by=request.actor.person_id,  # type: ignore[attr-defined]
            at=request.at,  # type: ignore[attr-defined]
            base=base,
        )
    except RoutingRefused as refused:
        return page(request, "routing", "routing", _context(request, keep=form, refused=refused.problems), status=422)
    request.session.pop(DRAFT, None)
    said(request, _("已存为第%(n)d版，%(day)s起用。已经分派的不变。") % {"n": made.version, "day": made.since})
    return redirect("/admin/routing/")


@administrator
@require_safe
def version(request: HttpRequest, version: int) -> HttpResponse:
    return _version_page(request, version)


def _version_page(request: HttpRequest, number: int, status: int = 200, **extra: Any) -> HttpResponse:
    row_ = RoutingTable.objects.select_related("changed_by").filter(version=number).first()
    if row_ is None:
        raise Http404
    before = RoutingTable.objects.filter(version__lt=number, undone_at__isnull=True).order_by("-version").first()
    rows = routing.rows_of(row_)
    standing = routing.in_force(request.at)  # type: ignore[attr-defined]
    latest = routing.base_of()[0]
    context = {
        "version": row_, "changes": changes(routing.rows_of(before), rows), "before": before.version if before else SHIPPED,
        "rows": [shown(r) for r in rows], "is_standing": standing is not None and standing.pk == row_.pk,
        "may_undo": row_.undone_at is None and latest == number, **extra,
    }  # fmt: skip
    return page(request, "routing_version", "routing", context, status=status)


@administrator
@require_http_methods(["POST"])
def undo(request: HttpRequest, version: int) -> HttpResponse:
    if done_before(request):
        return redirect("/admin/routing/")
    if not RoutingTable.objects.filter(version=version).exists():
        raise Http404
    try:
        now = routing.undo(version, at=request.at)  # type: ignore[attr-defined]
    except RoutingRefused as refused:
        return _version_page(request, version, 422, refused=refused.problems)
    which = _("第%(n)d版") % {"n": now.version} if now else _("随系统带来的表")
    said(request, _("第%(n)d版已撤回，现在按%(which)s分派。") % {"n": version, "which": which})
    return redirect("/admin/routing/")


@administrator
@require_safe
def attempt(request: HttpRequest) -> HttpResponse:
    """The try-box: what the table in force (or the draft, where there is one) does with one matter. Writes nothing."""
    form = TryForm(request.GET, auto_id="tr_%s")
    if not form.is_valid():
        return page(
            request, "routing", "routing", _context(request, tryform=form, refused=first_fault(form)), status=422
        )
    got = form.cleaned_data
    area = got["area"]
    level = names.HANDLED_AT[area.level] if area else (got["level"] or "township")
    draft = _draft(request)
    at = request.at  # type: ignore[attr-defined]
    try:
        tables = routing.tables_with(draft[1]) if draft else setup.tables(at)
    except RoutingRefused as refused:
        return page(
            request, "routing", "routing", _context(request, tryform=form, refused=refused.problems), status=422
        )
    tried = routing.attempt(
        tables,
        kind=got["kind"],
        level=level,
        grade=got["grade"],
        flags=got["flags"],
        area_id=area.pk if area else None,
        at=at,
    )
    result = {
        "route": tried.route, "unit": tried.unit, "area": area, "level": names.LEVEL_LABELS[level],
        "helpers": "、".join(names.UNIT_TYPES[h] for h in tried.route.helpers),
        "procedure": dict(procedures()).get(tried.route.procedure, tried.route.procedure),
        "lost": [(lost.rule, names.UNIT_TYPES[lost.unit_type], lost.why) for lost in tried.lost],
        "duties": [(names.FLAGS[duty.flag], names.UNIT_TYPES[duty.unit_type], duty.rule) for duty in tried.duties],
    }  # fmt: skip
    return page(request, "routing", "routing", _context(request, tryform=form, result=result))


__all__ = ["COLUMNS", "attempt", "drop", "publish", "remove", "row", "table", "undo", "version"]
