"""Merging and splitting offices and areas: a form, a preview of what would move, a day; a second person, who sees the same and
agrees (`agreeing`); calling off before the day."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiefen.cases import ground
from jiefen.cases.succession import problems
from jiefen.desk.admin.door import administrator, done_before, page, said
from jiefen.desk.admin.fields import Day, Words, first_fault
from jiefen.kernel.clock import local_day
from jiefen.notices.models import Notice
from jiefen.people import changing, successions
from jiefen.people.actions import Refused
from jiefen.people.models import Succession, Unit
from jiefen.people.queries import existing_units
from jiefen.places.models import Area
from jiefen.procedures.catalogue import vocabulary
from jiefen.triage import setup

Kind = Succession.Kind
MOST = 40
SHOWN = 60


class Lines(forms.CharField):
    """Several lines, each with cells between commas."""

    def __init__(self, cells: int = 1, **kwargs: Any) -> None:
        self.cells = cells
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), max_length=8000, **kwargs)

    def clean(self, value: Any) -> list[list[str]]:
        text = super().clean(value)
        rows = []
        for line in text.splitlines():
            cells = [cell.strip() for cell in line.replace("，", ",").replace("\t", ",").split(",")]
            if any(cells):
                rows.append([*cells, *[""] * self.cells][: self.cells])
        if len(rows) > MOST:
            raise forms.ValidationError(_("最多%(n)d行。") % {"n": MOST})
        return rows


class ChangeForm(forms.Form):
    """`old`: what ends, a code a line. `parts`: what takes over, a line each."""

    on = Day(label=gettext_lazy("从哪天起"))
    basis = Words(label=gettext_lazy("依据的文件"), max_length=120, help_text=gettext_lazy("例如：清政发〔2026〕9号"))


class MergeUnits(ChangeForm):
    old = Lines(
        label=gettext_lazy("合并哪些单位"), help_text=gettext_lazy("一行一个，写代码或全名；留下来接替的那个也写上")
    )
    parts = Lines(
        cells=3, label=gettext_lazy("由谁接替"),
        help_text=gettext_lazy("写已有单位的代码；新设的写：代码，名称，类型（类型不写就和第一个一样）"),
    )  # fmt: skip
    field_order = ["old", "parts", "on", "basis"]


class SplitUnit(ChangeForm):
    old = Lines(label=gettext_lazy("拆分哪个单位"), help_text=gettext_lazy("写代码或全名"))
    parts = Lines(
        cells=5, label=gettext_lazy("拆成哪几个"),
        help_text=gettext_lazy("一行一个：代码，名称，类型，接哪些类别（如 15 16，用空格隔开），接哪些人（用户名，用空格隔开）。没有写到的都归第一行"),
    )  # fmt: skip
    field_order = ["old", "parts", "on", "basis"]


class MergeAreas(ChangeForm):
    old = Lines(label=gettext_lazy("合并哪些区域"), help_text=gettext_lazy("一行一个代码，同一级"))
    parts = Lines(
        cells=2, label=gettext_lazy("由谁接替"), help_text=gettext_lazy("写已有区域的代码；新设的写：代码，名称")
    )
    codes = Lines(
        cells=2, label=gettext_lazy("村的新代码"), required=False,
        help_text=gettext_lazy("合并乡镇时，村会到另一个乡镇下面，一行一个：旧代码，新代码。村以下的代码系统自己编"),
    )  # fmt: skip
    field_order = ["old", "parts", "codes", "on", "basis"]


class SplitArea(ChangeForm):
    old = Lines(label=gettext_lazy("拆分哪个区域"), help_text=gettext_lazy("写代码"))
    parts = Lines(
        cells=3, label=gettext_lazy("拆成哪几个"),
        help_text=gettext_lazy("一行一个：新代码，名称，下面的哪些区域归它（代码，用空格隔开）。没有写到的归第一行"),
    )  # fmt: skip
    field_order = ["old", "parts", "on", "basis"]


FORMS: dict[str, type[ChangeForm]] = {
    Kind.MERGE_UNITS: MergeUnits, Kind.SPLIT_UNIT: SplitUnit, Kind.MERGE_AREAS: MergeAreas, Kind.SPLIT_AREA: SplitArea,
}  # fmt: skip


def counted() -> dict[str, str]:
    """What each count of a change is called."""
    return {
        "units": _("个单位结束"), "areas": _("个区域结束（连同里面的）"), "offices": _("个单位改管接替的区域"), "people": _("人换任职"),
        "matters": _("件在办事项转过去"), "intakes": _("件待分诊来件转过去"), "rules": _("行分派规则改指"), "tickets": _("个排队号结束"),
        "requests": _("项个人信息请求转过去"), "seals": _("枚旧印章停用（接替的单位要登记自己的）"),
    }  # fmt: skip


def words_of(counts: dict[str, int]) -> list[tuple[int, str]]:
    """Counts in the order of `counted`, those of nothing left out."""
    return [(counts[name], label) for name, label in counted().items() if counts.get(name)]


def plan_of(kind: str, form: ChangeForm, day: date) -> dict[str, Any]:
    """The plan a form asks for. Raises Refused for an office or a kind of office that nobody knows."""
    got = form.cleaned_data
    old = [row[0] for row in got["old"]]
    if kind in (Kind.MERGE_AREAS, Kind.SPLIT_AREA):
        parts = [
            {"code": row[0], "name": row[1], "inside": row[2].split() if len(row) > 2 else []} for row in got["parts"]
        ]
        return {"areas": old, "parts": parts, "new_codes": {a: b for a, b in got.get("codes") or [] if a and b}}
    types = vocabulary().unit_types
    parts = []
    for row in got["parts"]:
        kind_of = row[2] if len(row) > 2 else ""
        if kind_of and kind_of not in types:
            kind_of = next((key for key, label in types.items() if label == kind_of), kind_of)
            if kind_of not in types:
                raise Refused(_("没有“%(said)s”这种单位类型。") % {"said": kind_of})
        one: dict[str, Any] = {"code": _code(row[0], day), "name": row[1], "unit_type": kind_of}
        if len(row) > 3:
            one |= {"kinds": row[3].split(), "people": row[4].split()}
        parts.append({name: value for name, value in one.items() if value})
    return {"units": [_code(name, day) for name in old], "parts": parts}


def _code(said_: str, day: date) -> str:
    """An office's code, from its code or whole name; what nobody knows stays as it is (it may be a new one)."""
    from jiefen.people.queries import named_exactly

    found = named_exactly(said_, day)
    return found[0].code if len(found) == 1 else said_


