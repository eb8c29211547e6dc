"""What Stripe tells the shop: who is believed, and what is kept."""

import json

import pytest
import stripe as library
from django.utils import timezone

from payments.models import WebhookEvent
from tests.payments.steps import begin
from tests.providers.server import Knock
from tests.providers.stripe.api import sign
from tests.providers.stripe.driver import WEBHOOK_SECRET

pytestmark = pytest.mark.django_db


def test_an_event_of_the_other_mode_is_kept_and_ignored_aloud(stripe, caplog):
    payment = begin(stripe)
    stripe.account.livemode = True
    stripe.pay(payment)

    for knock in stripe.knocks():
        stripe.post(knock)

    assert set(WebhookEvent.objects.values_list("status", flat=True)) == {"ignored"}
    assert "other mode" in caplog.text


def test_what_is_signed_by_the_library_is_taken_and_what_another_signs_is_not(stripe):
    payment = begin(stripe)
    stripe.pay(payment)
    knock = stripe.knocks()[-1]
    header = library.WebhookSignature.generate_signature_header(knock.body.decode(), WEBHOOK_SECRET)

    answers = [
        stripe.post(stripe.forge(knock)).status_code,
        stripe.post(Knock(knock.body, {"Stripe-Signature": header})).status_code,
    ]

    assert answers == [400, 200]


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (b"{}", ""),
        (b"{}", "t=,v1="),
        (b"{}", "t=99999999999999999999,v1=ab"),
        (b"{}", "v1=é,t=1"),
        (b"\xff", None),
        (b"not json", None),
        (b"[]", None),
        (b'{"id": "evt_1", "type": "refund.created"}', None),
    ],
)
def test_what_cannot_be_read_is_refused_and_not_kept(stripe, body, header):
    at = int(timezone.now().timestamp())
    signed = sign(body, WEBHOOK_SECRET, at) if header is None else header

    assert stripe.post(Knock(body, {"Stripe-Signature": signed})).status_code == 400
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_signature_is_refused_and_so_is_one_of_the_future(stripe, minutes):
    payment = begin(stripe)
    stripe.pay(payment)
    body = stripe.knocks()[-1].body
    at = int(timezone.now().timestamp()) + 60 * minutes

    answer = stripe.post(Knock(body, {"Stripe-Signature": sign(body, WEBHOOK_SECRET, at)}))

    assert answer.status_code == 400


def test_an_event_of_no_interest_is_kept_and_ignored(stripe):
    event = {"id": "evt_1", "type": "balance.available", "data": {"object": {"object": "balance"}}}
    body = json.dumps(event | {"livemode": False}).encode()
    signed = sign(body, WEBHOOK_SECRET, int(timezone.now().timestamp()))

    assert stripe.post(Knock(body, {"Stripe-Signature": signed})).status_code == 200
    assert WebhookEvent.objects.get().status == "ignored"
