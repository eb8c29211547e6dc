"""Admin of collections with the shop's payment methods: the catalogue knows only their codes."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.admin.collections import CollectionAdmin
from catalog.models import Collection
from orders.models import Order
from payments.models import PaymentMethod
from payments.offers import unpayable_collections, unpayable_orders, why_unpayable


class _PayableForm(forms.ModelForm[Collection]):
    """Refuses rules that leave a product of the collection no way to be paid."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors or self.instance._state.adding:
            return
        products = list(self.instance.entries.values_list("product_id", flat=True))
        if refusal := why_unpayable(self.instance, products):
            named = "payment_methods" if "payment_methods" in self.fields else None
            self.add_error(named, refusal)


class CollectionForm(_PayableForm):
    payment_methods = forms.MultipleChoiceField(
        label=capfirst(_("payment methods")),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("payment_methods")
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [
                (method.code, _label(method))
                for method in PaymentMethod.objects.order_by("position", "code")
            ]


def _label(method: PaymentMethod) -> str:
    if method.is_active:
        return method.name
    return gettext("%(method)s (not active)") % {"method": method.name}


class UnpayableFilter(admin.SimpleListFilter):
    """Collections, or orders, whose rules leave no active method."""

    title = _("way to pay")
    parameter_name = "payable"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("nobody can pay"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "no":
            return queryset
        is_about_orders = queryset.model is Order
        found: Any = unpayable_orders() if is_about_orders else unpayable_collections()
        return queryset.filter(pk__in=found.values("pk"))


admin.site.unregister(Collection)


@admin.register(Collection)
class PayableCollectionAdmin(CollectionAdmin):
    form = CollectionForm
    list_filter: ClassVar[Any] = (*CollectionAdmin.list_filter, UnpayableFilter)

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """A collection that is switched on in the list is looked at as in its own form."""
        listed = super().get_changelist_form(request, **kwargs)
        return type("PayableListedForm", (_PayableForm, listed), {})

    def why_not_added(self, collection: Collection, product_ids: list[UUID]) -> str:
        refusal = super().why_not_added(collection, product_ids)
        return refusal or why_unpayable(collection, product_ids)
