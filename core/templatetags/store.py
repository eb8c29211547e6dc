"""Tags for Django's templates, which the admin and mails use; the shop's own are Jinja2's."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.safestring import SafeString

from core.web import jinja
from core.web.markdown import as_html

register = template.Library()

register.simple_tag(jinja.icon_svg, name="icon")
register.simple_tag(jinja.money, takes_context=True)
register.simple_tag(jinja.query_string, takes_context=True)
register.filter("prose", as_html)


@register.simple_tag
def shop_part(name: str, request: HttpRequest | None = None, **values: Any) -> SafeString:
    """A template of the shop (templates/shop) with these values."""
    return jinja.render_part(name, values, request)
