"""One person's notices, in words. What they may no longer see is told without a title."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from jiefen.cases.access import visible_cases
from jiefen.cases.models import Case
from jiefen.desk.admin.successions import changed, told_of
from jiefen.desk.admin.told import RESET, STANDS_IN, about_of
from jiefen.desk.language import say
from jiefen.desk.lists import visible_intakes
from jiefen.intake.models import Intake
from jiefen.intake.own_actions import WITHDRAWN
from jiefen.kernel.clock import local
from jiefen.kernel.masking import mask_text
from jiefen.kernel.seal import Sealed, open_row
from jiefen.notices.models import Notice
from jiefen.oversight import meeting_tasks
from jiefen.people.actor import Actor
from jiefen.people.models import Person
from jiefen.people.widening import may_agree
from jiefen.procedures.catalogue import procedure, vocabulary
from jiefen.procedures.definition import Procedure

PAGE = 50
MOST_UNREAD = 99
MOST_ALARMS = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A notice as the page shows it. `url` is empty where the matter is not this person's any more."""

    notice: Notice
    says: str
    title: str
    number: str
    url: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """A harm mark that nobody has cleared. `intake` None: out of this person's reach by now."""

    notice: Notice
    flag: str
    means: str
    subject: str
    number: str
    url: str


def unread(actor: Actor) -> int:
    """How many notices wait, up to 99: one look at a partial index, for the top line of every page."""
    return Notice.objects.filter(person_id=actor.person_id, read_at__isnull=True)[:MOST_UNREAD].count()


def alarms(actor: Actor) -> list[Alarm]:
    """Harm notices not cleared, the newest first. Two queries."""
    rows = list(
        Notice.objects.filter(person_id=actor.person_id, kind=Notice.Kind.HARM, done_at__isnull=True).order_by(
            "-at", "-pk"
        )[:MOST_ALARMS]
    )
    numbers = {n.intake for n in rows if n.intake}
    intakes = {i.pk: i for i in visible_intakes(actor).filter(pk__in=numbers).select_related("key")} if numbers else {}
    flags = vocabulary().flags
    found = []
    for notice in rows:
        intake = intakes.get(notice.intake or 0)
        if batch := batch_of(notice):
            means = _("里面的旧件有紧急标记，没有逐件提醒；请打开名单，逐件看过再分派。")
            subject, number = _("第%(n)s批导入的名单") % {"n": batch}, _("第%(n)s批") % {"n": batch}
            found.append(Alarm(notice, _("整批导入里有紧急标记"), means, subject, number, f"/ledger/{batch}/urgent/"))
            continue
        words = flags.get(notice.code, {})
        found.append(
            Alarm(
                notice, words.get("label", notice.code), words.get("means", ""), _subject(intake),
                intake.number if intake else "", f"/intakes/{intake.number}/" if intake else "",
            )
        )  # fmt: skip
    return found


def batch_of(notice: Notice) -> int:
    """The import that one notice stands for all older urgent intakes of, or 0."""
    head, _colon, number = notice.code.partition(":")
    return int(number) if head == "import" and number.isdecimal() else 0


def _subject(intake: Intake | None) -> str:
    if intake is None:
        return _("这件来件已不在您这里")
    try:
        return mask_text(open_row(intake.key).open(intake.subject, field="intake.subject") or "")
    except Sealed:
        return _("内容已按期限销毁") if intake.key.wrapped is None else _("内容打不开")


def listed(actor: Actor, *, only_unread: bool, after: str = "") -> tuple[list[Row], str]:
    """A page of notices, the newest first, and where the next one begins. Three queries."""
    rows: QuerySet[Notice] = Notice.objects.filter(person_id=actor.person_id)
    if only_unread:
        rows = rows.filter(read_at__isnull=True)
    stamp, _sep, last = after.partition("~")
    try:
        when, number = datetime.fromisoformat(stamp), int(last)
        rows = rows.filter(Q(at__lt=when) | Q(at=when, pk__lt=number))
    except ValueError:
        pass  # a torn address begins again at the top
    found = list(rows.order_by("-at", "-pk")[: PAGE + 1])
    shown = found[:PAGE]
    begins = f"{shown[-1].at.isoformat()}~{shown[-1].pk}" if len(found) > PAGE else ""
    return rows_of(actor, shown), begins


