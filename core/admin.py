"""What the admin pages of several apps share."""

from typing import Any, TypeVar

from django.contrib.admin import ModelAdmin, TabularInline
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault
from django.http import HttpRequest

from core.ids import uuid7

ModelT = TypeVar("ModelT", bound=Model)


class ParentAdmin(ModelAdmin[ModelT]):
    """
    A form with rows of another table below it.

    Django looks for those rows by the parent's key, which a new parent has from PostgreSQL only
    when it is saved: it gets one before.
    """

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Any, inline: InlineModelAdmin[Any, Any], prefix: str
    ) -> dict[str, Any]:
        if isinstance(obj.pk, DatabaseDefault):
            obj.pk = uuid7()
        return super().get_formset_kwargs(request, obj, inline, prefix)


class ReadOnlyAdmin(ModelAdmin[ModelT]):
    """Rows that services write: staff look, search and follow links, and change nothing here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(TabularInline[Any, Any]):
    """Rows of such a table on the page of what they belong to."""

    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