@administrator
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every change, the coming ones first; and what any left behind."""
    return _listing(request)


def _listing(request: HttpRequest, status: int = 200, **extra: Any) -> HttpResponse:
    at = request.at  # type: ignore[attr-defined]
    rows = Succession.objects.select_related("planned_by", "agreed_by", "called_off_by").order_by("-on", "-pk")[:SHOWN]
    lines = [(row, said_of(row), words_of(row.done)) for row in rows]
    coming = [line for line in lines if line[0].done_at is None and line[0].called_off_at is None]
    past = [line for line in lines if line not in coming]
    context = {
        "coming": coming[::-1],
        "past": past,
        "kinds": Kind.choices,
        "today": local_day(at),
        "left": problems(at),
        **extra,
    }
    return page(request, "successions", "successions", context, status=status)


MOST_NAMES = 60


def shown(seen: dict[str, Any]) -> dict[str, Any]:
    """What a change would move, for a page: counts in words, who goes from where to where, figures of each office before and
    after."""
    people = seen.get("people", [])
    return {
        "counts": words_of(seen.get("counts", {})), "people": people[:MOST_NAMES], "more": max(len(people) - MOST_NAMES, 0),
        "offices": seen.get("offices", []),
    }  # fmt: skip


def said_of(row: Succession) -> dict[str, str]:
    """What a change is about, by names."""
    codes = row.plan.get("units") or row.plan.get("areas") or []
    parts = row.plan["parts"]
    model: Any = Unit if "units" in row.plan else Area
    known = dict(model.objects.filter(code__in=[*codes, *(p["code"] for p in parts)]).values_list("code", "name"))
    return {
        "old": "、".join(known.get(code, code) for code in codes),
        "new": "、".join(known.get(p["code"], p.get("name") or p["code"]) for p in parts),
    }


def changed(notices: Iterable[Notice]) -> dict[str, str]:
    """What the changes that notices speak of are about, by the number in their code. No query where there are none."""
    pks = {pk for n in notices if n.code.startswith("succession:") and (pk := n.code.rpartition(":")[2]).isdecimal()}
    rows = Succession.objects.filter(pk__in=pks) if pks else ()
    names = {str(row.pk): (row, said_of(row)) for row in rows}
    return {
        pk: _("%(kind)s：%(old)s → %(new)s，%(day)s起") % {"kind": _(row.get_kind_display()), "day": row.on, **said_}
        for pk, (row, said_) in names.items()
    }


def told_of(code: str) -> str:
    """What a notice about a change says, by its code."""
    return {
        "proposed": _("有人提出合并或拆分，等第二个人看过、同意"),
        "agreed": _("定了合并或拆分，到那天自动办，您或您单位的任职、事项会跟着换"),
        "done": _("合并或拆分已经办好，任职、事项和任务跟着换了单位。写错了请告诉管理员"),
        "off": _("合并或拆分不办了，什么都没有动"),
    }.get(code.split(":")[1], _("合并、拆分"))


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """The form; POST `do` previews, or writes the change down."""
    if kind not in FORMS:
        raise Http404
    at = request.at  # type: ignore[attr-defined]
    day = local_day(at)
    label = Kind(kind).label
    form = FORMS[kind](
        request.POST if request.method == "POST" else None, initial={"on": day, "old": request.GET.get("old", "")}
    )
    units = list(existing_units(day).order_by("code").values_list("code", "name")) if "unit" in kind else []
    context: dict[str, Any] = {"form": form, "kind": kind, "label": label, "units": units}
    if request.method != "POST":
        return page(request, "succession", "successions", context)
    sure = request.POST.get("do") == "keep"
    if sure and done_before(request):
        return redirect("/admin/successions/")
    if not form.is_valid():
        return page(request, "succession", "successions", {**context, "refused": first_fault(form)}, status=422)
    got = form.cleaned_data
    try:
        plan = plan_of(kind, form, day)
        if not sure:
            if got["on"] < day:
                raise Refused(_("生效日期已经过去。机构和区划的变更从今天或以后起，不往回改。"))
            seen = successions.foresee(kind, plan, on=got["on"], basis=got["basis"], at=at)
            return page(
                request,
                "succession",
                "successions",
                {**context, "seen": shown(seen), "previewed": True, "on": got["on"]},
            )
        changing.propose(kind, plan, on=got["on"], basis=got["basis"], by=request.actor, at=at)  # type: ignore[attr-defined]
    except Refused as no:
        return page(request, "succession", "successions", {**context, "refused": str(no).split("\n")}, status=422)
    ground.forget()
    setup.forget()
    said(request, _("已提出，等另一位管理员或县级督办的人同意；同意以前什么都没有动，可以收回。"))
    return redirect("/admin/successions/")


@administrator
@require_POST
def off(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a change off before its day."""
    row = Succession.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    if done_before(request):
        return redirect("/admin/successions/")
    try:
        changing.take_back(row.pk, by=request.actor, at=request.at, why=request.POST.get("why", ""))  # type: ignore[attr-defined]
    except Refused as no:
        return _listing(request, 422, refused=str(no))
    said(request, _("已取消，什么都没有动。"))
    return redirect("/admin/successions/")


urlpatterns = [
    path("", listing),
    path("new/<slug:kind>/", new),
    path("<int:pk>/off/", off),
]
