"""The numbers a county may set: what the definitions propose, what is in force, and dated changes with their document."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from jiefen.desk.admin.door import administrator, done_before, page, said
from jiefen.desk.admin.fields import NEEDED, Day, Words, first_fault
from jiefen.kernel.clock import local_day
from jiefen.procedures import actions, catalogue
from jiefen.procedures.actions import NotAllowed
from jiefen.procedures.definition import unit_words
from jiefen.procedures.models import AreaSetting
from jiefen.procedures.settings import plain, variant

WHEN = {"咨询": "咨询", "求助": "求助", "建议": "建议", "complex": "复杂", "major": "重大疑难"}


@dataclass(frozen=True, slots=True)
class Line:
    """A setting as the list shows it. `ours`: the county set it itself; `next`: a row that begins later."""

    key: str
    label: str
    proposed: str
    value: str
    ours: AreaSetting | None
    next: AreaSetting | None
    mark: str
    basis: str
    shorten_only: bool
    settable: bool

    @property
    def short(self) -> str:
        """The label without the procedure it belongs to, for a list under that heading."""
        return self.label.partition("：")[2] or self.label


def amount(number: Any, declared: Any) -> str:
    """5个工作日, 1个月, 3次."""
    unit = declared.get("unit", "days")
    if unit == "minutes":
        return _("%(n)s分钟") % {"n": number}
    if unit in ("times", "people"):
        return f"{number}{_('次') if unit == 'times' else _('人')}"
    return f"{number}{unit_words(unit, declared.get('kind', 'natural'))}"


def said_value(value: Any, declared: Any) -> str:
    """A value with its variants as one line."""
    parts = [amount(plain(value), declared)]
    for row in declared.get("variants", ()):
        number = variant(value, row["when"])
        parts.append(f"{when_label(row['when'])}{amount(row['default'] if number is None else number, row)}")
    return "；".join(parts)


def when_label(when: Any) -> str:
    """The case a variant speaks of: 求助, 紧急, 复杂."""
    return "、".join(_("紧急") if key == "urgent" else WHEN.get(str(value), str(value)) for key, value in when.items())


def lines(at: datetime) -> list[Line]:
    """Every setting, in the order of its label. Two queries."""
    words = catalogue.vocabulary()
    day = local_day(at)
    rows: dict[str, list[AreaSetting]] = {}
    for row in AreaSetting.objects.filter(undone=False).order_by("since", "pk"):
        rows.setdefault(row.key, []).append(row)
    found = []
    for key, declared in words.settings.items():
        ours = next(
            (r for r in reversed(rows.get(key, [])) if r.since <= day and (r.until is None or day < r.until)), None
        )
        coming = next((r for r in rows.get(key, []) if r.since > day), None)
        found.append(
            Line(
                key=key, label=declared["label"], proposed=said_value(declared["default"], declared),
                value=said_value(ours.value, declared) if ours else said_value(declared["default"], declared),
                ours=ours, next=coming, mark=declared["mark"], shorten_only=declared["shorten-only"],
                basis="；".join(words.source_title(one) for one in declared["basis"]), settable=declared["by"] == "county",
            )
        )  # fmt: skip
    return found


@administrator
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "").strip()
    only = request.GET.get("only", "")
    rows = [row for row in lines(request.at) if asked in row.label or asked in row.key]  # type: ignore[attr-defined]
    if only in ("V", "M", "A"):
        rows = [row for row in rows if row.mark == only]
    if only == "ours":
        rows = [row for row in rows if row.ours or row.next]
    groups: dict[str, list[Line]] = {}
    for row in rows:
        groups.setdefault(row.label.partition("：")[0] if "：" in row.label else _("各程序共用"), []).append(row)
    context = {
        "groups": sorted(groups.items()),
        "total": len(rows),
        "asked": asked,
        "only": only,
        "marks": catalogue.vocabulary().marks,
    }
    return page(request, "settings", "settings", context)


def _form(declared: Any, data: Any = None, *, day: Any = None) -> forms.Form:
    """A form with a number for the setting and one for each of its variants."""
    fields: dict[str, forms.Field] = {"value": _number(_("改为"), declared)}
    for place, row in enumerate(declared.get("variants", ())):
        fields[f"variant{place}"] = _number(_("%(when)s改为") % {"when": when_label(row["when"])}, row)
    fields["since"] = Day(label=gettext_lazy("从哪天起"))
    fields["source"] = Words(
        label=gettext_lazy("依据的公开文件"), max_length=300, help_text=gettext_lazy("文件名和文号")
    )
    return type("SettingForm", (forms.Form,), fields)(data, initial={"since": day})


def _number(label: str, declared: Any) -> forms.IntegerField:
    unit = amount("", declared)
    words = {**NEEDED, "invalid": gettext_lazy("请写不小于0的整数。")}
    return forms.IntegerField(label=f"{label}（{unit}）", initial=declared["default"], error_messages=words)


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, key: str) -> HttpResponse:
    declared = catalogue.vocabulary().settings.get(key)
    if declared is None:
        raise Http404
    at = request.at  # type: ignore[attr-defined]
    day = local_day(at)
    if request.method != "POST":
        return _page_of(request, key, declared, _form(declared, day=day))
    if done_before(request):
        return redirect(f"/admin/settings/{key}/")
    form = _form(declared, request.POST)
    if declared["by"] != "county":
        return _page_of(request, key, declared, form, 422, refused=catalogue.vocabulary().setters[declared["by"]])
    if not form.is_valid():
        return _page_of(request, key, declared, form, 422, refused=first_fault(form))
    got = form.cleaned_data
    variants = [
        {"when": dict(row["when"]), "value": got[f"variant{place}"]}
        for place, row in enumerate(declared.get("variants", ()))
    ]
    value: Any = {"value": got["value"], "variants": variants} if variants else got["value"]
    try:
        row = actions.set_setting(
            key, value, since=got["since"], source_document=got["source"], set_by=request.actor.username, at=at,  # type: ignore[attr-defined]
        )  # fmt: skip
    except NotAllowed as refused:
        why = "；".join(catalogue.vocabulary().source_title(basis) for basis in declared["basis"])
        sentence = str(refused)
        if declared["shorten-only"] and declared["mark"] == "V":
            sentence += _(" 依据：%(basis)s。") % {"basis": why}
        return _page_of(request, key, declared, form, 422, refused=sentence)
    words = {"label": declared["label"], "value": said_value(row.value, declared), "day": row.since}
    said(request, _("“%(label)s”从%(day)s起为%(value)s。在走的时限仍按原来的数。") % words)
    return redirect(f"/admin/settings/{key}/")


def _page_of(
    request: HttpRequest, key: str, declared: Any, form: forms.Form, status: int = 200, **extra: Any
) -> HttpResponse:
    words = catalogue.vocabulary()
    day = local_day(request.at)  # type: ignore[attr-defined]
    rows = list(AreaSetting.objects.filter(key=key).order_by("-since", "-pk"))
    context = {
        "line": next(line for line in lines(request.at) if line.key == key), "form": form, "meaning": words.marks[declared["mark"]],  # type: ignore[attr-defined]
        "setter": words.setters[declared["by"]],
        "rows": [(row, said_value(row.value, declared), row.since > day and not row.undone) for row in rows], **extra,
    }  # fmt: skip
    return page(request, "setting", "settings", context, status=status)


@administrator
@require_http_methods(["POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    row = AreaSetting.objects.filter(pk=pk).first()
    if row is None or row.key not in catalogue.vocabulary().settings:
        raise Http404
    if done_before(request):
        return redirect(f"/admin/settings/{row.key}/")
    declared = catalogue.vocabulary().settings[row.key]
    try:
        if row.undone:
            raise NotAllowed(_("这一行已经撤回过。"))
        actions.undo_setting(row, at=request.at)  # type: ignore[attr-defined]
    except NotAllowed as refused:
        day = local_day(request.at)  # type: ignore[attr-defined]
        return _page_of(request, row.key, declared, _form(declared, day=day), 422, refused=str(refused))
    said(
        request,
        _("已撤回“%(label)s”定于%(day)s起的改动，原来的数接着用。") % {"label": declared["label"], "day": row.since},
    )
    return redirect(f"/admin/settings/{row.key}/")
