import time
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import factory
from django.db import transaction
from django.test import Client
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import User
from catalog.models import Variant
from core.ids import uuid7
from inventory import services as inventory
from orders.links import token_for
from orders.models import Order, OrderLine
from orders.numbers import next_order_number
from payments.gateway_log import store
from payments.models import MethodType, Payment, PaymentMethod, StoreCredit
from payments.services.credits import grant_credit
from payments.services.start import start_attempt
from simulator.delivery import sign
from simulator.server import Server
from tests.accounts.factories import UserFactory, house
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import MovementFactory
from tests.secrets import SECRET

RETURN_URL = "http://testserver/payments/return/"
PRICE = Decimal("100.00")


class PaymentMethodFactory(DjangoModelFactory[PaymentMethod]):
    """A card, taken by the simulator."""

    class Meta:
        model = PaymentMethod
        django_get_or_create = ("code",)

    code = "card"
    name = "Tarjeta"
    type = MethodType.CARD
    gateway = "simulator"
    commission_percent = Decimal("3.50")
    commission_fixed = Decimal("1.00")


class OrderFactory(DjangoModelFactory[Order]):
    """A pending order over 100.00 with a line: of this `line`, a variant; False for none yet."""

    class Meta:
        model = Order
        skip_postgeneration_save = True

    customer = factory.SubFactory(UserFactory)
    number = factory.LazyFunction(lambda: next_order_number(timezone.now()))
    email = factory.SelfAttribute("customer.email")
    language = "es"
    currency = "PEN"
    subtotal = PRICE
    total = factory.SelfAttribute("subtotal")
    placed_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda order: order.placed_at + timedelta(minutes=30))

    @factory.post_generation  # type: ignore[untyped-decorator]
    def line(order: Order, create: bool, variant: Any, **_kwargs: Any) -> None:  # noqa: N805
        if create and variant is not False:
            add_line(order, variant or VariantFactory.create())


def stocked_variant(units: int = 10) -> Variant:
    return MovementFactory.create(quantity=units).variant


@transaction.atomic
def held_order(variant: Variant | None = None, *, held: bool = True) -> Order:
    """A pending order of one unit at 100.00, its unit held."""
    variant = variant or stocked_variant()
    order = OrderFactory.create(line=variant)
    if held and order.expires_at:
        inventory.reserve(
            {variant.pk: 1}, reference=order.pk, until=order.expires_at, reference_kind="order"
        )
    return order


def add_line(order: Order, variant: Variant) -> UUID:
    line = new_line(order, variant)
    line.save(force_insert=True)
    return line.pk


def add_orders(orders: Iterable[Order], variant: Variant) -> list[Order]:
    """Write many orders at once, each with a line of this variant."""
    orders = list(orders)
    for order in orders:
        key: object = order.pk  # until it is written it may be an expression of the database
        if not isinstance(key, UUID):
            order.pk = uuid7()
    written = Order.objects.bulk_create(orders)
    OrderLine.objects.bulk_create(new_line(order, variant) for order in written)
    return written


def new_line(order: Order, variant: Variant) -> OrderLine:
    return OrderLine(
        id=uuid7(),
        order=order,
        variant=variant,
        seller=house(),
        name=variant.name,
        sku=variant.sku,
        quantity=1,
        list_price=order.subtotal,
        unit_price=order.subtotal,
        total=order.subtotal,
    )


def pay(order: Order, code: str = "card", **method: Any) -> Payment:
    """Start to pay for an order; a method of that code is made where there is none."""
    return start_attempt(
        order.pk, PaymentMethodFactory.create(code=code, **method).code, return_url=RETURN_URL
    )


def credit_of(
    user: User, amount: Decimal | int, *, currency: str = "PEN", ends_in: timedelta | None = None
) -> StoreCredit:
    """Store credit for a customer, which ends so long from now."""
    credit = grant_credit(
        user.pk, Decimal(amount), currency, reference=uuid4(), note="a test", actor_id=None
    )
    if ends_in is not None:
        credit.expires_at = timezone.now() + ends_in
        credit.save(update_fields=["expires_at"])
    return credit


def return_path(order: Order) -> str:
    """Where a provider sends the shopper back to; it may add parameters of its own."""
    return f"/payments/return/{order.number}/?key={token_for(order)}"


def ring(simulator: Server) -> list[int]:
    """Deliver every webhook that waits; gives the answers of the shop."""
    answers = []
    for delivery in simulator.bank.due_deliveries():
        answer = knock(delivery.body)
        answers.append(answer.status_code)
        simulator.bank.note_delivery(delivery, arrived=answer.status_code == 200, wait=0)
    return answers


def knock(body: bytes, *, secret: str = SECRET, late: int = 0) -> Any:
    """Bring the shop one message, signed so many seconds ago."""
    signature = sign(body, secret, int(time.time()) - late)
    return Client(raise_request_exception=False).post(
        "/webhooks/simulator/",
        body,
        content_type="application/json",
        headers={"Simulator-Signature": signature},
    )


def close_log(*urls: str) -> None:
    """Have the log connect again; whatever is forgotten is closed, or Python complains."""
    for url in urls:
        store._client(url).close()
    store._client.forget()
