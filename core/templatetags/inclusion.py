"""Django's `{% include %}`, which looks for its template once."""

from typing import Any, cast

from django.template import Library, Node, Template
from django.template.base import FilterExpression, Parser, Token
from django.template.context import Context
from django.template.loader_tags import IncludeNode, do_include
from django.utils.safestring import SafeString

register = Library()
# What Django's contexts begin with.
_CONSTANTS = {"True": True, "False": False, "None": None}


class Include(IncludeNode):
    """Of a template that is named in the text, so that it is always the same one."""

    found: Template | None = None

    def render(self, context: Context) -> SafeString:
        """With the values added to those of the page, or with them `only`."""
        template = self.found or self._find(context)
        values = {name: value.resolve(context) for name, value in self.extra_context.items()}
        outer, marks = context.dicts, context.render_context
        outer_template, marks.template = marks.template, template
        context.dicts = [_CONSTANTS, values] if self.isolated_context else [*outer, values]
        marks.push()
        try:
            return cast("SafeString", template._render(context))  # type: ignore[attr-defined]  # noqa: SLF001
        finally:
            marks.pop()
            marks.template = outer_template
            context.dicts = outer

    def _find(self, context: Context) -> Template:
        engine = cast("Template", context.template).engine
        self.found = engine.get_template(cast("str", self.template.var))
        return self.found


@register.tag
def include(parser: Parser, token: Token) -> Node:
    """Django's tag; only a template whose name is worked out is looked for each time."""
    node: IncludeNode = do_include(parser, token)
    name: FilterExpression = node.template
    if name.is_var or name.filters:
        return node
    kwargs: dict[str, Any] = {"extra_context": node.extra_context}
    return Include(name, isolated_context=node.isolated_context, **kwargs)
