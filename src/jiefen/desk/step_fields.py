"""The form fields of facts that a step records: one maker for each fact, in the shape the procedures' README gives."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from jiefen.cases.models import Demand

Choices = Sequence[tuple[Any, Any]]
LONG = 8000


@dataclass(frozen=True, slots=True)
class Ask:
    """What makers choose from: offices of the place, and people by the fact that names one."""

    units: Choices = ()
    people: dict[str, Choices] = field(default_factory=dict)
    grounds: Choices = ()
    carry: Choices = ()  # demands that an opinion supports and that have not been carried out
    remedy: str = ""  # how to object, by the wording in force for the office


Maker = Callable[[Ask], forms.Field]


def _text(label: Any, *, required: bool = True, rows: int = 2) -> Maker:
    return lambda ask: forms.CharField(
        label=label, widget=forms.Textarea(attrs={"rows": rows}), max_length=LONG, required=required
    )


def _day(label: Any, *, required: bool = True, hint: Any = "") -> Maker:
    return lambda ask: forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}), required=required, help_text=hint
    )


def _one_of(label: Any, choices: Choices, *, required: bool = True) -> Maker:
    return lambda ask: forms.ChoiceField(label=label, choices=[("", _("请选择")), *choices], required=required)


def _person(fact: str, label: Any, *, required: bool = True) -> Maker:
    def make(ask: Ask) -> forms.Field:
        choices = [("", _("请选择")), *ask.people.get(fact, ())]
        return forms.TypedChoiceField(label=label, choices=choices, coerce=int, empty_value=None, required=required)

    return make


LISTING = (
    ("long-unsolved", lazy("久未解决：办理满规定的时间还没有解决")),
    ("hardship-after-rereview", lazy("复核以后当事人仍有实际困难")),
    ("same-cause", lazy("同一个原因引出多件")),
)
LEVELS = (
    ("county", lazy("县管干部")), ("township", lazy("乡镇、部门管理的人员")), ("village", lazy("村（社区）人员")),
    ("upper", lazy("上级管理的干部")), ("unknown", lazy("不清楚，由接收机关核定")),
)  # fmt: skip
SUBJECTS = (
    ("contract", lazy("承包合同")), ("transfer", lazy("流转（转包、出租、入股）")), ("adjustment", lazy("收回、调整承包地")),
    ("rights", lazy("确认承包经营权")), ("infringement", lazy("侵害承包经营权")), ("land-taking", lazy("征收及其补偿（不属本程序）")),
)  # fmt: skip
HIRED = (("company", lazy("公司、单位招用（走劳动仲裁）")), ("person", lazy("个人雇用（可直接起诉）")))
GRADES = (("ordinary", lazy("一般")), ("complex", lazy("复杂")), ("major", lazy("重大疑难")))
REQUIRED_TEXTS = {
    "settlement-words": lazy("当场怎样化解的"),
    "measures": lazy("化解措施"),
    "award": lazy("裁决书文号与日期"),
    "safe-channel": lazy("当事人指定的联系方式"),
}


class ListingField(forms.MultipleChoiceField):
    """Why a hard matter is listed: rows {ground}. Only reasons about the matter can be chosen."""

    def clean(self, value: Any) -> list[dict[str, str]]:
        return [{"ground": ground} for ground in super().clean(value)]


class AppraisalBoxes(forms.MultiWidget):
    """A box for the body, one for the day, one to tick."""

    def decompress(self, value: Any) -> list[Any]:
        last = value[-1] if value else {}
        return [last.get("body"), last.get("commissioned_on"), last.get("jointly")]


class AppraisalField(forms.MultiValueField):
    """An appraisal: who, commissioned when, and that both sides agreed. One row of `appraisal`."""

    def __init__(self) -> None:
        inner = (forms.CharField(max_length=120), forms.DateField(), forms.BooleanField(required=True))
        boxes = AppraisalBoxes(
            [
                forms.TextInput(attrs={"aria-label": _("鉴定机构"), "placeholder": _("鉴定机构")}),
                forms.DateInput(attrs={"type": "date", "class": "short", "aria-label": _("委托日")}),
                forms.CheckboxInput(attrs={"aria-label": _("双方共同委托")}),
            ]
        )
        hint = _("机构、委托日；双方共同委托，或双方同意由调解组织委托的，勾选后面的方框")
        super().__init__(inner, label=_("鉴定委托"), widget=boxes, require_all_fields=True, help_text=hint)

    def compress(self, data_list: list[Any]) -> list[dict[str, Any]]:
        if not data_list:
            return []
        body, day, jointly = data_list
        return [{"body": body, "commissioned_on": day.isoformat(), "jointly": bool(jointly)}]


CARRIED = (("fulfilled", lazy("已经执行")), ("unfulfilled-told", lazy("没有执行，已告知本人可走的下一步")))


class CarriedBoxes(forms.MultiWidget):
    """A choice for each demand."""

    def decompress(self, value: Any) -> list[Any]:
        return [row.get("state") for row in value or ()]


class CarriedField(forms.MultiValueField):
    """What became of each demand that the opinion supports: rows {demand, state}; left empty it is still due."""

    def __init__(self, demands: Choices) -> None:
        self.demands = [seq for seq, _says in demands]
        choices = [("", _("还没有执行完")), *CARRIED]
        boxes = [forms.Select(choices=choices, attrs={"aria-label": says}) for _seq, says in demands]
        inner = [forms.ChoiceField(choices=choices, required=False) for _seq in self.demands]
        said = "；".join(f"{n}．{says}" for n, (_seq, says) in enumerate(demands, 1))
        hint = _("意见书支持的请求逐项写明：%(said)s。执行的凭据先存为证据。") % {"said": said}
        super().__init__(
            inner, label=_("支持的请求执行了没有"), widget=CarriedBoxes(boxes), required=False, require_all_fields=False, help_text=hint
        )  # fmt: skip

    def compress(self, data_list: list[Any]) -> list[dict[str, Any]]:
        return [{"demand": d, "state": s} for d, s in zip(self.demands, data_list or (), strict=False) if s]


class SponsorField(forms.TypedChoiceField):
    """Who sponsors: {person, units}, where the choice's value is «person:unit,unit»."""

    def clean(self, value: Any) -> dict[str, Any] | None:
        chosen = super().clean(value)
        if not chosen:
            return None
        person, _colon, units = str(chosen).partition(":")
        return {"person": int(person), "units": [int(u) for u in units.split(",") if u]}


