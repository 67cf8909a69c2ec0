"""Procedures: what is published and what is a draft, one drawn with its steps and clocks, and a new version taken in."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from jiefen.desk.admin import publishing
from jiefen.desk.admin.door import administrator, done_before, page, said
from jiefen.desk.admin.fields import Table, first_fault
from jiefen.desk.admin.settings import when_label
from jiefen.places.tables import RowError, decode
from jiefen.procedures import catalogue, drawing, loader
from jiefen.procedures.definition import Clock, Procedure, Step, Vocabulary, unit_words
from jiefen.procedures.models import PublishedProcedure

DRAFT = "procedure-draft"


class Upload(forms.Form):
    file = Table(label=gettext_lazy("定义文件（YAML）"))


@administrator
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    return _list_page(request)


def _list_page(request: HttpRequest, status: int = 200, **extra: Any) -> HttpResponse:
    published = {(row.name, row.version): row for row in PublishedProcedure.objects.defer("body")}
    hashes = loader.read_lock()
    rows = []
    for (name, version), found in sorted(catalogue.procedures().items(), key=lambda item: (item[1].label, item[0][1])):
        row = published.get((name, version))
        digest = row.sha256 if row else hashes.get(f"{name}.v{version}.yaml", "")
        marks = [sum(clock.mark == mark for clock in found.clocks.values()) for mark in "VMA"]
        rows.append((found, row, digest, marks))
    context = {"rows": rows, "form": Upload(), "waiting": request.session.get(DRAFT), **extra}
    return page(request, "procedures", "procedures", context, status=status)


def pictured(found: Procedure) -> dict[str, Any]:
    """The drawing, the steps and the clocks of a definition as the page shows them."""
    words = catalogue.vocabulary()
    return {
        "svg": mark_safe(drawing.svg(found)),
        "steps": [_step(n, step, found, words) for n, step in enumerate(found.steps.values(), 1)],
        "clocks": [_clock(clock, found, words) for clock in found.clocks.values()],
        "basis": [(words.source_title(b.source), b.says, b.mark) for b in found.basis],
        "starters": "、".join(words.roles[role]["label"] for role in found.who_may_start),
        "dossier": [words.papers[part.paper]["label"] for part in found.closing.dossier if part.paper in words.papers],
        "meanings": words.marks,
    }  # fmt: skip


def _step(number: int, step: Step, found: Procedure, words: Vocabulary) -> dict[str, Any]:
    return {
        "number": number, "label": step.label,
        "from": "、".join(found.states[s].label for s in step.from_states),
        "to": found.states[step.to].label if step.to else _("不变"),
        "roles": "、".join(words.roles[r]["label"] for r in step.roles),
        "guards": "、".join(words.guards[g]["label"] for g in step.guards),
        "makes": "、".join(words.papers[p]["label"] for p in step.makes if p in words.papers),
        "reason": step.reason_required, "basis": "；".join(words.source_title(b) for b in step.basis), "mark": step.mark,
    }  # fmt: skip


def _clock(clock: Clock, found: Procedure, words: Vocabulary) -> dict[str, Any]:
    ends = _("期满自行终止")

    def said_trigger(trigger: Any) -> str:
        parts = [
            _("进入%(states)s") % {"states": "、".join(found.states[s].label for s in trigger.enter)}
            if trigger.enter
            else "",
            "、".join(found.steps[s].label for s in trigger.step),
            "、".join(words.facts[f]["label"] for f in trigger.fact),
            _("送达%(papers)s") % {"papers": "、".join(words.papers[p]["label"] for p in trigger.notice)}
            if trigger.notice
            else "",
            _("转开其他程序") if trigger.opens else "",
        ]
        return "；".join(part for part in parts if part)

    extension = _("不得延长")
    if clock.extension is not None:
        who = words.approvers[clock.extension.approver]
        extension = (
            f"{_('日数约定')}，{who}"
            if clock.extension.days is None
            else f"{clock.extension.days}{unit_words('days', 'natural')}，{who}"
        )
    return {
        "label": clock.label, "amount": clock.amount.words,
        "variants": [f"{when_label(v.when)}{v.amount.words}" for v in clock.variants],
        "binds": words.binds[clock.binds].split("，")[0].split("；")[0], "starts": said_trigger(clock.starts),
        "stops": said_trigger(clock.stops) or ends, "pauses": "、".join(found.states[s].label for s in clock.pauses),
        "extension": extension, "setting": clock.setting, "basis": "；".join(words.source_title(b) for b in clock.basis),
        "mark": clock.mark, "note": clock.note,
    }  # fmt: skip


@administrator
@require_safe
def one(request: HttpRequest, name: str, version: int) -> HttpResponse:
    found = catalogue.procedures().get((name, version))
    if found is None:
        raise Http404
    row = PublishedProcedure.objects.filter(name=name, version=version).first()
    digest = row.sha256 if row else loader.read_lock().get(f"{name}.v{version}.yaml", "")
    versions = sorted(v for n, v in catalogue.procedures() if n == name)
    return page(
        request, "procedure", "procedures",
        {"found": found, "row": row, "digest": digest, "versions": versions, "draft": False, **pictured(found)},
    )  # fmt: skip


@administrator
@require_http_methods(["POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Check an uploaded definition. One that holds becomes a draft of this session; nothing is published."""
    form = Upload(request.POST, request.FILES)
    if not form.is_valid():
        return _list_page(request, 422, form=form, refused=first_fault(form))
    decoded = decode(form.cleaned_data["file"])
    name = str(getattr(request.FILES["file"], "name", ""))
    if isinstance(decoded, RowError):
        return _list_page(request, 422, form=form, refused=str(decoded))
    text = decoded[0]
    try:
        publishing.read(text, where=name.removesuffix(".yaml").removesuffix(".yml"))
    except loader.DefinitionError as wrong:
        refused = _("“%(name)s”有%(n)d处不对，没有发布。") % {"name": name, "n": len(wrong.problems)}
        return _list_page(request, 422, form=form, refused=refused, problems=wrong.problems)
    request.session[DRAFT] = {"text": text, "name": name}
    return redirect("/admin/procedures/draft/")


