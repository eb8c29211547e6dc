from dataclasses import replace
from decimal import Decimal
from typing import Any

from accounts.models import User
from catalog.models import Variant
from orders import services
from orders.amounts import NewLine, Reason
from orders.models import Order
from orders.new_orders import NewAddress, NewOrder
from orders.states import FulfilmentStatus, PaymentStatus
from tests.accounts.factories import UserFactory
from tests.catalog.factories import VariantFactory


def new_line(variant: Variant, quantity: int = 1) -> NewLine:
    return NewLine(
        variant_id=variant.pk,
        seller_id=variant.product.seller_id,
        name=variant.name,
        sku=variant.sku,
        quantity=quantity,
        list_price=variant.list_price,
        unit_price=variant.price,
        total=variant.price * quantity,
    )


def new_order(*lines: NewLine, customer: User | None = None, **fields: Any) -> NewOrder:
    """A pending order of these lines, or of one unit of something, to be created."""
    lines = lines or (new_line(VariantFactory.create()),)
    customer = customer or UserFactory.create()
    amount = sum((line.total for line in lines), Decimal("0.00"))
    values: dict[str, Any] = {
        "customer": customer,
        "email": customer.email,
        "subtotal": amount,
        "total": amount,
        "lines": lines,
        "addresses": (NewAddress(recipient="Ana Quispe", street="Av. Larco 101", city="Lima"),),
    }
    return NewOrder(**{**values, **fields})


def place(*lines: NewLine, **fields: Any) -> Order:
    """An order that is written down and not paid."""
    return services.create(new_order(*lines, **fields))


def paid(*lines: NewLine, **fields: Any) -> Order:
    """Such an order, paid for; no payment stands behind it."""
    order = place(*lines, **fields)
    services.mark_paid(order.pk)
    services.set_payment_status(order.pk, PaymentStatus.PAID)
    order.refresh_from_db()
    return order


def had_delivery(customer: User) -> None:
    """The customer is known: something that was ordered before has arrived."""
    before = place(customer=customer)
    Order.objects.filter(pk=before.pk).update(fulfilment_status=FulfilmentStatus.DELIVERED)


def place_with_gifts() -> Order:
    """Of 100.00, a coupon has taken 30.00, and the delivery's 10.00 are a gift."""
    coupon = Reason(name="Bienvenida", code="HOLA30", amount=Decimal("30.00"))
    line = new_line(VariantFactory.create())
    cheaper = replace(line, discount=coupon.amount, total=Decimal("70.00"), reasons=(coupon,))
    return place(
        cheaper,
        subtotal=Decimal("100.00"),
        discount_total=Decimal("30.00"),
        total=Decimal("70.00"),
        shipping_method_name="Olva Courier",
        shipping_discounts=(Reason(name="Envío gratis", amount=Decimal("10.00")),),
    )
