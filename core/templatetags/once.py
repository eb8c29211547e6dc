"""
Django's tags for texts, addresses and files, rendered once in each language where they can be.

A page has dozens of them, and each asks for the language, looks up its text and marks it as safe
anew: a tenth of what it takes to draw a page (docs/decisions/0030-texts-looked-up-once.md).
"""

from collections.abc import Callable
from typing import Any, cast

from django.template import Library, Node
from django.template.base import FilterExpression, Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.template.library import SimpleNode
from django.templatetags import i18n
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode, do_static
from django.templatetags.static import register as static_register
from django.utils.safestring import SafeString

from core.drawing import forget_language, language_of

register = Library()
_PLAIN = {str, int, SafeString}
_MOST_ADDRESSES = 200
register.tags.update(i18n.register.tags | static_register.tags)
register.filters.update(i18n.register.filters)


class OnceInEachLanguage(Node):
    """A tag whose text the language alone decides."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self._texts: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = language_of(context)
        text = self._texts.get(language)
        if text is None:
            text = self._texts[language] = self.node.render(context)
        return text


class OnceForEach(Node):
    """The address of a page that has names or numbers in it, for some of these."""

    def __init__(self, node: URLNode) -> None:
        self.node = node
        self._addresses: dict[Any, str] = {}

    def render(self, context: Context) -> str:
        given = tuple(argument.resolve(context) for argument in self.node.args)
        if not all(type(each) in _PLAIN for each in given):
            return self.node.render(context)
        key = (language_of(context), context.autoescape, given)
        address = self._addresses.get(key)
        if address is None:
            address = self.node.render(context)
            if len(self._addresses) < _MOST_ADDRESSES:
                self._addresses[key] = address
        return address


def once(compile_tag: Callable[[Parser, Token], Node]) -> Callable[[Parser, Token], Node]:
    """The same simple tag, rendered once in each language where its arguments stand in the text."""

    def compiled(parser: Parser, token: Token) -> Node:
        node = compile_tag(parser, token)
        is_plain = (
            isinstance(node, SimpleNode)
            and not (node.takes_context or node.kwargs or node.target_var)
            and all(map(_is_literal, node.args))
        )
        return OnceInEachLanguage(node) if is_plain else node

    return compiled


@register.tag("trans")
@register.tag("translate")
def translate(parser: Parser, token: Token) -> Node:
    """Django's tag; a text that stands in the template is looked up once."""
    node: TranslateNode = i18n.do_translate(parser, token)
    is_plain = not (node.asvar or node.message_context) and _is_literal(node.filter_expression)
    return OnceInEachLanguage(node) if is_plain else node


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """Django's tag; the same address is looked up once."""
    node: URLNode = django_url(parser, token)
    is_plain = not (node.asvar or node.kwargs) and _is_literal(node.view_name)
    # Which of several back offices is meant, the request says.
    if not is_plain or str(node.view_name.var).startswith("admin:"):
        return node
    return OnceForEach(node) if node.args else OnceInEachLanguage(node)


class LanguageNode(i18n.LanguageNode):
    """`{% language "en" %}`: what is drawn inside is in another language than the page."""

    def render(self, context: Context) -> SafeString:
        forget_language(context)
        try:
            return cast("SafeString", super().render(context))
        finally:
            forget_language(context)


@register.tag
def language(parser: Parser, token: Token) -> Node:
    """Django's tag."""
    node: i18n.LanguageNode = i18n.language(parser, token)
    return LanguageNode(node.nodelist, node.language)


@register.tag
def static(parser: Parser, token: Token) -> Node:
    """Django's tag; the address of a file that stands in the template is looked up once."""
    node: StaticNode = do_static(parser, token)
    is_plain = node.varname is None and _is_literal(node.path)
    return OnceInEachLanguage(node) if is_plain else node


def _is_literal(expression: FilterExpression) -> bool:
    return not expression.filters and (
        isinstance(expression.var, str) or expression.var.literal is not None
    )