def rows_of(actor: Actor, notices: Iterable[Notice]) -> list[Row]:
    notices = list(notices)
    wanted = {n.case_id for n in notices if n.case_id}
    cases = {c.pk: c for c in visible_cases(actor).filter(pk__in=wanted).select_related("key")} if wanted else {}
    told = {n.intake for n in notices if n.intake}
    intakes = {i.pk: i for i in visible_intakes(actor).filter(pk__in=told).select_related("key")} if told else {}
    meetings = meetings_of(notices)
    about = {about_of(n.code)[1] for n in notices} - {0}
    people = dict(Person.objects.filter(pk__in=about).values_list("pk", "name")) if about else {}
    changes = changed(notices)
    out = []
    for notice in notices:
        case, intake = cases.get(notice.case_id or 0), intakes.get(notice.intake or 0)
        if batch := batch_of(notice):
            title, number = _("里面带紧急标记的旧件名单"), _("第%(n)s批") % {"n": batch}
            out.append(Row(notice, says(notice, None), title, number, f"/ledger/{batch}/urgent/"))
        elif whom := about_of(notice.code)[1]:
            out.append(Row(notice, says(notice, None), _("账号：%(name)s") % {"name": people.get(whom, "")}, "", ""))
        elif notice.code.startswith("succession:"):
            waits = "/admin/successions/waiting/" if may_agree(actor) else ""
            out.append(Row(notice, says(notice, None), changes.get(notice.code.rpartition(":")[2], ""), "", waits))
        elif notice.code.startswith("meeting"):
            out.append(_of_meeting(notice, meetings, case))
        elif case is not None:
            definition = procedure(case.procedure, case.version)
            try:
                title = mask_text(open_row(case.key).open(case.title, field="case.title") or "")
            except Sealed:
                title = _("内容已按期限销毁") if case.key.wrapped is None else _("内容打不开")
            out.append(
                Row(notice, says(notice, definition), title, case.number, _asked_at(notice) or f"/cases/{case.slug}/")
            )
        elif intake is not None:
            out.append(
                Row(
                    notice,
                    says(notice, None),
                    _subject(intake),
                    intake.number,
                    _asked_at(notice) or f"/intakes/{intake.number}/",
                )
            )
        else:
            out.append(Row(notice, says(notice, None), _("这件已不由您办理，内容不再显示"), "", ""))
    return out


def _of_meeting(notice: Notice, meetings: dict[int, meeting_tasks.Read], case: Case | None) -> Row:
    """A joint meeting: when and where, what it is about, and what is asked of whoever is told."""
    head, _colon, number = notice.code.partition(":")
    read = meetings.get(int(number)) if number.isdecimal() else None
    if read is None:
        return Row(notice, _("联席会议的通知；您已不在到会的单位里，内容不再显示"), _("联席会议"), "", "")
    when = f"{local(read.row.starts_at):%Y-%m-%d %H:%M}"
    said = {"when": when, "place": read.place, "topic": read.topic}
    words = {
        "meeting": _("请到会：%(when)s，%(place)s，联席会议商量“%(topic)s”"),
        "meeting-task": _("%(when)s的联席会议定了要您单位办的事，请看是哪一项、哪天办完"),
        "meeting-instead": _("您单位有人回避，请您代替：%(when)s，%(place)s，联席会议商量“%(topic)s”，定给您单位的事也请看"),
        "meeting-nobody": _("被请的单位有人回避，那里没有别人了，请另请单位或另定由谁办：%(when)s的联席会议"),
        "meeting-off": _("不用到会了：%(when)s的联席会议取消，理由在会议页里"),
    }  # fmt: skip
    url = f"/cases/{case.slug}/meetings/{read.row.seq}/" if case else "/joint/"
    return Row(notice, words.get(head, words["meeting"]) % said, read.topic, case.number if case else "", url)


def meetings_of(notices: Iterable[Notice]) -> dict[int, meeting_tasks.Read]:
    """The meetings that these notices speak of, as far as the reader may see them, in words. None asked where none is."""
    numbers = {n.code.partition(":")[2] for n in notices if n.code.startswith("meeting")}
    return meeting_tasks.by_number([int(n) for n in numbers if n.isdecimal()]) if numbers else {}


def _asked_at(notice: Notice) -> str:
    """Where a person's request about their own information is answered; empty for any other notice."""
    head, _colon, number = notice.code.partition(":")
    return f"/personal/{number}/" if head == "personal" and number.isdecimal() else ""


