"""What somebody independent heard when they asked the person."""

from django.db import models


class FollowUp(models.Model):
    """One attempt to reach the person. Their words are sealed; the handler cannot write here."""

    class Outcome(models.TextChoices):
        REACHED = "reached", "联系上了"
        NO_ANSWER = "no-answer", "没联系上"

    class Ground(models.TextChoices):
        UNANSWERED = "unanswered", "有诉求没答复"
        UNTRUE = "untrue", "答复与事实不符"
        NO_CONTACT = "no-contact", "没有人联系过"

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="follow_ups")
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("people.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    way = models.CharField(max_length=12, default="phone")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    words = models.BinaryField(null=True)
    solved = models.BooleanField(null=True)
    satisfied = models.BooleanField(null=True)
    ground = models.CharField(max_length=12, choices=Ground.choices, blank=True)
    after_seq = models.PositiveIntegerField(default=0)  # it speaks of the answer given by this step

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="follow_up_case")]
