"""What the customer gets for a part of what came back, or something else instead."""

from typing import Any

import pytest
from post_office.models import Email

from inventory import consistency
from inventory.models import Movement, MovementKind
from orders.links import order_link
from outbox.tasks import deliver_due
from payments.models import Refund
from returns import services
from returns.exceptions import NotThisStep
from tests.concurrency import winners
from tests.inventory.factories import stocked
from tests.orders.factories import new_line
from tests.returns.factories import arrived, clerk, received, sibling
from tests.returns.test_settle import exchanged

pytestmark = pytest.mark.django_db


def test_an_exchange_is_told_by_one_mail(client: Any) -> None:
    variant = stocked(9)
    order = arrived(new_line(variant, 1))
    deliver_due()
    back = received(order, 1)
    deliver_due()
    before = Email.objects.count()

    exchanged(back, sibling(variant))
    deliver_due()

    told = Email.objects.order_by("pk")[before:]
    assert [mail.subject for mail in told] == [f"Tu devolución {back.number} está resuelta"]
    assert back.number in client.get(order_link(order)).text


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_settle_the_same_return_one_does() -> None:
    back = received(arrived(), 1)
    who = clerk()

    assert winners(lambda: services.refund(back.pk, actor_id=who), refusal=NotThisStep) == 1
    assert Refund.objects.count() == 1


def test_the_ledger_says_what_the_exchange_sold() -> None:
    variant = stocked(9)
    order = arrived(new_line(variant, 1))
    other = sibling(variant)

    exchanged(received(order, 1), other)

    row = Movement.objects.get(reference=order.pk, variant=other)
    assert (row.kind, row.quantity) == (MovementKind.SALE, -1)
    assert not consistency.differences()
