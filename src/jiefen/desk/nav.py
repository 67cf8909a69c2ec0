"""The side of the page: what this person's postings let them open, and how much waits there."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from jiefen.kernel import ask
from jiefen.people.actor import CENTRE_ROLES, Actor

MOST = 99
"""Counts beside the navigation stop here and say «99+»."""

# One statement for every count of a page, each from a partial index and no further than is shown. The conditions are
# those of the lists they stand beside: `inbox.queries.unread`, `lists.scoped` with `narrowed`, and `lists.waiting`.
_UNREAD = """(SELECT count(*) FROM (SELECT 1 FROM notices_notice
    WHERE person_id = %(me)s AND read_at IS NULL LIMIT 99) unread)"""
_LATE = """(SELECT count(*) FROM (SELECT 1 FROM cases_case
    WHERE is_open AND responsible_id = %(me)s AND next_due_at <= %(at)s AND doors && %(keys)s::bigint[] LIMIT 100) late)"""
_WAITING = """(SELECT count(*) FROM (SELECT 1 FROM intake_intake
    WHERE state = 'waiting' AND {} AND doors && %(keys)s::bigint[] LIMIT 100) waiting)"""
NOBODYS = f"SELECT {_UNREAD}, {_LATE}, 0"
CENTRES = f"SELECT {_UNREAD}, {_LATE}, {_WAITING.format('centre_id = ANY (%(centres)s::bigint[])')}"
KEEPERS = f"SELECT {_UNREAD}, {_LATE}, {_WAITING.format('stratum = 2')}"


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits for somebody: notices not read, matters late in their hands, intakes to be decided at their centre."""

    unread: int = 0
    late: int = 0
    waiting: int = 0


def counts(actor: Actor, at: datetime) -> Counts:
    """What waits for the actor now. One question."""
    centres = sorted({p.unit_id for p in actor.areas()})
    keeper = "vault-keeper" in actor.roles
    given = {"me": actor.person_id, "at": at, "keys": sorted(actor.keys)}
    if centres and not keeper:
        given["centres"] = centres
    found = ask.row(KEEPERS if keeper else CENTRES if centres else NOBODYS, given)
    return Counts(*found) if found else Counts()


def _shown(n: int) -> str:
    return f"{MOST}+" if n > MOST else str(n)


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


def groups(actor: Actor, waits: Counts, path: str) -> list[Group]:
    """The navigation of one person, with what waits for them."""
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
        item(today, "/intakes/", "signpost-split", _("待分诊"), _shown(waits.waiting))
    if "clerk" in roles:
        item(today, "/tickets/", "ticket-perforated", _("排号"))
    if roles & {"clerk", "dispatcher", "petition-officer", "hotline-agent"} and centre:
        item(today, "/roster/", "calendar-week", _("大厅值班"))
    if roles - {"administrator", "vault-keeper"}:
        item(mine, "/cases/?scope=mine", "person-check", _("我负责的"))
        item(mine, "/cases/?scope=mine&when=late", "exclamation-octagon", _("我的超期"), _shown(waits.late), True)
    if "clerk" in roles or "dispatcher" in roles:
        item(mine, "/cases/?scope=first&when=all", "chat-left-text", _("我首问的"))
    if "handler" in roles or "unit-head" in roles:
        item(mine, "/cases/?scope=unit", "folder2-open", _("本单位主办的"))
        item(mine, "/joint/", "people", _("协办、会议和任务"))
    if "grid-worker" in roles:
        item(today, "/follow-ups/visits/", "signpost-2", _("要去看的"))
    if "follow-up-caller" in roles:
        item(mine, "/follow-ups/", "telephone", _("待回访"))
    if centre:
        item(look, "/cases/?scope=centre", "folder2", _("本中心事项"))
    if roles & {"supervisor", "dispatcher", "petition-officer"}:
        item(mine, "/follow-ups/again/", "arrow-repeat", _("当事人说没解决的"))
    if "supervisor" in roles:
        item(look, "/supervise/", "binoculars", _("督办台"))
        item(look, "/roster/late/", "alarm", _("叫来没有按时到的"))
        item(look, "/supervise/readings/", "eye", _("没有任务的查看"))
        if any(p.role == "supervisor" and p.area_level == "county" for p in actor.held):
            item(look, "/admin/postings/", "person-plus", _("等同意的任职"))
            item(look, "/admin/successions/waiting/", "intersect", _("等同意的合并、拆分"))
    if roles & {"supervisor", "ruling-body"}:
        item(look, "/rulings/", "hammer", _("裁定和先例"))
    if not roles & {"handler", "unit-head"} and roles & {"supervisor", "dispatcher", "petition-officer", "mediator"}:
        item(look, "/joint/", "people", _("协办、会议和任务"))
    if roles & {"supervisor", "sponsor"}:
        item(look, "/supervise/hard/", "person-badge", _("积案包案"))
    if roles & {"supervisor", "vault-keeper"}:
        item(look, "/vault/", "shield-lock", _("检举控告总数"))
    if roles & {"supervisor", "sponsor", "dispatcher", "petition-officer"}:
        item(look, "/indicators/", "bar-chart", _("指标与台账"))
    if roles & {"supervisor", "administrator"}:
        item(look, "/indicators/suggestions/", "lightbulb", _("建议对了多少"))
    if roles & {"clerk", "dispatcher"}:
        item(look, "/ledger/", "upload", _("导入台账"))
    if roles & {"petition-officer", "dispatcher", "clerk", "supervisor"}:
        item(look, "/upper/", "box-arrow-up", _("报送上级系统"))
    if roles & {"clerk", "dispatcher", "supervisor", "petition-officer", "hotline-agent", "vault-keeper"}:
        item(look, "/personal/", "person-vcard", _("个人信息请求"))
    item(look, "/inbox/", "bell", _("通知"))
    if actor.is_administrator:
        item(look, "/admin/", "sliders", _("管理"))
    return [g for g in (Group(_("今天"), today), Group(_("我的"), mine), Group(_("查"), look)) if g.items]
