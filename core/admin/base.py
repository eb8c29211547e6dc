"""Base classes and columns for the admin pages of all apps."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.contrib.admin import TabularInline, display
from django.contrib.admin.options import BaseModelAdmin, InlineModelAdmin
from django.contrib.admin.widgets import (
    AdminFileWidget,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)
from django.core.exceptions import ValidationError
from django.db.models import BLANK_CHOICE_DASH, Field, ImageField, Model, QuerySet
from django.db.models.expressions import DatabaseDefault
from django.forms import ModelChoiceField, ModelForm, ModelMultipleChoiceField, MultiWidget
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from core.admin.exports import ExportedAdmin
from core.admin.filters import DateRangeFilter
from core.admin.optimistic_lock import OptimisticLockAdmin
from core.admin.pages import OwnPages
from core.caching.values import invalidate_cached
from core.formats import money
from core.ids import uuid7
from core.web.picture_fields import PictureField

ModelT = TypeVar("ModelT", bound=Model)
MAX_TOLD = 20
_SAID = "said_of_saved"
# For `formfield_overrides`: uploads are checked and re-encoded.
CLEAN_PICTURES: dict[type[Field[Any, Any]], dict[str, Any]] = {
    ImageField: {"form_class": PictureField, "widget": AdminFileWidget}
}


def tell_refusals(request: HttpRequest, refusals: Sequence[str]) -> None:
    """Show why rows were refused: the first of them, and how many more there are."""
    for refusal in refusals[:MAX_TOLD]:
        messages.error(request, refusal)
    if more := len(refusals[MAX_TOLD:]):
        messages.error(
            request, ngettext("%d more was refused.", "%d more were refused.", more) % more
        )


class ForgivingSelect(AutocompleteSelect):
    """A searchable select that redisplays with an error if the value is no key."""

    def optgroups(
        self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None
    ) -> Any:
        """With the named empty option that HTML wants first in every single choice."""
        groups = super().optgroups(name, [key for key in value if self._is_key(key)], attrs)
        if not self.allow_multiple_selected:
            options = groups[0][1]
            if self.is_required:
                options.insert(0, self.create_option(name, "", "", selected=False, index=0))
            options[0]["label"] = BLANK_CHOICE_DASH[0][1]
        return groups

    def _is_key(self, text: str) -> bool:
        try:
            self.field.remote_field.model._meta.pk.to_python(text)
        except ValidationError:
            return False
        return True


class ForgivingSelectMultiple(ForgivingSelect, AutocompleteSelectMultiple):
    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Each choice is taken back by itself: a button for all would be no item of their list."""
        return super().build_attrs(*args, **kwargs) | {"data-allow-clear": "false"}


class NamedFields(BaseModelAdmin[ModelT]):
    """Every field of forms and rows has an accessible name."""

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """
        Add `aria-label` where Django renders no label for the field.

        Tabular rows have labels in the table's head only; a day with a time has two inputs.
        """
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and (isinstance(self, TabularInline) or isinstance(field.widget, MultiWidget)):
            field.widget.attrs.setdefault("aria-label", field.label)
        return field


