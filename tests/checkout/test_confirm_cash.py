"""What is paid at the door waits until it is confirmed, and transfers wait for their proof."""

import re
from datetime import timedelta
from typing import Any

import pytest
from constance.test import override_config
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from accounts.permissions import Role
from inventory.models import Reservation
from orders import confirmation
from orders.exceptions import NotConfirmed
from orders.models import Order
from orders.states import OrderStatus
from outbox.tasks import deliver_due
from payments import tasks
from payments.models import MethodType, PaymentMethod
from payments.services.transfers import add_proof
from tests.accounts.factories import UserFactory, signed_in
from tests.checkout.factories import fill_cart, form_data, open_shop
from tests.inventory.factories import stocked
from tests.orders.factories import had_delivery, place
from tests.payments.test_transfer import screenshot

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _shop(settings: Any) -> None:
    settings.DEMO = True
    open_shop()
    PaymentMethod.objects.update(hold_minutes=2 * 24 * 60)
    PaymentMethod.objects.create(
        code="cash", name="Efectivo", type=MethodType.CASH_ON_DELIVERY, gateway="manual"
    )


def order_by(method: str, user: User | None = None) -> tuple[Client, Order]:
    """Somebody orders a unit; gives the browser and the order."""
    client = Client()
    if user:
        client.force_login(user)
    fill_cart(client, stocked(9).sku)
    answer = client.post("/en/checkout/", form_data(payment=method), follow=True)
    return client, answer.context["order"]


def hours_held(order: Order) -> float:
    order.refresh_from_db()
    assert order.expires_at is not None
    assert {hold.expires_at for hold in Reservation.objects.active()} == {order.expires_at}
    return round((order.expires_at - order.placed_at) / HOUR, 2)


def mailed_link() -> str:
    """Deliver the events, and give the link of the mail with the code."""
    deliver_due()
    mail = Email.objects.filter(message__contains="#confirm").get()
    found = re.search(r"http\S+#confirm", mail.message)
    assert found is not None
    return found[0].partition("#")[0]


def test_a_guests_order_that_is_paid_at_the_door_waits_and_ends() -> None:
    _client, order = order_by("cash")

    assert (order.status, hours_held(order)) == (OrderStatus.PENDING, 24)

    Order.objects.update(expires_at=timezone.now() - HOUR)
    tasks.expire_due()
    order.refresh_from_db()
    assert order.status == OrderStatus.EXPIRED
    assert not Reservation.objects.active().exists()


def test_the_code_of_the_mail_confirms_it_and_nothing_else_does() -> None:
    client, order = order_by("cash")
    page = client.get(mailed_link())
    code = page.context["code"]
    action = f"/en/orders/{order.number}/confirm/?token={page.context['token']}"

    wrong = client.post(action, {"code": f"{(int(code) + 1) % 10**6:06}"}, follow=True)
    order.refresh_from_db()
    assert order.status == OrderStatus.PENDING, "to open the link confirms nothing"
    right = client.post(action, {"code": f"{code[:3]} {code[3:]}"}, follow=True)
    again = client.post(action, {"code": code}, follow=True)

    order.refresh_from_db()
    assert (order.status, order.expires_at) == (OrderStatus.CONFIRMED, None)
    assert f'value="{code}"' in page.text
    assert "not the code from our e-mail" in wrong.text
    for answer in (right, again):
        assert "Your order is confirmed." in answer.text
        assert 'id="confirm"' not in answer.text


def test_codes_are_not_tried_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirmation, "MAX_TRIES", 2)
    _client, order = order_by("cash")
    for _ in range(2):
        with pytest.raises(NotConfirmed):
            confirmation.confirm_by_code(order.pk, "no")

    with pytest.raises(NotConfirmed, match=r"Demasiados|Too many"):
        confirmation.confirm_by_code(order.pk, confirmation.code_of(order))


def test_an_order_that_is_over_is_not_confirmed() -> None:
    order = place(collects_on_delivery=True)
    Order.objects.update(status=OrderStatus.CANCELLED)

    with pytest.raises(NotConfirmed, match=r"nada que confirmar|nothing to confirm"):
        confirmation.confirm_by_code(order.pk, confirmation.code_of(order))


def test_staff_see_it_and_confirm_it() -> None:
    _client, order = order_by("cash")
    staff = Client()
    signed_in(staff, Role.ADMINISTRATOR)

    waiting = staff.get("/admin/orders/order/?status__exact=pending&collects_on_delivery__exact=1")
    staff.post(f"/admin/orders/order/{order.pk}/step/confirm/", {"step": "confirm"})

    order.refresh_from_db()
    assert order.number in waiting.text
    assert order.status == OrderStatus.CONFIRMED


@pytest.mark.parametrize("has_had_one", [True, False])
def test_who_has_had_a_delivery_and_is_signed_in_need_not_confirm(*, has_had_one: bool) -> None:
    user = UserFactory.create()
    if has_had_one:
        had_delivery(user)

    _client, order = order_by("cash", user)

    assert order.status == (OrderStatus.CONFIRMED if has_had_one else OrderStatus.PENDING)


def test_a_guest_who_types_the_address_of_a_customer_has_to_confirm() -> None:
    had_delivery(UserFactory.create(email="ana@example.com"))

    _client, order = order_by("cash")

    assert order.status == OrderStatus.PENDING


@override_config(CASH_CONFIRMATION_HOURS=0)
def test_a_shop_may_ask_nobody_to_confirm():
    assert order_by("cash")[1].status == OrderStatus.CONFIRMED


def test_a_transfer_holds_units_for_hours_until_its_proof_has_come() -> None:
    _client, order = order_by("transfer")
    before = hours_held(order)

    add_proof(order.payments.get().pk, screenshot())

    assert (before, hours_held(order)) == (6, 48)


@pytest.mark.parametrize(("hours", "minutes", "held"), [(0, 2880, 48), (6, 60, 1)])
def test_a_transfer_holds_units_as_the_shop_has_set_it(
    hours: int, minutes: int, held: float
) -> None:
    PaymentMethod.objects.update(hold_minutes=minutes)
    with override_config(TRANSFER_PROOF_HOURS=hours):
        _client, order = order_by("transfer")

    assert hours_held(order) == held
