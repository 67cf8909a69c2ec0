"""What a resident writes down: a matter, and the code to follow it by."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiefen.intake.drafts import digits_of
from jiefen.kernel.clock import local_day, now
from jiefen.places.queries import in_force

MOST_FILES = 6
MOST_WORDS = 5000

IDENTITIES = (
    ("named", gettext_lazy("实名"), gettext_lazy("办的单位知道您是谁，好找您核实、给您答复。")),
    ("hidden", gettext_lazy("实名，但对对方保密"), gettext_lazy("办的单位知道，对方不知道是您说的。")),
    ("anonymous", gettext_lazy("匿名"), gettext_lazy("谁也不知道您是谁。我们核实起来会难一些，也没法给您打电话。")),
)


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files in one field; clean() gives a list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > MOST_FILES:
            raise forms.ValidationError(_("一次最多传%(n)s个文件，其余的可以以后补充。") % {"n": MOST_FILES})
        return [super(FilesField, self).clean(one, initial) for one in given]


class SayForm(forms.Form):
    """What happened, where, and as whom. Only the words and the consent are asked of everybody."""

    text = forms.CharField(
        label=gettext_lazy("什么事"), max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 7, "class": "say-box"}),
        error_messages={"required": gettext_lazy("还没有写什么事。写几句就行：谁、在哪里、什么时候、您想怎么办。"),
                        "max_length": gettext_lazy("超过5000字了。请写要点，细节作为附件传上来。")},
    )  # fmt: skip
    township = forms.ChoiceField(label=gettext_lazy("哪个乡镇（街道）"), required=False)
    village = forms.ChoiceField(label=gettext_lazy("哪个村（社区）"), required=False)
    happened_on = forms.DateField(
        label=gettext_lazy("哪天的事"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": gettext_lazy("日历上没有这一天，请核对。")},
    )  # fmt: skip
    people = forms.IntegerField(
        label=gettext_lazy("涉及几个人"), required=False, min_value=1, max_value=99999,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": gettext_lazy("人数请写数字。"), "min_value": gettext_lazy("人数请写1或更多。")},
    )  # fmt: skip
    identity = forms.ChoiceField(
        label=gettext_lazy("您想怎么署名"), choices=[(k, a) for k, a, _b in IDENTITIES], initial="named",
        error_messages={"required": gettext_lazy("请选一种署名。")},
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("您的姓名"), max_length=60, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=gettext_lazy("手机"), max_length=30, required=False,
        help_text=gettext_lazy("留了，办的人才能找到您；查进度时也用后四位。"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip
    second_word = forms.CharField(
        label=gettext_lazy("查询口令"), max_length=30, required=False,
        help_text=gettext_lazy("不留手机的，自己定一个词，查进度时要用。别人猜不着、您忘不了的。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    attachments = FilesField(
        label=gettext_lazy("照片、录音或材料"), required=False, help_text=gettext_lazy("最多6个，每个不超过20兆。")
    )  # fmt: skip
    consent = forms.BooleanField(
        label=gettext_lazy("我看过隐私说明，同意为办这件事使用我写的内容。"),
        error_messages={"required": gettext_lazy("请看一下隐私说明并打勾，不打勾我们不能收您的内容。")},
    )  # fmt: skip
    once = forms.CharField(max_length=40, widget=forms.HiddenInput, required=False)
    website = forms.CharField(required=False, max_length=200)  # a trap for machines, out of sight

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.towns, self.by_town = _places()
        self.fields["township"].choices = [("", _("不清楚，由你们判断")), *self.towns]  # type: ignore[attr-defined]
        names = dict(self.towns)
        groups = [(names[t], rows) for t, rows in self.by_town.items() if t in names]
        self.fields["village"].choices = [("", _("不清楚")), *groups]  # type: ignore[attr-defined]

    @property
    def village_groups(self) -> list[tuple[str, str, list[tuple[str, str]]]]:
        """(township code, its name, villages): the template writes the groups itself, to mark whose they are."""
        names = dict(self.towns)
        return [(t, names[t], rows) for t, rows in self.by_town.items() if t in names]

    @property
    def identities(self) -> list[tuple[str, Any, Any, bool]]:
        chosen = self["identity"].value()
        return [(key, title, words, key == chosen) for key, title, words in IDENTITIES]

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"].strip()
        if phone and not 7 <= len(digits_of(phone)) <= 13:
            raise forms.ValidationError(_("电话号码像是少了或多了几位，请核对；不想留可以空着。"))
        return phone

    def clean_happened_on(self) -> date | None:
        day: date | None = self.cleaned_data["happened_on"]
        if day and day > local_day(now()):
            raise forms.ValidationError(_("这一天还没到，请核对。"))
        return day

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("请把“网站”一栏空着。"))
        return ""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        by_name = said.get("identity") in ("named", "hidden")
        if by_name and not said.get("name", "").strip() and "name" not in self.errors:
            self.add_error("name", _("选了实名，请写姓名；不想写，可以选匿名。"))
        town, village = said.get("township"), said.get("village")
        if town and village and village not in dict(self.by_town.get(town, [])):
            said["village"] = ""  # the township was changed after the village was chosen
        return said

    @property
    def area_code(self) -> str:
        """The narrowest place that was chosen; empty when none was."""
        return self.cleaned_data.get("village") or self.cleaned_data.get("township") or ""


def _places() -> tuple[list[tuple[str, str]], dict[str, list[tuple[str, str]]]]:
    rows = in_force(local_day(now())).filter(level__in=("township", "village")).order_by("code")
    towns: list[tuple[str, str]] = []
    by_town: dict[str, list[tuple[str, str]]] = {}
    ids: dict[int, str] = {}
    for pk, code, name, level, parent in rows.values_list("pk", "code", "name", "level", "parent_id"):
        if level == "township":
            ids[pk] = code
            towns.append((code, name))
        elif parent in ids:  # codes run so that a township comes before its villages
            by_town.setdefault(ids[parent], []).append((code, name))
    return towns, by_town


class FollowForm(forms.Form):
    """The code of a receipt: the long one alone, or the short one with a second thing."""

    code = forms.CharField(
        label=gettext_lazy("受理码"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("请写受理码，在受理单最上面。")},
    )  # fmt: skip
    second = forms.CharField(
        label=gettext_lazy("手机后四位，或您定的查询口令"), max_length=30, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
