"""Widgets are rendered by Jinja2 as pages are; those of the admin have Django templates."""

from typing import Any

from django.forms.renderers import DjangoTemplates, Jinja2


class FormRenderer(Jinja2):
    """For `FORM_RENDERER`."""

    def __init__(self) -> None:
        self._others = DjangoTemplates()

    def get_template(self, template_name: str) -> Any:
        """:raises TemplateDoesNotExist: if neither has it"""
        if template_name.startswith("django/forms/"):
            return super().get_template(template_name)
        return self._others.get_template(template_name)
