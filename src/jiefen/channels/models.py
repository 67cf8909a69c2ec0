"""What came in by file and by queue: imports with their mark of progress, column mappings, keys of sources, tickets."""

from django.db import models
from django.db.models import Q


class ImportProfile(models.Model):
    """A column mapping of this county's own, or one in place of a shipped one of the same name. Data only."""

    name = models.SlugField(max_length=40, unique=True)
    body = models.JSONField()  # the same shape as ledger/profiles/*.yaml
    changed_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()


class ImportBatch(models.Model):
    """One file going in. `done` is written in the transaction of the rows it counts: after a kill it is exact."""

    class State(models.TextChoices):
        WAITING = "waiting", "已上传，没有开始"
        RUNNING = "running", "导入中"
        DONE = "done", "已导完"
        STOPPED = "stopped", "中途停下"
        UNDONE = "undone", "已撤销"

    file_name = models.CharField(max_length=120)
    sha256 = models.BinaryField(max_length=32)
    profile = models.CharField(max_length=40)
    home = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    rows = models.PositiveIntegerField(default=0)  # rows of the file, when somebody counted them
    done = models.PositiveIntegerField(default=0)  # rows behind us, good and bad
    created = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)  # {"centre 12": n, "vault": n, "urgent": n, "answered": n}
    why = models.CharField(max_length=200, blank=True)  # why it stopped
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=120, blank=True)  # sealed upload waiting for its job
    key = models.ForeignKey("kernel.SealKey", null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "profile", "home"],
                condition=Q(state__in=["running", "stopped"]),
                name="import_unfinished",
            )
        ]
        indexes = [models.Index(fields=["-started_at", "id"], name="import_latest")]

    def __str__(self) -> str:
        return f"{self.pk} {self.file_name}"


class RowError(models.Model):
    """A row that was not taken in: where, and which rule. Nothing of what the row says."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="errors")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=200)

    class Meta:
        ordering = ["line", "id"]
        constraints = [models.UniqueConstraint(fields=["batch", "line", "column"], name="row_error_once")]


class SourceKey(models.Model):
    """The key with which one outside system hands in orders. Only its hash is kept."""

    source = models.CharField(max_length=40)  # which platform, «city-12345»
    mark = models.BinaryField(max_length=32, unique=True)
    home = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class QueueTicket(models.Model):
    """A number drawn at a centre's window. It ends in an intake or in a stated reason."""

    centre = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    number = models.PositiveIntegerField()
    # Whom they came for, where they said so: an office that sits in the hall on set days, or that is called.
    unit = models.ForeignKey("people.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    called_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    intake = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "day", "number"], name="ticket_once"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(intake__isnull=False) | ~Q(reason=""), name="ticket_closed_with"
            ),
        ]
        indexes = [
            models.Index(fields=["centre", "day", "number"], condition=Q(closed_at__isnull=True), name="ticket_open")
        ]


class OutsideNumber(models.Model):
    """The number a case bears in a system above. A wrong one is ended with a reason, never rewritten."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="outside_numbers")
    system = models.CharField(max_length=40)
    number = models.CharField(max_length=40)
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "system"], condition=Q(ended_at__isnull=True), name="outside_one_a_case"
            ),
            models.UniqueConstraint(
                fields=["system", "number"], condition=Q(ended_at__isnull=True), name="outside_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class UpperPack(models.Model):
    """A workbook made for a system above: who made it, when, and which cases it held. The workbook itself is not kept."""

    system = models.CharField(max_length=40)
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    cases = models.JSONField(default=list)  # primary keys, in the order of the rows
