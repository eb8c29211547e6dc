"""What the page of a customer shows, each part only to people who may see such rows anyway."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Max, Min, Sum
from django.urls import reverse

from accounts.models import Address, Consent, Customer, CustomerNote, User
from accounts.selectors import addresses_of
from cart import store
from cart.models import Cart, CartStatus
from catalog.models import Variant
from core.exceptions import ServiceUnavailable
from core.money import ZERO
from orders.links import whatsapp_link
from orders.models import Order
from orders.states import OrderStatus
from payments.selectors import Wallet, money_kept, wallets_of
from returns.models import Return
from reviews.models import Review

LATEST = 10
FEW = 5
MAX_NOTES = 50


@dataclass(frozen=True, kw_only=True)
class Bought:
    """The orders in one currency, and what the shop kept of their money."""

    currency: str
    orders: int
    kept: Decimal
    first: datetime
    last: datetime


@dataclass(frozen=True, kw_only=True)
class OpenCart:
    """A cart that still runs: units by name."""

    row: Cart
    units: list[tuple[str, int]]


@dataclass(frozen=True, kw_only=True)
class CustomerFile:
    """A customer with everything that hangs on the account."""

    phones: list[tuple[str, str]]
    new_order: str
    bought: list[Bought] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    unpaid: list[Order] = field(default_factory=list)
    cart: OpenCart | None = None
    returns: list[Return] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    wallets: Mapping[str, Wallet] = field(default_factory=dict)
    addresses: list[Address] = field(default_factory=list)
    notes: list[CustomerNote] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    accepts_news: bool = False

    @property
    def number_of_orders(self) -> int:
        return sum(each.orders for each in self.bought)


def customer_file(customer: User, viewer: User) -> CustomerFile:
    """Fourteen queries at most, and one call of Redis, whatever they have bought."""
    addresses = list(addresses_of(customer))
    sees_orders = viewer.has_perm("orders.view_order")
    orders = _orders(customer) if sees_orders else []
    profile = Customer.objects.filter(user=customer).first()
    return CustomerFile(
        phones=_phones(customer, orders, addresses),
        new_order=_new_order(customer) if viewer.has_perm("checkout.add_draft") else "",
        bought=_bought(customer) if sees_orders else [],
        orders=orders,
        unpaid=_unpaid(customer) if sees_orders else [],
        cart=_open_cart(customer) if viewer.has_perm("cart.view_cart") else None,
        returns=_returns(customer) if viewer.has_perm("returns.view_return") else [],
        reviews=_reviews(customer) if viewer.has_perm("reviews.view_review") else [],
        wallets=wallets_of(customer.pk) if viewer.has_perm("payments.view_storecredit") else {},
        addresses=addresses if viewer.has_perm("accounts.view_address") else [],
        notes=_notes(customer) if viewer.has_perm("accounts.view_customernote") else [],
        consents=list(Consent.objects.filter(email__iexact=customer.email).order_by("-pk")[:FEW]),
        accepts_news=profile is not None and profile.accepts_marketing,
    )


def _orders(customer: User) -> list[Order]:
    return list(Order.objects.filter(customer=customer).order_by("-placed_at", "-pk")[:LATEST])


def _unpaid(customer: User) -> list[Order]:
    waiting = Order.objects.filter(customer=customer, status=OrderStatus.PENDING)
    return list(waiting.order_by("-pk")[:FEW])


def _bought(customer: User) -> list[Bought]:
    orders = Order.objects.filter(customer=customer).annotate(net=money_kept("pk")).order_by()
    rows = orders.values("currency").annotate(
        orders=Count("pk"), kept=Sum("net"), first=Min("placed_at"), last=Max("placed_at")
    )
    return [Bought(**row | {"kept": row["kept"] or ZERO}) for row in rows.order_by("-orders")]


def _open_cart(customer: User) -> OpenCart | None:
    row = Cart.objects.filter(user=customer, status=CartStatus.ACTIVE).first()
    if row is None:
        return None
    try:
        units = store.read(row.pk).quantities()
    except ServiceUnavailable:
        units = {}
    names = Variant.objects.filter(pk__in=units).order_by("pk").values_list("pk", "name")
    return OpenCart(row=row, units=[(name, units[key]) for key, name in names])


def _returns(customer: User) -> list[Return]:
    found = Return.objects.filter(order__customer=customer).select_related("order")
    return list(found.order_by("-pk")[:FEW])


def _reviews(customer: User) -> list[Review]:
    found = Review.objects.filter(user=customer).select_related("product")
    return list(found.order_by("-created_at", "-pk")[:FEW])


def _notes(customer: User) -> list[CustomerNote]:
    return list(customer.staff_notes.select_related("author").order_by("-pk")[:MAX_NOTES])


def _phones(customer: User, orders: list[Order], addresses: list[Address]) -> list[tuple[str, str]]:
    """Each number once with its chat: those of the account first, then where they ordered."""
    ordered, lived = (each.phone for each in orders), (each.phone for each in addresses)
    said = [*customer.phones, *ordered, *lived]
    return [(phone, whatsapp_link(phone)) for phone in dict.fromkeys(filter(None, said))]


def _new_order(customer: User) -> str:
    """The page of a new order for the customer, filled in as their last one."""
    return reverse("admin:checkout_draft_add", query={"customer": customer.pk})
