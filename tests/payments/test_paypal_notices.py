"""Who may ring in PayPal's name: what is signed, by which certificate, and where that is from."""

import json
from dataclasses import replace

import pytest
from django.utils import timezone

from payments import gateways, tasks
from payments.gateways import paypal_signatures as signatures
from payments.gateways.base import BadWebhook
from payments.models import GatewayLogSpool, WebhookEvent
from tests.payments.paypal_steps import begin, paid
from tests.payments.steps import PAID, state_of
from tests.providers.paypal.api import CERTIFICATES, VERIFY, PayPal
from tests.providers.paypal.certificates import issue
from tests.providers.paypal.driver import CLIENT_ID, CLIENT_SECRET, PayPalDriver
from tests.providers.server import Fault, Knock

pytestmark = pytest.mark.django_db
ASKING = f"POST {VERIFY}"
OTHER = f"{CERTIFICATES}CERT-of-another"


@pytest.fixture
def knock(paypal: PayPalDriver) -> Knock:
    """That somebody has approved a payment of ours."""
    payment = begin(paypal)
    paypal.pay(payment)
    return paypal.knocks()[-1]


def changed(knock: Knock, **headers: str) -> Knock:
    names = {f"Paypal-{name.replace('_', '-').title()}": each for name, each in headers.items()}
    return replace(knock, headers={**knock.headers, **names})


def conversations() -> int:
    """With anybody at all: the log has each, also one that got no answer."""
    return GatewayLogSpool.objects.filter(entry__url__startswith="http").count()


def asked_paths(driver: PayPalDriver) -> list[str]:
    return [each.request.path for each in driver.server.exchanges]


def test_what_paypal_has_signed_is_taken_without_asking_it(paypal, knock):
    assert paypal.post(knock).status_code == 200
    tasks.process_webhooks()

    assert WebhookEvent.objects.get().status == "processed"
    assert VERIFY not in asked_paths(paypal)


def test_a_certificate_is_fetched_once(paypal, knock):
    for _ in range(3):
        assert paypal.post(paypal.provider.sign(knock.body)).status_code == 200

    fetched = [path for path in asked_paths(paypal) if path.startswith(CERTIFICATES)]
    assert sorted(fetched) == sorted([paypal.provider.signed_with, f"{CERTIFICATES}ROOT"])


def test_what_another_has_signed_or_changed_is_refused(paypal, knock):
    other = PayPal(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, webhook_id="ANOTHERSHOP")
    other.url = paypal.server.url
    forgeries = [
        paypal.forge(knock),
        replace(knock, body=knock.body.replace(b"APPROVED", b"APPROVEd")),
        changed(knock, transmission_id="another"),
        changed(knock, transmission_time=timezone.now().isoformat()),
        changed(knock, transmission_sig="###"),
        changed(knock, transmission_sig=""),
        changed(knock, auth_algo="none"),
        other.sign(knock.body),
    ]

    answers = [paypal.post(each).status_code for each in forgeries]

    assert set(answers) == {400}
    assert VERIFY not in asked_paths(paypal)
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/v1/notifications/certs/CERT-1",
        "https://api.paypal.com.evil.io/v1/notifications/certs/CERT-1",
        "https://api.paypal.com@evil.io/v1/notifications/certs/CERT-1",
        "https://evil.io/v1/notifications/certs/CERT-1",
        "https://evil.io/?https://api.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com/v1/notifications/certs/CERT-1",
        "{base}/v1/notifications/certs/../../v2/checkout/orders",
        "{base}/v1/notifications/certs/CERT-1?next=https://evil.io",
        "{base}@evil.io/v1/notifications/certs/CERT-1",
        "{base}/v1/notifications/certs/",
        "file:///etc/passwd",
        "",
    ],
)
def test_nothing_is_ever_asked_of_an_address_that_is_not_paypals(paypal, knock, url):
    said = conversations()

    answer = paypal.post(changed(knock, cert_url=url.replace("{base}", paypal.server.url)))

    assert answer.status_code == 400
    assert conversations() == said


@pytest.mark.parametrize(
    ("base", "url", "is_right"),
    [
        ("https://api-m.paypal.com", "https://api.paypal.com/v1/notifications/certs/A-1", True),
        ("https://api-m.paypal.com", "https://api-m.paypal.com/v1/notifications/certs/A", True),
        (
            "https://api-m.paypal.com",
            "https://api.sandbox.paypal.com/v1/notifications/certs/A",
            False,
        ),
        ("https://api-m.paypal.com", "http://api.paypal.com/v1/notifications/certs/A", False),
        ("https://api-m.paypal.com", "https://apixpaypal.com/v1/notifications/certs/A", False),
        ("https://api-m.paypal.com", "http://127.0.0.1:8/v1/notifications/certs/A", False),
        (
            "https://api-m.sandbox.paypal.com",
            "https://api.sandbox.paypal.com/v1/notifications/certs/A",
            True,
        ),
    ],
)
def test_live_and_sandbox_have_certificates_of_their_own(paypal, knock, base, url, is_right):
    headers = {**knock.headers, "Paypal-Cert-Url": url}

    if is_right:
        assert signatures.read(headers, base).url == url
    else:
        with pytest.raises(BadWebhook):
            signatures.read(headers, base)


