"""The components of the look as template tags. Load with `{% load jiefen %}`. Each knows its English rendering."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.conf import settings
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from jiefen.desk.icons import icon_svg
from jiefen.desk.language import say as say_in
from jiefen.kernel.clock import local, now
from jiefen.kernel.masking import mask_address, mask_id, mask_name, mask_phone

register = template.Library()

CHIP_ICONS = {"ok": "clock", "soon": "hourglass", "late": "late", "hold": "pause", "done": "done"}
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _english() -> bool:
    return not (translation.get_language() or settings.LANGUAGE_CODE).startswith("zh")


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A small drawn sign, hidden from readers aloud: a word stands beside it."""
    return icon_svg(name, css)


icon.is_still = True  # type: ignore[attr-defined]


@register.filter
def say(words: Any) -> str:
    """Words that a definition or a pure rule holds in Chinese, in the language of the page."""
    return say_in(words)


@register.simple_tag
def clock(chip: Any) -> SafeString:
    """A clock chip: icon, word and shape. Nothing for None."""
    if not chip:
        return SafeString("")
    return _clock(chip.kind, chip.text, chip.provisional, translation.get_language())


@lru_cache(maxsize=2000)
def _clock(kind: str, text: str, provisional: bool, language: str | None) -> SafeString:
    """Drawn once for each thing a chip can say: fifty rows of a list say a dozen."""
    prov = format_html('<span class="prov">{}</span>', _("暂计")) if provisional else ""
    sign = icon_svg(CHIP_ICONS.get(kind, "clock"), "ico-full" if kind == "late" else "")
    return format_html('<span class="clock clock-{}">{}{}{}</span>', kind, sign, say_in(text), prov)


@register.simple_tag
def reckon(reckoning: Any) -> SafeString:
    """The days of a due date, a week a row. Written here and not as a template: a case page has hundreds of days."""
    if not reckoning:
        return SafeString("")
    out = [f'<div class="reckon"><p class="rule">{escape(say_in(reckoning.rule))}</p>\n']
    if reckoning.weeks:
        days = "".join(f'<th scope="col">{day}</th>' for day in (WEEKDAYS_EN if _english() else "一二三四五六日"))
        head = f'<th scope="col"><span class="visually-hidden">{escape(_("月份"))}</span></th>{days}'
        out.append(f'<table class="cal"><thead><tr>{head}</tr></thead><tbody>\n')
        for month, cells in reckoning.weeks:
            out.append(f'<tr><th scope="row">{escape(_month(month))}</th>{"".join(map(_day, cells))}</tr>\n')
        out.append('</tbody></table>\n<p class="key">')
        for css, words in reckoning.key:
            shown = f' class="{escape(css)}"' if css else ""
            out.append(f"<span{shown}>{escape(say_in(words))}</span>")
        out.append("</p>")
    out.append(f'\n<p class="sum"><b>{escape(say_in(reckoning.total))}</b></p></div>\n')
    return SafeString("".join(out))


def _day(cell: Any) -> str:
    if not cell.day:
        return f'<td class="{escape(cell.css)}"></td>'
    return f'<td class="{escape(cell.css)}"><i>{cell.day.day}</i><b>{escape(say_in(cell.mark_text))}</b></td>'


def _month(label: str) -> str:
    number = label.removesuffix("月")
    return MONTHS_EN[int(number) - 1] if _english() and number.isdigit() else label


@register.simple_tag
def case_rows(page: Any) -> SafeString:
    """The table of a list of matters (`lists.Page`). Written here and not as a template: fifty rows at every visit."""
    heads = (_("事项"), _("现在在谁手里"), _("等着做什么"))
    head = "".join(f'<th scope="col">{escape(words)}</th>' for words in heads)
    label = f'<th scope="col" class="r">{escape(_("时限"))}</th>'
    in_hands, waits = escape(_("在谁手里")), escape(_("等着"))
    out = [f'<table class="list list-stack"><thead><tr>{head}{label}</tr></thead><tbody>\n']
    for r in page.rows:
        state = escape(say_in(r.state))
        todo = escape(say_in(r.todo)) if r.chip else state
        sign = clock(r.chip) if r.chip else f'<span class="tag">{state}</span>'
        out.append(
            f'<tr><td><a class="t" href="{escape(r.url)}">{escape(r.title)}</a><br>'
            f'<span class="no">{escape(r.number)}，{escape(say_in(r.channel))}</span></td>'
            f'<td data-l="{in_hands}">{escape(r.holder)}</td><td data-l="{waits}">{todo}</td>'
            f'<td class="r">{sign}</td></tr>\n'
        )
    out.append("</tbody></table>\n")
    return SafeString("".join(out))


