"""At the door: whom the shop believes that Conekta has rung, and which keys it works with."""

import json
from typing import Any

import pytest

from payments import tasks
from payments.gateways.pem import public_keys
from payments.models import LedgerEntry, WebhookEvent, WebhookStatus
from tests.payments.steps import ask_back, begin, money_of, paid, ring
from tests.payments.test_keys import SHORT
from tests.providers.conekta.api import public_pem, sign
from tests.providers.conekta.driver import ConektaDriver, signing_key
from tests.providers.server import Knock

pytestmark = pytest.mark.django_db


def use(settings: Any, driver: ConektaDriver, **keys: str) -> None:
    settings.GATEWAY_SETTINGS = settings.GATEWAY_SETTINGS | {
        "conekta": {**driver.settings(), **keys}
    }


def last_knock(conekta: ConektaDriver) -> Knock:
    conekta.pay(begin(conekta))
    return conekta.knocks()[-1]


def test_while_the_keys_are_changed_both_are_taken(conekta, settings):
    other = public_pem(signing_key("somebody else"))
    use(settings, conekta, WEBHOOK_PUBLIC_KEY=other + public_pem(signing_key()))
    knock = last_knock(conekta)

    assert conekta.post(knock).status_code == 200
    assert conekta.post(conekta.forge(knock)).status_code == 200
    assert WebhookEvent.objects.count() == 1


def test_a_key_may_stand_in_one_line(conekta, settings):
    in_one_line = public_pem(signing_key()).replace("\n", "\\n")
    use(settings, conekta, WEBHOOK_PUBLIC_KEY=in_one_line)

    assert conekta.post(last_knock(conekta)).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        lambda knock: Knock(knock.body, {}),
        lambda knock: Knock(knock.body, {"DIGEST": ""}),
        lambda knock: Knock(knock.body, {"DIGEST": "nonsense\xe9"}),
        lambda knock: Knock(knock.body, {"DIGEST": "AAAA"}),
        lambda knock: Knock(knock.body + b" ", knock.headers),
        lambda knock: Knock(json.dumps(json.loads(knock.body)).encode() + b"\n", knock.headers),
        lambda _: Knock(b"[]", {"DIGEST": sign(b"[]", signing_key())}),
        lambda _: Knock(b"{}", {"DIGEST": sign(b"{}", signing_key())}),
        lambda _: Knock(b"\xff", {"DIGEST": sign(b"\xff", signing_key())}),
    ],
)
def test_what_is_not_signed_or_not_readable_is_refused_and_not_kept(conekta, wrong):
    assert conekta.post(wrong(last_knock(conekta))).status_code == 400
    assert not WebhookEvent.objects.exists()


def test_an_old_message_that_is_sent_again_changes_nothing(conekta):
    payment = paid(conekta)
    ask_back(payment)
    tasks.submit_refunds()
    [*_, news] = conekta.knocks()

    for _ in range(3):
        assert conekta.post(news).status_code == 200
        tasks.process_webhooks()
        WebhookEvent.objects.all().delete()

    assert LedgerEntry.objects.count() == 2
    assert money_of(payment) == "partially_refunded"


def test_a_test_of_the_address_is_kept_and_ignored(conekta):
    conekta.account.ping()

    ring(conekta)

    assert WebhookEvent.objects.get().status == WebhookStatus.IGNORED
    assert conekta.server.exchanges == []


def test_an_event_of_the_other_mode_is_kept_and_ignored_aloud(conekta, settings, caplog):
    conekta.pay(begin(conekta))
    use(settings, conekta, MODE="test")

    for knock in conekta.knocks():
        conekta.post(knock)

    assert set(WebhookEvent.objects.values_list("status", flat=True)) == {"ignored"}
    assert "other mode" in caplog.text


def test_a_chargeback_that_names_only_a_charge_finds_its_order(conekta):
    payment = paid(conekta)
    conekta.knocks()
    conekta.account.dispute(payment.gateway_id)
    *_, told = conekta.knocks()
    assert "order_id" not in json.loads(told.body)["data"]["object"]

    conekta.post(told)
    tasks.process_webhooks()

    assert WebhookEvent.objects.get().status == WebhookStatus.PROCESSED
    assert LedgerEntry.objects.filter(kind="chargeback").exists()


def test_public_keys_are_read_to_the_last_or_not_at_all():
    right = public_pem(signing_key())

    assert len(public_keys(right * 3)) == 3
    for wrong in ("", right + "more", right.replace("M", "N", 1), right + SHORT):
        with pytest.raises(ValueError, match=r".+"):
            public_keys(wrong)
