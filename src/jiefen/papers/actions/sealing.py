"""Seals of offices: their images, and setting one on a paper. Only the head of the office may set its seal."""

import hashlib
import io
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiefen.files.actions import BadFile, store
from jiefen.kernel.scope import scope
from jiefen.kernel.seal import new_key
from jiefen.papers.actions.filing import PaperRefused, lacking
from jiefen.papers.actions.voiding import locked
from jiefen.papers.models import Paper, UnitSeal
from jiefen.papers.sheet import has_seal_place
from jiefen.people.actor import Actor
from jiefen.people.models import Unit
from jiefen.procedures.catalogue import vocabulary

MOST_BYTES = 1024 * 1024
LEAST, MOST = 200, 2000
"""Pixels a side: enough to print 42 mm sharply, not more than a page can carry."""


class SealRefused(ValueError):
    """The image cannot be an office's seal; the message says why."""


def check_seal(data: bytes) -> tuple[int, int]:
    """Width and height of a seal's image. Raises SealRefused: no PNG, too large, too small, not about square, or without
    a see-through ground (the name and the date must be readable under it)."""
    from PIL import Image

    if len(data) > MOST_BYTES:
        raise SealRefused(_("印章图片超过1兆，请压缩后再传。"))
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.format != "PNG":
                raise SealRefused(_("印章要PNG图片，底色透明。"))
            width, height = image.size
            if not (LEAST <= width <= MOST and LEAST <= height <= MOST):
                raise SealRefused(_("印章图片每边要200到2000像素。"))
            if not 0.6 <= width / height <= 1.7:
                raise SealRefused(_("印章图片应当大致是正方形，请裁去四周。"))
            image.load()
            ground: Any = image.convert("RGBA").getchannel("A").getextrema()
    except SealRefused:
        raise
    except Exception as bad:
        raise SealRefused(_("这张图片打不开，请重新导出PNG。")) from bad
    if ground[0] > 0:
        raise SealRefused(_("印章图片的底色不透明，会盖住单位名称和日期。请导出底色透明的PNG。"))
    return width, height


def add_seal(unit: Unit, data: bytes, *, by: Actor, at: datetime, name: str = "seal.png") -> UnitSeal:
    """Keep an office's seal; the one before ends at the same moment. The same image again changes nothing.

    Raises SealRefused. Whoever calls has checked that the actor administers offices.
    """
    width, height = check_seal(data)
    digest = hashlib.sha256(data).digest()
    with transaction.atomic(), scope("worker"):
        Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
        before = UnitSeal.objects.filter(unit=unit, until=None).first()
        if before and bytes(before.sha256) == digest:
            return before
        end_seal(unit, by=by, at=at)
        key = new_key()
        try:
            file = store(
                data, name if name.lower().endswith(".png") else "seal.png", holder=f"unit:{unit.pk}", key_id=key.id,
                given_by=f"staff:{by.person_id}", at=at, purpose="seal",
            )  # fmt: skip
        except BadFile as bad:
            raise SealRefused(str(bad)) from bad
        return UnitSeal.objects.create(
            unit=unit, file=file, sha256=digest, width=width, height=height, since=at, given_by_id=by.person_id
        )


def end_seal(unit: Unit, *, by: Actor, at: datetime) -> bool:
    """Withdraw an office's seal: papers sealed before keep it, no other gets it. False where there was none."""
    return bool(UnitSeal.objects.filter(unit=unit, until=None).update(until=at, ended_by_id=by.person_id))


def may_seal(paper: Paper, by: Actor) -> bool:
    """Whether this person heads the office whose paper it is, and the kind bears a seal."""
    return has_seal_place(vocabulary().papers[paper.kind]) and any(
        held.role == "unit-head" and held.unit_id == paper.unit_id for held in by.held
    )


def set_seal(paper: Paper, *, by: Actor, at: datetime) -> Paper:
    """Set the office's seal on a paper; who and when stand on it. Set twice is set once.

    Raises PaperRefused: not the head of that office, no seal kept, a kind without seal, a voided or unfinished paper.
    """
    with scope("worker"):
        case, row = locked(paper)
        if not has_seal_place(vocabulary().papers[row.kind]):
            raise PaperRefused(_("这种文书不盖单位印章。"))
        if not may_seal(row, by):
            raise PaperRefused(_("只有%(unit)s的负责人可以盖这枚印章。") % {"unit": row.unit.name if row.unit else "—"})
        if row.void_at:
            raise PaperRefused(_("已经作废的文书不能盖章。"))
        if row.seal_id:
            return row
        from jiefen.kernel.seal import open_row

        if lacking(row.kind, open_row(case.key).open(row.fields, field="paper") or {}):
            raise PaperRefused(_("还有必填项空着，先补填再盖章。"))
        seal = UnitSeal.objects.filter(unit=row.unit, until=None, since__lte=at).first()
        if seal is None:
            raise PaperRefused(
                _("%(unit)s还没有登记印章图片，请管理员上传。") % {"unit": row.unit.name if row.unit else "—"}
            )
        row.seal, row.seal_by_id, row.seal_at = seal, by.person_id, at
        row.save(update_fields=["seal", "seal_by", "seal_at"])
        return row
