"""The tree of areas, with dates. A code is given once and never again; an area that ends names its successor."""

from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q

from .fields import LTreeField
from .rules import LEVELS


def _code_forms() -> Q:
    """Each level's code form, for the database to hold too."""
    forms = Q()
    for key, level in LEVELS.items():
        forms |= Q(level=key, code__regex=f"^{level.code.pattern}$")
    return forms


def _placed_rightly() -> str:
    """The body of a trigger that holds a row to its parent: allowed level, path, and code within code."""
    allowed = " OR ".join(
        f"(NEW.level = '{key}' AND above.level IN ({', '.join(repr(name) for name in level.under)}))"
        for key, level in LEVELS.items()
        if level.under
    )
    return f"""
        IF NEW.parent_id IS NULL THEN
            IF NEW.level <> 'county' OR NEW.path <> NEW.code::ltree THEN
                RAISE EXCEPTION 'area %: only a county has no parent', NEW.code USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END IF;
        SELECT level, path, code INTO above FROM places_area WHERE id = NEW.parent_id;
        IF NOT ({allowed}) THEN
            RAISE EXCEPTION 'area %: a % cannot lie in a %', NEW.code, NEW.level, above.level
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.path <> above.path || NEW.code THEN
            RAISE EXCEPTION 'area %: its path is not its parent''s and its code', NEW.code
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    """


class Area(models.Model):
    """A node of the tree: county, township, village, grid, micro-grid or dedicated grid."""

    class Level(models.TextChoices):
        COUNTY = "county", "县级"
        TOWNSHIP = "township", "乡镇（街道）"
        VILLAGE = "village", "村（社区）"
        GRID = "grid", "网格"
        MICRO = "micro-grid", "微网格"
        DEDICATED = "dedicated", "专属网格"

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    full_name = models.CharField(max_length=240)  # with all it lies in: 清和县柳河镇石桥村
    level = models.CharField(max_length=10, choices=Level.choices, db_index=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    path = LTreeField(editable=False)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)  # the first day it is no longer in force
    successor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors")
    shape = models.JSONField(null=True, blank=True)  # GeoJSON Polygon or MultiPolygon, degrees (lon, lat)
    aliases = ArrayField(models.CharField(max_length=60), default=list, blank=True)  # other words people say for it
    staff_needed = models.BooleanField(default=False)  # needs a worker of its own

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=_code_forms(), name="area_code_form"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="area_dates"),
            models.CheckConstraint(condition=Q(successor__isnull=True) | ~Q(successor=F("id")), name="area_successor"),
            models.UniqueConstraint(
                fields=["parent", "name"], condition=Q(until__isnull=True), name="one_name_among_siblings"
            ),
        ]
        indexes = [GistIndex(fields=["path"], name="area_path_gist"), models.Index(fields=["name"], name="area_name")]
        triggers = [
            pgtrigger.Trigger(
                name="area_in_its_place",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("code", "level", "parent_id", "path"),
                when=pgtrigger.Before,
                declare=[("above", "record")],
                func=_placed_rightly(),
            )
        ]

    def __str__(self) -> str:
        return self.full_name

    def in_force(self, on: Any) -> bool:
        """Whether it exists on that day."""
        return self.since <= on and (self.until is None or on < self.until)


class FormerName(models.Model):
    """A name an area had, and until when: papers of that time keep it, and people still say it."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="former_names")
    name = models.CharField(max_length=60)
    full_name = models.CharField(max_length=240)
    until = models.DateField()  # the first day of the next name
    basis = models.CharField(max_length=120, blank=True)  # the document that changed it

    class Meta:
        ordering = ["until"]
        constraints = [models.UniqueConstraint(fields=["area", "until"], name="one_name_a_day")]


class AreaHeir(models.Model):
    """Which areas took over the ground of one that ended. Several where it was split."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="heirs")
    heir = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="came_from")
    on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "heir"], name="area_heir_once"),
            models.CheckConstraint(condition=~Q(area=F("heir")), name="area_heir_other"),
        ]
