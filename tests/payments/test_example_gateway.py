"""A provider that comes as a package: paid by it, told by its webhook, refunded, reconciled."""

import json
import time
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from acme_vitrina.gateway import configured
from django.test import Client
from django.utils import timezone

from orders.states import PaymentStatus
from payments import gateways, tasks
from payments.exceptions import ProviderUnavailable
from payments.models import MethodType, Payment
from payments.selectors import methods_for
from payments.services.reconcile import reconcile
from payments.services.settle import settle
from payments.services.start import start_attempt
from payments.states import PaymentState, RefundState
from simulator.delivery import sign
from tests.payments.factories import RETURN_URL, PaymentMethodFactory, held_order
from tests.payments.steps import request_refund
from tests.providers.server import Answer, Fault, Knock, ProviderServer, Refusal, Request, as_json

pytestmark = pytest.mark.django_db

SECRET = "a secret between the shop and Acme"


class Acme:
    """The provider itself, as small as it can be."""

    url = ""

    def __init__(self) -> None:
        self.events: deque[Any] = deque()
        self.payments: dict[str, Any] = {}
        self._answers: dict[str, Any] = {}

    def answer(self, request: Request) -> Answer:
        if request.header("Authorization") != f"Bearer {SECRET}":
            raise Refusal(401, {"error": "Who are you?"})
        key = request.header("Idempotency-Key")
        if key and key in self._answers:
            return as_json(self._answers[key])
        found = self._do(request)
        if key:
            self._answers[key] = found
        return as_json(found)

    def pay(self, payment_id: str) -> None:
        payment = self.payments[payment_id]
        payment["status"] = "paid"
        payment["captures"].append(_money("cap", payment["cents"]))

    def knock(self, event: Any) -> Knock:
        body = json.dumps(event).encode()
        return Knock(body, {"Acme-Signature": sign(body, SECRET, int(time.time()))})

    def _do(self, request: Request) -> Any:
        match [request.method, *request.path.strip("/").split("/")]:
            case ["POST", "payments"]:
                return self._open(request.json())
            case ["GET", "payments"]:
                return {"payments": list(self.payments.values())}
            case ["GET", "payments", payment_id] if payment_id in self.payments:
                return self.payments[payment_id]
            case ["POST", "payments", payment_id, "refunds"]:
                asked = request.json()
                refund = {**_money("ref", asked["cents"]), "key": asked["key"]}
                self.payments[payment_id]["refunds"].append(refund)
                return refund
            case ["POST", "payments", payment_id, "close"]:
                payment = self.payments[payment_id]
                payment["status"] = payment["status"].replace("waiting", "closed")
                return payment
        raise Refusal(404, {"error": "There is nothing of this kind."})

    def _open(self, asked: Any) -> Any:
        payment_id = f"acme_{len(self.payments) + 1}"
        page = f"{self.url}/page/{payment_id}"
        made = {"id": payment_id, "status": "waiting", "page": page, "captures": [], "refunds": []}
        self.payments[payment_id] = made | asked
        return self.payments[payment_id]


def _money(prefix: str, cents: int) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {"id": f"{prefix}_{now.timestamp()}", "cents": cents, "at": now.isoformat()}


@pytest.fixture
def acme(monkeypatch: pytest.MonkeyPatch) -> Iterator[ProviderServer]:
    """The provider, running, with its package installed in a shop that has the keys."""
    gateways.register("acme", configured)
    with ProviderServer(Acme()) as server:
        monkeypatch.setenv("ACME_API_BASE", server.url)
        monkeypatch.setenv("ACME_SECRET", SECRET)
        PaymentMethodFactory.create(code="acme", gateway="acme", type=MethodType.WALLET)
        yield server


def begin() -> Payment:
    return start_attempt(held_order().pk, "acme", return_url=RETURN_URL)


def tell(acme: ProviderServer, payment: Payment) -> int:
    knock = acme.provider.knock({"id": "evt_1", "payment": payment.gateway_id})
    answer = Client().post(
        "/webhooks/acme/", knock.body, content_type="application/json", headers=dict(knock.headers)
    )
    return answer.status_code


def paid(acme: Any) -> Payment:
    payment = begin()
    acme.provider.pay(payment.gateway_id)
    return settle(payment.pk)


def test_without_its_keys_it_is_not_offered(
    acme: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [each.code for each in methods_for(amount=Decimal(10), currency="PEN")] == ["acme"]

    monkeypatch.delenv("ACME_SECRET")

    assert methods_for(amount=Decimal(10), currency="PEN") == []


def test_an_order_is_paid_by_its_webhook(acme: Any) -> None:
    payment = begin()
    acme.provider.pay(payment.gateway_id)

    assert payment.redirect_url.startswith(acme.url)
    assert tell(acme, payment) == 200
    tasks.process_webhooks()

    payment.refresh_from_db()
    assert (payment.state, payment.captured) == (PaymentState.CAPTURED, Decimal(100))
    assert payment.order.payment_status == PaymentStatus.PAID


def test_a_cut_connection_opens_no_second_payment(acme: Any) -> None:
    order = held_order()
    acme.fail("POST /payments", Fault.CUT)
    with pytest.raises(ProviderUnavailable):
        start_attempt(order.pk, "acme", return_url=RETURN_URL)

    payment = start_attempt(order.pk, "acme", return_url=RETURN_URL)

    assert payment.state == PaymentState.OPEN
    assert len(acme.provider.payments) == 1


def test_a_refund_goes_by_it(acme: Any) -> None:
    payment = paid(acme)
    refund = request_refund(payment, 30, is_automatic=True)

    tasks.submit_refunds()

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert (refund.state, payment.refunded) == (RefundState.SUCCEEDED, Decimal(30))


def test_its_own_list_is_compared_at_night(acme: Any) -> None:
    payment = begin()
    acme.provider.pay(payment.gateway_id)

    found = list(reconcile("acme", timezone.now() - timedelta(days=1)))

    assert [(each.kind, each.repaired) for each in found] == [("missing_here", True)]
    assert "acme" in gateways.codes()
