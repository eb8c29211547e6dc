"""
Optimistic locking for forms of the back office.

A form carries fingerprints of its initial values. If a field has another value by now and would get
a third one, the form comes back with both; saving again keeps the typed one. Rows are locked before
they are read.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import nullcontext
from datetime import datetime
from functools import cache
from hashlib import blake2s
from types import new_class
from typing import Any, TypeVar, cast

from django.contrib.admin import ModelAdmin, site
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Manager, Model, QuerySet
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.admin.console import Console

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
        columns = {
            field.column for field in self._meta.model._meta.concrete_fields if field.name in names
        }
        return _(
            "%(who)s has changed this since you opened it. It says now: %(now)s. "
            "Save again to put what you wrote in its place, or open the page again."
        ) % {"who": _who(self.instance, columns, opened), "now": now}

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


class WatchedRows(BaseModelFormSet[Any, Any]):
    """Rows of a form or a list; submitted ones are locked before they are read."""

    def get_queryset(self) -> QuerySet[Any]:
        if self.is_bound and self.queryset is not None and not hasattr(self, "_queryset"):
            hold_rows(self.queryset)
        return super().get_queryset()


@cache
def watched_rows(formset: type[BaseModelFormSet[Any, Any]]) -> Any:
    """The rows, locked."""
    return new_class(formset.__name__, (WatchedRows, formset))


class OptimisticLockAdmin(ModelAdmin[ModelT]):
    """A page whose form, the rows below it, and the fields of its list are watched."""

    def hold(self, row: Any) -> None:
        """Lock what a save of the row writes. Where services lock others first, do so, too."""
        hold_rows(self.model._default_manager.filter(pk=row.pk))

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> ModelT | None:
        """The row; locked if it is about to be saved."""
        # An empty name comes from addresses that people have changed; Django looks for that column.
        from_field = from_field or None
        row = super().get_object(request, object_id, from_field)
        if row is None or request.method != "POST" or not connection.in_atomic_block:
            return row
        self.hold(row)
        return super().get_object(request, object_id, from_field)

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[ModelForm[Any]]:
        kwargs["form"] = watched(kwargs.get("form", WatchedForm))
        return super().get_changelist_form(request, **kwargs)

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("formset", WatchedRows)
        return super().get_changelist_formset(request, **kwargs)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list; edits of its rows are compared and saved in one transaction."""
        is_saved = request.method == "POST" and "_save" in request.POST
        with transaction.atomic() if is_saved else nullcontext():
            response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None) or {}
        if "cl" in context and (rows := context["cl"].formset):
            context["seen"] = _written(rows.initial_forms)
        return response

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
            if inline.has_change_permission(request, obj):
                inline.formset = watched_rows(inline.formset)
        return found

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["seen"] = _written(_forms_of(context)) if context.get("original") else ""
        return super().render_change_form(request, context, *args, **kwargs)


def hold_rows(rows: QuerySet[Any]) -> None:
    """Lock these rows against other writers until this transaction ends."""
    found = rows.model._default_manager.filter(pk__in=rows.order_by().values("pk")).order_by("pk")
    list(found.select_for_update(no_key=True).values_list("pk"))


def _forms_of(context: dict[str, Any]) -> Iterator[Any]:
    """Those of a page, which has rows below it."""
    yield context["adminform"].form
    for rows in context["inline_admin_formsets"]:
        yield from rows.formset.initial_forms


def _written(forms: Iterable[Any]) -> str:
    """What a page was opened with, as it sends it back."""
    seen: dict[str, Any] = {
        str(form.instance.pk): form.fingerprints()
        for form in forms
        if isinstance(form, WatchedForm) and form.fields
    }
    return json.dumps({OPENED: timezone.now().isoformat(), **seen}) if seen else ""


def _read(text: str) -> dict[str, Any]:
    """The submitted token; nothing if it is malformed."""
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


def _who(row: Model, columns: Collection[str], opened: Any) -> str:
    """Who changed one of the columns since; empty if unknown."""
    try:
        since = datetime.fromisoformat(str(opened))
    except ValueError:
        since = timezone.now()
    return cast("Console", site).last_hand(row, columns, since) or _saved_by(row, since)


def _saved_by(row: Model, since: datetime) -> str:
    """Who saved its page; not every table is audited."""
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
