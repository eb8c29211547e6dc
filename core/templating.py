"""Django's templates, whose pages leave nothing behind once they are drawn."""

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.backends import django as backend
from django.template.context import make_context
from django.template.loader import get_template
from django.utils.safestring import SafeString


class Templates(backend.DjangoTemplates):
    """The engine of `TEMPLATES`."""

    def get_template(self, template_name: str) -> "Page":
        """As Django's own gives it, but of our kind."""
        return Page(super().get_template(template_name).template, self)

    def from_string(self, template_code: str) -> "Page":
        """The same for a template that lies in no file."""
        return Page(super().from_string(template_code).template, self)


class Page(backend.Template):
    """
    A template with its engine.

    Django's own leaves a circle behind: the context holds its layers, and each layer the context.
    All that was read for a page would lie there until the collector comes: up to a megabyte.
    """

    def render(
        self, context: dict[str, Any] | None = None, request: HttpRequest | None = None
    ) -> SafeString:
        """:raises TemplateDoesNotExist: if it names another that is not there"""
        made = make_context(context, request, autoescape=self.backend.engine.autoescape)
        try:
            return self.template.render(made)
        except TemplateDoesNotExist as error:
            backend.reraise(error, self.backend)
        finally:
            made.dicts.clear()


@cache
def first_of(*names: str) -> str:
    """
    The first of these templates that there is; the last if there is none.

    Django looks anew for each page, and its errors on the way hold all that the page has read.
    """
    for name in names[:-1]:
        try:
            get_template(name)
        except TemplateDoesNotExist:
            continue
        return name
    return names[-1]
