"""Templates as ever, rendered in half the time.

Half of what a page's template is made of are its own words: pieces of HTML, sentences to translate, addresses of files.
They come out the same at every visit in one language, and Django renders each anew. Here those that follow one another
become one node, rendered at the first visit in a language and kept (`Still`). What does move is mostly a plain text of a
plain object: it is looked up and escaped without asking first whether it is a date, a number or a lazy word (`Shown`,
`Looked`); anything else goes Django's own way.
"""

from html import escape
from typing import Any

from django.template import Context, Node, Template
from django.template.base import (
    FilterExpression,
    NodeList,
    TextNode,
    Variable,
    VariableNode,
    render_value_in_context,
)
from django.template.defaulttags import CommentNode, ForNode, IfNode, LoadNode
from django.template.library import SimpleNode
from django.template.loaders import cached
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.utils.safestring import SafeString
from django.utils.translation import get_language


def _language(context: Any) -> str | None:
    """The language of the page, asked once a page: nothing within one changes it."""
    kept: str | None = context.__dict__.get("still_language", "")
    if kept == "":
        kept = context.still_language = get_language()
    return kept


class Still(Node):
    """Nodes that say the same at every visit."""

    child_nodelists = ()

    def __init__(self, nodes: list[Node]):
        self.nodes = nodes
        self.said: dict[str | None, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        return self.render_annotated(context)

    def render_annotated(self, context: Context) -> SafeString:
        language = _language(context)
        said = self.said.get(language)
        if said is None:
            said = SafeString("".join(str(node.render_annotated(context)) for node in self.nodes))
            self.said[language] = said
        return said


class Loader(cached.Loader):
    """Keeps templates as Django's own does, with their still parts put together."""

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        known = self.cache_key(template_name, skip) in self.get_template_cache
        template = super().get_template(template_name, skip)
        if not known:
            join(template.nodelist)
        return template


_NOTHING = object()


class Looked(Variable):
    """A name looked up in the page's things. Django asks everything first for an item, by way of an exception."""

    def _resolve_lookup(self, context: Any) -> Any:
        first, *rest = self.lookups or ()
        for things in reversed(context.dicts):
            if first in things:
                value = things[first]
                break
        else:
            return super()._resolve_lookup(context)  # type: ignore[misc]
        for name in rest:
            if type(value) is dict:
                value = value.get(name, _NOTHING)
            else:
                value = _NOTHING if hasattr(type(value), "__getitem__") else getattr(value, name, _NOTHING)
            if value is _NOTHING or callable(value):
                return super()._resolve_lookup(context)  # type: ignore[misc]
        return super()._resolve_lookup(context) if callable(value) else value  # type: ignore[misc]


class Shown(Node):
    """What a page says of its things."""

    child_nodelists = ()

    def __init__(self, words: FilterExpression):
        self.words = words

    def render(self, context: Context) -> str:
        return self.render_annotated(context)

    def render_annotated(self, context: Context) -> str:
        value = self.words.resolve(context)
        kind = type(value)
        if kind is SafeString:
            return value
        if kind is str and context.autoescape:
            return SafeString(escape(value))
        return str(render_value_in_context(value, context))


def join(nodes: NodeList) -> None:
    """Put the still nodes of a list together, and those of all lists below it; have the others look up quickly. Changes
    the lists in place."""
    joined: list[Node] = []
    run: list[Node] = []
    for node in nodes:
        for below in _below(node):
            join(below)
        for words in _asked(node):
            if type(words.var) is Variable and words.var.lookups is not None:
                words.var = Looked(words.var.var)
        if type(node) is VariableNode:
            node = Shown(node.filter_expression)
        if is_still(node):
            run.append(node)
            continue
        joined += [*_one(run), node]
        run = []
    nodes[:] = joined + _one(run)


def _one(run: list[Node]) -> list[Node]:
    """A text by itself stays what it is: `extends` must find only texts before it."""
    if all(isinstance(node, TextNode) for node in run):
        return run
    return [Still(run)]


def _below(node: Node) -> list[NodeList]:
    if isinstance(node, IfNode):
        return [inside for _condition, inside in node.conditions_nodelists]
    found = [getattr(node, name, None) for name in node.child_nodelists]
    return [inside for inside in found if isinstance(inside, NodeList)]


def _asked(node: Node) -> list[FilterExpression]:
    """The expressions that a node resolves at each visit."""
    if isinstance(node, VariableNode):
        return [node.filter_expression] if isinstance(node.filter_expression, FilterExpression) else []
    if isinstance(node, ForNode):
        return [node.sequence] if isinstance(node.sequence, FilterExpression) else []
    if isinstance(node, SimpleNode):
        return [w for w in (*node.args, *node.kwargs.values()) if isinstance(w, FilterExpression)]
    if isinstance(node, IfNode):
        return [words for condition, _inside in node.conditions_nodelists for words in _weighed(condition)]
    return []


def _weighed(condition: Any) -> list[FilterExpression]:
    """The expressions of a condition, `and`, `or` and comparisons taken apart."""
    if condition is None:  # else
        return []
    if isinstance(getattr(condition, "value", None), FilterExpression):
        return [condition.value]
    return [words for side in ("first", "second") for words in _weighed(getattr(condition, side, None))]


def is_still(node: Node) -> bool:
    """Whether a node comes out the same at every visit in one language."""
    if isinstance(node, TextNode | CommentNode | LoadNode):
        return True
    if isinstance(node, TranslateNode):
        return node.asvar is None and node.message_context is None and _is_fixed(node.filter_expression)
    if isinstance(node, StaticNode):
        return node.varname is None and _is_fixed(node.path)
    if isinstance(node, SimpleNode) and getattr(node.func, "is_still", False):
        given = [*node.args, *node.kwargs.values()]
        return node.target_var is None and not node.takes_context and all(map(_is_fixed, given))
    return False


def _is_fixed(words: FilterExpression) -> bool:
    """A word written in the template itself, without filters."""
    if words.filters:
        return False
    return isinstance(words.var, str) or (isinstance(words.var, Variable) and words.var.lookups is None)
