"""Taking a batch back: what nobody has decided yet becomes void, what somebody decided stays and is listed."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.channels.ledger.actions import ImportRefused, digest_code, sha256_of
from jiefen.channels.models import ImportBatch
from jiefen.intake.models import Intake
from jiefen.kernel.scope import scope
from jiefen.notices.models import Notice


@dataclass(slots=True)
class Undone:
    """What an undo did. `kept` are the numbers of intakes that were decided already."""

    batch: int
    void: int
    kept: list[str]
    before: bool = False  # it had been undone already

    def lines(self) -> list[str]:
        """As lines of text."""
        if self.before:
            return [_("第%(n)s批以前已撤销，没有再动。") % {"n": self.batch}]
        out = [
            _("第%(n)s批已撤销：%(void)s件作废，凭编号查询会看到“已撤销导入”。")
            % {"n": self.batch, "void": f"{self.void:,}"}
        ]
        if self.kept:
            out.append(
                _("%(n)s件已有人分诊，保留不动：%(list)s")
                % {"n": len(self.kept), "list": "、".join(self.kept[:50]) + ("…" if len(self.kept) > 50 else "")}
            )
        return out


def undo(batch: int, *, at: datetime) -> Undone:
    """Undo one batch; also one that is running, which then stops. Twice is harmless. Raises ImportRefused when there is
    no such batch."""
    with transaction.atomic(), scope("import"):
        row = ImportBatch.objects.select_for_update(of=("self",)).filter(pk=batch).first()
        if row is None:
            raise ImportRefused(_("没有第%(n)s批导入。") % {"n": batch})
        if row.state == ImportBatch.State.UNDONE:
            return Undone(batch, 0, [], before=True)
        ours = Intake.objects.filter(batch=batch)
        void = ours.filter(state=Intake.State.WAITING).update(state=Intake.State.VOID)
        gone = ours.filter(state=Intake.State.VOID).values("pk")
        told = Notice.objects.filter(done_at__isnull=True)
        for which in (told.filter(intake__in=gone), told.filter(code=digest_code(batch))):
            which.update(done_at=at, done_why=_("这批导入已撤销"))
        kept = list(ours.filter(state=Intake.State.DECIDED).order_by("pk").values_list("number", flat=True))
        row.state, row.undone_at = ImportBatch.State.UNDONE, at
        row.save(update_fields=["state", "undone_at"])
        return Undone(batch, void, kept)


def undo_file(path: Path, profile: str, *, at: datetime) -> list[Undone]:
    """Undo every batch of this file under this profile. Raises ImportRefused when there is none."""
    rows = ImportBatch.objects.filter(sha256=sha256_of(path), profile=profile).exclude(state="undone").order_by("pk")
    found = [undo(pk, at=at) for pk in rows.values_list("pk", flat=True)]
    if not found:
        raise ImportRefused(_("这个文件没有导入过，或已撤销。"))
    return found
