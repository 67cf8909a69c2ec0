"""What waits for somebody to read or do. A notice carries no content, only that there is something to read."""

from django.db import models


class Notice(models.Model):
    class Kind(models.TextChoices):
        STEP = "step", "事项有进展"
        HARM = "harm", "紧急伤害标记"
        DUE = "due", "期限将到"
        LATE = "late", "已超期"
        MOVED = "moved", "责任移交"
        ASK = "ask", "当事人请求"

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")
    intake = models.BigIntegerField(null=True)
    step = models.BigIntegerField(null=True)
    code = models.CharField(max_length=60, blank=True)  # name of the step, of the flag, of the clock
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "step", "code", "case", "intake"], name="notice_once", nulls_distinct=False
            )
        ]
        indexes = [
            models.Index(fields=["person", "-at", "id"], name="notice_inbox"),
            models.Index(fields=["person"], condition=models.Q(read_at__isnull=True), name="notice_unread"),
        ]
