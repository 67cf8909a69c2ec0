"""What arrived, verbatim, once. It has a receipt whatever becomes of it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Intake(models.Model):
    """One thing somebody brought, by any channel. The words are sealed; the codes beside them name nobody."""

    PARTS_ARE_FEW = True  # whatever points at one of these is found by that alone (kernel.postgresql)

    class State(models.TextChoices):
        WAITING = "waiting", "待分诊"
        DECIDED = "decided", "已分诊"
        VOID = "void", "已撤销导入"
        RECALLED = "recalled", "本人撤回"

    number = models.CharField(max_length=24, unique=True)  # {区划6}{年}{流水8}
    channel = models.CharField(max_length=16)
    once_key = models.BinaryField(max_length=16)  # blind: the source's own number may name somebody
    draft_digest = models.BinaryField(max_length=16)  # the same once-key with another content is refused by this
    text_digest = models.BinaryField(max_length=16, null=True)  # equal for equal words
    key = models.ForeignKey("kernel.SealKey", on_delete=models.PROTECT, related_name="+")
    subject = models.BinaryField()  # sealed, masked: what a list may show
    words = models.BinaryField()  # sealed: text, subject as given, happened_on, extra
    teller = models.BinaryField(null=True)  # sealed: name, phone, id_number, address
    identity = models.CharField(max_length=10, default="named")
    phone_blind = models.BinaryField(max_length=16, null=True)
    token_mark = models.BinaryField(max_length=32, unique=True)
    token = models.BinaryField()  # sealed: for printing the receipt again
    short_code = models.CharField(max_length=16, unique=True)
    second_mark = models.BinaryField(max_length=32, null=True)  # of the phone's last digits or the chosen word
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+")
    centre = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    taken_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    people = models.PositiveIntegerField(null=True)
    outside_number = models.CharField(max_length=60, blank=True)
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    batch = models.BigIntegerField(null=True, db_index=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    stratum = models.PositiveSmallIntegerField(default=0)
    flags = ArrayField(models.CharField(max_length=32), default=list)
    withdrawn_at = models.DateTimeField(null=True)  # by the person's own code, before anybody decided
    withdrawn_why = models.BinaryField(null=True)  # sealed
    apart_at = models.DateTimeField(null=True)  # it was taken out of a case again that it had been put into
    suggestion = models.JSONField(default=dict)  # codes, scores and offsets only
    doors = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "once_key"], condition=~Q(state="void"), name="intake_once"),
        ]
        indexes = [
            models.Index(fields=["centre", "received_at", "id"], condition=Q(state="waiting"), name="intake_waiting"),
            models.Index(fields=["centre", "-received_at", "id"], name="intake_centre"),
            models.Index(fields=["taken_by", "-received_at", "id"], name="intake_taken_by"),
            models.Index(fields=["text_digest"], condition=Q(text_digest__isnull=False), name="intake_words"),
            models.Index(fields=["phone_blind"], condition=Q(phone_blind__isnull=False), name="intake_phone"),
            models.Index(fields=["recorded_at", "id"], condition=Q(state="void"), name="intake_void"),
            models.Index(fields=["withdrawn_at", "id"], condition=Q(state="recalled"), name="intake_recalled"),
            GinIndex(fields=["doors"], name="intake_doors"),
        ]

    def __str__(self) -> str:
        return self.number