@register.inclusion_tag("desk/parts/due.html")
def due(view: Any) -> dict[str, Any]:
    """A chip that opens to its arithmetic. `view` has `.chip` and `.reckoning` (or is a mapping with both)."""
    if not view:
        return {"chip": None}
    if isinstance(view, dict):
        return {"chip": view.get("chip"), "reckoning": view.get("reckoning")}
    return {"chip": getattr(view, "chip", None), "reckoning": getattr(view, "reckoning", None)}


@register.simple_tag
def rate(numerator: int | None, denominator: int | None, url: str = "") -> SafeString:
    """Both counts and two decimals, a link to the list: 184／187, 98.40％. Without a denominator it says so."""
    if not denominator:
        return format_html('<span class="rate quiet">{}</span>', _("0／0，不比"))
    n, d = int(numerator or 0), int(denominator)
    # Half a hundredth rounds up, as on a pocket calculator.
    hundredths = (n * 20000 + d) // (2 * d)
    part = f"{hundredths // 100}.{hundredths % 100:02d}"
    both = f"{n:,} / {d:,}" if _english() else f"{n:,}／{d:,}"
    percent = f"{part}%" if _english() else f"{part}％"
    inside = format_html("{}<small>{}</small>", both, percent)
    if url:
        return format_html('<a class="rate" href="{}">{}</a>', url, inside)
    return format_html('<span class="rate">{}</span>', inside)


class WhyNode(template.Node):
    child_nodelists = ("inside",)

    def __init__(self, inside: NodeList, label: FilterExpression | None, shown: bool):
        self.inside, self.label, self.shown = inside, label, shown

    def render(self, context: template.Context) -> str:
        label = self.label.resolve(context) if self.label else _("为什么")
        return format_html(
            '<details class="why"{}><summary class="turn">{}</summary><div>{}</div></details>',
            mark_safe(" open") if self.shown else "",
            label,
            mark_safe(self.inside.render(context)),  # rendered by the template engine, escaped there
        )


@register.tag
def why(parser: Parser, token: Token) -> WhyNode:
    """`{% why %}…{% endwhy %}`, `{% why _("怎么算的") %}`, `{% why open %}`: the reason, one press away."""
    words = token.split_contents()[1:]
    shown = "open" in words
    labels = [w for w in words if w != "open"]
    inside = parser.parse(("endwhy",))
    parser.delete_first_token()
    return WhyNode(inside, parser.compile_filter(labels[0]) if labels else None, shown)


@register.simple_tag
def mask(value: str | None, kind: str = "name") -> SafeString:
    """A covered name, phone, id or address, marked as covered for eyes and ears."""
    if not value:
        return SafeString("")
    cover = {"name": mask_name, "phone": mask_phone, "id": mask_id, "address": mask_address}[kind]
    covered = format_html('<span class="mask">{}</span>', cover(value))
    return format_html('{}<span class="visually-hidden">{}</span>', covered, _("（已遮住）"))


@register.inclusion_tag("desk/parts/empty.html")
def empty(title: str, text: str = "", url: str = "", label: str = "") -> dict[str, str]:
    """Why a list is empty, and where the thing is."""
    return {"title": title, "text": text, "url": url, "label": label}


def mark_meanings() -> dict[str, str]:
    """What the mark of a figure means: where it was read."""
    return {
        "V": _("已核对：按公布的原文"),
        "M": _("凭记忆：待对照原文，请勿作为依据"),
        "A": _("拟定：法律未规定数字或做法，区县可改"),
    }


