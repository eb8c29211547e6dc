"""Admin pages of what belongs to sellers: staff see all of it, a seller's people their own."""

from collections.abc import Sequence
from typing import Any, TypeVar, cast

from django.contrib.admin import ModelAdmin
from django.db.models import ForeignKey, Model
from django.forms import ModelChoiceField
from django.http import HttpRequest

from accounts.models import User
from accounts.querysets import SellerOwnedQuerySet
from accounts.selectors import is_seller
from core.admin import ReachableSelects

ModelT = TypeVar("ModelT", bound=Model)


class SellerOwned(ReachableSelects[ModelT]):
    """
    What pages and the rows below them share. Members look, and change if `sellers_may_change`.

    Which rows they get to, the queryset of the page decides.
    """

    sellers_may_change = False
    hidden_from_sellers: tuple[str, ...] = ()

    def sees_all(self, request: HttpRequest) -> bool:
        """Whether the person has the right over the whole table."""
        return super().has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.sees_all(request) or is_seller(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if super().has_change_permission(request, obj):
            return True
        return self.sellers_may_change and is_seller(request.user)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """Whoever sees only what is his can choose only among that."""
        rows = db_field.related_model._default_manager.all()
        if isinstance(rows, SellerOwnedQuerySet) and not self.sees_all(request):
            kwargs["queryset"] = rows.for_user(person(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return self._shown(request, super().get_fields(request, obj))

    def _shown(self, request: HttpRequest, names: Sequence[Any]) -> list[Any]:
        """`user` hides `user__email` too."""
        hidden = () if self.sees_all(request) else self.hidden_from_sellers
        return [name for name in names if _named(name).split("__")[0] not in hidden]


class SellerOwnedAdmin(SellerOwned[ModelT], ModelAdmin[ModelT]):
    """A page of rows whose queryset has `for_user`."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return super().has_module_permission(request) or is_seller(request.user)

    def get_queryset(self, request: HttpRequest) -> Any:
        found: Any = super().get_queryset(request)
        return found.for_user(person(request))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Nobody finds out by sifting the list what no page of it would show him."""
        if not self.sees_all(request):
            columns = (*self.get_list_display(request), *self.get_list_filter(request))
            shown = {_parameter(each) for each in columns} | {self.date_hierarchy}
            if lookup.split("__", maxsplit=1)[0] not in shown:
                return False
        return super().lookup_allowed(lookup, value, request)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return self._shown(request, super().get_list_display(request))

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return self._shown(request, super().get_list_filter(request))

    def get_search_fields(self, request: HttpRequest) -> list[Any]:
        return self._shown(request, super().get_search_fields(request))


def _named(column: Any) -> str:
    return str(getattr(column, "__name__", column))


def _parameter(column: Any) -> str:
    """What the address of a list calls a column, or a filter beside it."""
    name = column[0] if isinstance(column, tuple) else column
    return str(getattr(name, "parameter_name", None) or _named(name)).split("__")[0]


def person(request: HttpRequest) -> User:
    """Whoever gets to a page of the admin has signed in."""
    return cast("User", request.user)
