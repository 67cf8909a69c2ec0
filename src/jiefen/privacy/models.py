"""What people ask about their own information, how readings were looked at, and what was destroyed at the end of keeping.

Words are sealed with the key of the matter they speak of, so that they end with it. Lists of destruction hold numbers only.
"""

from django.db import models
from django.db.models import F, Q


class PersonalRequest(models.Model):
    """One person asks: for a copy, for a correction, for deletion, or says that a reading should not have been."""

    class Kind(models.TextChoices):
        COPY = "copy", "查阅、复制"
        CORRECTION = "correction", "更正、补充"
        DELETION = "deletion", "删除"
        READING = "reading", "这次查看不应该"

    class Part(models.TextChoices):
        NAME = "name", "姓名"
        PHONE = "phone", "电话"
        ADDRESS = "address", "住址"
        WORDS = "words", "反映的内容"

    class Way(models.TextChoices):
        CODE = "code", "凭码"
        WINDOW = "window", "到窗口"
        PHONE = "phone", "打电话"

    class State(models.TextChoices):
        OPEN = "open", "在办"
        DONE = "done", "已办"
        REFUSED = "refused", "没有照办"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    intake = models.BigIntegerField(db_index=True)  # whose receipt it is
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey("kernel.SealKey", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")  # who answers
    reading = models.ForeignKey("kernel.Reading", null=True, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=8, choices=Part.choices, blank=True)
    wanted = models.BinaryField(null=True)  # sealed: what it should say
    before = models.BinaryField(null=True)  # sealed: what it said, where that was put right
    words = models.BinaryField(null=True)  # sealed: why
    way = models.CharField(max_length=6, choices=Way.choices)
    written_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()  # the first moment that is late
    days = models.PositiveSmallIntegerField()  # by the table as it was that day
    basis = models.CharField(max_length=90)
    mark = models.CharField(max_length=1)
    once = models.CharField(max_length=32)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.BinaryField(null=True)  # sealed
    article = models.CharField(max_length=60, blank=True)  # «L-PIPL:47»: why it was not done
    until = models.DateField(null=True)  # deletion: the day to which keeping was shortened, or lasts

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["intake", "once"], name="personal_once"),
            models.UniqueConstraint(
                fields=["intake", "kind", "part", "reading"], condition=Q(state="open"), nulls_distinct=False,
                name="personal_waiting",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["unit", "due_at", "id"], condition=Q(state="open"), name="personal_queue"),
        ]


class Shortened(models.Model):
    """Keeping of one matter was shortened because the person asked. The earliest day of several counts."""

    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")
    intake = models.BigIntegerField(null=True, db_index=True)
    until = models.DateField()
    request = models.OneToOneField(PersonalRequest, on_delete=models.PROTECT, related_name="shortened")
    at = models.DateTimeField()


class ReadingReview(models.Model):
    """The supervisor looked at one reading without a task: it was right, or it is followed up."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", "查看有理由"
        FOLLOWED = "followed", "要追问"

    reading = models.OneToOneField("kernel.Reading", on_delete=models.PROTECT, related_name="review")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    key = models.ForeignKey("kernel.SealKey", on_delete=models.PROTECT, related_name="+")
    words = models.BinaryField()  # sealed with the matter's key
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Hold(models.Model):
    """A matter is kept longer than its term, for a named reason, until somebody ends it."""

    class Ground(models.TextChoices):
        COURT = "court", "诉讼、复议或仲裁在进行"
        AUDIT = "audit", "纪检监察、审计或检查在用"
        ARCHIVE = "archive", "等移交档案馆"

    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")
    intake = models.BigIntegerField(null=True, db_index=True)
    ground = models.CharField(max_length=8, choices=Ground.choices)
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "intake", "ground"], condition=Q(ended_at__isnull=True), nulls_distinct=False,
                name="hold_once",
            ),
        ]  # fmt: skip


class Destruction(models.Model):
    """A list of what is to be destroyed: proposed by one, approved by another, then carried out item by item."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "等另一人批准"
        APPROVED = "approved", "已批准，正在销毁"
        DONE = "done", "已销毁"
        DECLINED = "declined", "没有批准"

    as_of = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Also in the database: nobody approves what they proposed.
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(state="declined") | ~Q(decided_by=models.F("proposed_by")),
                name="destruction_two_people",
            ),
        ]
        indexes = [models.Index(fields=["-proposed_at", "id"], name="destruction_latest")]


class DestructionItem(models.Model):
    """One matter on a list. `passed` says why it was left when its turn came (something had come up meanwhile)."""

    destruction = models.ForeignKey(Destruction, on_delete=models.PROTECT, related_name="items")
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")
    intake = models.BigIntegerField(null=True, db_index=True)
    number = models.CharField(max_length=40)
    rule = models.CharField(max_length=16)
    ended_on = models.DateField()
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    keys = models.JSONField(default=list)  # numbers of the keys that were destroyed
    passed = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["destruction", "case", "intake"], nulls_distinct=False, name="destruction_item_once"
            ),
        ]
        indexes = [models.Index(fields=["case"], condition=Q(done_at__isnull=False), name="destroyed_case")]


class UnmaskAsk(models.Model):
    """Above the day's number of particulars somebody has had shown, a second person agrees to one more."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    party = models.CharField(max_length=8)
    purpose = models.CharField(max_length=40)
    asked_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="unmask_by_two"
            ),
        ]


class Taskless(models.Model):
    """A reading by somebody who had a door but no task, as the hourly look through found it. Looked at again when listed."""

    reading = models.OneToOneField("kernel.Reading", on_delete=models.CASCADE, primary_key=True, related_name="+")
