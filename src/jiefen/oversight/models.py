"""What somebody independent heard when they asked the person, the visits others were asked to make; joint meetings with
their tasks, and the rulings kept as precedents."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class FollowUp(models.Model):
    """One attempt to reach the person, or what they said by their code. Their words are sealed; the handler cannot write here."""

    class Outcome(models.TextChoices):
        REACHED = "reached", "联系上了"
        NO_ANSWER = "no-answer", "没联系上"

    class Ground(models.TextChoices):
        UNANSWERED = "unanswered", "有诉求没答复"
        UNTRUE = "untrue", "答复与事实不符"
        NO_CONTACT = "no-contact", "没有人联系过"

    class Way(models.TextChoices):
        PHONE = "phone", "电话"
        VISIT = "visit", "走访"
        CODE = "code", "本人凭码"

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="follow_ups")
    party = models.CharField(
        max_length=8, blank=True
    )  # key of the person asked; empty in rows from before there were several
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("people.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    way = models.CharField(max_length=12, choices=Way.choices, default=Way.PHONE)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    words = models.BinaryField(null=True)
    place = models.BinaryField(null=True)
    solved = models.BooleanField(null=True)
    satisfied = models.BooleanField(null=True)
    ground = models.CharField(max_length=12, choices=Ground.choices, blank=True)
    after_seq = models.PositiveIntegerField(default=0)  # it speaks of the answer, or the end, given by this step
    seen = models.PositiveIntegerField(default=0)  # how many rows the case had when it was said
    once = models.CharField(max_length=32, blank=True)  # the key of the form it was sent with
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaces")

    # What follows by rule, and what a named person made of it:
    left_out = models.CharField(max_length=24, blank=True)  # why the law does not count it
    proposes = models.CharField(max_length=40, blank=True)  # the step by which the matter would be taken up again
    why = models.CharField(max_length=16, blank=True)
    kept_at = models.DateTimeField(null=True)  # a named person decided not to take it up again
    kept_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    kept_reason = models.BinaryField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["case", "at"], name="follow_up_case"),
            models.Index(
                fields=["at", "id"],
                condition=~Q(proposes="") & Q(kept_at=None, replaced_by=None),
                name="follow_up_again",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "once"], condition=~Q(once=""), name="follow_up_once"),
            models.UniqueConstraint(
                fields=["case", "party", "after_seq"],
                condition=Q(way="code", replaced_by=None),
                name="follow_up_by_code",
            ),
        ]


class Visit(models.Model):
    """Somebody on the spot was asked to go and see. They are shown what this asks, and nothing else of the case."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="visits")
    party = models.CharField(max_length=8)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.BinaryField(null=True)  # what to look at
    done = models.ForeignKey(FollowUp, null=True, on_delete=models.PROTECT, related_name="+")
    shut = ArrayField(models.BigIntegerField(), default=list)
    called_off_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "at", "id"], condition=Q(done=None, called_off_at=None), name="visit_waiting")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "party"], condition=Q(done=None, called_off_at=None), name="visit_once"
            )
        ]


class ReopenAsk(models.Model):
    """A resident says after the end, by code, that it is not solved. Waits until somebody reopens, or says why not."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="reopen_asks")
    intake = models.BigIntegerField()  # the receipt it was asked by
    words = models.BinaryField()
    at = models.DateTimeField()
    once = models.CharField(max_length=32)  # the key of the form it was sent with
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    reopened = models.BooleanField(null=True)
    answer = models.BinaryField(null=True)  # why it is not reopened

    class Meta:
        indexes = [models.Index(fields=["case", "at"], name="reopen_ask_case")]
        constraints = [
            models.UniqueConstraint(fields=["case", "once"], name="reopen_ask_once"),
            models.UniqueConstraint(
                fields=["case", "intake"], condition=Q(done_at__isnull=True), name="reopen_ask_waiting"
            ),
        ]


class JointMeeting(models.Model):
    """Several offices meet about one matter (1+4+N). What it is about, where, and its minutes are sealed with the case's key.

    `seats` holds each office invited and its part: chair, core, or other. `doors` are theirs, so that they see the meeting
    without seeing the case."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="joint_meetings")
    seq = models.PositiveSmallIntegerField()
    once = models.CharField(max_length=32)
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    place = models.BinaryField()
    topic = models.BinaryField()
    seats = models.JSONField()
    doors = ArrayField(models.BigIntegerField(), default=list)
    shut = ArrayField(models.BigIntegerField(), default=list)  # who stepped back from the matter: see `shut.py`
    recorder = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    minutes = models.BinaryField(null=True)
    minuted_at = models.DateTimeField(null=True)
    paper = models.ForeignKey("papers.Paper", null=True, on_delete=models.PROTECT, related_name="+")
    called_off_at = models.DateTimeField(null=True)
    called_off_why = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="joint_meeting_seq"),
            models.UniqueConstraint(fields=["case", "once"], name="joint_meeting_once"),
        ]
        indexes = [
            GinIndex(fields=["doors"], name="joint_meeting_doors"),
            models.Index(
                fields=["starts_at", "id"], condition=Q(minuted_at=None, called_off_at=None), name="joint_meeting_open"
            ),
        ]


class MeetingTask(models.Model):
    """What a meeting decided that somebody does by a day. Stands on the office's list until done, or called off with a word.

    `over` is the door of the office above, which sees what is late; empty where the matter is one that few may see."""

    meeting = models.ForeignKey(JointMeeting, on_delete=models.PROTECT, related_name="tasks")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="meeting_tasks")
    seq = models.PositiveSmallIntegerField()
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    words = models.BinaryField()
    due_on = models.DateField()
    over = models.BigIntegerField(null=True)
    shut = ArrayField(models.BigIntegerField(), default=list)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    done_words = models.BinaryField(null=True)
    called_off_at = models.DateTimeField(null=True)
    called_off_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    called_off_why = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "seq"], name="meeting_task_seq")]
        indexes = [
            models.Index(
                fields=["unit", "due_on", "id"], condition=Q(done_at=None, called_off_at=None), name="meeting_task_unit"
            ),
            models.Index(
                fields=["due_on", "id"], condition=Q(done_at=None, called_off_at=None), name="meeting_task_due"
            ),
        ]


class Precedent(models.Model):
    """A ruling on which office must act, kept for later matters of the kind: no names, nothing of the matter itself.

    Only of ordinary matters. `case` and `step` are numbers, not links: what may not be seen is not reached from here."""

    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=8)
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=600)
    body = models.ForeignKey("people.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    ruled_at = models.DateTimeField()
    case = models.BigIntegerField()
    step = models.BigIntegerField(unique=True)
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    retired_why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "-ruled_at"], condition=Q(retired_at=None), name="precedent_kind"),
            models.Index(fields=["-ruled_at", "id"], name="precedent_newest"),
        ]
