"""The side of the page: what this person's postings let them open, and how much waits there."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from jiefen.desk import lists
from jiefen.people.actor import CENTRE_ROLES, Actor


@dataclass(frozen=True, slots=True)
class Item:
    url: str
    icon: str
    label: str
    num: str = ""
    late: bool = False
    current: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    items: list[Item]


def groups(actor: Actor, at: datetime, path: str) -> list[Group]:
    """The navigation of one person. Three counts, each from a partial index."""
    roles = actor.roles
    centre = bool(roles & CENTRE_ROLES) and bool(actor.areas())
    today: list[Item] = []
    mine: list[Item] = []
    look: list[Item] = []

    def item(to: list[Item], url: str, icon: str, label: str, num: str = "", late: bool = False) -> None:
        to.append(Item(url, icon, label, "" if num == "0" else num, late, path == url.split("?")[0] and "?" not in url))

    if roles - {"administrator"}:
        item(today, "/desk/", "journal-text", _("工作台"))
    if roles & {"clerk", "hotline-agent", "dispatcher"}:
        item(today, "/register/", "pencil-square", _("登记来件"))
    if centre or "vault-keeper" in roles:
        item(today, "/intakes/", "signpost-split", _("待分诊"), lists.counted(lists.waiting(actor), 99))
    if "clerk" in roles:
        item(today, "/tickets/", "ticket-perforated", _("排号"))
    if roles - {"administrator", "vault-keeper"}:
        late = lists.counted(lists.narrowed(lists.scoped(actor, "mine"), when="late", at=at), 99)
        item(mine, "/cases/?scope=mine", "person-check", _("我负责的"))
        item(mine, "/cases/?scope=mine&when=late", "exclamation-octagon", _("我的超期"), late, True)
    if "clerk" in roles or "dispatcher" in roles:
        item(mine, "/cases/?scope=first&when=all", "chat-left-text", _("我首问的"))
    if "handler" in roles or "unit-head" in roles:
        item(mine, "/cases/?scope=unit", "folder2-open", _("本单位主办的"))
        item(mine, "/cases/?scope=assist", "people", _("本单位协办的"))
    if "follow-up-caller" in roles:
        item(mine, "/cases/?scope=county&state=replied", "telephone", _("待回访"))
    if centre:
        item(look, "/cases/?scope=centre", "folder2", _("本中心事项"))
    if "supervisor" in roles:
        item(look, "/supervise/", "binoculars", _("督办台"))
    if roles & {"supervisor", "sponsor", "dispatcher", "petition-officer"}:
        item(look, "/indicators/", "bar-chart", _("指标与台账"))
    if roles & {"clerk", "dispatcher"}:
        item(look, "/ledger/", "upload", _("导入台账"))
    item(look, "/inbox/", "bell", _("通知"))
    if actor.is_administrator:
        item(look, "/admin/", "sliders", _("管理"))
    return [g for g in (Group(_("今天"), today), Group(_("我的"), mine), Group(_("查"), look)) if g.items]
