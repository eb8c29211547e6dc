"""Django's `{% include %}` and `{% extends %}`, which look for their templates once."""

from typing import Any, cast

from django.template import Library, Node, Template
from django.template.base import FilterExpression, Parser, Token
from django.template.context import Context
from django.template.loader_tags import (
    BLOCK_CONTEXT_KEY,
    BlockContext,
    BlockNode,
    ExtendsNode,
    IncludeNode,
    do_extends,
    do_include,
)
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


class Extends(ExtendsNode):
    """Of a template that is named in the text."""

    parent: Template | None = None
    blocks_of_root: dict[str, BlockNode]

    def render(self, context: Context) -> SafeString:
        """The parent, with the blocks of this one in the places of its own."""
        marks: Any = context.render_context
        history = marks.setdefault(self.context_key, [self.origin])
        name: Any = self.parent_name
        if any(origin.template_name == name.var for origin in history):
            # One of the same name has led here: then it is the next one of that name.
            text: SafeString = super().render(context)
            return text
        parent = self.parent or self._find(context)
        history.append(parent.origin)
        if BLOCK_CONTEXT_KEY not in marks:
            marks[BLOCK_CONTEXT_KEY] = BlockContext()
        marks[BLOCK_CONTEXT_KEY].add_blocks(self.blocks)
        marks[BLOCK_CONTEXT_KEY].add_blocks(self.blocks_of_root)
        with marks.push_state(parent, isolated_context=False):
            return cast("SafeString", parent._render(context))  # type: ignore[attr-defined]  # noqa: SLF001

    def _find(self, context: Context) -> Template:
        name: Any = self.parent_name
        parent = cast("Template", context.template).engine.get_template(name.var)
        is_root = not parent.nodelist.get_nodes_by_type(ExtendsNode)
        blocks: list[Any] = parent.nodelist.get_nodes_by_type(BlockNode) if is_root else []
        self.blocks_of_root = {block.name: block for block in blocks}
        self.parent = parent
        return parent


@register.tag
def extends(parser: Parser, token: Token) -> Node:
    """Django's tag; only a template whose name is worked out is looked for each time."""
    node: ExtendsNode = do_extends(parser, token)
    name: Any = node.parent_name
    return node if name.is_var or name.filters else Extends(node.nodelist, name)
