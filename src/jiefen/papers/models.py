"""Papers: what was put on file, when, by which step, to whom; what was voided; seals of offices; wording of remedies."""

from django.db import models
from django.db.models import Q


class Paper(models.Model):
    """One paper. Its fields are sealed with the case's key; `number` is as printed, and stays when the paper is voided."""

    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="papers")
    intake = models.BigIntegerField(null=True, db_index=True)  # papers about an intake that never became a case
    key = models.ForeignKey("kernel.SealKey", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=60)
    step = models.ForeignKey("cases.Step", null=True, on_delete=models.PROTECT, related_name="papers")
    to_party = models.CharField(max_length=8, blank=True)
    fields = models.BinaryField()
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("people.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    unit_name = models.CharField(max_length=60, blank=True, default="")  # as it was then, if it has another now
    made_at = models.DateTimeField()
    completed_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    completed_at = models.DateTimeField(null=True)  # when the blanks a step left were filled in
    void_at = models.DateTimeField(null=True)
    void_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    void_reason = models.BinaryField(null=True)  # sealed with the case's key
    seal = models.ForeignKey("papers.UnitSeal", null=True, on_delete=models.PROTECT, related_name="papers")
    seal_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    seal_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "step", "to_party"], name="paper_once"),
            models.CheckConstraint(
                condition=Q(void_at__isnull=True, void_by__isnull=True, void_reason__isnull=True)
                | Q(void_at__isnull=False, void_by__isnull=False, void_reason__isnull=False),
                name="paper_void_whole",
            ),
        ]
        indexes = [models.Index(fields=["case", "kind"], name="paper_case")]


class UnitSeal(models.Model):
    """The image of an office's seal, held as a sealed file, from a moment until another took its place or it was withdrawn."""

    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    sha256 = models.BinaryField(max_length=32)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    given_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(until__isnull=True), name="seal_in_force"),
        ]


class RemedyWording(models.Model):
    """What a paper says about the ways to object: a fixed text with named blanks, for an office, a type of office, or all.

    Rows are ended, never rewritten. `blanks` gives the fixed value of a blank for this office (复查机关 → its name); the
    number of days comes from the procedure's clock."""

    unit = models.ForeignKey("people.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    unit_type = models.CharField(max_length=32, blank=True)
    kind = models.CharField(max_length=40)
    procedure = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=2000)
    blanks = models.JSONField(default=dict)
    source = models.CharField(max_length=200)
    mark = models.CharField(max_length=1, default="A")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    given_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "unit_type", "kind", "procedure"], condition=Q(until__isnull=True), nulls_distinct=False,
                name="wording_in_force",
            ),
        ]  # fmt: skip
