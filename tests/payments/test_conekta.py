"""Paying by Conekta with its own library, over HTTP: a provider without idempotency keys."""

from datetime import timedelta
from decimal import Decimal

import pytest
import requests
from constance.test import override_config
from django.test import Client
from django.utils import timezone

from accounts.models import User
from inventory.selectors import available_quantities
from orders.models import AddressKind, Order, OrderAddress
from payments import tasks
from payments.exceptions import PaymentRefused, ProviderUnavailable
from payments.models import LedgerEntry, Payment, WebhookEvent
from payments.services.reconcile import reconcile
from payments.services.settle import settle
from payments.services.start import start_attempt
from payments.states import PaymentState
from tests.payments.factories import RETURN_URL, held_order
from tests.payments.steps import (
    HUNDRED,
    PAID,
    begin,
    check_paid_once,
    money_of,
    ordered,
    ring,
    run_out,
    state_of,
)
from tests.providers.server import Fault

pytestmark = pytest.mark.django_db


def test_who_pays_on_the_page_and_comes_back_has_paid_once(conekta):
    payment = begin(conekta)
    page = payment.redirect_url

    assert "MX$ 100.00" in requests.get(page, timeout=5).text
    back = requests.post(page, data={"action": "approve"}, allow_redirects=False, timeout=5)
    Client().get(back.headers["Location"])
    ring(conekta)

    payment.refresh_from_db()
    assert state_of(payment) == PAID
    assert (payment.card_brand, payment.card_last4) == ("visa", "4242")
    assert payment.fee == Decimal("6.26")
    check_paid_once(conekta, payment)


def test_of_orders_whose_answers_were_lost_nobody_is_led_to_any(conekta):
    order = ordered(conekta)
    lost = (Fault.CUT, Fault.GARBAGE, Fault.BROKEN, Fault.BUSY)
    conekta.server.fail(conekta.paths["start"], *lost)
    for _ in lost:
        with pytest.raises(ProviderUnavailable):
            begin(conekta, order)

    payment = begin(conekta, order)

    *orphans, shown = conekta.account.orders.values()
    assert len(orphans) == 2
    assert payment.redirect_url == shown["checkout"]["url"]
    conekta.pay(payment)
    conekta.account.clock_offset = timedelta(hours=1)
    conekta.account.expire_due()
    ring(conekta)
    check_paid_once(conekta, payment)
    assert not WebhookEvent.objects.filter(status="received").exists()


def test_money_for_an_order_that_nobody_was_led_to_waits_for_staff(conekta):
    order = ordered(conekta)
    conekta.server.fail(conekta.paths["start"], Fault.CUT)
    with pytest.raises(ProviderUnavailable):
        begin(conekta, order)
    payment = begin(conekta, order)

    conekta.account.pay(next(iter(conekta.account.orders)))
    ring(conekta)
    found = list(reconcile("conekta", timezone.now() - timedelta(hours=1)))

    assert money_of(payment) == "unpaid"
    assert [each.kind for each in found] == ["unknown_payment"]
    assert WebhookEvent.objects.filter(error="No such payment here.").exists()


def test_nobody_is_led_to_a_page_that_asks_for_another_amount(conekta, monkeypatch):
    opened = conekta.account.open_order
    monkeypatch.setattr(
        conekta.account, "open_order", lambda asked: opened(asked) | {"amount": 11_600}
    )

    with pytest.raises(PaymentRefused):
        begin(conekta)

    payment = Payment.objects.get()
    assert (payment.state, payment.redirect_url) == (PaymentState.FAILED, "")
    assert "116.00 MXN" in payment.error_message


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("+51 987 654 321", "+51987654321"),
        ("(55) 3143-1590", "5531431590"),
        ("987654321", "5555555555"),
        ("", "5555555555"),
    ],
)
def test_a_shopper_without_a_name_and_a_phone_that_fits_can_pay_all_the_same(conekta, told, asked):
    order = ordered(conekta)
    Order.objects.filter(pk=order.pk).update(phone=told)

    payment = begin(conekta, order)

    customer = conekta.account.orders[payment.gateway_id]["customer_info"]
    assert customer["name"]
    assert (customer["email"], customer["phone"]) == (order.email, asked)


