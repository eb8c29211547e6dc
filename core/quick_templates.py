"""
Django's templates, in which the way from a name to its text is shorter.

To show `{{ product.name }}` Django calls 27 functions, to ask for it in a tag 11: half of what it
takes to draw a page. Here it is five and two where each step is a plain one; for all else Django's
own classes have the word (docs/decisions/0031-quick-templates.md).
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from django.template import Origin, Template, TemplateDoesNotExist
from django.template.base import (
    DebugLexer,
    FilterExpression,
    Lexer,
    Node,
    NodeList,
    Parser,
    Token,
    Variable,
    VariableDoesNotExist,
    VariableNode,
    render_value_in_context,
)
from django.template.context import Context
from django.template.loaders import base, cached
from django.utils.html import escape
from django.utils.safestring import SafeString

_NEVER_CALLED = {str, SafeString, int, bool, type(None), Decimal, dict, list, tuple}
# How what has attributes alone, or these and numbered places, finds something by a key.
_BY_NUMBER = (None, tuple.__getitem__, list.__getitem__, str.__getitem__)
_has_to_be_escaped = re.compile("[&<>\"']").search
# Of numbers in here no language separates thousands.
_WITHOUT_SEPARATOR = range(-999, 1000)


class Name(Variable):
    """`product.name`: through dictionaries and attributes, without exceptions on the way."""

    __slots__ = ()

    def resolve(self, context: Any) -> Any:
        """
        What the name stands for; where a step is not a plain one or fails, as Django finds it.

        :raises VariableDoesNotExist: if there is none.
        """
        names = self.lookups
        if names is None or self.translate:
            return super().resolve(context)
        for scope in reversed(context.dicts):
            if names[0] in scope:
                value = scope[names[0]]
                break
        else:
            raise _missing(names[0], context)
        if len(names) == 1 and type(value) in _NEVER_CALLED:
            return value
        try:
            return _followed(value, names[1:])
        except VariableDoesNotExist:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, Django says what becomes of it
            return super().resolve(context)


class NotPlain(Exception):
    """A step that Django has to take."""


def _followed(value: Any, names: Sequence[str]) -> Any:
    if type(value) not in _NEVER_CALLED and callable(value):
        value = _called(value)
    for name in names:
        kind = type(value)
        if kind is dict:
            if name in value:
                value = value[name]
            elif name.isidentifier() and not hasattr(dict, name):
                raise _missing(name, value)
            else:
                raise NotPlain
        elif getattr(kind, "__getitem__", None) in _BY_NUMBER and not name.isdigit():
            value = getattr(value, name)
        else:
            raise NotPlain
        if type(value) not in _NEVER_CALLED and callable(value):
            value = _called(value)
    return value


def _called(value: Any) -> Any:
    if getattr(value, "do_not_call_in_templates", False):
        return value
    if getattr(value, "alters_data", False):
        raise NotPlain
    return value()


def _missing(name: str, place: Any) -> VariableDoesNotExist:
    return VariableDoesNotExist("Failed lookup for key [%s] in %r", (name, place))


class Expression(FilterExpression):
    """A name with its filters, as it stands in `{{ … }}` or in a tag."""

    __slots__ = ()

    def __init__(self, token: str, parser: Parser) -> None:
        super().__init__(token, parser)
        if self.is_var:
            self.var = Name(self.var.var)


class Shown(VariableNode):
    """`{{ … }}`: texts and small numbers are what they are, or are escaped."""

    def render(self, context: Context) -> str:
        """As Django's, which draws all else."""
        value = self.filter_expression.resolve(context)
        kind = type(value)
        if kind is SafeString:
            return cast("str", value)
        if kind is str and context.autoescape:
            return escape(value) if _has_to_be_escaped(value) else value
        if kind is int and value in _WITHOUT_SEPARATOR:
            return str(value)
        return render_value_in_context(value, context)


class QuickParser(Parser):
    """Makes the classes above of what it reads."""

    is_debugging = False

    def compile_filter(self, token: str) -> FilterExpression:
        return Expression(token, self)

    def extend_nodelist(self, nodelist: NodeList, node: Node, token: Token) -> None:
        if type(node) is VariableNode:
            node = Shown(node.filter_expression)
        super().extend_nodelist(nodelist, node, token)
        if not self.is_debugging:
            node.token = None


class QuickTemplate(Template):
    """A template that is read by the parser above."""

    def compile_nodelist(self) -> NodeList:
        """
        The nodes of the source.

        Where each stood there is kept, like the source itself, for whoever debugs alone.

        :raises TemplateSyntaxError: with its place in the source, while debugging.
        """
        engine = self.engine
        lexer = (DebugLexer if engine.debug else Lexer)(self.source)
        libraries, builtins = engine.template_libraries, engine.template_builtins
        parser = QuickParser(lexer.tokenize(), libraries, builtins, self.origin)
        parser.is_debugging = engine.debug
        try:
            nodelist = parser.parse()
        except Exception as error:
            if engine.debug:
                place = self.get_exception_info(error, vars(error)["token"])
                vars(error)["template_debug"] = place
            raise
        self.extra_data = parser.extra_data
        if not engine.debug:
            self.source = ""
        return nodelist


class _Reading(base.Loader):
    """Makes quick templates of what it finds."""

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        tried = []
        for origin in self.get_template_sources(template_name):
            if skip and origin in skip:
                tried.append((origin, "Skipped to avoid recursion"))
                continue
            try:
                source = self.get_contents(origin)  # type: ignore[attr-defined]
            except TemplateDoesNotExist:
                tried.append((origin, "Source does not exist"))
                continue
            return QuickTemplate(source, origin, str(origin.template_name), self.engine)
        raise TemplateDoesNotExist(template_name, tried=tried)


class Loader(cached.Loader, _Reading):
    """Keeps what it has read, as Django's own does."""
