"""Why shoppers cannot buy a product, and where staff mend that."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Literal

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import SellerStatus
from catalog.models import Availability, Product, ProductKind
from catalog.selectors.sale import drop_reason, drops_of

_SEARCHED = ("name_es", "name_en", "sku")
_MAX_LOOKED_AT, _MAX_SHOWN = 200, 20
Mend = Literal["variants", "stock", "state", "category", "seller", "drop", "pictures", "price"]


@dataclass(frozen=True)
class Obstacle:
    """A sentence for staff, and the place where it is mended."""

    text: str
    mend: Mend
    # Shoppers miss it, and can buy.
    is_hint: bool = False

    def __str__(self) -> str:
        return self.text


def obstacles(product: Product, *, free: int = 0) -> list[Obstacle]:
    """
    What staff have to do before shoppers can buy it; empty if they can. At most 5 queries.

    Units that are known to be `free` count before the product's availability follows.
    """
    return [*_about_variants(product, free), *hindrances(product), *_about_drops(product)]


def hints(product: Product) -> list[Obstacle]:
    """What a product should have, and does not need to be sold. 1 query."""
    found = []
    if not product.images.exists():
        found.append(Obstacle(_("It has no picture."), "pictures", is_hint=True))
    if product.kind != ProductKind.TEMPLATE and not product.price_from:
        found.append(Obstacle(_("Its price is 0."), "price", is_hint=True))
    return found


def hindrances(product: Product) -> Iterator[Obstacle]:
    """Those in the columns of the product: no query with its category, family and seller."""
    if not product.is_active:
        yield Obstacle(_("It is not active."), "state")
    if not (product.category.is_active and product.category.family.is_active):
        yield Obstacle(_("Its category is not active."), "category")
    if product.published_at and product.published_at > timezone.now():
        day = date_format(timezone.localtime(product.published_at), "DATETIME_FORMAT")
        yield Obstacle(_("It is published on %(day)s.") % {"day": day}, "state")
    if product.sales_paused:
        yield Obstacle(_("Its sale is paused."), "state")
    if product.seller.status != SellerStatus.APPROVED:
        yield Obstacle(_("Its seller is not approved."), "seller")


def unseen_products(words: str) -> list[tuple[Product, list[Obstacle]]]:
    """Products of such a name or SKU that shoppers do not find or cannot buy, and why. 1 query."""
    named = reduce(or_, (Q(**{f"{column}__icontains": words}) for column in _SEARCHED))
    rows = Product.objects.filter(named).select_related("category__family", "seller")
    found = [
        (row, list(hindrances(row))) for row in rows.order_by("name_es", "-pk")[:_MAX_LOOKED_AT]
    ]
    return [(row, reasons) for row, reasons in found if reasons][:_MAX_SHOWN]


def _about_variants(product: Product, free: int) -> Iterator[Obstacle]:
    active = list(product.variants.values_list("is_active", flat=True))
    if not active:
        yield Obstacle(_("It has no variant."), "variants")
    elif not any(active):
        yield Obstacle(_("None of its variants is active."), "variants")
    elif product.availability == Availability.SOLD_OUT and not free:
        yield Obstacle(_("No units are in stock."), "stock")


def _about_drops(product: Product) -> Iterator[Obstacle]:
    if reason := drop_reason(drops_of(product), timezone.now()):
        yield Obstacle(reason, "drop")
