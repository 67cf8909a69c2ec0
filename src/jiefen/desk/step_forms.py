"""The form of a step, made from the facts that the step records and its guards ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiefen.desk.intakes import ASK_TYPES
from jiefen.desk.language import say
from jiefen.desk.step_fields import MAKERS, Ask, CarriedField, plain
from jiefen.procedures.definition import Procedure, Step

DECLARES = frozenset({"no-interest"})
CALL_RESULTS = (
    ("已解决", gettext_lazy("已解决")),
    ("部分解决", gettext_lazy("部分解决")),
    ("未解决", gettext_lazy("未解决")),
)
ADOPTIONS = (("采纳", gettext_lazy("采纳")), ("部分采纳", gettext_lazy("部分采纳")), ("未采纳", gettext_lazy("未采纳")))
WORDS = {
    "objection-reasons": gettext_lazy("不属本单位职权的依据（写明条款）"),
    "session-note": gettext_lazy("联系、会商的情况"),
    "ruling-words": gettext_lazy("裁定内容与理由"),
    "new-facts": gettext_lazy("新的事实或反复情形"),
    "assignment-answer": gettext_lazy("协办反馈"),
    "routes-text": gettext_lazy("告知当事人的其他途径和最晚日期"),
    "external-case": gettext_lazy("外部程序的受理机关与案号"),
}
READ_ELSEWHERE = frozenset(
    {"demand-answers", "evidence", "follow-ups", "assignments", "complainants", "flags", "delivery"}
)
"""Facts that other parts of the page record; the step's form only refers to them."""


def form_for(
    procedure: Procedure, step: Step, units: list[tuple[int, str]], data: Any = None, ask: Ask | None = None
) -> forms.Form:
    """A Django form with one field for each thing the step must be told. `ask`: the people and grounds to choose from."""
    fields: dict[str, forms.Field] = {}
    ask = ask or Ask(units=units)
    if DECLARES & set(step.guards):
        fields["recusal-declared"] = forms.BooleanField(required=False, label=_("我与事项和当事人没有直接利害关系"))
    wanted = [*step.facts]
    if "objection-reasoned" in step.guards:
        wanted += [f for f in ("objection-reasons", "proper-unit") if f not in wanted]
    for fact in wanted:
        made = _field(fact, procedure, step, units) or (MAKERS[fact](ask) if fact in MAKERS else None)
        if made is not None:
            fields[fact] = made
    if ask.carry:
        fields["obligations"] = CarriedField(ask.carry)
    if step.reason_required:
        fields["reason"] = forms.CharField(label=_("理由"), widget=forms.Textarea(attrs={"rows": 2}), max_length=4000)
    return type("StepForm", (forms.Form,), fields)(data)


def _field(fact: str, procedure: Procedure, step: Step, units: list[tuple[int, str]]) -> forms.Field | None:
    if fact in READ_ELSEWHERE:
        return None
    none: list[tuple[Any, str]] = [("", _("请选择"))]
    if fact in ("lead-unit", "proper-unit"):
        label = _("主办单位") if fact == "lead-unit" else _("应当由哪个单位办")
        choices = none + units if fact == "lead-unit" else none + [(name, name) for _pk, name in units]
        return forms.TypedChoiceField(label=label, choices=choices, coerce=int if fact == "lead-unit" else str)
    if fact == "helper-units":
        only = tuple(step.facts) == ("helper-units",)  # the step is about nothing else
        label = _("协办单位") if only else _("协办单位（可不选）")
        return forms.TypedMultipleChoiceField(label=label, choices=units, coerce=int, required=only)
    if fact == "ask-type":
        return forms.ChoiceField(label=_("诉求类型"), choices=ASK_TYPES)
    if fact == "urgent":
        return forms.BooleanField(label=_("紧急"), required=False)
    if fact == "call-result":
        return forms.ChoiceField(label=_("来电人对结果的回答"), choices=CALL_RESULTS)
    if fact == "adoption":
        return forms.ChoiceField(label=_("采纳情况"), choices=ADOPTIONS)
    if fact == "extensions":
        clocks = [(c.name, say(c.label)) for c in procedure.clocks.values() if c.extension]
        return ExtensionField(clocks)
    if fact in WORDS:
        required = fact not in ("external-case",)
        return forms.CharField(
            label=WORDS[fact], widget=forms.Textarea(attrs={"rows": 2}), max_length=8000, required=required
        )
    return None


class ExtensionBoxes(forms.MultiWidget):
    """A box for the clock, one for the days; both empty until somebody writes."""

    def decompress(self, value: Any) -> list[Any]:
        return [value[0]["clock"], value[0]["days"]] if value else [None, None]


class ExtensionField(forms.MultiValueField):
    """Which clock, and by how many days."""

    def __init__(self, clocks: list[tuple[str, str]]):
        inner = (forms.ChoiceField(choices=clocks), forms.IntegerField(min_value=1, max_value=365))
        boxes = [forms.Select(choices=clocks), forms.NumberInput(attrs={"min": 1, "class": "short"})]
        widget = ExtensionBoxes(boxes)
        super().__init__(inner, label=_("延长哪个时限、几日"), widget=widget, require_all_fields=True)

    def compress(self, data_list: list[Any]) -> list[dict[str, Any]]:
        return [{"clock": data_list[0], "days": data_list[1]}] if data_list else []


def facts_of(form: forms.Form) -> tuple[dict[str, Any], str]:
    """What the form says, as the verb wants it: facts, and the reason."""
    said = {name: plain(value) for name, value in form.cleaned_data.items()}
    reason = said.pop("reason", "")
    for row in said.get("extensions", ()):
        row["reason"] = reason
    return said, reason
