"""
The environment of the shop's templates (templates/shop), which are Jinja2's: what all of them know.

Numbers and dates are written in the visitor's language and the shop's time zone, as in Django's
own templates. Each page says what it needs in its first line.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any, cast

from constance import config
from django.http import HttpRequest, QueryDict
from django.template import defaultfilters, engines
from django.template.backends.jinja2 import Jinja2
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from jinja2 import ChainableUndefined, Environment, FileSystemBytecodeCache, pass_context
from jinja2.runtime import Context

from core import formats
from core.mail.message import absolute
from core.web import csrf_by_origin
from core.web.csrf_by_origin import FORM_KEY
from core.web.markdown import as_html

_LOCALIZED = (int, float, Decimal, date, time)


def environment(**options: Any) -> Environment:
    """Jinja2 with Django's translations, addresses and formats (`TEMPLATES` in the settings)."""
    options |= {
        "bytecode_cache": FileSystemBytecodeCache(),  # so that a process starts a second earlier
        "cache_size": -1,
        "undefined": ChainableUndefined,
    }
    env = Environment(**options, finalize=_localized, extensions=["jinja2.ext.i18n"])  # noqa: S701 – Django turns autoescape on
    env.policies["ext.i18n.trimmed"] = True
    translated: Any = env  # the extension adds this method
    translated.install_gettext_callables(
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    env.globals |= {
        "breadcrumbs_ld": breadcrumbs_ld,
        "form_key": form_key,
        "get_language": translation.get_language,
        "icon_svg": icon_svg,
        "map_link": formats.map_link,
        "money": pass_context(money),
        "query_string": pass_context(query_string),
        "static": cache(static),
        "url_for": url_for,
    }
    env.filters |= {
        "capfirst": defaultfilters.capfirst,
        "date": _date,
        "floatformat": defaultfilters.floatformat,
        "json_ld": json_ld,
        "linebreaks": defaultfilters.linebreaks_filter,
        "linebreaksbr": defaultfilters.linebreaksbr,
        "prose": as_html,
        "slugify": defaultfilters.slugify,
        "time": _time,
        "truncatechars": defaultfilters.truncatechars,
        "unlocalize": str,
        "urlencode": defaultfilters.urlencode,
    }
    return env


def shop_environment() -> Environment:
    """The environment that Django has made of `environment`."""
    return cast("Jinja2", engines["shop"]).env


def compile_all() -> None:
    """Compile every template before the web processes fork, so that they share the result."""
    env = shop_environment()
    for name in env.list_templates(extensions=["html", "xml"]):
        env.get_template(name)


def render_part(
    name: str, context: dict[str, Any], request: HttpRequest | None = None
) -> SafeString:
    """A part of a page, for another template: HTML that is not escaped again."""
    return mark_safe(render_to_string(name, context, request, using="shop"))  # noqa: S308  # nosec B308 B703


def url_for(name: str, *args: Any, **kwargs: Any) -> str:
    """:raises NoReverseMatch: if no address has this name and these arguments"""
    return reverse(name, args=args, kwargs=kwargs)


@cache
def icon_svg(name: str) -> SafeString:
    """An icon of the sprite; decoration, so the text beside it has to say what it means."""
    return format_html(
        '<svg class="icon" width="20" height="20" aria-hidden="true"><use href="{}#{}"/></svg>',
        static("img/icons.svg"),
        name,
    )


@cache
def form_key() -> SafeString:
    """The field that marks a form as this shop's on pages that are the same for everybody."""
    return format_html(
        '<input type="hidden" name="{}" value="{}">', FORM_KEY, csrf_by_origin.form_key()
    )


def money(
    context: Context | Mapping[str, Any],
    amount: Decimal | float | str | None,
    currency: str | None = None,
) -> str:
    """The amount in this or the shop's currency, for example `S/ 1,234.50`. Empty for None."""
    if amount is None or amount == "":
        return ""
    own = getattr(context.get("shop"), "currency", None)
    return formats.money(amount, currency or own or config.CURRENCY)


def query_string(context: Context | Mapping[str, Any], **changes: object) -> str:
    """This page's query with some values changed; None removes one. Starts with `?`."""
    query: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


def breadcrumbs_ld(crumbs: list[dict[str, str]], path: str) -> SafeString:
    """The breadcrumbs for search engines; the last one is the page itself, at this path."""
    steps = [
        {
            "@type": "ListItem",
            "position": position,
            "name": str(crumb["label"]),
            "item": absolute(crumb.get("url") or path),
        }
        for position, crumb in enumerate(crumbs, start=1)
    ]
    facts = {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": steps}
    return json_ld(facts)


def json_ld(facts: dict[str, Any]) -> SafeString:
    """Facts for search engines: a block of data, which no browser runs."""
    text = json.dumps(facts, ensure_ascii=False)
    # `<` could end the block early; JSON can say it in another way. A table of all three would take
    # twenty times as long.
    for letter, code in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(letter, code)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308  # nosec B308 B703


def _localized(value: Any) -> Any:
    """Numbers and dates as the visitor's language writes them."""
    if isinstance(value, _LOCALIZED):
        return localize(_in_shop_time(value))
    return value


def _in_shop_time(value: Any) -> Any:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _date(value: Any, form: str | None = None) -> str:
    return defaultfilters.date(_in_shop_time(value), form)


def _time(value: Any, form: str | None = None) -> str:
    return defaultfilters.time(_in_shop_time(value), form)
