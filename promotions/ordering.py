"""A priced basket in the words of an order."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from catalog.models import Variant
from orders.drafts import NewDiscount, NewLine
from promotions.basket import PricedBasket, PricedLine, Reason, allocations_as_json


def order_lines(
    basket: PricedBasket,
    variants: Mapping[UUID, Variant],
    kit_names: Mapping[str, str] | None = None,
) -> tuple[NewLine, ...]:
    """
    The basket's lines as an order keeps them.

    The variants have their product, seller and options loaded; `kit_names` says what the keys
    in the lines are called.
    """
    names = kit_names or {}
    return tuple(
        _line(line, variants[line.line.variant_id], names.get(line.line.kit, ""))
        for line in basket.lines
    )


def shipping_discounts(basket: PricedBasket) -> tuple[NewDiscount, ...]:
    """Why the delivery costs less than its list price."""
    return _discounts(basket.shipping_reasons)


def _line(line: PricedLine, variant: Variant, kit: str) -> NewLine:
    return NewLine(
        variant_id=variant.pk,
        seller_id=line.line.seller_id,
        name=variant.name,
        sku=variant.sku,
        options={option.name: option.value for option in variant.options.all()},
        kit=kit,
        quantity=line.quantity,
        list_price=line.line.list_price,
        unit_price=line.unit_price,
        discount=line.discount,
        tax_rate=line.line.tax_rate,
        tax=line.tax,
        total=line.total,
        unit_allocations=allocations_as_json(line),
        discounts=_discounts(line.reasons),
    )


def _discounts(reasons: Iterable[Reason]) -> tuple[NewDiscount, ...]:
    return tuple(
        NewDiscount(
            reason=reason.name,
            amount=reason.amount,
            promotion_id=reason.promotion_id,
            code=reason.code,
        )
        for reason in reasons
    )