class ReachableSelects(NamedFields[ModelT]):
    """
    Searchable selects only where the user may search.

    The search is a request to the other model's admin, which refuses users without the right to
    view it: they get a plain select.
    """

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", ForgivingSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField[Any] | None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", ForgivingSelectMultiple(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        return [
            name
            for name in super().get_autocomplete_fields(request)
            if self._may_search(request, name)
        ]

    def _may_search(self, request: HttpRequest, name: str) -> bool:
        other = cast("type[Model]", self.opts.get_field(name).related_model)
        return self.admin_site.get_model_admin(other).has_view_permission(request)


def badge(name: str, label: StrOrPromise) -> Callable[[Any], str]:
    """A column that shows a field with choices in the colour of its value."""

    @display(description=label, ordering=name)
    def shown(row: Any) -> str:
        value, words = getattr(row, name), getattr(row, f"get_{name}_display")()
        return format_html('<span class="badge badge--{}">{}</span>', value, words)

    shown.__name__ = name
    return shown


def amount(name: str, label: StrOrPromise) -> Callable[[Any], str]:
    """A column of money in the row's own currency."""

    @display(description=label, ordering=name)
    def shown(row: Any) -> str:
        value = getattr(row, name)
        return "" if value is None else money(value, row.currency)

    shown.__name__ = name
    return shown


@display(description=gettext_lazy("e-mail address"), ordering="email")
def email(row: Any) -> str:
    """A column of e-mail addresses that break before the @ only."""
    name, sign, place = str(row.email).rpartition("@")
    return format_html('<span class="mailbox">{}<wbr>{}{}</span>', name, sign, place)


class _ListedForm(ModelForm[Any]):
    """Fields in a list row, which have no visible label."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label}: {self.instance}"


class StaffAdmin(
    OwnPages[ModelT],
    ReachableSelects[ModelT],
    OptimisticLockAdmin[ModelT],
    ExportedAdmin[ModelT],
):
    """The base of all back office pages: fast lists, and forms that lose no concurrent edit."""

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[ModelForm[ModelT]]:
        """Each field has its column and row as accessible name."""
        return super().get_changelist_form(request, **{"form": _ListedForm} | kwargs)

    def response_add(self, request: HttpRequest, obj: ModelT, *args: Any, **kwargs: Any) -> Any:
        with _saying(request, _("Saved: %s."), self._named(obj)):
            return super().response_add(request, obj, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: ModelT) -> Any:
        with _saying(request, _("Saved: %s."), self._named(obj)):
            return super().response_change(request, obj)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> Any:
        with _saying(request, _("Deleted: %s."), self._named(obj_display)):
            return super().response_delete(request, obj_display, obj_id)

    def _named(self, row: object) -> str:
        return f"{self.opts.verbose_name} {row}"

    def message_user(
        self,
        request: HttpRequest,
        message: Any,
        level: int | str = messages.INFO,
        extra_tags: str = "",
        fail_silently: bool = False,
    ) -> None:
        """Report what was saved without grammatical gender, unlike Django's Spanish messages."""
        said = getattr(request, _SAID, None) if level == messages.SUCCESS else None
        super().message_user(request, said or message, level, extra_tags, fail_silently)

    def get_actions(self, request: HttpRequest) -> Any:
        """Likewise for what Django deletes."""
        found = super().get_actions(request)
        if chosen := found.get("delete_selected"):
            found["delete_selected"] = (*chosen[:2], _("Delete the chosen rows"))
        return found


@contextmanager
def _saying(request: HttpRequest, text: str, name: str) -> Iterator[None]:
    """Replace Django's success message by this one."""
    setattr(request, _SAID, text % name)
    try:
        yield
    finally:
        delattr(request, _SAID)


def dates(name: str) -> tuple[str, type[DateRangeFilter]]:
    """For `list_filter`: from one day to another."""
    return name, DateRangeFilter


class ParentAdmin(StaffAdmin[ModelT]):
    """
    A form with rows of another table below it.

    Django looks for those rows by the parent's key, which PostgreSQL assigns when it is saved: a
    new parent gets its key here. The empty form has none, as each request would make another.
    """

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: InlineModelAdmin[Any, Any], prefix: str
    ) -> dict[str, Any]:
        if isinstance(obj.pk, DatabaseDefault):
            obj.pk = uuid7() if request.method == "POST" else None
        return super().get_formset_kwargs(request, obj, inline, prefix)


class ShownAtOnce(StaffAdmin[ModelT]):
    """Rows that are part of cached values: each change here invalidates those."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        invalidate_cached()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        invalidate_cached()

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        super().delete_queryset(request, queryset)
        invalidate_cached()


class ReadOnlyAdmin(StaffAdmin[ModelT]):
    """Rows that only services write: staff can list, search and view them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(TabularInline[Any, Any]):
    """Read-only rows on the page of their parent."""

    extra = 0
    can_delete = False
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the related rows that its columns show."""
        fields = {field.name: field for field in self.opts.fields}
        shown = [name for name in self.fields or () if isinstance(name, str)]
        named = [name for name in shown if name in fields and fields[name].is_relation]
        rows = super().get_queryset(request)
        return rows.select_related(*named) if named else rows

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All displayed fields: a form would leave out those with database defaults."""
        return self.get_fields(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
