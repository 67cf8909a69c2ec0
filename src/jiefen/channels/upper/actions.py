"""Giving a case its number above, taking a wrong one away, making a pack, and reading what came back."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jiefen.cases.access import note_reading, roles_on
from jiefen.cases.marks import marked_reading
from jiefen.cases.models import Case
from jiefen.channels.models import OutsideNumber, UpperPack
from jiefen.channels.reading import BadRow, Unreadable, neutral, open_table, plain, verbatim
from jiefen.channels.upper.mapping import System
from jiefen.channels.upper.queries import sheet, without_number
from jiefen.kernel.alone import one_at_a_time
from jiefen.kernel.scope import scope
from jiefen.people.actor import Actor

ROLES = frozenset({"petition-officer", "dispatcher", "clerk"})
PACK_ROWS = 500
"""Rows of one pack. What is left stands in the next one."""
SAME_PACK = timedelta(minutes=10)
"""The same matters packed by the same person within this time are one pack."""
OUR_NUMBER = "本地编号"


class NumberRefused(ValueError):
    """The number cannot stand; the message says why and what to do."""


def enter(case: Case, system: System, number: str, *, by: Actor, at: datetime) -> OutsideNumber:
    """Write down the number a case bears above. The same number again is the same row.

    Raises NumberRefused: not a number of that system, the case has another, or another case has this one.
    """
    return _entered(case, system, number, by=by, at=at)[0]


def _entered(case: Case, system: System, number: str, *, by: Actor, at: datetime) -> tuple[OutsideNumber, bool]:
    """The row, and whether it is new: known under the lock alone, since two may read the same receipt in at once."""
    number = number.strip()
    if not system.accepts(number):
        raise NumberRefused(system.says)
    with transaction.atomic(), scope("worker"):
        row = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if not set(roles_on(by, row)) & ROLES or row.procedure not in system.procedures:
            raise NumberRefused(_("这件事项不由您填报，或者不用报到这个系统。"))
        standing = OutsideNumber.objects.filter(system=system.name, ended_at__isnull=True)
        mine = standing.filter(case=row).first()
        if mine is not None:
            if mine.number == number:
                return mine, False
            raise NumberRefused(_("本件已有编号%(n)s。填错了请先作废旧的，写明原因。") % {"n": mine.number})
        if standing.filter(number=number).exists():
            raise NumberRefused(_("这个编号已经用在另一件上，请核对。"))
        try:
            with transaction.atomic():
                made = OutsideNumber.objects.create(
                    case=row, system=system.name, number=number, by_id=by.person_id, at=at
                )
                return made, True
        except IntegrityError as taken:  # somebody wrote it down for another case at the same moment
            raise NumberRefused(_("这个编号已经用在另一件上，请核对。")) from taken


def end(case: Case, system: System, *, by: Actor, at: datetime, why: str, number: str = "") -> None:
    """Take a wrong number away, with a reason; the row stays. `number`: the one that was shown; where another stands by
    now it is left alone, so that sending it again harms nothing. Raises NumberRefused."""
    if not why.strip():
        raise NumberRefused(_("请写明为什么作废这个编号。"))
    with transaction.atomic(), scope("worker"):
        row = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if not set(roles_on(by, row)) & ROLES:
            raise NumberRefused(_("这件事项不由您填报，或者不用报到这个系统。"))
        standing = OutsideNumber.objects.filter(case=row, system=system.name, ended_at__isnull=True)
        (standing.filter(number=number) if number else standing).update(
            ended_at=at, ended_by=by.person_id, why=why.strip()[:200]
        )


@dataclass(frozen=True, slots=True)
class Pack:
    """A workbook for the system above, and what could not go into it: (case number, labels of what is missing)."""

    row: UpperPack | None
    content: bytes
    held_back: list[tuple[str, list[str]]]


def make_pack(system: System, *, by: Actor, at: datetime) -> Pack:
    """The matters without a number as one workbook, oldest first. Each leaves a reading line. A matter that lacks a
    required field stays behind and is named."""
    import xlsxwriter  # 0.1 seconds to load: not in every web process

    rows, held_back, kept = [], [], []
    for case in without_number(by, system).select_related("key", "area", "centre", "lead_unit")[:PACK_ROWS]:
        if not set(roles_on(by, case)) & ROLES:
            continue
        cells = sheet(case, system, at)
        lacking = [cell.label for cell in cells if cell.missing]
        if lacking:
            held_back.append((case.number, lacking))
            continue
        rows.append([cell.value for cell in cells])
        kept.append(case.pk)
        note_reading(f"case:{case.pk}", by, purpose=_("报送上级"), what=system.label, at=at)
    made, mark = None, ""
    if kept:
        # Pressed again, or sent again because its answer was lost on the way: that is the same pack.
        with transaction.atomic():
            one_at_a_time("pack", system.name, by.person_id)
            again = UpperPack.objects.filter(
                system=system.name, by=by.person_id, made_at__gt=at - SAME_PACK, cases=kept
            )
            made = again.order_by("pk").last() or UpperPack.objects.create(
                system=system.name, by_id=by.person_id, made_at=at, cases=kept
            )
        mark = marked_reading(f"pack:{made.pk}", by, purpose="报送上级", what=system.label, at=at).line
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": system.label, "author": mark, "comments": mark})
    page = book.add_worksheet(system.label[:31])
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    cell_format = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    page.write_row(0, 0, [c.label for c in system.columns] + [system.number_label], head)
    for line, values in enumerate(rows, 1):
        for column, value in enumerate(values):
            page.write_string(line, column, neutral(value), cell_format)
    page.set_column(0, len(system.columns), 18)
    page.freeze_panes(1, 1)
    page.set_footer(f"&L{mark.replace('&', '&&')}&R&P／&N")
    if held_back:
        rest = book.add_worksheet(_("没有放进来的"))
        rest.write_row(0, 0, [OUR_NUMBER, _("还缺")], head)
        for line, (number, lacking) in enumerate(held_back, 1):
            rest.write_row(line, 0, [number, "、".join(lacking)], cell_format)
    book.close()
    return Pack(made, out.getvalue(), held_back)


@dataclass(slots=True)
class Entered:
    """What a receipt brought: how many numbers are new, how many were known, and the bad rows (line, why)."""

    new: int = 0
    known: int = 0
    empty: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)


def take_receipt(path: Path, system: System, *, by: Actor, at: datetime) -> Entered:
    """Read back a pack in which the numbers above were filled in. A bad row names its line; the others go in.
    The same file again enters nothing. Raises channels.reading.Unreadable."""
    table = open_table(path)
    have = table.choose({OUR_NUMBER, system.number_label})
    if lacking := {OUR_NUMBER, system.number_label} - set(have):
        raise Unreadable(
            _("表里没有“%(columns)s”这一列。请用导出的报送表填好再传。") % {"columns": "、".join(sorted(lacking))}
        )
    found = Entered()
    for row in table.rows():
        if isinstance(row, BadRow):
            found.bad.append((row.line, row.reason))
            continue
        ours, number = (verbatim(plain(row.cells.get(c, ""))).strip() for c in (OUR_NUMBER, system.number_label))
        if not number:
            found.empty += 1
            continue
        case = Case.objects.filter(number=ours, doors__overlap=sorted(by.keys)).first()
        if case is None:
            found.bad.append((row.line, _("没有这个本地编号，或者不在您的职责里。")))
            continue
        try:
            _row, fresh = _entered(case, system, number, by=by, at=at)
        except NumberRefused as no:
            found.bad.append((row.line, str(no)))
            continue
        found.known, found.new = found.known + (not fresh), found.new + fresh
    return found
