"""Admin pages of what belongs to sellers: staff see all of it, a seller's people their own."""

from collections.abc import Sequence
from typing import Any, TypeVar, cast

from django.contrib.admin.utils import get_fields_from_path
from django.db.models import ForeignKey, Model
from django.forms import ModelChoiceField
from django.http import HttpRequest

from accounts.models import User
from accounts.querysets import SellerOwnedQuerySet
from accounts.selectors import has_sellers, is_seller, seller_of
from core.admin.base import ReachableSelects, StaffAdmin
from core.admin.filters import FewUsedFilter

ModelT = TypeVar("ModelT", bound=Model)


class SellerOwned(ReachableSelects[ModelT]):
    """
    What pages and the rows below them share. Members look, and change if `sellers_may_change`.

    Which rows they get to, the queryset of the page decides.
    """

    sellers_may_change = False
    sellers_may_add = False
    hidden_from_sellers: tuple[str, ...] = ()

    def sees_all(self, request: HttpRequest) -> bool:
        """Whether the person has the right over the whole table."""
        return super().has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.sees_all(request) or is_seller(request.user)

    def has_add_permission(self, request: HttpRequest, *row: Any) -> bool:
        """Pages ask of themselves, rows below them of the row above."""
        if super().has_add_permission(request, *row):
            return True
        return self.sellers_may_add and self.acts_for_seller(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if super().has_change_permission(request, obj):
            return True
        return self.sellers_may_change and self.acts_for_seller(request)

    def acts_for_seller(self, request: HttpRequest) -> bool:
        """
        Whether the person sees only their seller's rows.

        A colleague of the shop may look at all of them: working for a seller as well gives
        them no right over the others'.
        """
        return is_seller(request.user) and not self.sees_all(request)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """People who see only their seller's rows choose only among those."""
        rows = db_field.related_model._default_manager.all()
        if isinstance(rows, SellerOwnedQuerySet) and not self.sees_all(request):
            kwargs["queryset"] = rows.for_user(person(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return self._shown(request, super().get_fields(request, obj))

    def _shown(self, request: HttpRequest, names: Sequence[Any]) -> list[Any]:
        """`user` hides `user__email` too. With a single seller the seller's name is left out."""
        hidden = set(() if self.sees_all(request) else self.hidden_from_sellers)
        if not has_sellers():
            hidden.add("seller")
        return [name for name in names if _named(name).split("__")[0] not in hidden]


class SellerOwnedAdmin(SellerOwned[ModelT], StaffAdmin[ModelT]):
    """A page of rows whose queryset has `for_user`."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return super().has_module_permission(request) or is_seller(request.user)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Explain above the list what a seller's people see of it."""
        seen = {"is_sellers": not self.sees_all(request)}
        return super().changelist_view(request, seen | (extra_context or {}))

    def get_queryset(self, request: HttpRequest) -> Any:
        found: Any = super().get_queryset(request)
        return found.for_user(person(request))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Lookups reveal nothing that no page of the list would show."""
        if not self.sees_all(request):
            columns = (*self.get_list_display(request), *self.get_list_filter(request))
            shown = {_parameter(each) for each in columns} | {self.opts.pk.name}
            if lookup.split("__", maxsplit=1)[0] not in shown:
                return False
        return super().lookup_allowed(lookup, value, request)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [
            (name, {**options, "fields": self._shown(request, options["fields"])})
            for name, options in super().get_fieldsets(request, obj)
        ]

    def save_form(self, request: HttpRequest, form: Any, change: Any) -> Any:
        """New rows without a seller get the user's own seller, or the house."""
        row = super().save_form(request, form, change)
        if hasattr(row, "seller_id") and row.seller_id is None:
            row.seller = seller_of(person(request))
        return row

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return self._shown(request, super().get_list_display(request))

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """People who see only their seller's rows filter only by values of those."""
        shown = self._shown(request, super().get_list_filter(request))
        return shown if self.sees_all(request) else [self._by_own(name) for name in shown]

    def _by_own(self, name: Any) -> Any:
        if isinstance(name, str) and get_fields_from_path(self.model, name)[-1].is_relation:
            return name, FewUsedFilter
        return name

    def get_search_fields(self, request: HttpRequest) -> list[Any]:
        return self._shown(request, super().get_search_fields(request))


def _named(column: Any) -> str:
    name = column[0] if isinstance(column, tuple) else column
    return str(getattr(name, "__name__", name))


def _parameter(column: Any) -> str:
    """What the address of a list calls a column, or a filter beside it."""
    return str(getattr(column, "parameter_name", None) or _named(column)).split("__")[0]


def person(request: HttpRequest) -> User:
    """Visitors of admin pages are signed in."""
    return cast("User", request.user)
