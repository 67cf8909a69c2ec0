"""What somebody gave: a photo, a scan, a recording. Sealed on disk, its hash kept from the moment of receipt."""

from django.db import models


class StoredFile(models.Model):
    """`holder` names what it belongs to («intake:12», «case:7»); files know neither intakes nor cases."""

    holder = models.CharField(max_length=40, db_index=True)
    key = models.ForeignKey("kernel.SealKey", on_delete=models.PROTECT, related_name="+")
    name = models.BinaryField()  # sealed: a file's name can name a person
    kind = models.CharField(max_length=80)  # what it is by its content, not by its name
    size = models.PositiveIntegerField()
    sha256 = models.BinaryField(max_length=32)
    path = models.CharField(max_length=120)
    purpose = models.CharField(max_length=16, default="evidence")
    given_by = models.CharField(max_length=24)  # «resident», «staff:12»
    by_handler = models.BooleanField(default=False)  # the handling office's own word is not evidence enough
    side = models.CharField(max_length=12, default="all")  # which side may see it
    received_at = models.DateTimeField()
