"""A matter, what is asked in it, by whom and of whom, who has to act, and every step ever taken.

The rows of `Step` are the only truth. Everything else here that can be worked out from them is a cache: `Case.state`,
counters, responsible persons, assignments' states, deadlines, doors. `jiefen rebuild` works them out anew.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Case(models.Model):
    """The matter being handled."""

    PARTS_ARE_FEW = True  # whatever points at one of these is found by that alone (kernel.postgresql)

    class Stratum(models.IntegerChoices):
        ORDINARY = 0, "一般"
        RESTRICTED = 1, "限看"
        VAULT = 2, "保险库"

    number = models.CharField(max_length=40, unique=True)  # as printed: 清柳〔2026〕1187号
    slug = models.CharField(max_length=40, unique=True)  # as in an address: lh-2026-1187
    key = models.ForeignKey("kernel.SealKey", on_delete=models.PROTECT, related_name="+")
    procedure = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    title = models.BinaryField()  # sealed; carries no names
    kind = models.CharField(max_length=8, db_index=True)
    grade = models.CharField(max_length=10, default="ordinary")
    flags = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    stratum = models.PositiveSmallIntegerField(choices=Stratum.choices, default=Stratum.ORDINARY)
    channel = models.CharField(max_length=16)
    outside_number = models.CharField(max_length=60, blank=True, db_index=True)
    arose_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="arisen")  # opened out of
    # No index by itself where one of the lists' indexes below begins with it.
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    centre = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)  # whose bench
    first_asked = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    people = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    # Worked out from the steps:
    state = models.CharField(max_length=32)
    is_open = models.BooleanField(default=True)
    ended_at = models.DateTimeField(null=True)
    lead_unit = models.ForeignKey("people.Unit", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    responsible = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    # Who was named for the lead's duty, or who took it in while nobody leads: `responsible` follows from it.
    named = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    sponsor = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    returns = models.PositiveSmallIntegerField(default=0)
    doors = ArrayField(models.BigIntegerField(), default=list)
    next_due_at = models.DateTimeField(null=True)
    next_clock = models.CharField(max_length=40, blank=True)
    steps = models.PositiveIntegerField(default=0)
    head = models.BinaryField(default=bytes)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            # One index for each list that somebody opens every day; none for what nobody asks.
            models.Index(fields=["lead_unit", "next_due_at", "id"], condition=Q(is_open=True), name="case_lead_open"),
            models.Index(fields=["centre", "next_due_at", "id"], condition=Q(is_open=True), name="case_centre_open"),
            models.Index(fields=["responsible", "next_due_at", "id"], condition=Q(is_open=True), name="case_who_open"),
            models.Index(fields=["first_asked", "-opened_at", "id"], name="case_first_asked"),
            models.Index(
                fields=["sponsor", "next_due_at", "id"], condition=Q(sponsor__isnull=False), name="case_sponsored"
            ),
            models.Index(fields=["next_due_at", "id"], condition=Q(is_open=True), name="case_due_open"),
            models.Index(fields=["lead_unit", "-opened_at", "id"], name="case_lead_all"),
            models.Index(fields=["centre", "-opened_at", "id"], name="case_centre_all"),
            models.Index(fields=["centre", "state", "next_due_at", "id"], name="case_centre_state"),
            models.Index(fields=["lead_unit", "state", "next_due_at", "id"], name="case_lead_state"),
            models.Index(fields=["-opened_at", "id"], name="case_opened"),
            models.Index(fields=["area", "kind", "opened_at"], name="case_same_cause"),
            models.Index(fields=["id"], condition=Q(stratum=2), name="case_vault"),
            models.Index(fields=["opened_at", "id"], condition=Q(is_open=True), name="case_oldest_open"),
            GinIndex(fields=["doors"], name="case_doors"),
            GinIndex(fields=["doors"], condition=Q(is_open=True), name="case_doors_open", gin_pending_list_limit=256),
            # Petitions are few beside orders; the daily list of those without a number above walks only them.
            models.Index(
                fields=["opened_at", "id"], condition=Q(procedure__startswith="petition-"), name="case_petitions"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Party(models.Model):
    """A person or organisation in the case. Who they are is sealed; `sealed` holds name, phone, id, address."""

    class Role(models.TextChoices):
        COMPLAINANT = "complainant", "申请人"
        RESPONDENT = "respondent", "对方当事人"
        THIRD = "third", "第三人"

    class Identity(models.TextChoices):
        NAMED = "named", "实名"
        HIDDEN = "hidden", "实名，对对方保密"
        ANONYMOUS = "anonymous", "匿名"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties", db_index=False)
    key = models.CharField(max_length=8)  # p1, p2 … the key of this person's own clocks
    role = models.CharField(max_length=12, choices=Role.choices)
    identity = models.CharField(max_length=10, choices=Identity.choices, default=Identity.NAMED)
    unit = models.ForeignKey("people.Unit", null=True, on_delete=models.PROTECT, related_name="+")  # an office
    sealed = models.BinaryField(null=True)
    phone_blind = models.BinaryField(null=True, max_length=16)
    id_blind = models.BinaryField(null=True, max_length=16)
    receipt = models.BigIntegerField(null=True, db_index=True)  # the number of the intake's row that brought them
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="party_key")]
        indexes = [
            models.Index(fields=["phone_blind"], name="party_phone"),
            models.Index(fields=["id_blind"], name="party_id"),
        ]


class Demand(models.Model):
    """One thing asked. It must get an outcome, a basis and a remedy before the case may be answered."""

    class Outcome(models.TextChoices):
        SUPPORTED = "supported", "支持"
        PARTLY = "partly", "部分支持"
        EXPLAINED = "explained", "解释说明"
        GUIDED = "guided", "引导其他途径"
        REFUSED = "refused", "不予支持"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="demands", db_index=False)
    seq = models.PositiveSmallIntegerField()
    text = models.BinaryField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    result = models.BinaryField(null=True)
    basis = models.BinaryField(null=True)
    remedy = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="demand_seq")]
        ordering = ["seq"]


class Question(models.Model):
    """What an office asks of somebody in the case, by a day; `words` and `answer` are sealed with the case's key.

    `of` is the key of the party. Asking, answering and taking back are rows of the chain (`cases.questions`)."""

    class Way(models.TextChoices):
        CODE = "code", "本人凭码"
        WINDOW = "window", "当面"
        PHONE = "phone", "电话"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="questions", db_index=False)
    seq = models.PositiveSmallIntegerField()
    of = models.CharField(max_length=8)
    sort = models.CharField(max_length=12)  # by `cases/questions.yaml`
    without = models.CharField(max_length=12)  # what happens without an answer, by the same table
    due_on = models.DateField()
    once_key = models.CharField(max_length=40)
    words = models.BinaryField()
    by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("people.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.BinaryField(null=True)
    way = models.CharField(max_length=8, choices=Way.choices, blank=True)
    files = ArrayField(models.BigIntegerField(), default=list)
    written_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="question_seq"),
            models.UniqueConstraint(fields=["case", "once_key"], name="question_once"),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(answered_at__isnull=True, withdrawn_at__isnull=True),
                name="question_waiting",
            )
        ]


class Assignment(models.Model):
    """A unit's duty in a case: lead or assist; dispatched → signed → answered, or objected, or released."""

    class Part(models.TextChoices):
        LEAD = "lead", "主办"
        ASSIST = "assist", "协办"

    class State(models.TextChoices):
        OPEN = "open", "待签收"
        SIGNED = "signed", "已签收"
        ANSWERED = "answered", "已反馈"
        OBJECTED = "objected", "有异议"
        RELEASED = "released", "已解除"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assignments", db_index=False)
    key = models.CharField(max_length=8)  # a1, a2 …
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    part = models.CharField(max_length=6, choices=Part.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    responsible = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    named = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    dispatched_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    case_open = models.BooleanField(default=False)  # the case goes on: lists of it need not look at years of ended ones

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="assignment_key")]
        indexes = [
            models.Index(fields=["unit", "state", "due_at"], name="assignment_unit"),
            models.Index(
                fields=["unit", "case"],
                condition=Q(case_open=True, part="assist") & ~Q(state="released"),
                name="assignment_helping",
            ),
            models.Index(
                fields=["responsible"], condition=~Q(state__in=["released", "answered"]), name="assignment_who"
            ),
        ]


