"""
Forms of the back office that do not overwrite what somebody else has written meanwhile.

A form carries fingerprints of the values that it was opened with. What has another value by now,
and would get yet another, comes back with both: saving once more keeps what was typed.
"""

import json
from datetime import datetime
from functools import cache
from hashlib import blake2s
from types import new_class
from typing import Any, TypeVar, cast

from django.contrib.admin import ModelAdmin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Manager, Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

ModelT = TypeVar("ModelT", bound=Model)
# The field in which a page sends back what it was opened with.
SEEN = "_seen"
OPENED = "opened"


class WatchedForm(ModelForm[Any]):
    """A form that knows whether its row has changed since it was shown."""

    def clean(self) -> Any:
        """
        As ever, and compare with what was shown.

        :raises ValidationError: with who has changed what
        """
        cleaned = super().clean()
        seen = _read(self.data.get(SEEN, ""))
        if theirs := self._changed_meanwhile(seen.get(str(self.instance.pk))):
            raise ValidationError(self._words(theirs, seen.get(OPENED)), code="changed_meanwhile")
        return cleaned

    def fingerprints(self) -> dict[str, str]:
        """Of each field's value as the database has it."""
        return {name: _fingerprint(self.initial.get(name)) for name in self.fields}

    def _changed_meanwhile(self, seen: Any) -> list[str]:
        """Fields whose value is not the one that was shown, and would be lost."""
        if not isinstance(seen, dict):
            return []
        now = self.fingerprints()
        moved = {name for name, print_ in seen.items() if now.get(name, print_) != print_}
        return [name for name in self.changed_data if name in moved] if moved else []

    def _words(self, names: list[str], opened: Any) -> str:
        now = "; ".join(f"{self[name].label}: {self._theirs(name)}" for name in names)
        return _(
            "%(who)s has changed this since you opened it. It says now: %(now)s. "
            "Save again to put what you wrote in its place, or open the page anew."
        ) % {"who": _who(self.instance, opened), "now": now}

    def _theirs(self, name: str) -> str:
        """The value of the row, which the form has not touched yet."""
        shown = getattr(self.instance, f"get_{name}_display", None)
        value = shown() if shown else getattr(self.instance, name, self.initial.get(name))
        if isinstance(value, Manager):
            return ", ".join(map(str, self.initial.get(name) or ())) or "–"
        return "–" if value in (None, "") else str(value)


@cache
def watched(form: type[ModelForm[Any]]) -> type[ModelForm[Any]]:
    """The form, watching."""
    if issubclass(form, WatchedForm):
        return form
    return cast("type[ModelForm[Any]]", new_class(form.__name__, (WatchedForm, form)))


class WatchedAdmin(ModelAdmin[ModelT]):
    """A page whose form, and the rows below it, are watched."""

    def get_form(
        self, request: HttpRequest, obj: Any = None, *args: Any, **kwargs: Any
    ) -> type[ModelForm[Any]]:
        if obj is not None:
            kwargs.setdefault("form", watched(self.form))
        return super().get_form(request, obj, *args, **kwargs)

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        found = list(super().get_inline_instances(request, obj))
        for inline in found:
            inline.form = watched(inline.form)
        return found

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["seen"] = _written(context) if context.get("original") else ""
        return super().render_change_form(request, context, *args, **kwargs)


def _written(context: dict[str, Any]) -> str:
    """What the page was opened with, as its form sends it back."""
    below = (rows.formset.initial_forms for rows in context["inline_admin_formsets"])
    forms = [context["adminform"].form, *(form for forms in below for form in forms)]
    seen: dict[str, Any] = {
        str(form.instance.pk): form.fingerprints()
        for form in forms
        if isinstance(form, WatchedForm) and form.fields
    }
    return json.dumps({OPENED: timezone.now().isoformat(), **seen}) if seen else ""


def _read(text: str) -> dict[str, Any]:
    """What was sent back; nothing where that is no work of ours."""
    try:
        seen = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return seen if isinstance(seen, dict) else {}


def _fingerprint(value: Any) -> str:
    """The same for the same value, whatever order related rows come in."""
    if isinstance(value, (list, tuple)) and all(isinstance(each, Model) for each in value):
        value = sorted(str(each.pk) for each in value)
    return blake2s(str(value or "").encode(), digest_size=6).hexdigest()


def _who(row: Model, opened: Any) -> str:
    """Whoever has saved the row's page since; else nobody can be named."""
    try:
        since = datetime.fromisoformat(str(opened))
    except ValueError:
        since = timezone.now()
    entry = (
        LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(row),
            object_id=str(row.pk),
            action_time__gt=since,
        )
        .select_related("user")
        .order_by("action_time")
        .last()
    )
    return str(entry.user) if entry else _("Somebody")
