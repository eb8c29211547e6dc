"""The test client's `response.context` for pages of Jinja2."""

from typing import Any
from unittest.mock import patch

from django.http import HttpRequest
from django.template.backends.jinja2 import Template
from django.test.signals import template_rendered

_render = Template.render


def connect() -> None:
    """Send the signal that Django's own templates send while tests run."""
    patch.object(Template, "render", _noted).start()


def _noted(
    template: Template, context: dict[str, Any] | None = None, request: HttpRequest | None = None
) -> str:
    context = {} if context is None else context
    text = _render(template, context, request)
    template_rendered.send(sender=template, template=template, context=context)
    return text
