"""The nightly comparison with each provider's own list, both ways."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from constance.test import override_config
from django.test import Client
from django.utils import timezone

from payments import tasks
from payments.exceptions import ProviderUnavailable
from payments.models import LedgerEntry, LedgerKind, Payment, Reconciliation, Refund
from payments.services.reconcile import (
    Difference,
    reconcile,
    reconcile_since_last_run,
    unresolved_differences,
)
from payments.services.settle import settle
from payments.services.start import start_attempt
from payments.states import PaymentState, RefundState
from tests.accounts.factories import UserFactory
from tests.commands import run
from tests.payments.dollars import dollars_only
from tests.payments.factories import RETURN_URL, held_order, pay
from tests.payments.steps import begin, captured, paid, request_refund
from tests.providers.driver import DRIVERS, Driver, running

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def compared(code: str = "simulator") -> list[Difference]:
    return list(reconcile(code, timezone.now() - timedelta(days=1)))


def kinds(found: list[Difference]) -> list[tuple[str, bool]]:
    return [(each.kind, each.repaired) for each in found]


def noted(payment: Payment, kind: LedgerKind, reference: str, amount: int = 10) -> None:
    """A fact that no provider has told."""
    LedgerEntry.objects.create(
        payment=payment,
        provider=payment.gateway,
        kind=kind,
        reference=reference,
        amount=Decimal(amount),
        currency=payment.currency,
        occurred_at=timezone.now(),
    )


@pytest.fixture(params=sorted(DRIVERS))
def provider(request: Any, settings: Any) -> Iterator[Driver]:
    with running(request.param, settings) as driver:
        yield driver


def test_a_day_without_webhooks_is_made_up_for(provider: Driver) -> None:
    payments = [begin(provider) for _ in range(2)]
    provider.pay(payments[0])
    provider.knocks()
    Payment.objects.update(created_at=NOW - timedelta(hours=2))

    found, again = compared(provider.gateway), compared(provider.gateway)

    # At PayPal, what the shopper has approved moves only when the shop asks for it.
    kind = "stale_payment" if provider.gateway == "paypal" else "missing_here"
    assert [(each.kind, each.payment, each.repaired) for each in found] == [
        (kind, payments[0].number, True)
    ]
    assert again == []
    payments[0].refresh_from_db()
    assert payments[0].state == PaymentState.CAPTURED


def test_money_that_the_provider_does_not_know_is_for_staff(provider: Driver) -> None:
    payment = paid(provider)
    noted(payment, LedgerKind.REFUND, "never happened")

    [difference] = compared(provider.gateway)

    assert (difference.kind, difference.repaired) == ("missing_there", False)
    assert (difference.ours, difference.theirs) == (Decimal(10), None)


def test_a_payment_that_the_list_leaves_out_is_asked_for_itself(simulator: Any) -> None:
    payment = captured(simulator)
    since = timezone.now() + timedelta(seconds=1)
    noted_later = since + timedelta(seconds=1)

    found = list(reconcile("simulator", since, noted_later))

    assert found == []
    Payment.objects.filter(pk=payment.pk).update(gateway_id="pay_unknown")
    assert ("missing_there", False) in kinds(compared())


def test_an_amount_that_differs_is_for_staff(simulator: Any) -> None:
    payment = pay(held_order())
    simulator.bank.capture(payment.gateway_id, amount=9999)
    reference = simulator.bank.get(payment.gateway_id)["captures"][0]["id"]
    noted(payment, LedgerKind.CAPTURE, reference, amount=100)

    [difference] = compared()

    assert (difference.kind, difference.repaired) == ("amount_diff", False)
    assert (difference.ours, difference.theirs) == (Decimal(100), Decimal("99.99"))


def test_what_was_quoted_in_another_currency_is_compared_in_it(simulator: Any) -> None:
    with dollars_only(), override_config(EXCHANGE_RATES="USD 3.75"):
        order = held_order()
        payment = start_attempt(order.pk, "dollars", return_url=RETURN_URL, agreed="USD 26.67")
        simulator.bank.capture(payment.gateway_id)
        settle(payment.pk)

        assert compared("dollars") == []


def test_a_payment_whose_opening_was_never_answered_is_found_by_its_reference(
    simulator: Any,
) -> None:
    payment = pay(held_order())
    simulator.bank.capture(payment.gateway_id)
    Payment.objects.filter(pk=payment.pk).update(gateway_id="")

    assert kinds(compared()) == [("missing_here", True)]
    found = Payment.objects.get(pk=payment.pk)
    assert (found.gateway_id, found.state) == (payment.gateway_id, PaymentState.CAPTURED)


def test_a_refund_that_came_back_is_no_difference(simulator: Any) -> None:
    payment = captured(simulator)
    noted(payment, LedgerKind.REFUND, "ref_1")
    noted(payment, LedgerKind.REFUND_REVERSAL, "ref_1")

    assert compared() == []


def test_a_payment_open_for_an_hour_is_asked_about(simulator: Any) -> None:
    payment = pay(held_order())
    simulator.bank.decline(payment.gateway_id)
    Payment.objects.filter(pk=payment.pk).update(created_at=NOW - timedelta(hours=2))

    assert kinds(compared()) == [("stale_payment", True)]
    payment.refresh_from_db()
    assert payment.state == PaymentState.FAILED


def test_a_refund_pending_for_days_is_asked_about_and_told_while_it_lasts(simulator: Any) -> None:
    payment = captured(simulator)
    refund = request_refund(payment, 30, is_automatic=True)
    refund.move_to(RefundState.SUBMITTED)
    Refund.objects.filter(pk=refund.pk).update(submitted_at=NOW - timedelta(days=4))

    assert kinds(compared()) == [("stale_refund", False)]
    body = {"amount": 3000, "reference": refund.idempotency_key}
    simulator.bank.refund(payment.gateway_id, body, refund.idempotency_key)
    found = kinds(compared())

    assert ("missing_here", True) in found
    assert ("stale_refund", False) not in found
    refund.refresh_from_db()
    assert refund.state == RefundState.SUCCEEDED


def test_each_run_begins_where_the_last_one_came_to_its_end(simulator: Any, settings: Any) -> None:
    list(reconcile_since_last_run("simulator"))
    reached = Reconciliation.objects.get().reached_at
    settings.SIMULATOR_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(ProviderUnavailable):
        list(reconcile_since_last_run("simulator"))
    assert Reconciliation.objects.get().reached_at == reached

    settings.SIMULATOR_API_BASE = simulator.url
    payment = pay(held_order())
    simulator.bank.capture(payment.gateway_id)
    # What came in the two hours before the last run is looked at again.
    Reconciliation.objects.update(reached_at=timezone.now() + timedelta(minutes=119))

    assert kinds(list(reconcile_since_last_run("simulator"))) == [("missing_here", True)]


def test_the_nightly_task_leaves_to_staff_what_it_cannot_mend(simulator: Any) -> None:
    payment = captured(simulator)
    noted(payment, LedgerKind.REFUND, "never happened")

    assert tasks.reconcile() == 1
    told = Client().get("/metrics").text
    assert 'vitrina_reconcile_unsolved{provider="simulator"} 1' in told
    assert run("reconcile_payments").code == 1


def test_staff_read_one_by_one_what_the_night_has_left(
    simulator: Any, settings: Any, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    payment = captured(simulator)
    noted(payment, LedgerKind.REFUND, "never happened")
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))

    tasks.reconcile()
    page = client.get(f"/admin/payments/reconciliation/{Reconciliation.objects.get().pk}/change/")
    [difference] = unresolved_differences(Reconciliation.objects.get())

    for told in (page.text, caplog.text):
        assert payment.number in told
        assert payment.order.number in told
        assert str(difference.advice) in told
    assert "10.00" in page.text


def test_a_provider_that_was_away_at_night_is_something_to_look_at(
    simulator: Any, settings: Any, client: Client
) -> None:
    settings.SIMULATOR_API_BASE = "http://127.0.0.1:9"
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))

    assert tasks.reconcile() == 1
    tasks.reconcile()

    assert "simulator" in Reconciliation.objects.get().error
    waiting = {each.url: each.number for each in client.get("/admin/").context["board"].waiting}
    assert [n for url, n in waiting.items() if url.startswith("/admin/payments/rec")] == [1]
    settings.SIMULATOR_API_BASE = simulator.url
    tasks.reconcile()
    assert Reconciliation.objects.get().error == ""
