"""Sales of sellers as they are owed, on days long gone, so that statements can be written."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Seller
from core.ids import uuid7
from orders.models import Order
from payments.models import LedgerEntry, LedgerKind
from payments.services.refunds import approve_refund, request_order_refund
from payments.services.send_refunds import complete_refund_by_hand, submit_refund
from payouts import commissions, services
from payouts.commissions import Account
from payouts.models import SellerSale, Statement
from tests.accounts.factories import SellerFactory, UserFactory
from tests.catalog.factories import ProductFactory, VariantFactory
from tests.inventory.factories import WarehouseFactory, stocked
from tests.orders.factories import new_line
from tests.returns.factories import arrived

LONG_AGO = datetime(2020, 1, 15, tzinfo=UTC)
FIRST_DAY = date(2020, 1, 31)
DELIVERY = Decimal("9.99")


def goods_of(seller: Seller, units: int = 12, **fields: Any) -> Any:
    """A variant of the seller's, in his own warehouse."""
    variant = VariantFactory.create(product=ProductFactory.create(seller=seller, **fields))
    return stocked(units, variant=variant, warehouse=WarehouseFactory.create(seller=seller))


def sold(*sellers: Seller, units: int = 1) -> Order:
    """An order of so many units of a product of each, paid and delivered, that they are owed."""
    lines = [new_line(goods_of(seller), units) for seller in sellers or (SellerFactory.create(),)]
    total = sum(line.total for line in lines) + DELIVERY
    order = arrived(*lines, shipping_total=DELIVERY, total=total)
    owe()
    return order


def owe() -> None:
    services.note_sales()
    SellerSale.objects.filter(due_at__isnull=False).update(due_at=LONG_AGO)


def stated(seller: Seller, days: int = 0, **fields: Any) -> Statement:
    """The statement up to so many days after the first."""
    last_day = FIRST_DAY + timedelta(days=days)
    return services.make(seller.pk, last_day=last_day, currency="PEN", **fields)


def approved(seller: Seller, days: int = 0) -> Statement:
    return services.approve(stated(seller, days).pk, actor_id=UserFactory.create().pk)


def account_of(seller: Seller) -> Account:
    return commissions.account(seller, currency="PEN", until=timezone.now())


def give_back(order: Order, amount: Decimal | str) -> None:
    """Money that goes back for no goods, out of the office."""
    refunds = request_order_refund(
        order.pk, Decimal(amount), reason="Disculpas", actor_id=UserFactory.create().pk
    )
    for refund in refunds:
        carry_out(refund)


def carry_out(refund: Any) -> None:
    approve_refund(refund.pk, actor_id=UserFactory.create().pk)
    submit_refund(refund.pk)
    complete_refund_by_hand(refund.pk, reference=f"OP-{refund.number}")


def charge_back(order: Order, amount: Decimal) -> None:
    """The customer's bank takes money."""
    LedgerEntry.objects.create(
        payment=order.payments.get(),
        provider="manual",
        kind=LedgerKind.CHARGEBACK,
        reference=str(uuid7()),
        amount=amount,
        currency=order.currency,
        occurred_at=timezone.now(),
    )
