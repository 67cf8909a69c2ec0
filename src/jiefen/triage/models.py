"""What was decided about an intake, and the routing tables it was decided by."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q


class TriageDecision(models.Model):
    """Somebody's decision. The link between an intake and a case is kept here and nowhere else."""

    class Action(models.TextChoices):
        OPEN = "open", "立为新事项"
        JOIN = "join", "并入已有事项"
        REFER = "refer", "转其他渠道"
        REFUSE = "refuse", "不予受理"

    intake = models.OneToOneField("intake.Intake", on_delete=models.PROTECT, related_name="decision")
    action = models.CharField(max_length=8, choices=Action.choices)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="decisions")
    article = models.CharField(max_length=60, blank=True)  # «L-XF:19»: a refusal names its rule
    reason = models.BinaryField(null=True)  # sealed with the intake's key
    to_unit = models.ForeignKey("people.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    to_road = models.CharField(max_length=60, blank=True)  # a road outside: «external-court»
    chosen = models.JSONField(default=dict)  # what was decided: kind, area, grade, unit, procedure
    suggested = models.JSONField(default=dict)  # what the rules had said, with the rule ids
    overruled = models.JSONField(default=list)  # which of them a person changed
    by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["case"], name="decision_case"),
            models.Index(fields=["at"], name="decision_at"),
        ]


class RoutingTable(models.Model):
    """A version of the routing table. The newest that is in force and not undone decides; old ones stay to be read."""

    version = models.PositiveIntegerField(unique=True)
    rows = models.JSONField()
    since = models.DateField()
    note = models.CharField(max_length=200)
    changed_by = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)


class Alike(models.Model):
    """What an intake says, as keyed numbers of its pairs of characters: by these the same matter is found again. Nobody's
    words can be read from it; it goes with the matter's key, and what lies in the vault has no row."""

    intake = models.OneToOneField("intake.Intake", on_delete=models.CASCADE, related_name="alike")
    grams = ArrayField(models.IntegerField())
    heads = models.SmallIntegerField(
        default=0, db_default=0
    )  # so many of the first stand in the subject or the first words
    day = models.DateField()

    class Meta:
        indexes = [GinIndex(fields=["grams"], name="alike_grams")]


class Gram(models.Model):
    """In how many ordinary matters a pair stands; the row 0 tells how many were counted."""

    gram = models.IntegerField(primary_key=True)
    times = models.IntegerField()


class SearchRow(models.Model):
    """How a matter is found by its words: a case, or an intake that is part of none. `words` are keyed marks of neighbouring
    characters with their places, and codes of doors, places and month; see `triage.finding`. `at`: when the matter began."""

    case = models.OneToOneField("cases.Case", null=True, on_delete=models.CASCADE, related_name="+")
    intake = models.OneToOneField("intake.Intake", null=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="search_words")]
        constraints = [
            models.CheckConstraint(condition=Q(case__isnull=False) ^ Q(intake__isnull=False), name="search_one_matter")
        ]
