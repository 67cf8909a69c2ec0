"""What people agreed to: that they are willing, what they settled, who signed, and what became of each promise.

Nothing here is worked out from steps; a consent or a signature is somebody's own act, kept with how it was proved. Words
are sealed with the case's key. Amounts are whole fen, days are local days. What a side says to the mediator alone lies in
its lane, under the lane's own key and chain (`actions/lanes.py`).
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class How(models.TextChoices):
    """How somebody's own act was proved."""

    CODE = "code", "本人凭码"
    PAPER = "paper", "书面"
    WINDOW = "window", "当面"


class Consent(models.Model):
    """One person said yes to one thing; they may take it back at any time, without a reason. A no (`refused`) is a row that
    never stood: given and taken back in one moment."""

    class To(models.TextChoices):
        MEDIATION = "mediation", "调解"
        HELP = "help", "帮扶"
        MEETING = "meeting", "见面"  # under a harm flag: each side is asked alone

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="consents")
    party = models.CharField(max_length=8)
    to = models.CharField(max_length=10, choices=To.choices)
    given_on = models.DateField()
    given_at = models.DateTimeField()
    how = models.CharField(max_length=6, choices=How.choices)
    written_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    proof = models.ForeignKey("files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_on = models.DateField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_how = models.CharField(max_length=6, choices=How.choices, blank=True)
    withdrawn_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    refused = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "party", "to"], condition=Q(withdrawn_at__isnull=True), name="consent_standing"
            ),
            models.CheckConstraint(condition=Q(refused=False) | Q(withdrawn_at__isnull=False), name="consent_refused"),
        ]


class Groundwork(models.Model):
    """Done before a mediation begins, on a day: the parties were told their rights, or it was checked that nothing bars it."""

    class Kind(models.TextChoices):
        RIGHTS = "rights", "告知权利义务"
        BARS = "bars", "核对可否调解"

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="groundwork")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    on = models.DateField()
    bars = ArrayField(models.CharField(max_length=60), default=list)  # labels of what bars it, empty when nothing does
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["case", "kind", "-at"], name="groundwork_case")]


class Agreement(models.Model):
    """What was settled, clause by clause. A new draft replaces one that not everybody signed; its signatures fall with it."""

    class State(models.TextChoices):
        DRAFT = "draft", "草拟"
        EFFECTIVE = "effective", "已生效"
        REPLACED = "replaced", "已换稿"

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="agreements")
    seq = models.PositiveSmallIntegerField()
    clauses = models.BinaryField()  # sealed: list of {who, whom, what, fen, due_on, where}
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    effective_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="agreement_seq"),
            models.UniqueConstraint(fields=["case"], condition=Q(state="draft"), name="agreement_one_draft"),
        ]


class Signature(models.Model):
    """Somebody signed one agreement: a party (by key), the mediator, or the organisation with its seal."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signatures")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    who = models.CharField(max_length=8)  # p1, p2 … or mediator, seal
    at = models.DateTimeField()
    how = models.CharField(max_length=6, choices=How.choices)
    written_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    proof = models.ForeignKey("files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "who"], name="signature_once")]


class Declined(models.Model):
    """A party does not sign one draft, with their words to whoever mediates. They may still sign it later."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="declined")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    who = models.CharField(max_length=8)
    at = models.DateTimeField()
    how = models.CharField(max_length=6, choices=How.choices)
    words = models.BinaryField()  # sealed
    written_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "who"], name="declined_once")]


class Obligation(models.Model):
    """One promise of an agreement in force, alive until it is kept, or it was told what follows when it is not."""

    class State(models.TextChoices):
        DUE = "due", "待履行"
        FULFILLED = "fulfilled", "已履行"
        UNFULFILLED_TOLD = "unfulfilled-told", "未履行，已告知下一步"
        CHANGED = "changed", "已变更"

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="obligations")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="obligations")
    clause = models.PositiveSmallIntegerField()  # 1, 2 … as printed
    owes = models.CharField(max_length=8)
    to = models.CharField(max_length=8)
    what = models.BinaryField()  # sealed
    fen = models.BigIntegerField(null=True)
    due_on = models.DateField(null=True)  # None: at once
    state = models.CharField(max_length=16, choices=State.choices, default=State.DUE)
    said = models.BinaryField(null=True)  # sealed: what was seen, told or agreed when it changed
    proof = models.ForeignKey("files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(fen__isnull=True) | Q(fen__gt=0), name="obligation_fen"),
        ]
        indexes = [
            models.Index(fields=["case", "clause"], name="obligation_case"),
            models.Index(fields=["due_on", "id"], condition=Q(state="due"), name="obligation_due"),
        ]


class Lane(models.Model):
    """What one side says to the named mediator alone (背对背). Its ids are random, so that none of it moves a number that
    anybody else sees; its key hangs on the case's and is destroyed with it. Nobody sees a lane but that side and `mediator`,
    while they answer for the open case: not our own processes either, unless they name this very side (`lane_eyes`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    party = models.OneToOneField("cases.Party", on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey("kernel.SealKey", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    # Worked out from the entries:
    mediator = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    entries = models.PositiveIntegerField(default=0)
    head = models.BinaryField(default=bytes)


class LaneTypist(models.Model):
    """Somebody of the office who typed for one side, and so never types for another in this case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="typists")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="lane_typist_one_side")]


class LaneEntry(models.Model):
    """One row of a lane, written once. `hash` covers it as it lies and the row before (`chain` of the lane's own)."""

    class Kind(models.TextChoices):
        OPENED = "opened", "开始单独谈"
        SAID = "said", "说的话"
        OFFER = "offer", "提出的数"
        CONCESSION = "concession", "愿意让的"
        CORRECTION = "correction", "更正"
        AGREED = "agreed", "同意交给新的调解员"
        RELEASED = "released", "同意公开"

    class Part(models.TextChoices):
        MEDIATOR = "mediator", "调解员"
        TYPIST = "typist", "代为记下"
        SELF = "self", "本人"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="rows")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    part = models.CharField(max_length=8, choices=Part.choices)
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    mediator = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")  # whom the side speaks to
    about = models.PositiveIntegerField(null=True)  # the row it corrects or releases
    how = models.CharField(max_length=6, choices=How.choices, blank=True)
    said = models.BinaryField(null=True)  # sealed with the lane's key: {words, fen}
    paper = models.BinaryField(
        null=True
    )  # sealed: the signed paper itself; a file beside the case's would be seen there
    once = models.CharField(max_length=32)
    at = models.DateTimeField()
    prev_hash = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lane", "seq"], name="lane_seq"),
            models.UniqueConstraint(fields=["lane", "once"], name="lane_once"),
        ]


class JointNote(models.Model):
    """What a side let out of its lane: from then on it stands in the joint record, in words kept with the case's key. It
    goes into no paper, no hand-over and no decision."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.UUIDField(unique=True)  # which row of the lane
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    party = models.CharField(max_length=8)
    kind = models.CharField(max_length=10, choices=LaneEntry.Kind.choices)
    said = models.BinaryField()  # sealed: {words, fen}
    how = models.CharField(max_length=6, choices=How.choices)
    at = models.DateTimeField()
