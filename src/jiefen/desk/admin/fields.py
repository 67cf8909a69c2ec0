"""Fields that several of the administrator's forms share: days, offices by code or name, areas by code."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiefen.kernel.clock import day_start, local_day
from jiefen.people.models import Unit
from jiefen.people.queries import named_exactly
from jiefen.places.models import Area

NEEDED = {"required": gettext_lazy("这里还没有填。")}
MOST_BYTES = 4 * 1024 * 1024


class Day(forms.DateField):
    """A day as a date input gives it; 2019/2/30 is told to be no day."""

    def __init__(self, **kwargs: Any) -> None:
        words = {**NEEDED, "invalid": gettext_lazy("日历上没有这一天，请写成2026-01-31。")}
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d", "%Y/%m/%d"], error_messages=words, **kwargs,
        )  # fmt: skip


class Words(forms.CharField):
    """A line of text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            error_messages={**NEEDED, "max_length": gettext_lazy("写得太长了，最多%(limit_value)d个字。")}, **kwargs
        )


class Choice(forms.ChoiceField):
    """One of a closed list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            error_messages={**NEEDED, "invalid_choice": gettext_lazy("没有“%(value)s”这一项，请从列表里选。")}, **kwargs
        )


class AreaCode(forms.CharField):
    """An area by its code. Gives the Area, or None where it may be left out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages=NEEDED, max_length=20, **kwargs)

    def clean(self, value: Any) -> Area | None:
        code = super().clean(value)
        if not code:
            return None
        area = Area.objects.filter(code=code).first()
        if area is None:
            raise forms.ValidationError(_("没有代码为%(code)s的区域。") % {"code": code})
        return area


class OfficeName(forms.CharField):
    """An office by its code or whole name, as it exists on `day`. Gives the Unit, or None where it may be left out."""

    day: date | None = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages=NEEDED, widget=forms.TextInput(attrs={"list": "units"}), **kwargs)

    def clean(self, value: Any) -> Unit | None:
        name = super().clean(value)
        if not name:
            return None
        found = named_exactly(name, self.day or date.max)
        if not found:
            raise forms.ValidationError(_("没有叫“%(name)s”的单位。请写单位代码或全名。") % {"name": name})
        if len(found) > 1:
            codes = "、".join(unit.code for unit in found)
            raise forms.ValidationError(
                _("叫“%(name)s”的不止一个，请写代码：%(codes)s。") % {"name": name, "codes": codes}
            )
        return found[0]


class Table(forms.FileField):
    """An uploaded table; empty and oversized ones are refused before they are read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            error_messages={
                "required": gettext_lazy("还没有选文件。"),
                "empty": gettext_lazy("这个文件是空的。"),
                "invalid": gettext_lazy("文件没有传上来，请再选一次。"),
            },
            **kwargs,
        )

    def clean(self, data: Any, initial: Any = None) -> bytes:
        file = super().clean(data, initial)
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("文件有%(n)dMB，最大4MB。") % {"n": file.size // 1024 // 1024})
        return file.read()


def moment_of(day: date, at: datetime) -> datetime:
    """When a change dated `day` takes effect: now for today, 0:00 of the day for a later one."""
    return at if day == local_day(at) else day_start(day)


def first_fault(form: forms.Form) -> list[str]:
    """Every fault of a form as sentences, each naming its field."""
    found = []
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        found += [f"{label}：{error}" if label else str(error) for error in errors]
    return found