def test_the_authorities_that_everybody_trusts_can_be_read() -> None:
    roots = [each.subject.rfc4514_string() for each in signatures._public_roots()]

    assert any("DigiCert" in root for root in roots)


@pytest.mark.parametrize(
    "certificate",
    [
        {"by": "Another Root CA"},
        {"subject": "messageverificationcerts.paypal.com.evil.io"},
        {"days": -1},
    ],
)
@pytest.mark.parametrize("can_ask", [True, False])
def test_a_certificate_that_is_not_trusted_here_proves_nothing(paypal, knock, certificate, can_ask):
    """PayPal itself is asked then; without its word the message is refused."""
    paypal.provider.certificates[OTHER] = issue(**certificate)
    paypal.provider.signed_with = OTHER
    if not can_ask:
        paypal.server.fail(ASKING, Fault.BROKEN)

    answer = paypal.post(paypal.provider.sign(knock.body))

    assert answer.status_code == (200 if can_ask else 400)


def test_paypal_is_asked_about_exactly_what_came(paypal):
    event = {"id": "WH-1", "event_type": "PAYMENT.CAPTURE.COMPLETED", "resource": {"a": "Año 1.0"}}
    body = json.dumps(event, indent=3, ensure_ascii=False).encode()
    paypal.server.fail(f"GET {CERTIFICATES}", Fault.BROKEN, Fault.BROKEN)

    assert paypal.post(paypal.provider.sign(body)).status_code == 200
    paypal.server.fail(f"GET {CERTIFICATES}", Fault.BROKEN)
    signed = paypal.provider.sign(body)
    assert paypal.post(replace(signed, body=body.replace(b"1.0", b"1.00"))).status_code == 400

    assert asked_paths(paypal).count(VERIFY) == 2


def test_a_certificate_that_paypal_does_not_have_ends_the_matter(paypal, knock):
    answer = paypal.post(changed(knock, cert_url=paypal.server.url + OTHER))

    assert answer.status_code == 400
    assert VERIFY not in asked_paths(paypal)


@pytest.mark.parametrize(("hours", "status"), [(-97, 400), (-72, 200), (0.07, 200), (0.1, 400)])
def test_a_message_may_be_as_late_as_paypal_tries_and_not_of_the_future(
    paypal, knock, hours, status
):
    at = timezone.now().timestamp() + hours * 3600

    assert paypal.post(paypal.provider.sign(knock.body, at=at)).status_code == status


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"nonsense",
        b'{"id": "WH-1"}',
        b"\xff\xfe{}",
        b'{"id": "WH-1", "event_type": "PAYMENT.CAPTURE.COMPLETED", "resource": []}',
        b'{"id": "WH-1", "event_type": "CUSTOMER.DISPUTE.CREATED", "resource": {}}',
    ],
)
def test_what_is_signed_and_still_not_an_event_is_refused_and_not_kept(paypal, body):
    assert paypal.post(paypal.provider.sign(body)).status_code == 400
    assert not WebhookEvent.objects.exists()


def test_an_event_of_no_interest_is_kept_and_ignored(paypal):
    event = {"id": "WH-1", "event_type": "BILLING.PLAN.CREATED", "resource": {}}

    assert paypal.post(paypal.provider.sign(json.dumps(event).encode())).status_code == 200
    assert WebhookEvent.objects.get().status == "ignored"


def test_each_event_leads_to_its_payment(paypal):
    payment = paid(paypal)
    paypal.account.refund_in_dashboard(payment.gateway_id, "5.00")
    paypal.account.dispute(payment.gateway_id)
    for knock in paypal.knocks():
        assert paypal.post(knock).status_code == 200

    found = {
        event.type: gateways.get("paypal").locate(event.about).gateway_id
        for event in WebhookEvent.objects.all()
    }

    assert set(found.values()) == {payment.gateway_id}
    assert found.keys() == {
        "CHECKOUT.ORDER.APPROVED",
        "PAYMENT.CAPTURE.COMPLETED",
        "PAYMENT.CAPTURE.REFUNDED",
        "CUSTOMER.DISPUTE.CREATED",
    }
    assert state_of(payment) == PAID
