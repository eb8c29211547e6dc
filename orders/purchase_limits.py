"""Limits per customer: units of a product, and unpaid orders."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from constance import config
from django.db.models import BooleanField, ExpressionWrapper, F, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import BundleComponent, Product, Variant
from core.locks import advisory_lock
from orders import selectors
from orders.buyer_fingerprint import Buyer, fingerprint_of_new_order
from orders.exceptions import DetailsRefused, LimitReached, OpenOrdersLimitReached
from orders.models import Order
from orders.new_orders import NewOrder
from orders.purchase_history import Ordered, units_ordered
from orders.states import OrderStatus

# So many buyers share an internet address: those limits are that many times as high.
PLACE_FACTOR = 5


class _Open(NamedTuple):
    """An order that is not paid: whether the buyer's own, and what it holds and owes."""

    is_own: bool
    placed_from: str
    units: int
    total: Decimal


def lock(buyer: Buyer) -> None:
    """Serialise orders of buyers who share a fingerprint, until the commit. One query."""
    place = [f"placed-from:{buyer.placed_from}"] if buyer.placed_from else []
    advisory_lock("buyer", f"customer:{buyer.customer_id}", *buyer.marks, *place)


def check_new_order(new: NewOrder) -> None:
    """
    Refuse an order beyond its buyer's limits. Orders of the same buyer wait for each other.

    :raises LimitReached: naming the product and how many it may be
    :raises DetailsRefused: if orders are in the way that need not be the person's who asks
    :raises OpenOrdersLimitReached: if too much is ordered and not paid already
    """
    products = {variant.product_id for variant in new.variants.values()}
    if new.is_nameless:
        check(None, new.quantities, new.variants, products)
        return
    buyer = Buyer.of(new, fingerprint_of_new_order(new))
    lock(buyer)
    check_open(buyer, new)
    check(buyer, new.quantities, new.variants, products)


def limit_of(product: Product) -> int:
    return product.purchase_limit or config.PURCHASE_LIMIT


def check(
    buyer: Buyer | None,
    quantities: Mapping[UUID, int],
    variants: Mapping[UUID, Variant],
    products: Iterable[UUID],
    *,
    excluding: UUID | None = None,
) -> None:
    """
    Count these units of the products together with what the buyer has ordered. At most one query.

    A bundle counts as itself and as what is in it: that costs one query more.

    `excluding` is the order being paid: it does not count, and holds nothing.

    :raises LimitReached: naming the product and how many it may be
    :raises DetailsRefused: if orders are in the way that need not be the person's who asks
    """
    parts = selectors.parts_of(variants.values())
    units = _with_parts(quantities, parts)
    sold = {part.variant_id: part.variant for found in parts.values() for part in found}
    sold |= variants
    wanted = set(products)
    for bundle, found in parts.items():
        if sold[bundle].product_id in wanted:
            wanted |= {part.variant.product_id for part in found}
    asked = _Asked(units, sold, wanted, is_new=excluding is None)
    if buyer is None:
        return _compare(asked, {})
    try:
        _compare(asked, units_ordered(buyer, wanted, excluding=excluding))
    except LimitReached:
        if excluding is None:
            _compare(asked, _own_units(buyer, wanted))
            raise DetailsRefused from None
        raise


def check_open(buyer: Buyer, new: NewOrder) -> None:
    """
    Count this order with the unpaid ones of the buyer and of the same network address. One query.

    Orders paid with store credit do not count, nor do orders of staff and programs on this
    machine, which have no address. Every buyer may owe for one order, whatever its total.

    :raises OpenOrdersLimitReached: if they are too many, hold too many units or owe too much
    """
    if not new.placed_from or new.total <= new.credit_total:
        return
    units = sum(line.quantity for line in new.lines)
    rows = _open_orders(buyer)
    own = [row for row in rows if row.is_own]
    there = [row for row in rows if row.placed_from == buyer.placed_from]
    for found, times in ((own, 1), (there, PLACE_FACTOR)):
        _check_open(found, units, new.total, times)


def _check_open(found: list[_Open], units: int, total: Decimal, times: int) -> None:
    """:raises OpenOrdersLimitReached: beyond this multiple of one buyer's limits; 0: no limit"""
    compared = [
        (len(found) + 1, config.OPEN_ORDERS_LIMIT),
        (sum(row.units for row in found) + units, config.OPEN_UNITS_LIMIT),
        (sum(row.total for row in found) + total if found else 0, config.OPEN_AMOUNT_LIMIT),
    ]
    if any(limit and number > limit * times for number, limit in compared):
        raise OpenOrdersLimitReached(
            _(
                "There are unpaid orders from your connection or with these details, so no more "
                "units can be reserved. Pay or cancel an open order, or order fewer units."
            )
        )


def _open_orders(buyer: Buyer) -> list[_Open]:
    if buyer.is_guest:
        by_mark = Q(marks__overlap=list(buyer.marks)) | Q(customer=buyer.customer_id)
        own = by_mark & Q(by_guest=True, placed_from=buyer.placed_from)
    else:
        own = Q(customer=buyer.customer_id, by_guest=False)
    there = Q(placed_from=buyer.placed_from)
    rows = Order.objects.filter(own | there, status=OrderStatus.PENDING, paid_at=None)
    open_units = Sum(F("lines__quantity") - F("lines__cancelled_quantity"))
    is_own = ExpressionWrapper(own, BooleanField())
    found = rows.annotate(is_own=is_own, units=open_units)
    return [_Open(*row) for row in found.values_list("is_own", "placed_from", "units", "total")]


def _own_units(buyer: Buyer, products: Iterable[UUID]) -> dict[UUID, Ordered]:
    """What the buyer has certainly ordered: guests need not be the person they name."""
    return {} if buyer.is_guest else units_ordered(replace(buyer, marks=()), products)


@dataclass(frozen=True)
class _Asked:
    units: Mapping[UUID, int]
    variants: Mapping[UUID, Variant]
    products: set[UUID]
    is_new: bool


def _compare(asked: _Asked, ordered: Mapping[UUID, Ordered]) -> None:
    """:raises LimitReached: if these units and the earlier ones exceed the limit"""
    for product_id in asked.products:
        members = [each for each in asked.variants.values() if each.product_id == product_id]
        now = sum(asked.units.get(variant.pk, 0) for variant in members)
        before = sum(row.units for row in ordered.values() if row.product_id == product_id)
        _check_bought(members[0].product, now + before)
        for variant in members if asked.is_new else ():
            row = ordered.get(variant.pk)
            _check_held(variant.product, asked.units.get(variant.pk, 0) + (row.held if row else 0))


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
                "You can buy at most %(limit)s unit of “%(product)s”.",
                "You can buy at most %(limit)s units of “%(product)s”.",
                limit,
            )
            % {"limit": limit, "product": product.name}
        )


def _check_held(product: Product, units: int) -> None:
    if units > config.UNITS_HELD_LIMIT:
        raise LimitReached(
            _(
                "At most %(most)s units of “%(product)s” can be reserved for you: pay for the "
                "first ones before ordering more."
            )
            % {"most": config.UNITS_HELD_LIMIT, "product": product.name}
        )
