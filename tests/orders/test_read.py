import pytest

from orders import links, selectors
from orders.models import Order, OrderEventKind
from orders.states import FulfilmentStatus, OrderStatus, PaymentStatus
from tests.accounts.factories import UserFactory
from tests.orders.factories import place


@pytest.mark.django_db
def test_nobody_reads_another_customers_order() -> None:
    order = place()

    assert selectors.get_for(order.customer, order.number) == order
    with pytest.raises(Order.DoesNotExist):
        selectors.get_for(UserFactory.create(), order.number)


@pytest.mark.django_db
def test_a_signed_link_opens_its_own_order_alone() -> None:
    order, other = place(), place()
    token = links.token_for(order)

    assert links.by_token(order.number, token) == order
    for number, false in ((other.number, token), (order.number, token[:-1]), (order.number, "")):
        with pytest.raises(Order.DoesNotExist):
            links.by_token(number, false)


@pytest.mark.parametrize(
    ("status", "payment", "fulfilment", "word"),
    [
        (OrderStatus.PENDING, PaymentStatus.UNPAID, FulfilmentStatus.NONE, "pending"),
        (OrderStatus.CONFIRMED, PaymentStatus.PAID, FulfilmentStatus.NONE, "paid"),
        (OrderStatus.CONFIRMED, PaymentStatus.REVIEW, FulfilmentStatus.NONE, "review"),
        (OrderStatus.PROCESSING, PaymentStatus.PAID, FulfilmentStatus.NONE, "processing"),
        (OrderStatus.PROCESSING, PaymentStatus.PAID, FulfilmentStatus.SHIPPED, "shipped"),
        (OrderStatus.COMPLETED, PaymentStatus.PAID, FulfilmentStatus.DELIVERED, "delivered"),
        (OrderStatus.CANCELLED, PaymentStatus.UNPAID, FulfilmentStatus.NONE, "cancelled"),
        (OrderStatus.CANCELLED, PaymentStatus.REFUNDED, FulfilmentStatus.NONE, "refunded"),
        (OrderStatus.EXPIRED, PaymentStatus.UNPAID, FulfilmentStatus.NONE, "expired"),
    ],
)
def test_three_statuses_make_one_word(
    status: OrderStatus, payment: PaymentStatus, fulfilment: FulfilmentStatus, word: str
) -> None:
    order = Order(status=status, payment_status=payment, fulfilment_status=fulfilment)

    assert selectors.shopper_status(order)[0] == word


def test_an_order_that_is_being_prepared_is_called_so_everywhere() -> None:
    order = Order(
        status=OrderStatus.PROCESSING,
        payment_status=PaymentStatus.PAID,
        fulfilment_status=FulfilmentStatus.NONE,
    )

    words = {
        str(selectors.shopper_status(order)[1]),
        order.get_status_display(),
        str(OrderEventKind.PROCESSING.label),
    }

    assert words == {"en preparación"}
