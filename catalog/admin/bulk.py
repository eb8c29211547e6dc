"""Actions on many products or variants at once, from their lists."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar, cast

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise

from catalog import services
from catalog.admin import prices_page
from catalog.admin.product_forms import save_typed
from catalog.models import PriceHistory, Variant
from catalog.selectors import protected_rows
from core.admin.base import StaffAdmin
from core.admin.bulk import asked_before
from core.admin.console import Changed, Console

ModelT = TypeVar("ModelT", bound=Model)
_MAX_NAMED = 20
# Receives the request and the selected variants; returns a page.
VariantsPage = Callable[[HttpRequest, QuerySet[Variant]], HttpResponse]
May = Callable[[HttpRequest], bool]


class BulkAdmin(StaffAdmin[ModelT]):
    """A list of products or variants. Apps above this one may add actions to it."""

    _offered: ClassVar[dict[str, tuple[VariantsPage, StrOrPromise, May]]] = {}

    @classmethod
    def offer(cls, name: str, page: VariantsPage, label: StrOrPromise, *, may: May) -> None:
        """Add a page of another app to the actions of both lists, for users who `may` see it."""
        BulkAdmin._offered[name] = (page, label, may)

    def variants_of(self, rows: QuerySet[ModelT]) -> QuerySet[Variant]:
        """The variants of the selected rows."""
        raise NotImplementedError

    def get_actions(self, request: HttpRequest) -> Any:
        found: dict[str, Any] = super().get_actions(request)
        for name, (page, label, may) in self._offered.items():
            if may(request):
                found[name] = (self._opener(page), name, label)
        return found

    def _opener(self, page: VariantsPage) -> Callable[..., HttpResponse]:
        def opened(_admin: Any, request: HttpRequest, rows: QuerySet[ModelT]) -> HttpResponse:
            return page(request, self.variants_of(rows))

        return opened

    @admin.action(description=_("Change prices"), permissions=["change"])
    def change_prices(self, request: HttpRequest, rows: QuerySet[ModelT]) -> HttpResponse | None:
        return prices_page.ask(request, self, self.variants_of(rows))

    @admin.action(description=_("Sell again: activate"), permissions=["change"])
    @asked_before
    def activate(self, request: HttpRequest, rows: QuerySet[ModelT]) -> None:
        self._set_active(request, rows, is_active=True)

    @admin.action(description=_("Sell no longer: deactivate"), permissions=["change"])
    @asked_before
    def deactivate(self, request: HttpRequest, rows: QuerySet[ModelT]) -> None:
        self._set_active(request, rows, is_active=False)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Save only changed fields: others, such as counters, may be outdated by now."""
        if change:
            save_typed(form)
        else:
            super().save_model(request, obj, form, change)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Refuse to delete rows that were sold or stocked, without listing everything related."""
        asked = self.model._default_manager.filter(pk__in=[row.pk for row in objs])
        refusals = [
            _("%(row)s: it was sold or stocked, or is part of something. Deactivate it instead.")
            % {"row": row}
            for row in protected_rows(asked)[:_MAX_NAMED]
        ]
        if refusals:
            return [], {}, set(), refusals
        to_delete, counts, needed, protected = super().get_deleted_objects(objs, request)
        # Price history has no delete permission of its own; it is deleted with its variant.
        needed = needed - {PriceHistory._meta.verbose_name}
        return to_delete, counts, needed, protected

    def _set_active(self, request: HttpRequest, rows: QuerySet[ModelT], *, is_active: bool) -> None:
        changed = services.set_active(rows, is_active=is_active)
        tell_active(request, self, changed, is_active=is_active)


def tell_active(
    request: HttpRequest, admin: ModelAdmin[Any], changed: Sequence[Any], *, is_active: bool
) -> None:
    """How many rows are on sale now, or no longer, with the way back."""
    number = len(changed)
    text = ngettext("%d row was changed.", "%d rows were changed.", number) % number
    cast("Console", admin.admin_site).done(
        request,
        text,
        kind="active",
        rows=[Changed(row=row, before=not is_active, after=is_active) for row in changed],
        right=f"catalog.change_{admin.opts.model_name}",
    )
