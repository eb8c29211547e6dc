"""How many units of a product one customer may have, over all orders and identities."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from constance import config
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import BundleComponent, Product, Variant
from core import statements
from orders import selectors
from orders.bought import units_ordered
from orders.exceptions import LimitReached
from orders.identities import Buyer


def lock(buyer: Buyer) -> None:
    """One order at a time for whoever shares a mark, until the transaction ends. One query."""
    keys = sorted({f"customer:{buyer.customer_id}", *buyer.marks})
    statements.rows(
        "SELECT pg_advisory_xact_lock(hashtextextended(mark, 0)) FROM unnest(%s::text[]) AS mark",
        [keys],
    )


def limit_of(product: Product) -> int:
    return product.purchase_limit or config.PURCHASE_LIMIT


def check(
    buyer: Buyer | None,
    quantities: Mapping[UUID, int],
    variants: Mapping[UUID, Variant],
    products: Iterable[UUID],
    *,
    besides: UUID | None = None,
) -> None:
    """
    Count these units of the products together with what the buyer has ordered. At most one query.

    A bundle counts as itself and as what is in it: that costs one query more.

    `besides` is the order that is asking, being paid: it does not count itself, and holds nothing.

    :raises LimitReached: naming the product and how many it may be
    """
    parts = selectors.parts_of(variants.values())
    units = _with_parts(quantities, parts)
    sold = {part.variant_id: part.variant for found in parts.values() for part in found}
    sold |= variants
    wanted = set(products)
    for bundle, found in parts.items():
        if sold[bundle].product_id in wanted:
            wanted |= {part.variant.product_id for part in found}
    ordered = units_ordered(buyer, wanted, besides=besides) if buyer else {}
    for product_id in wanted:
        members = [variant for variant in sold.values() if variant.product_id == product_id]
        now = sum(units.get(variant.pk, 0) for variant in members)
        before = sum(row.units for row in ordered.values() if row.product_id == product_id)
        _check_bought(members[0].product, now + before)
        for variant in members if besides is None else ():
            row = ordered.get(variant.pk)
            _check_held(variant.product, units.get(variant.pk, 0) + (row.held if row else 0))


def _with_parts(
    quantities: Mapping[UUID, int], parts: Mapping[UUID, list[BundleComponent]]
) -> dict[UUID, int]:
    """Bundles, and the units that are in them."""
    units = dict(quantities)
    for bundle, found in parts.items():
        for part in found:
            inside = part.quantity * quantities.get(bundle, 0)
            units[part.variant_id] = units.get(part.variant_id, 0) + inside
    return units


def _check_bought(product: Product, units: int) -> None:
    limit = limit_of(product)
    if units > limit:
        raise LimitReached(
            ngettext(
                "You can buy %(limit)s unit of “%(product)s” at the most.",
                "You can buy %(limit)s units of “%(product)s” at the most.",
                limit,
            )
            % {"limit": limit, "product": product.name}
        )


def _check_held(product: Product, units: int) -> None:
    if units > config.UNITS_HELD_LIMIT:
        raise LimitReached(
            _("At most %(most)s units of “%(product)s” are held for you: pay the first ones first.")
            % {"most": config.UNITS_HELD_LIMIT, "product": product.name}
        )