def _sponsor(ask: Ask) -> forms.Field:
    return SponsorField(label=_("包案领导"), choices=[("", _("请选择")), *ask.people.get("sponsor-person", ())])


def _receiver(ask: Ask) -> forms.Field:
    choices = [("", _("请选择")), *ask.units]
    hint = _("按管理权限定；不得是被检举人所在的单位或其下属")
    return forms.TypedChoiceField(label=_("接收机关"), choices=choices, coerce=int, help_text=hint)


def _ground(ask: Ask) -> forms.Field:
    hint = _("只能从法定的理由里选；条款和下面那段还能走的路，原样写进告知书")
    label = _("不予受理的理由和条款")
    return forms.ChoiceField(label=label, choices=ask.grounds, widget=forms.RadioSelect, help_text=hint)


def _remedy(ask: Ask) -> forms.Field:
    """Shown, never typed: fixed wording of the office."""
    none = _("这个单位还没有定好的文字，请管理员先在“印章与文字”里定好，再办这一步。")
    return forms.CharField(
        label=_("告知书上写的：不服怎么办"), widget=forms.Textarea(attrs={"rows": 2, "readonly": True}), initial=ask.remedy or none,
        disabled=True, required=False, help_text=_("这是定好的文字，不用填；要改，由管理员按单位改。"),
    )  # fmt: skip


MAKERS: dict[str, Maker] = {
    **{fact: _text(label) for fact, label in REQUIRED_TEXTS.items()},
    "agreement-effective-on": _day(lazy("协议生效日")),
    "due-on": _day(lazy("指定办结日")),
    "employment-ended-on": _day(lazy("劳动关系终止之日"), required=False, hint=lazy("还在职的不填")),
    "knew-of-harm-on": _day(lazy("知道或应当知道权利受侵害之日"), hint=lazy("时效从这一天起推算")),
    "reply-received-on": _day(lazy("收到书面答复之日"), required=False, hint=lazy("以送达凭证为准；没有凭证的不填")),
    "rights-told-on": _day(lazy("告知权利义务之日")),
    "accused-level": _one_of(lazy("被检举人由谁管理"), LEVELS),
    "hired-by": _one_of(lazy("谁招用的"), HIRED),
    "subject": _one_of(lazy("纠纷种类"), SUBJECTS),
    "grade": _one_of(lazy("等级"), GRADES),
    "outcome": _one_of(lazy("处理结果"), Demand.Outcome.choices),
    "responsible-person": _person("responsible-person", lazy("责任人（不选就是您自己）"), required=False),
    "mediator-chosen": _person("mediator-chosen", lazy("双方选的调解员（可不选）"), required=False),
    "sponsor-person": _sponsor,
    "receiver-unit": _receiver,
    "refusal-ground": _ground,
    "remedy-text": _remedy,
    "listing-reasons": lambda ask: ListingField(
        label=_("列入理由（只看事项）"), choices=LISTING, widget=forms.CheckboxSelectMultiple
    ),
    "appraisal": lambda ask: AppraisalField(),
    "both-present": lambda ask: forms.BooleanField(required=False, label=_("双方同时在场")),
}
"""By fact. What is not here is recorded on another part of the page, or asked by `step_forms` itself."""


def plain(value: Any) -> Any:
    """A cleaned value as a step keeps it: days as ISO text."""
    return value.isoformat() if isinstance(value, date) else value
