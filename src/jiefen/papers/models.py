"""Papers: what was put on file, when, by which step, and to whom it was delivered."""

from django.db import models


class Paper(models.Model):
    """One paper. Its fields are sealed with the case's key; `number` is as printed."""

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
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "kind", "step", "to_party"], name="paper_once")]
        indexes = [models.Index(fields=["case", "kind"], name="paper_case")]
