"""The data of a parcel for its carrier and papers: parties, weight, value, amount to collect."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from catalog.models import Variant
from core.money import ZERO, allocate, quantize
from orders.models import AddressKind, Order, OrderAddress
from orders.states import MONEY_IS_IN
from shipping import parcels
from shipping.models import Shipment, ShipmentItem
from shipping.models.shipment import ShipmentQuerySet
from shipping.states import Decision, ShipmentStatus


@dataclass(frozen=True, kw_only=True)
class Waybill:
    """One parcel as its carrier has to know it. Nothing to collect is None, unknown weight too."""

    parcel: Shipment
    address: OrderAddress | None
    place: int  # the k of “parcel k of n”
    parcels: int
    units: int
    weight_kg: Decimal | None
    value: Decimal
    collect: Decimal | None

    @property
    def order(self) -> Order:
        return self.parcel.order

    @property
    def recipient(self) -> str:
        return self.address.recipient if self.address else ""

    @property
    def phone(self) -> str:
        return (self.address.phone if self.address else "") or self.order.phone


def waybills(shipments: ShipmentQuerySet) -> list[Waybill]:
    """These parcels in the order of their numbers, however many. At most eleven queries."""
    rows = list(
        shipments.select_related("order", "seller", "warehouse", "carrier")
        .prefetch_related("order__addresses", "items__line__variant__product")
        .order_by("number")
    )
    siblings = _siblings({parcel.order_id for parcel in rows})
    weights = _weights(rows)
    return [_waybill(parcel, siblings[parcel.order_id], weights) for parcel in rows]


def _waybill(
    parcel: Shipment, siblings: Sequence[Shipment], weights: Mapping[UUID, Decimal | None]
) -> Waybill:
    keys = [each.pk for each in siblings]
    return Waybill(
        parcel=parcel,
        address=address_of(parcel.order),
        place=keys.index(parcel.pk) + 1 if parcel.pk in keys else 1,
        parcels=max(len(keys), 1),
        units=sum(item.quantity for item in parcel.items.all()),
        weight_kg=weights[parcel.pk],
        value=_value(parcel),
        collect=_collected(parcel, siblings),
    )


def _siblings(order_ids: Iterable[UUID]) -> dict[UUID, list[Shipment]]:
    """
    The parcels in which each order goes to its customer, oldest first.

    Not those called off, nor those whose units are sent again in another.
    """
    gone = Shipment.objects.filter(order__in=order_ids)
    rows = gone.exclude(status=ShipmentStatus.CANCELLED).exclude(decision=Decision.RESEND)
    found: dict[UUID, list[Shipment]] = defaultdict(list)
    for parcel in rows.prefetch_related("items__line").order_by("pk"):
        found[parcel.order_id].append(parcel)
    return found


def address_of(order: Order) -> OrderAddress | None:
    """The delivery address; for pickup orders the billing address."""
    by_kind = {address.kind: address for address in order.addresses.all()}
    return by_kind.get(AddressKind.SHIPPING) or next(iter(by_kind.values()), None)


def _weights(rows: Sequence[Shipment]) -> dict[UUID, Decimal | None]:
    """The weight of each parcel; None if one of its products has none."""
    contents = parcels.units_in(rows)
    variants = {variant_id for units in contents.values() for variant_id in units}
    one = dict(Variant.objects.filter(pk__in=variants).values_list("pk", "weight_kg"))
    weights = {}
    for parcel in rows:
        units = contents.get(parcel.pk, Counter())
        known = [
            number * weight for key, number in units.items() if (weight := one.get(key)) is not None
        ]
        weights[parcel.pk] = sum(known, Decimal(0)) if len(known) == len(units) else None
    return weights


def _value(parcel: Shipment) -> Decimal:
    """The price of its goods, with tax."""
    order = parcel.order
    amount = sum((_price(item, order) for item in parcel.items.all()), ZERO)
    return quantize(amount, order.currency)


def _price(item: ShipmentItem, order: Order) -> Decimal:
    line = item.line
    total = line.total if order.prices_include_tax else line.total + line.tax
    share: Decimal = total * item.quantity / line.quantity
    return share


def _collected(parcel: Shipment, siblings: Sequence[Shipment]) -> Decimal | None:
    """
    Its share of what the order still owes at the door, by the value of the goods.

    The shares of an order's parcels add up to the cent.
    """
    order = parcel.order
    if not order.collects_on_delivery or parcel not in siblings:
        return None
    if order.payment_status in MONEY_IS_IN:
        return None
    due = order.total - order.credit_total
    weights = [_weighing(each, order) for each in siblings]
    share = allocate(due, weights, order.currency)[siblings.index(parcel)]
    return share if share > 0 else None


def _weighing(parcel: Shipment, order: Order) -> Decimal:
    """Gifts have no price: a cent keeps the sum of all of them above nothing."""
    return sum((_price(item, order) for item in parcel.items.all()), Decimal("0.01"))