@administrator
@require_safe
def draft(request: HttpRequest) -> HttpResponse:
    return _draft_page(request)


def _draft_page(request: HttpRequest, status: int = 200, **extra: Any) -> HttpResponse:
    kept = request.session.get(DRAFT)
    if kept is None:
        raise Http404
    try:
        read = publishing.read(kept["text"], where=kept["name"])
    except loader.DefinitionError as wrong:
        request.session.pop(DRAFT)
        return _list_page(request, 422, refused=_("草稿现在合不上了，已放弃。"), problems=wrong.problems)
    context = {
        "found": read.procedure, "digest": read.sha256, "before": read.before, "draft": True, "name": kept["name"],
        "versions": [], "row": None, **pictured(read.procedure), **extra,
    }  # fmt: skip
    return page(request, "procedure", "procedures", context, status=status)


@administrator
@require_http_methods(["POST"])
def publish(request: HttpRequest) -> HttpResponse:
    """Publish the draft, or drop it."""
    kept = request.session.get(DRAFT)
    if request.POST.get("do") == "drop":
        if request.session.pop(DRAFT, None) is not None:
            said(request, _("草稿已放弃，没有发布。"))
        return redirect("/admin/procedures/")
    if done_before(request):
        return redirect("/admin/procedures/")
    if kept is None:
        return _list_page(request, 422, refused=_("没有待发布的草稿，可能刚才已经发布。"))
    if request.POST.get("sure") != "yes":
        return _draft_page(request, 422, refused=_("发布以后这一版不能再改。确实要发布的，请先在框里打勾。"))
    try:
        row = publishing.publish(kept["text"], at=request.at)  # type: ignore[attr-defined]
    except loader.DefinitionError as wrong:
        return _draft_page(request, 422, refused=_("没有发布。"), problems=wrong.problems)
    request.session.pop(DRAFT, None)
    words = {"name": row.name, "v": row.version, "day": row.effective_from}
    said(request, _("%(name)s第%(v)d版已发布，%(day)s起的新事项用它；在办的仍用原来那一版。") % words)
    return redirect(f"/admin/procedures/{row.name}/{row.version}/")