def test_the_page_names_who_ordered_and_never_whose_account_it_is(conekta):
    order = ordered(conekta)
    User.objects.filter(pk=order.customer_id).update(first_name="Rosa", last_name="Secreta")
    place = {"order": order, "street": "Av. Sol 1", "city": "Lima", "country": "PE"}
    OrderAddress.objects.create(**place, kind=AddressKind.SHIPPING, recipient="Quien Recibe")
    OrderAddress.objects.create(**place, kind=AddressKind.BILLING, recipient="Ana Paga")

    payment = begin(conekta, order)
    without_address = begin(conekta, ordered(conekta))

    told = conekta.account.orders
    assert told[payment.gateway_id]["customer_info"]["name"] == "Ana Paga"
    assert told[without_address.gateway_id]["customer_info"]["name"] == "Cliente"
    assert "Secreta" not in str(told)


@pytest.mark.parametrize("minutes", [2, 30])
def test_a_page_lives_as_long_as_the_order_but_no_shorter_than_conekta_allows(conekta, minutes):
    order = ordered(conekta)
    Order.objects.update(placed_at=timezone.now() - timedelta(days=1))
    Order.objects.update(expires_at=timezone.now() + timedelta(minutes=minutes))

    payment = begin(conekta, order)

    until = conekta.account.orders[payment.gateway_id]["checkout"]["expires_at"]
    assert until - timezone.now().timestamp() == pytest.approx(max(minutes, 6) * 60, abs=10)


def test_a_shop_of_another_currency_is_paid_in_dollars_at_the_rate_that_was_shown(conekta):
    order = held_order()
    with override_config(EXCHANGE_RATES="USD 3.75"):
        payment = start_attempt(
            order.pk, conekta.method().code, return_url=RETURN_URL, agreed="USD 26.67"
        )

    conekta.pay(payment)
    ring(conekta)

    payment.refresh_from_db()
    assert conekta.account.orders[payment.gateway_id]["currency"] == "USD"
    assert state_of(payment) == PAID
    assert payment.captured == HUNDRED


@pytest.mark.parametrize("by_transfer", [False, True])
def test_what_is_promised_holds_the_order_until_it_has_come(conekta, by_transfer):
    payment = begin(conekta)
    conekta.account.pay_later(payment.gateway_id, by_transfer=by_transfer)
    ring(conekta)
    assert state_of(payment) == ("processing", "pending", "pending")

    run_out(payment)
    tasks.expire_due()
    assert conekta.account.orders[payment.gateway_id]["checkout"]["status"] == "Issued"
    assert state_of(payment)[1] == "pending"
    conekta.account.arrive(payment.gateway_id)
    ring(conekta)

    payment.refresh_from_db()
    assert state_of(payment) == PAID
    assert payment.card_last4 == ""


def test_what_never_comes_gives_the_unit_free(conekta):
    payment = begin(conekta, ordered(conekta, units=1))
    conekta.account.pay_later(payment.gateway_id)
    ring(conekta)

    conekta.account.lapse(payment.gateway_id)
    ring(conekta)
    run_out(payment)
    tasks.expire_due()

    variant = payment.order.lines.get().variant_id
    assert state_of(payment)[:2] == ("expired", "expired")
    assert available_quantities([variant])[variant] == 1


def test_when_the_time_is_over_the_page_is_closed_at_conekta(conekta):
    payment = begin(conekta)
    run_out(payment)

    tasks.expire_due()

    page = conekta.account.orders[payment.gateway_id]["checkout"]
    assert page["status"] == "Cancelled"
    assert state_of(payment)[:2] == ("cancelled", "expired")


def test_play_money_pays_nothing(conekta):
    payment = begin(conekta)
    conekta.account.orders[payment.gateway_id]["livemode"] = False

    conekta.pay(payment)
    settle(payment.pk)

    assert state_of(payment) == ("review", "pending", "review")
    assert LedgerEntry.objects.get().is_accepted is False


def test_a_card_that_is_only_authorized_is_charged_once(conekta):
    payment = begin(conekta)
    conekta.account.authorize(payment.gateway_id)

    ring(conekta)
    settle(payment.pk)

    asked = [each.request.path for each in conekta.server.exchanges]
    assert sum(path.endswith("/capture") for path in asked) == 1
    check_paid_once(conekta, payment)
