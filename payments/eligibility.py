"""Which payment methods an order may use, by its amount, destination and delivery."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django_countries import countries

from core.formats import money
from orders.models import AddressKind, Order, OrderAddress
from payments.models import MethodType, PaymentMethod
from shipping.models import MethodKind, ShippingMethod
from shipping.tariffs import Area, nearness


@dataclass(frozen=True, kw_only=True)
class Handover:
    """
    Where an order is handed over, and whether its buyer picks it up.

    Empty or None means not known yet, which excludes no payment method.
    """

    country: str = ""
    region: str = ""
    ubigeo: str = ""
    is_pickup: bool | None = None


UNKNOWN = Handover()


def handover_of(order: Order) -> Handover:
    """Where the order goes, as its address and its way of delivery say. One query."""
    method = ShippingMethod.objects.filter(code=OuterRef("order__shipping_method_code"))
    address = (
        OrderAddress.objects.filter(order=order, kind=AddressKind.SHIPPING)
        .order_by("pk")
        .values_list("country", "region", "ubigeo", Subquery(method.values("kind")))
        .first()
    )
    if address is None:
        return UNKNOWN
    country, region, ubigeo, way = address
    is_pickup = way == MethodKind.PICKUP if way else None
    return Handover(country=str(country), region=region, ubigeo=ubigeo, is_pickup=is_pickup)


def ineligible_because(
    method: PaymentMethod, amount: Decimal, currency: str, handover: Handover
) -> str:
    """
    Why the method is not for such an order, as a sentence for the shopper; empty if it is.

    Its zones count as far as they were read with it.
    """
    return next(_reasons(method, amount, currency, handover), "")


def _reasons(
    method: PaymentMethod, amount: Decimal, currency: str, handover: Handover
) -> Iterator[str]:
    facts = {"name": method.name}
    if method.currencies and currency not in method.currencies:
        yield _("“%(name)s” is not for this order. Choose another way to pay.") % facts
    if handover.country and method.countries and handover.country not in method.countries:
        facts["country"] = countries.name(handover.country)
        yield _("“%(name)s” is not for orders to %(country)s. Choose another way to pay.") % facts
    if method.type == MethodType.CASH_ON_DELIVERY and handover.is_pickup is True:
        yield _("“%(name)s” is for deliveries only. Choose another way to pay.") % facts
    if method.type == MethodType.PAY_IN_SHOP and handover.is_pickup is False:
        yield _("“%(name)s” is for orders that you pick up. Choose another way to pay.") % facts
    if not _is_in_zones(method, handover):
        yield _("“%(name)s” is not for orders to your district. Choose another way to pay.") % facts
    if amount < method.minimum_amount:
        facts["amount"] = money(method.minimum_amount, currency)
        yield _("“%(name)s” is for orders from %(amount)s. Choose another way to pay.") % facts
    if method.maximum_amount is not None and amount > method.maximum_amount:
        facts["amount"] = money(method.maximum_amount, currency)
        yield _("“%(name)s” is for orders up to %(amount)s. Choose another way to pay.") % facts


def _is_in_zones(method: PaymentMethod, handover: Handover) -> bool:
    if not method.areas or not (handover.region or handover.ubigeo):
        return True
    return any(nearness(Area(**each), handover) is not None for each in method.areas)
