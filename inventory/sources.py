"""The documents behind movements and holds that a member of staff may open."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse

from inventory.models import ReferenceKind

# Model names, not imports: these apps lie above this one.
_PAGES: dict[str, str] = {
    ReferenceKind.CART: "cart.cart",
    ReferenceKind.ORDER: "orders.order",
    ReferenceKind.PURCHASE_ORDER: "purchasing.purchaseorder",
    ReferenceKind.SHIPMENT: "shipping.shipment",
    ReferenceKind.RETURN: "returns.return",
    ReferenceKind.TRANSFER: "inventory.transfer",
    ReferenceKind.COUNT: "inventory.stockcount",
    ReferenceKind.SIGN_UP: "inventory.backinstockrequest",
}


@dataclass(frozen=True)
class Document:
    """The document of a movement or hold, and its page."""

    title: str
    url: str


def documents(
    site: AdminSite, request: HttpRequest, references: Iterable[tuple[str, UUID | None]]
) -> dict[UUID | None, Document]:
    """
    The documents that the person may see, by key.

    One query per kind, through the queryset of that kind's admin page.
    """
    keys: dict[str, set[UUID]] = defaultdict(set)
    for kind, key in references:
        if key and kind in _PAGES:
            keys[kind].add(key)
    found: dict[UUID | None, Document] = {}
    for kind, wanted in sorted(keys.items()):
        page: Any = site.get_model_admin(apps.get_model(_PAGES[kind]))
        if not page.has_view_permission(request):
            continue
        named = page.list_select_related
        related = named if isinstance(named, list | tuple) else ()
        title = getattr(page, "title_of", str)
        name = f"admin:{page.opts.app_label}_{page.opts.model_name}_change"
        for row in page.get_queryset(request).select_related(*related).filter(pk__in=wanted):
            found[row.pk] = Document(title(row), reverse(name, args=[row.pk]))
    return found
