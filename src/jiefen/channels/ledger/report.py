"""What became of a file: for the terminal, the page, and the list of bad rows."""

import csv
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from jiefen.channels.models import ImportBatch, RowError
from jiefen.channels.reading import neutral
from jiefen.intake.models import Intake
from jiefen.people.models import Unit


@dataclass(slots=True)
class Report:
    """The end of an import (or of a dry run, then `batch` is None)."""

    batch: int | None
    rows: int
    created: int
    known: int
    bad: int
    twins: int = 0  # groups of the same words
    counts: dict[str, int] = field(default_factory=dict)
    errors: list[tuple[int, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    seen: int = 0  # rows gone through in this run
    errors_path: Path | None = None

    def lines(self) -> list[str]:
        """The report as lines of text."""
        c = self.counts
        rate = f"，{self.seen / self.seconds:,.0f}行／秒" if self.seconds > 0.05 and self.seen else ""
        head = _("第%(n)s批") % {"n": self.batch} if self.batch else _("只检查，没有写入")
        out = [
            _("%(head)s：%(rows)s行，新收%(created)s件，以前已收%(known)s件，有错%(bad)s行（%(seconds).1f秒%(rate)s）")
            % {
                "head": head, "rows": f"{self.rows:,}", "created": f"{self.created:,}", "known": f"{self.known:,}",
                "bad": f"{self.bad:,}", "seconds": self.seconds, "rate": rate,
            },
            _("内容完全相同的：%(n)s组") % {"n": self.twins},
            _("带紧急伤害标记的：%(n)s件（一天以内的逐件提醒值班人，更早的每个中心合成一条提醒）") % {"n": c.get("urgent", 0)},
            _("疑为检举控告、进保险库的：%(n)s件") % {"n": c.get("vault", 0)},
        ]  # fmt: skip
        if "answered" in c:
            out.append(_("办成已答复工单的：%(n)s件") % {"n": c["answered"]})
        centres = {int(k.split()[1]): n for k, n in c.items() if k.startswith("centre ")}
        names = dict(Unit.objects.filter(pk__in=centres).values_list("pk", "name"))
        out += [f"  {names.get(pk, pk)}　{n:,}" for pk, n in sorted(centres.items(), key=lambda x: -x[1])]
        out += self.notes
        if self.errors_path:
            out.append(_("有错的行写在 %(path)s") % {"path": self.errors_path})
        return out


def report_of(batch: ImportBatch, *, known_ids: list[int] | None = None) -> Report:
    """The report of a batch as it stands. Needs the scope of an import: it counts what no single person may see."""
    rows = Intake.objects.filter(batch=batch.pk).exclude(state=Intake.State.VOID)
    if known_ids:
        rows = Intake.objects.filter(pk__in=known_ids) | rows
    from django.db.models import Count

    twins = rows.exclude(text_digest=None).order_by().values("text_digest").annotate(n=Count("pk")).filter(n__gt=1)
    return Report(
        batch=batch.pk, rows=batch.done, created=batch.created, known=batch.known, bad=batch.bad, twins=twins.count(),
        counts=dict(batch.counts),
        errors=list(RowError.objects.filter(batch=batch).values_list("line", "column", "reason")),
    )  # fmt: skip


def write_errors(report: Report, path: Path) -> None:
    """The bad rows as a CSV that Excel opens: line, column, reason. Nothing of the rows' own words."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["行", "列", "原因"])
        for line, column, reason in report.errors:
            writer.writerow([line, neutral(column), neutral(reason)])
    report.errors_path = path