class Step(models.Model):
    """One step taken. Written once; the database refuses to change or delete it (trigger).

    `at` is when it happened, `recorded_at` when we learnt of it; the chain runs by `seq`, the order of recording.
    `codes` hold what clocks and statistics need and nobody is named in; `facts` and `reason` are sealed.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="trail", db_index=False)
    seq = models.PositiveIntegerField()
    assignment = models.CharField(max_length=8, blank=True)  # key of the assignment it was taken on; empty: the case
    name = models.CharField(max_length=40)
    from_state = models.CharField(max_length=32, blank=True)
    to_state = models.CharField(max_length=32)
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    by_role = models.CharField(max_length=24, blank=True)
    unit = models.ForeignKey("people.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    codes = models.JSONField(default=dict)
    reason = models.BinaryField(null=True)
    facts = models.BinaryField(null=True)
    prev_hash = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="step_seq")]
        indexes = [models.Index(fields=["name", "at"], name="step_name_at")]
        ordering = ["seq"]


class Deadline(models.Model):
    """A clock as it stands: worked out from the steps, kept so that lists can sort by it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines", db_index=False)
    clock = models.CharField(max_length=40)
    key = models.CharField(max_length=8, blank=True)  # of the assignment or the person; empty: the case
    run = models.PositiveSmallIntegerField(default=0)  # a clock begun again is a new row
    binds = models.CharField(max_length=12)
    firm = models.BooleanField(default=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # the first moment that is late
    stopped_at = models.DateTimeField(null=True)
    lapsed = models.BooleanField(default=False)
    paused = models.BooleanField(default=False)
    provisional = models.BooleanField(default=False)
    extended = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "clock", "key", "run"], name="deadline_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(stopped_at__isnull=True, lapsed=False), name="deadline_running")
        ]


class WhyRead(models.Model):
    """Why somebody read a matter of their office that is not theirs; `words` are sealed with the case's key."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    reading = models.OneToOneField("kernel.Reading", on_delete=models.PROTECT, related_name="why")
    words = models.BinaryField()
