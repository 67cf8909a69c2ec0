"""People: found by whole name or username, postings with dates and roles, who stands in, a new password, an account shut."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from jiefen.desk.admin import told, verbs
from jiefen.desk.admin.door import administrator, done_before, page, said
from jiefen.desk.admin.fields import AreaCode, Choice, Day, OfficeName, Words, first_fault, moment_of
from jiefen.kernel.clock import day_end, day_start, local_day
from jiefen.people import actions, widening
from jiefen.people.actions import Refused
from jiefen.people.models import Person, Posting, Substitute
from jiefen.people.queries import existing_units, people_named, postings_at, stand_ins_of
from jiefen.procedures.catalogue import vocabulary

PAGE = 50
NO_POSTING = frozenset({"applicant", "respondent"})
"""Roles of the people in a matter: nobody is posted to them."""


def roles() -> list[tuple[str, str]]:
    """Every role somebody can be posted to, with its name."""
    words = vocabulary().roles
    return [
        *((key, row["label"]) for key, row in words.items() if key not in NO_POSTING),
        ("administrator", _("管理员")),
    ]


def role_label(role: str) -> str:
    return dict(roles()).get(role, role)


class NewPerson(forms.Form):
    name = Words(label=gettext_lazy("姓名"), max_length=40)
    username = Words(
        label=gettext_lazy("用户名"), max_length=40, help_text=gettext_lazy("小写字母、数字和 . _ -，登录时用")
    )
    phone = Words(
        label=gettext_lazy("值班电话"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("会印在文书上，不要写私人手机"),
    )


class NewPosting(forms.Form):
    unit = OfficeName(label=gettext_lazy("单位"), help_text=gettext_lazy("代码或全名"))
    role = Choice(label=gettext_lazy("角色"), choices=roles)
    area = AreaCode(
        label=gettext_lazy("管哪个区域（代码）"), required=False, help_text=gettext_lazy("不填就是单位所管的区域")
    )
    since = Day(label=gettext_lazy("从哪天起"))


class Ending(forms.Form):
    on = Day(label=gettext_lazy("从哪天起不再担任"))


class Absence(forms.Form):
    stand_in = Words(label=gettext_lazy("谁来代（用户名）"), max_length=40)
    since = Day(label=gettext_lazy("从哪天"))
    until = Day(label=gettext_lazy("到哪天（含）"))
    reason = Words(label=gettext_lazy("为什么"), max_length=60, help_text=gettext_lazy("例如：年休、培训"))


@administrator
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    at = request.at  # type: ignore[attr-defined]
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "unit", "role", "after", "shut")}
    rows = Person.objects.filter(is_active=not asked["shut"])
    if asked["q"]:
        rows = people_named(asked["q"])
    here = postings_at(at)
    if asked["unit"]:
        here = here.filter(unit__name=asked["unit"]) | here.filter(unit__code=asked["unit"])
    if asked["role"]:
        here = here.filter(role=asked["role"])
    if asked["unit"] or asked["role"]:
        rows = rows.filter(pk__in=here.values("person_id"))
    total = rows.count()
    if asked["after"]:
        rows = rows.filter(username__gt=asked["after"])
    found = list(rows.order_by("username")[: PAGE + 1])
    held: dict[int, list[str]] = {}
    words = dict(roles())
    for person, unit, role in (
        postings_at(at).filter(person__in=found[:PAGE]).order_by("pk").values_list("person_id", "unit__name", "role")
    ):
        held.setdefault(person, []).append(f"{unit}：{words.get(role, role)}")
    context = {
        "rows": [(person, held.get(person.pk, [])) for person in found[:PAGE]], "total": total, "asked": asked,
        "after": found[PAGE - 1].username if len(found) > PAGE else "", "roles": roles(), "units": _units(at),
    }  # fmt: skip
    return page(request, "people", "people", context)


def _units(at: Any) -> list[tuple[str, str]]:
    return list(existing_units(local_day(at)).order_by("code").values_list("code", "name"))


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = NewPerson(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return page(request, "person_new", "people", {"form": form})
    if done_before(request):
        return redirect("/admin/people/")
    if not form.is_valid():
        return page(request, "person_new", "people", {"form": form, "refused": first_fault(form)}, status=422)
    got = form.cleaned_data
    try:
        person, password = actions.add_person(got["username"], got["name"], phone=got["phone"])
    except Refused as refused:
        return page(request, "person_new", "people", {"form": form, "refused": str(refused)}, status=422)
    return _password_page(request, person, password)


def _password_page(request: HttpRequest, person: Person, password: str) -> HttpResponse:
    """The one time a password is shown: never stored in clear, never in a session, not kept by the browser."""
    response = page(request, "person_password", "people", {"person": person, "password": password})
    response["Cache-Control"] = "no-store"
    return response


def _known(pk: int) -> Person:
    person = Person.objects.filter(pk=pk).first()
    if person is None:
        raise Http404
    return person


def _page_of(request: HttpRequest, person: Person, status: int = 200, **extra: Any) -> HttpResponse:
    at = request.at  # type: ignore[attr-defined]
    day = local_day(at)
    every = list(Posting.objects.filter(person=person).select_related("unit", "area").order_by("-since", "pk"))
    words = dict(roles())
    rows = [(p, words.get(p.role, p.role), p.until is None or p.until > at) for p in every]
    context = {
        "person": person, "held": [r for r in rows if r[2]], "past": [r for r in rows if not r[2]], "units": _units(at),
        "absences": [(row, row.since <= at) for row in stand_ins_of(person.pk, at)],
        "standing_in": list(
            Substitute.objects.filter(stand_in=person, until__gt=at).select_related("person").order_by("since")
        ),
        "posting": NewPosting(initial={"since": day}, auto_id="po_%s"), "ending": Ending(initial={"on": day}, auto_id="en_%s"),
        "asks": [(a, words.get(a.role, a.role)) for a in person.posting_asks.filter(decided_at__isnull=True).select_related("unit")],
        "absence": Absence(initial={"since": day, "until": day}, auto_id="ab_%s"), "now": at, **extra,
    }  # fmt: skip
    return page(request, "person", "people", context, status=status)


@administrator
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _page_of(request, _known(pk))


@administrator
@require_http_methods(["POST"])
def add_posting(request: HttpRequest, pk: int) -> HttpResponse:
    person = _known(pk)
    if done_before(request):
        return redirect(f"/admin/people/{pk}/")
    at = request.at  # type: ignore[attr-defined]
    day = local_day(at)
    form = NewPosting(request.POST, auto_id="po_%s")
    form.fields["unit"].day = day  # type: ignore[attr-defined]
    if not form.is_valid():
        return _page_of(request, person, 422, posting=form, refused=first_fault(form))
    got = form.cleaned_data
    refused = ""
    if not person.is_active:
        refused = _("%(name)s的账号已经停用，不能再任职。") % {"name": person.name}
    elif got["since"] < day:
        refused = _("任职不能从过去的日子起：那时别人已经在办，谁在办要照实记。")
    elif Posting.objects.filter(
        person=person, unit=got["unit"], role=got["role"], area=got["area"] or got["unit"].area, until__isnull=True
    ).exists():
        refused = _("%(name)s在%(unit)s已经是%(role)s，没有再加一次。") % {
            "name": person.name, "unit": got["unit"].name, "role": role_label(got["role"]),
        }  # fmt: skip
    if refused:
        return _page_of(request, person, 422, posting=form, refused=refused)
    area = got["area"]
    try:
        row = widening.propose(
            person, got["unit"], got["role"], area_id=area.pk if area else None, since=moment_of(got["since"], at),
            by=request.actor, at=at,  # type: ignore[attr-defined]
        )  # fmt: skip
    except Refused as no:
        return _page_of(request, person, 422, posting=form, refused=str(no))
    words = {"name": person.name, "unit": row.unit.name, "role": role_label(row.role)}
    said(request, _("已提出%(name)s在%(unit)s任%(role)s。另一位管理员或县级督办的人同意后生效。") % words)
    return redirect(f"/admin/people/{pk}/")


@administrator
@require_http_methods(["POST"])
def end(request: HttpRequest, pk: int, posting: int) -> HttpResponse:
    person = _known(pk)
    row = Posting.objects.select_related("unit").filter(pk=posting, person=person).first()
    if row is None:
        raise Http404
    if done_before(request):
        return redirect(f"/admin/people/{pk}/")
    at = request.at  # type: ignore[attr-defined]
    form = Ending(request.POST, auto_id="en_%s")
    if not form.is_valid():
        return _page_of(request, person, 422, ending=form, refused=first_fault(form))
    on = form.cleaned_data["on"]
    refused = ""
    if row.until is not None:
        refused = _("这项任职已定于%(day)s结束。") % {"day": local_day(row.until)}
    elif on < local_day(at):
        refused = _("任职不能从过去的日子起结束：那几天他在办的事要照实记。")
    if refused:
        return _page_of(request, person, 422, ending=form, refused=refused)
    try:
        moved = verbs.end_posting(row, at=moment_of(on, at), now=at)
    except Refused as why:
        return _page_of(request, person, 422, ending=form, refused=str(why))
    words = {"name": person.name, "unit": row.unit.name, "role": role_label(row.role), "day": on}
    said(
        request,
        _("%(name)s从%(day)s起不再任%(unit)s%(role)s。") % words + " " + _moved(moved, later=on > local_day(at)),
    )
    return redirect(f"/admin/people/{pk}/")


def _moved(moved: verbs.Rehomed, *, later: bool = False) -> str:
    """Where somebody's work went, as a sentence."""
    if later:
        return _("到那一天，手里的事项自动由单位负责人接着办。")
    if not moved.matters:
        return _("他手里没有要移交的事项。")
    to = "，".join(_("%(name)s %(n)d件") % {"name": name, "n": n} for name, n in moved.to)
    return _("他负责的%(n)d件已移交：%(to)s。") % {"n": moved.matters, "to": to}


