from dataclasses import replace
from decimal import Decimal

import pytest
from django.db.utils import IntegrityError

from orders import services
from orders.amounts import Reason
from orders.models import Order, OrderEventKind
from outbox.models import Message
from tests.catalog.factories import VariantFactory
from tests.orders.factories import new_line, new_order, place


@pytest.mark.django_db
def test_an_order_keeps_its_lines_addresses_and_reasons() -> None:
    line = new_line(VariantFactory.create(), quantity=2)
    discounted = replace(
        line,
        discount=Decimal("20.00"),
        total=line.total - 20,
        reasons=(Reason(name="Redala 15 %", amount=Decimal("20.00")),),
    )

    order = services.create(
        new_order(
            discounted, subtotal=line.total, discount_total=Decimal(20), total=line.total - 20
        )
    )

    order.refresh_from_db()
    saved = order.lines.get()
    assert (order.total, saved.total) == (line.total - 20, line.total - 20)
    assert saved.discounts.get().reason == "Redala 15 %"
    assert order.addresses.get().city == "Lima"
    assert [event.kind for event in order.events.all()] == [OrderEventKind.PLACED]
    assert Message.objects.filter(event="orders.events.OrderPlaced").exists()


@pytest.mark.django_db(transaction=True)
def test_an_order_whose_figures_disagree_leaves_nothing_behind() -> None:
    with pytest.raises(IntegrityError):
        place(total=Decimal("0.01"))

    assert not Order.objects.exists()
    assert not Message.objects.exists()