@register.simple_tag
def mark(letter: str | None) -> SafeString:
    """The mark of a figure (V, M, A) with its meaning in words."""
    meaning = mark_meanings().get(letter or "")
    if not meaning:
        return SafeString("")
    short = {"V": _("已核对"), "M": _("待核对"), "A": _("拟定")}[letter or ""]
    aloud = format_html('<span class="visually-hidden">，{}</span>', meaning)
    return format_html('<abbr class="origin" title="{}">{}{}</abbr>', meaning, short, aloud)


def _moment(value: Any) -> datetime | None:
    if isinstance(value, str):
        value = parse_datetime(value)
    return local(value) if isinstance(value, datetime) else None


@register.filter
def local_time(value: Any) -> str:
    """A moment as the office says it: 今天 9:48, 昨天 16:02, 11月2日 9:31, 2025年3月1日 9:31."""
    moment = _moment(value)
    if moment is None:
        return local_day(value) if isinstance(value, date) else ""
    return f"{local_day(moment)} {moment.hour}:{moment:%M}"


@register.filter
def local_day(value: Any) -> str:
    """A day as the office says it: 今天, 昨天, 明天, 11月2日, 2025年3月1日."""
    moment = _moment(value)
    day = moment.date() if moment else value
    if not isinstance(day, date):
        return ""
    today = local(now()).date()
    ago = (today - day).days
    if -1 <= ago <= 1:
        return _("今天") if ago == 0 else _("昨天") if ago == 1 else _("明天")
    return plain_day(day, with_year=day.year != today.year)


@register.filter
def full_day(value: Any) -> str:
    """A day with its year and weekday: 2026年11月20日 周五."""
    return _with_weekday(value, with_year=True)


@register.filter
def short_day(value: Any) -> str:
    """A day with its weekday: 11月20日 周五."""
    return _with_weekday(value, with_year=False)


def _with_weekday(value: Any, *, with_year: bool) -> str:
    moment = _moment(value)
    day = moment.date() if moment else value
    if not isinstance(day, date):
        return ""
    week = WEEKDAYS_EN[day.weekday()] if _english() else "周" + "一二三四五六日"[day.weekday()]
    return f"{plain_day(day, with_year=with_year)} {week}"


def plain_day(day: date, *, with_year: bool) -> str:
    """11月2日 or 2 Nov; with the year when it is another."""
    if _english():
        return f"{day.day} {MONTHS_EN[day.month - 1]}" + (f" {day.year}" if with_year else "")
    return (f"{day.year}年" if with_year else "") + f"{day.month}月{day.day}日"


@register.filter
def last_day(due_at: Any) -> str:
    """The local day a due moment belongs to: midnight after the 23rd is the 23rd."""
    moment = _moment(due_at)
    return local_day(moment - timedelta(microseconds=1)) if moment else ""


@register.inclusion_tag("desk/parts/field.html")
def field(bound: Any, hint: str = "", label: str = "", asked: bool = False) -> dict[str, Any]:
    """A form field with its label, hint and what is wrong with it, tied together for readers aloud.

    `asked`: do not say that it may be left empty, since the hint says when.
    """
    shown = hint or bound.help_text
    ids = [f"{bound.id_for_label}-hint"] if shown else []
    ids += [f"{bound.id_for_label}-wrong"] if bound.errors else []
    css = {"select": "form-select", "radioselect": "form-check-input"}.get(bound.widget_type, "form-control")
    wrong = " is-invalid" if bound.errors else ""
    attrs = {"class": f"{bound.field.widget.attrs.get('class', '')} {css}{wrong}".strip()}
    if ids:
        attrs["aria-describedby"] = " ".join(ids)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    control = conditional_escape(bound.as_widget(attrs=attrs))
    name = label or bound.label
    optional = not (asked or bound.field.required)
    return {"bound": bound, "control": control, "hint": shown, "label": name, "optional": optional}


@register.filter
def clock_time(value: Any) -> str:
    """The hour and minute on the office's wall clock: 9:31."""
    moment = _moment(value)
    return f"{moment.hour}:{moment:%M}" if moment else ""
