"""Merging of two carts, a pure function."""

from collections.abc import Mapping
from uuid import UUID

from cart.store import StoredCart, StoredLine


def merge(
    ours: StoredCart,
    theirs: StoredCart,
    product_of: Mapping[UUID, UUID],
    caps: Mapping[UUID, int],
) -> tuple[StoredCart, set[UUID]]:
    """
    Add the lines of `theirs` to `ours`; returns the merged cart and the products that were capped.

    Merging never exceeds a product's cap, but the lines of `ours` stay. Lines of variants that are
    not in `product_of` are copied unchanged: the cart page explains them.
    """
    joined = dict(ours.lines)
    capped: set[UUID] = set()
    units: dict[UUID, int] = {}
    for key, line in ours.lines.items():
        product = product_of.get(key.variant_id, key.variant_id)
        units[product] = units.get(product, 0) + line.quantity
    for key, line in theirs.lines.items():
        product = product_of.get(key.variant_id, key.variant_id)
        have = units.get(product, 0)
        taken = max(0, min(line.quantity, caps.get(product, have + line.quantity) - have))
        if taken < line.quantity:
            capped.add(product)
        if taken:
            old = joined.get(key)
            joined[key] = StoredLine(
                (old.quantity if old else 0) + taken,
                min(old.added_at, line.added_at) if old else line.added_at,
            )
            units[product] = have + taken
    return StoredCart(joined, ours.coupon or theirs.coupon), capped
