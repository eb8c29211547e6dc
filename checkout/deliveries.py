"""Delivery of a changed order: its price where the address or the method changes."""

from dataclasses import replace

from constance import config
from django.utils.translation import gettext as _

from accounts.places import Place
from catalog.models import Variant
from checkout.exceptions import ChangeRefused
from core.money import ZERO
from orders.amounts import Delivery, OrderAmounts
from orders.models import AddressKind, Order, OrderAddress
from orders.new_orders import NewAddress
from promotions.engine import price
from promotions.selectors import price_settings, tax_rates
from shipping.selectors import Load, Offer, Pickup, load_of, offers_for, reach

SHIPPING = "shipping"


def quote(
    order: Order, amounts: OrderAmounts, address: NewAddress | None, code: str
) -> tuple[Delivery, NewAddress | None, bool]:
    """
    How the order comes, where to if that changes, and whether it is fetched there.

    What was agreed stays where neither changes. Delivery that a promotion gave stays a gift.

    :raises ChangeRefused: if it cannot come that way
    """
    now = order.addresses.filter(kind=AddressKind.SHIPPING).first()
    if address and now and _is_same_address(address, now):
        address = None
    code = code or order.shipping_method_code
    pickups = reach().pickups
    if address is None and code == order.shipping_method_code:
        return amounts.delivery, None, code in pickups
    if code in pickups:
        address = _of_pickup(pickups[code], now)
    elif address is None and order.shipping_method_code in pickups:
        raise ChangeRefused(
            _("Enter the delivery address: the order was to be collected."), SHIPPING
        )
    place = Place.of(address) if address else place_of(order)
    offer = _offer_with_code(code, place, amounts)
    return _delivery(order, offer, place, amounts), address, code in pickups


def offers(order: Order, amounts: OrderAmounts) -> list[Offer]:
    """The ways in which the order can come where it goes now. At most three queries."""
    return _offers(place_of(order), amounts)


def place_of(order: Order) -> Place | None:
    """Where the order goes. 1 query."""
    address = order.addresses.filter(kind=AddressKind.SHIPPING).first()
    return Place.of(address) if address else None


def _offers(place: Place | None, amounts: OrderAmounts) -> list[Offer]:
    goods = sum((line.total for line in amounts.lines), ZERO)
    return offers_for(place, _load(amounts), goods)


def _offer_with_code(code: str, place: Place | None, amounts: OrderAmounts) -> Offer:
    for offer in _offers(place, amounts):
        if offer.code == code:
            return offer
    raise ChangeRefused(
        _("This delivery method does not serve that address: choose another."), SHIPPING
    )


def _delivery(order: Order, offer: Offer, place: Place | None, amounts: OrderAmounts) -> Delivery:
    gifts = amounts.delivery.gifts[:1]
    charged = replace(offer, price=ZERO) if gifts else offer
    country = place.country if place else config.COUNTRY
    rates = tax_rates(country, place.region if place else "")
    settings = replace(
        price_settings(rates, country),
        currency=order.currency,
        prices_include_tax=order.prices_include_tax,
    )
    return Delivery(
        code=offer.code,
        name=offer.name[:150],
        price=charged.price,
        tax=price([], shipping=charged, settings=settings).shipping_tax,
        gifts=tuple(replace(gift, amount=offer.price) for gift in gifts if offer.price),
        free_from=str(offer.free_from or ""),
        promised_from=offer.promised_from,
        promised_to=offer.promised_to,
    )


def _load(amounts: OrderAmounts) -> Load:
    units = amounts.quantities()
    variants = Variant.objects.filter(pk__in=units)
    return load_of((variant, units[variant.pk]) for variant in variants)


def _of_pickup(pickup: Pickup, now: OrderAddress | None) -> NewAddress:
    return NewAddress(
        recipient=now.recipient if now else "",
        phone=now.phone if now else "",
        street=pickup.street,
        reference=pickup.name,
        **vars(Place.of(pickup)),
    )


def _is_same_address(address: NewAddress, now: OrderAddress) -> bool:
    return all(str(value) == str(getattr(now, name)) for name, value in vars(address).items())