@administrator
@require_http_methods(["POST"])
def absent(request: HttpRequest, pk: int) -> HttpResponse:
    person = _known(pk)
    if done_before(request):
        return redirect(f"/admin/people/{pk}/")
    at = request.at  # type: ignore[attr-defined]
    form = Absence(request.POST, auto_id="ab_%s")
    if not form.is_valid():
        return _page_of(request, person, 422, absence=form, refused=first_fault(form))
    got = form.cleaned_data
    by = Person.objects.filter(username=got["stand_in"].lower(), is_active=True).first()
    since = at if got["since"] == local_day(at) else day_start(got["since"])
    try:
        if by is None:
            raise Refused(_("没有用户名是%(name)s的在用账号。") % {"name": got["stand_in"]})
        if by.pk == request.actor.person_id:  # type: ignore[attr-defined]
            raise Refused(_("管理员不能定自己代别人的班。请另一位管理员来定。"))
        if got["since"] < local_day(at):
            raise Refused(_("代班不能从过去的日子起。"))
        if not postings_at(at).filter(person=by).exists():
            raise Refused(_("%(name)s现在没有任职，不能代班。") % {"name": by.name})
        if Substitute.objects.filter(person=person, since__lt=day_end(got["until"]), until__gt=since).exists():
            raise Refused(_("这几天里已经有人代%(name)s。请先结束那一段。") % {"name": person.name})
        told.stand_in(
            person, by, since=since, until=day_end(got["until"]), reason=got["reason"], by=request.actor, at=at,  # type: ignore[attr-defined]
        )  # fmt: skip
    except Refused as refused:
        return _page_of(request, person, 422, absence=form, refused=str(refused))
    words = {"by": by.name, "name": person.name, "since": got["since"], "until": got["until"]}
    said(request, _("%(since)s至%(until)s由%(by)s代%(name)s。代班人用自己的名字办，过后自动收回。") % words)
    return redirect(f"/admin/people/{pk}/")


