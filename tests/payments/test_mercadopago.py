"""Mercado Pago from the order to its money: the real library against the simulated provider."""

from datetime import timedelta
from decimal import Decimal

import pytest
import requests
from django.test import Client
from django.utils import timezone

from inventory.selectors import available_quantities
from orders.models import Order
from orders.states import OrderStatus, PaymentStatus
from payments import gateways, tasks
from payments.exceptions import ProviderUnavailable
from payments.models import (
    LedgerEntry,
    Refund,
    WebhookEvent,
)
from payments.services.expire import expire_order
from payments.services.reconcile import reconcile
from payments.services.settle import settle
from payments.states import PaymentState, RefundState
from tests.payments.factories import held_order, return_path, stocked_variant
from tests.payments.steps import IN_REVIEW, PAID, UNPAID, begin, ring, run_out, state_of
from tests.providers.driver import Driver, running
from tests.providers.mercadopago.driver import TOKEN
from tests.providers.server import Fault

pytestmark = pytest.mark.django_db


def test_a_payment_makes_the_order_paid_by_its_webhook_alone(mercadopago):
    payment = begin(mercadopago)

    mercadopago.pay(payment)
    answers = ring(mercadopago)

    payment.refresh_from_db()
    assert answers == [200, 200]
    assert state_of(payment) == PAID
    assert payment.fee == Decimal("3.99")
    assert (payment.card_brand, payment.card_last4) == ("visa", "4242")


def test_what_the_address_of_the_return_claims_counts_for_nothing(mercadopago):
    payment = begin(mercadopago)

    Client().get(f"{return_path(payment.order)}&status=approved&payment_id=1")

    assert state_of(payment) == UNPAID


def test_after_two_declines_the_third_card_pays_on_the_same_page(mercadopago):
    payment = begin(mercadopago)
    mercadopago.decline(payment)
    mercadopago.decline(payment)
    payment = settle(payment.pk)
    assert (payment.state, payment.error_code) == (
        PaymentState.OPEN,
        "cc_rejected_insufficient_amount",
    )

    again = begin(mercadopago, payment.order)
    mercadopago.pay(again)
    ring(mercadopago)

    assert again.pk == payment.pk
    assert state_of(payment) == PAID
    assert LedgerEntry.objects.count() == 1


def test_of_two_payments_on_one_page_the_second_goes_back_by_itself(mercadopago):
    payment = begin(mercadopago)
    requests.post(payment.redirect_url, data={"action": "twice"}, allow_redirects=False, timeout=5)

    ring(mercadopago)
    tasks.submit_refunds()
    ring(mercadopago)

    assert state_of(payment) == PAID
    assert mercadopago.paid_total() == Decimal(200)
    assert mercadopago.refunded_total() == Decimal(100)
    assert Refund.objects.get().state == RefundState.SUCCEEDED


def test_only_a_page_after_page_of_tries_shows_the_one_that_paid(mercadopago):
    payment = begin(mercadopago)
    for _ in range(60):
        mercadopago.decline(payment)
    mercadopago.pay(payment)

    settle(payment.pk)

    assert state_of(payment) == PAID


@pytest.mark.parametrize(
    "changes",
    [
        {"collector_id": 987654321},
        {"live_mode": False},
    ],
)
def test_money_that_is_not_what_was_asked_is_looked_at_by_staff(mercadopago, changes):
    payment = begin(mercadopago)

    mercadopago.account.pay(payment.gateway_id, **changes)
    settle(payment.pk)

    assert state_of(payment) == IN_REVIEW
    assert LedgerEntry.objects.get().is_accepted is False


@pytest.mark.parametrize(("is_live", "status"), [(False, "paid"), (True, "review")])
def test_with_test_keys_only_test_money_counts(settings, is_live, status):
    with running("mercadopago", settings, token=TOKEN.replace("APP_USR", "TEST")) as mercadopago:
        payment = begin(mercadopago)
        mercadopago.account.pay(payment.gateway_id, live_mode=is_live)

        settle(payment.pk)

        assert state_of(payment)[2] == status


def test_cash_that_comes_days_later_pays_the_order(mercadopago):
    payment = begin(mercadopago)
    promised = mercadopago.account.pay_later(payment.gateway_id)
    ring(mercadopago)
    assert state_of(payment) == ("processing", "pending", "pending")

    mercadopago.account.settle(promised["id"])
    ring(mercadopago)

    assert state_of(payment) == PAID


def test_cash_that_never_comes_gives_the_unit_free(mercadopago):
    variant = stocked_variant(1)
    payment = begin(mercadopago, held_order(variant))
    promised = mercadopago.account.pay_later(payment.gateway_id)
    ring(mercadopago)
    run_out(payment)
    past = timezone.now() - timedelta(seconds=1)
    page = mercadopago.account.preferences[payment.gateway_id]
    page["expiration_date_to"] = past.isoformat()

    mercadopago.account.settle(promised["id"], is_paid=False)
    ring(mercadopago)
    assert expire_order(payment.order_id)

    assert state_of(payment)[:2] == (PaymentState.FAILED, OrderStatus.EXPIRED)
    assert available_quantities([variant.pk])[variant.pk] == 1


def test_a_card_that_is_only_authorized_is_charged_once(mercadopago):
    payment = begin(mercadopago)
    held = mercadopago.account.authorize(payment.gateway_id)

    ring(mercadopago)
    settle(payment.pk)

    assert mercadopago.account.payments[held["id"]]["status"] == "approved"
    assert state_of(payment) == PAID
    asked = [each.request.method for each in mercadopago.server.exchanges]
    assert asked.count("PUT") == 1


def test_the_providers_own_list_tells_of_what_no_webhook_told(mercadopago):
    payment = begin(mercadopago)
    mercadopago.account.pay(payment.gateway_id)
    mercadopago.account.pay(payment.gateway_id)
    mercadopago.account.pay(payment.gateway_id, external_reference="")

    gateway = gateways.get("mercadopago")
    found = list(gateway.changed_since(timezone.now() - timedelta(hours=1)))
    later = list(gateway.changed_since(timezone.now() + timedelta(hours=1)))

    assert [truth.reference for _, truth in found] == [payment.number]
    assert [len(truth.captures) for _, truth in found] == [2]
    assert later == []


def test_what_reconciling_finds_is_written_onto_the_payment_of_that_reference(mercadopago):
    payment = begin(mercadopago)
    mercadopago.pay(payment)
    never_opened = begin_in_vain(mercadopago)
    since = timezone.now() - timedelta(hours=1)

    found = [(each.kind, each.payment) for each in reconcile("mercadopago", since)]
    again = list(reconcile("mercadopago", since))

    assert found == [("missing_here", payment.number)]
    assert again == []
    assert state_of(payment) == PAID
    assert never_opened.payment_status == PaymentStatus.UNPAID


def test_a_payment_that_the_list_does_not_show_yet_is_come_back_for(mercadopago):
    payment = begin(mercadopago)
    payment_id = mercadopago.account.pay(payment.gateway_id)["id"]
    mercadopago.account.unlisted.add(payment_id)
    ring(mercadopago)
    assert state_of(payment) == UNPAID

    mercadopago.account.unlisted.clear()
    WebhookEvent.objects.update(due_at=timezone.now())
    tasks.process_webhooks()

    assert state_of(payment) == PAID


def begin_in_vain(mercadopago: Driver) -> Order:
    """An order whose page could not be opened."""
    order = held_order()
    mercadopago.server.fail(mercadopago.paths["start"], Fault.BROKEN)
    with pytest.raises(ProviderUnavailable):
        begin(mercadopago, order)
    return order
