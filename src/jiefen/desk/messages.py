"""What there is to translate: found in templates, in Python and in the data that pages show. Used by `bin/messages`.

The source language is Chinese and stands in the code; the English catalogue is `locale/en/LC_MESSAGES/django.po`. The
file names no source lines: they change with every edit and would make each commit touch it.
"""

import ast
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polib

PACKAGE = Path(__file__).resolve().parents[1]
CATALOGUE = Path(__file__).resolve().parent / "locale" / "en" / "LC_MESSAGES" / "django.po"
CALLS = frozenset({"_", "gettext", "gettext_lazy", "gettext_noop", "pgettext", "ngettext", "ngettext_lazy"})
PHRASES = {
    # Why a step is refused (procedures/guards), clause by clause, and where a number comes from.
    "区县可改": "the county may change it", "第{0}项没有结果": "item {0} has no result",
    "第{0}项缺依据": "item {0} lacks its basis", "第{0}项缺救济途径": "item {0} lacks its remedies",
    "回访没有记下当事人不满意": "no follow-up says that the person is dissatisfied",
    "已经联系上当事人": "the person was reached", "不能按“联系不上”办结": "so it cannot end as unreachable",
    "请按回访到的情况办": "act on what they said", "还有{0}位反映人没有问到": "{0} people have not been asked yet",
    "还没有写明延长几日": "it is not said yet by how many days", "理由和批准人": "why and who approved",
    # What the pure rules say, with its figures taken out (desk/language.py).
    "余{0}个工作日": "{0} working days left", "余{0}天": "{0} days left", "余{0}小时": "{0} hours left",
    "余{0}分钟": "{0} minutes left", "超{0}个工作日": "{0} working days late", "超{0}天": "{0} days late",
    "超{0}小时": "{0} hours late", "超{0}分钟": "{0} minutes late", "今天到期": "due today", "期限已过": "period over",
    "过一般期限{0}个工作日": "{0} working days past the usual time", "过一般期限{0}天": "{0} days past the usual time",
    "停计": "stopped", "已用{0}个工作日": "{0} working days used", "已用{0}天": "{0} days used", "已解除": "released",
    "已重新起算": "begun anew", "超{0}个工作日办结": "done {0} working days late", "超{0}天办结": "done {0} days late",
    "超{0}小时办结": "done {0} hours late", "超{0}分钟办结": "done {0} minutes late",
    "{0}小时办结": "done in {0} hours", "{0}分钟办结": "done in {0} minutes", "当日已办": "done the same day",
    "第{0}个工作日已办": "done on working day {0}",
    "第{0}日已办": "done on day {0}", "{0}月{1}日起": "from {0}/{1} (month/day)", "当日不计": "that day not counted",
    "{0}月{1}日 {2}起": "from {0}/{1} (month/day) {2}", "{0}个工作日": "{0} working days", "{0}天": "{0} days",
    "{0}日": "{0} days", "{0}小时": "{0} hours", "已延长{0}个工作日": "extended by {0} working days",
    "已延长{0}天": "extended by {0} days", "已延长{0}日": "extended by {0} days",
    "中间停计{0}次": "stopped {0} times between",
    "停计中": "stopped", "恢复后接着算": "goes on when resumed", "已过{0}": "{0} gone", "还剩{0}": "{0} left",
    "到期": "due", "放假安排未公布": "holidays not published yet", "暂计": "provisional", "起": "start", "休": "off",
    "止": "end", "停": "stop", "顺延": "moved on", "元旦": "New Year", "春节": "Spring F.", "清明": "Qingming",
    "清明节": "Qingming", "劳动节": "May Day", "端午节": "Dragon B.", "端午": "Dragon B.", "中秋节": "Mid-Aut.",
    "中秋": "Mid-Aut.", "国庆节": "Nat. Day", "国庆": "Nat. Day",
    **{f"{{0}}年{{1}}月{{2}}日 周{zh}到期": f"due {en} {{2}}/{{1}}/{{0}} (day/month/year)" for zh, en in zip(
        "一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True)},
    "{0}年{1}月{2}日 {3}到期": "due {2}/{1}/{0} {3} (day/month/year)",
    "{0}年放假安排公布后自动重算": "reckoned anew when the holidays of {0} are published",
    "并写明前后两个日期": "with both dates shown",
    # What a reading line says: what for, and what was read or taken away.
    "办理": "handling", "打印受理单": "printing the receipt", "把复制件交给本人": "handing the copy to the person",
    "答复个人信息请求": "answering a request about personal information",
    "送达用的文书": "a paper to be served", "总表": "the overall ledger", "事项全页": "the whole matter",
    "来件原文": "the words as received", "批量查同一件事": "alike matters of an import", "照主件答复": "answering as the main matter",
    "能否告知对方": "whether the other side may be told", "诉求": "the demands", "全部内容的复制件": "a copy of everything",
    "走访要找的人和地方": "whom and where to visit", "请求的内容": "what was asked for", "双方理由": "the reasons of both sides",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """Something to translate. `english` is given where the data carries it."""

    text: str
    plural: str = ""
    english: str = ""


def found() -> dict[str, Found]:
    """Everything there is to translate, by its Chinese text."""
    every: dict[str, Found] = {}
    for one in [*in_templates(), *in_python(), *in_data()]:
        known = every.get(one.text)
        if known is None or (one.english and not known.english):
            every[one.text] = one
    return every


def in_templates(folder: Path = PACKAGE) -> Iterator[Found]:
    """Texts of `{% translate %}`, `{% blocktranslate %}` and `_("…")` in a tag."""
    from django.utils.translation.template import templatize

    for path in sorted(folder.rglob("templates/**/*.html")):
        yield from _calls(templatize(path.read_text(encoding="utf-8")))


def _calls(source: str) -> Iterator[Found]:
    for call in re.finditer(r"""(?<![\w.])(_|gettext|ngettext)\(\s*""", source):
        try:
            args = _arguments(source[call.end() :])
        except (SyntaxError, ValueError):
            continue
        if args and args[0].strip():
            yield Found(args[0], args[1] if call.group(1) == "ngettext" and len(args) > 1 else "")


_LITERAL = re.compile(r"""\s*(u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))\s*(,|\)|\s)""", re.S)


def _arguments(rest: str) -> list[str]:
    """The string literals a call begins with."""
    args: list[str] = []
    while match := _LITERAL.match(rest):
        args.append(ast.literal_eval(match.group(1)))
        if match.group(2) != ",":
            break
        rest = rest[match.end() :]
    return args


def in_python(folder: Path = PACKAGE) -> Iterator[Found]:
    """Texts of gettext calls, and the labels of choices."""
    for path in sorted(folder.rglob("*.py")):
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from _gettext(node)
            elif isinstance(node, ast.ClassDef):
                yield from _choices(node)


def _gettext(node: ast.Call) -> Iterator[Found]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if name == "Panel" and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
        yield Found(str(node.args[1].value))
    if name in CALLS and texts:
        plural = texts[1] if name.startswith("ngettext") and len(texts) > 1 else ""
        yield Found(texts[0], plural)


def _choices(node: ast.ClassDef) -> Iterator[Found]:
    if not any(getattr(base, "attr", "").endswith("Choices") for base in node.bases):
        return
    for line in node.body:
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple):
            last = line.value.elts[-1]
            if isinstance(last, ast.Constant) and isinstance(last.value, str):
                yield Found(last.value)


_NAMED_LABELS = ("WHY", "PLAIN_STATE", "PLAIN_NEXT", "_SAYS", "CHANNELS", "BUILT_IN")


def in_data() -> Iterator[Found]:
    """Labels of procedures in use, roles, flags, papers and kinds, and the phrases of the rules."""
    from jiefen.desk.language import NAMED
    from jiefen.mediation.clauses import sentences
    from jiefen.oversight.sponsor import FIVE
    from jiefen.procedures.loader import DEFINITIONS, load_all, load_vocabulary

    for text, english in PHRASES.items():
        yield Found(text, english=english)
    for text in NAMED:
        yield Found(text)
    words = load_vocabulary()
    for one in load_all(DEFINITIONS).values():
        yield from _labels([one, *one.states.values(), *one.steps.values(), *one.clocks.values()])
        yield from (Found(opening.note) for opening in one.opens if opening.note)
    yield from _labels(words.roles.values())
    yield from _labels(words.flags.values())
    yield from (Found(flag["means"]) for flag in words.flags.values() if flag.get("means"))
    yield from _labels(words.papers[key] for key in sorted(_papers_in_use(words)))
    with (PACKAGE / "triage" / "tables" / "kinds.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield Found(row["l1_label"], english=row["l1_english"])
            if row["l2_label"]:
                yield Found(row["l2_label"], english=row["l2_english"])
    yield from _roads_and_questions()
    yield from (Found(name) for name, _says, _steps in FIVE)
    yield from (Found(text) for text in sentences())
    yield from _privacy()
    yield from _upper_systems()
    yield from _dictionaries(PACKAGE / "desk" / "follow.py")
    yield from _dictionaries(PACKAGE / "cases" / "rules.py")
    yield from _dictionaries(PACKAGE / "papers" / "fill.py")
    yield from _dictionaries(PACKAGE / "oversight" / "rules.py")
    with (PACKAGE / "oversight" / "data" / "left-out.csv").open(encoding="utf-8") as file:
        yield from (Found(row["says"]) for row in csv.DictReader(file))


def _roads_and_questions() -> Iterator[Found]:
    """What everybody reads of the legal roads, and of what an office may ask."""
    from jiefen.cases.questions import table
    from jiefen.triage.rules import guide
    from jiefen.triage.rules.road import shipped

    for text in (*shipped().texts(), *guide.shipped().texts()):
        yield Found(text)
    asked = table()
    for text in (
        *asked["sorts"].values(),
        asked["clock"],
        *(w[n] for w in asked["without"].values() for n in ("label", "says")),
    ):
        yield Found(text)


def _privacy() -> Iterator[Found]:
    """What people are told of their own information, and how long each kind is kept."""
    from jiefen.privacy import shipped

    for row in shipped.keepings():
        yield from (Found(row.label), Found(str(row.keep)))
    for notice in shipped.notices():
        yield from (Found(notice.what), Found(notice.why), Found(notice.sees))


def _upper_systems() -> Iterator[Found]:
    """Names of the systems above, and of their fields."""
    from jiefen.channels.upper.mapping import systems

    for system in systems().values():
        yield from (Found(system.label), Found(system.number_label), *_labels(system.columns))


def _papers_in_use(words: Any) -> set[str]:
    """Papers that the procedures in use make or ask for."""
    from jiefen.papers.kinds import kinds as papers
    from jiefen.procedures.loader import DEFINITIONS, load_all

    kinds = {name for name, kind in papers().items() if kind.to_applicant}
    for one in load_all(DEFINITIONS).values():
        for step in one.steps.values():
            for way in ("needs", "makes", "papers", "needs_papers", "makes_papers"):
                kinds |= {k for k in getattr(step, way, ()) or () if isinstance(k, str)}
    return kinds & set(words.papers)


def _labels(things: Iterable[Any]) -> Iterator[Found]:
    for thing in things:
        label = thing.get("label", "") if isinstance(thing, dict) else getattr(thing, "label", "")
        if label:
            yield Found(str(label))


def _dictionaries(path: Path) -> Iterator[Found]:
    """Values of the tables of words in a module that is spoken through `say`."""
    if not path.exists():
        return
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        names = [getattr(t, "id", "") for t in getattr(node, "targets", [])]
        if isinstance(node, ast.Assign) and set(names) & set(_NAMED_LABELS) and isinstance(node.value, ast.Dict):
            for value in node.value.values:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield Found(value.value)


def update(path: Path = CATALOGUE) -> tuple[int, list[str], list[str]]:
    """Bring the catalogue to what is found: new texts added (empty unless the data carries English), those no longer
    used dropped. Returns how many there are, which are still empty, and which were dropped."""
    every = found()
    known = {entry.msgid: entry for entry in polib.pofile(str(path))} if path.exists() else {}
    fresh = polib.POFile(wrapwidth=0)
    fresh.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Language": "en",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for text in sorted(every):
        one, entry = every[text], known.get(text)
        said = one.english or (entry.msgstr if entry else "")
        row = polib.POEntry(msgid=text, msgstr=said)
        if one.plural:
            row.msgid_plural = one.plural
            row.msgstr = ""
            row.msgstr_plural = entry.msgstr_plural if entry and entry.msgstr_plural else {0: said, 1: said}
        if "%(" in text:
            row.flags = ["python-format"]
        fresh.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh.save(str(path))
    return len(every), missing(fresh), sorted(set(known) - set(every))


def missing(catalogue: polib.POFile) -> list[str]:
    """Texts without a translation, or with one that is only a guess."""
    return [e.msgid for e in catalogue if e.fuzzy or not (e.msgstr or all((e.msgstr_plural or {0: ""}).values()))]


def mismatched(catalogue: polib.POFile) -> list[str]:
    """Texts whose translation does not carry the same placeholders."""
    wrong = []
    for entry in catalogue:
        wanted = set(re.findall(r"%\(\w+\)s|\{\w*\}", entry.msgid))
        for said in [entry.msgstr, *entry.msgstr_plural.values()]:
            if said and set(re.findall(r"%\(\w+\)s|\{\w*\}", said)) - wanted:
                wrong.append(entry.msgid)
    return wrong