@administrator
@require_http_methods(["POST"])
def back(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    person = _known(pk)
    held = Substitute.objects.select_related("stand_in").filter(pk=row, person=person).first()
    if held is None:
        raise Http404
    if done_before(request):
        return redirect(f"/admin/people/{pk}/")
    actions.end_stand_in(held, at=request.at)  # type: ignore[attr-defined]
    said(request, _("%(by)s不再代%(name)s，从现在起。") % {"by": held.stand_in.name, "name": person.name})
    return redirect(f"/admin/people/{pk}/")


@administrator
@require_http_methods(["POST"])
def password(request: HttpRequest, pk: int) -> HttpResponse:
    person = _known(pk)
    if done_before(request):
        return redirect(f"/admin/people/{pk}/")
    try:
        fresh = told.reset_password(person, by=request.actor, at=request.at)  # type: ignore[attr-defined]
    except Refused as refused:
        return _page_of(request, person, 422, refused=str(refused))
    return _password_page(request, person, fresh)


@administrator
@require_http_methods(["POST"])
def shut(request: HttpRequest, pk: int) -> HttpResponse:
    person = _known(pk)
    if done_before(request):
        return redirect(f"/admin/people/{pk}/")
    if not person.is_active:
        return _page_of(request, person, 422, refused=_("%(name)s的账号已经停用。") % {"name": person.name})
    if request.POST.get("sure") != "yes":
        return _page_of(request, person, 422, refused=_("停用会结束他的全部任职。确实要停用的，请先在框里打勾。"))
    try:
        ended, moved = verbs.shut_account(person, at=request.at)  # type: ignore[attr-defined]
    except Refused as refused:
        return _page_of(request, person, 422, refused=str(refused))
    said(
        request,
        _("%(name)s的账号已停用，结束了%(n)d项任职。") % {"name": person.name, "n": ended} + " " + _moved(moved),
    )
    return redirect(f"/admin/people/{pk}/")