JOINS = {
    "joined": lambda: _("与同一件事的另一件一并办理了"),
    "parted": lambda: _("一并办理撤销了，各办各的"),
    "taken-out": lambda: _("分诊时并进来的一件来件取出去了，请看理由"),
    "behind": lambda: _("主件往前办了一步，这一件没跟上，请看缺什么"),
}


def says(notice: Notice, definition: Procedure | None) -> str:
    """What happened, in one sentence."""
    step = definition.steps.get(notice.code) if definition else None
    clock = definition.clocks.get(notice.code) if definition else None
    flags = vocabulary().flags
    if notice.kind == Notice.Kind.STEP and notice.code == "question-answered":
        return _("当事人答了要他补充、说明的")
    if notice.kind == Notice.Kind.STEP and notice.code == WITHDRAWN:
        return _("本人凭码撤回了这件还没分诊的来件，理由在来件里")
    if notice.kind == Notice.Kind.STEP and notice.code in JOINS:
        return JOINS[notice.code]()
    if notice.kind == Notice.Kind.STEP and notice.code.startswith("consent:"):
        return _("当事人凭码表示了愿不愿意，请看“同意、协议与履行”")
    if notice.kind == Notice.Kind.STEP and notice.code.startswith("agreement:"):
        return _("当事人凭码签了协议，或者说了这一稿不签，请看“同意、协议与履行”")
    if notice.kind == Notice.Kind.STEP and notice.code in ("raised", "handed-down"):
        return _("这件事提级了，理由在事项里") if notice.code == "raised" else _("这件事下交了，理由在事项里")
    if notice.kind == Notice.Kind.STEP and notice.code.startswith("assist-instead:"):
        return _("您单位有人回避，协办的一份请您接着办")
    if notice.kind == Notice.Kind.STEP:
        return _("有人办了“%(step)s”") % {"step": say(step.label)} if step else _("事项有进展")
    if notice.kind == Notice.Kind.HARM and batch_of(notice):
        if notice.done_at:
            return _("整批导入的紧急名单已看完：%(why)s") % {"why": notice.done_why}
        return _("整批导入的旧件里有紧急标记，请看名单")
    if notice.kind == Notice.Kind.HARM:
        label = say(flags.get(notice.code, {}).get("label", notice.code))
        if notice.done_at:
            return _("“%(flag)s”已解除：%(why)s") % {"flag": label, "why": notice.done_why}
        return _("来件里有“%(flag)s”，要马上看") % {"flag": label}
    if notice.kind == Notice.Kind.DUE and notice.code.startswith("question:"):
        return _("请当事人补充的快到期了，还没有答，可以打个电话")
    if notice.kind == Notice.Kind.DUE:
        return _("“%(clock)s”快到期了") % {"clock": say(clock.label)} if clock else _("期限快到了")
    if notice.kind == Notice.Kind.LATE:
        return _("“%(clock)s”已超期") % {"clock": say(clock.label)} if clock else _("已超期")
    if notice.code.startswith("succession:"):
        return told_of(notice.code)
    if notice.code.startswith("visit-instead:"):
        return _("您单位有人回避，请您去走访，在“要去看的”里")
    if notice.code.startswith("visit-back:"):
        return _("请去走访的单位有人回避，那里没有别人能去，请另请单位或自己去")
    if notice.kind == Notice.Kind.ASK and notice.code.startswith("again:"):
        return _("当事人说没解决或不满意，等您定要不要重新办")
    if notice.kind == Notice.Kind.ASK and notice.code.startswith("personal:"):
        return _("当事人对自己的个人信息提了请求，请按期答复")
    if notice.kind == Notice.Kind.ASK and notice.code.startswith("reading:"):
        return _("督办的人要追问您的一次查看")
    if notice.kind == Notice.Kind.ASK and notice.code.startswith("unmask:"):
        return _("同事今天揭开的到了次数，等您同不同意再揭开一次")
    if notice.kind == Notice.Kind.ASK:
        return _("当事人说还没解决，请求重启")
    if about_of(notice.code)[0] == RESET:
        return _("管理员重设了这个账号的密码。不是本人要求的，请马上告诉督办的人，并请另一位管理员再重设一次")
    if about_of(notice.code)[0] == STANDS_IN:
        return _("管理员定了别人代这个人的班。不是本人或者单位要求的，请马上告诉督办的人，由另一位管理员结束")
    return _("责任移交给您：原来的人不在岗")
