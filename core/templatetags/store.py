"""What every template of the shop may draw: icons, money, addresses of the same list."""

import json
from decimal import Decimal
from functools import cache
from typing import Any

from constance import config
from django import template
from django.http import QueryDict
from django.template.base import Parser, Token, token_kwargs
from django.template.context import Context, RequestContext
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core import formats
from core.caching.drawing import Draw, draw_field
from core.mail.message import absolute
from core.web import csrf_by_origin
from core.web.csrf_by_origin import FORM_KEY
from core.web.markdown import as_html

register = template.Library()


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """One drawing of the sprite; decoration, so the text beside it has to say what it means."""
    return format_html(
        '<svg class="icon" width="20" height="20" aria-hidden="true"><use href="{}#{}"/></svg>',
        static("img/icons.svg"),
        name,
    )


@register.tag
def draw(parser: Parser, token: Token) -> Draw:
    """Like `include "…" with … only`, and remembered: see `core.caching.drawing`."""
    _tag, template, *values = token.split_contents()
    return Draw(template.strip("\"'"), token_kwargs(values, parser))


register.simple_tag(draw_field, name="field")


@register.simple_tag
@cache
def form_key() -> SafeString:
    """The field that tells a form as ours, where the page is the same for everybody."""
    return format_html(
        '<input type="hidden" name="{}" value="{}">', FORM_KEY, csrf_by_origin.form_key()
    )


@register.filter
def prose(text: str) -> SafeString:
    """A text that staff wrote with a little Markdown."""
    return as_html(text)


@register.simple_tag(takes_context=True)
def money(
    context: Context, amount: Decimal | float | str | None, currency: str | None = None
) -> str:
    """The amount in the shop's currency, or in the one given: `S/ 1,234.50`. Nothing for None."""
    if amount is None or amount == "":
        return ""
    shop = context.get("shop")
    own = getattr(shop, "currency", None)
    return formats.money(amount, currency or own or config.CURRENCY)


@register.simple_tag(takes_context=True)
def query_string(context: RequestContext, **changes: object) -> str:
    """This page's query with some values changed; None takes one away. Starts with `?`."""
    query: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def breadcrumbs_ld(context: RequestContext, crumbs: list[dict[str, str]]) -> SafeString:
    """The way to this page for search engines; the last crumb is the page itself."""
    request = context["request"]
    steps = [
        {
            "@type": "ListItem",
            "position": position,
            "name": str(crumb["label"]),
            "item": absolute(crumb.get("url") or request.path),
        }
        for position, crumb in enumerate(crumbs, start=1)
    ]
    facts = {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": steps}
    return json_ld(facts)


@register.filter
def json_ld(facts: dict[str, Any]) -> SafeString:
    """Facts for search engines: a block of data, which no browser runs."""
    text = json.dumps(facts, ensure_ascii=False)
    # `<` could end the block early; JSON can say it in another way. A table of all three would take
    # twenty times as long.
    for letter, code in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(letter, code)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308  # nosec B308 B703
