"""At the door: whom the shop believes that Conekta has rung, and which keys it works with."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.checks import run_checks

from payments import gateways, tasks
from payments.exceptions import PaymentRefused
from payments.gateways.pem import public_keys
from payments.models import GatewayLogSpool, LedgerEntry, WebhookEvent, WebhookStatus
from payments.services.settle import settle
from tests.payments.faults.common import ask_back, begin, money_of, paid, ring
from tests.providers.conekta.api import public_pem, sign
from tests.providers.conekta.driver import PRIVATE_KEY, ConektaDriver, signing_key
from tests.providers.driver import running
from tests.providers.server import Knock

pytestmark = pytest.mark.django_db
SHORT = """-----BEGIN PUBLIC KEY-----
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAMhdbV+ZLC/SuwcmD9FSD0+hAK4QhtaC
h4D0GRdkEgFxfPD8dGvFR4dZz1ZkSJ4pWbnAFEr/fUJQkWOR1BGOcJ0CAwEAAQ==
-----END PUBLIC KEY-----
"""


@pytest.fixture
def conekta(settings: Any) -> Iterator[ConektaDriver]:
    with running("conekta", settings) as driver:
        assert isinstance(driver, ConektaDriver)
        yield driver


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


def test_without_a_public_key_nobody_is_let_in(conekta, settings):
    knock = last_knock(conekta)
    use(settings, conekta, WEBHOOK_PUBLIC_KEY="")

    assert gateways.find("conekta") is None
    assert conekta.post(knock).status_code == 400


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


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ({"PRIVATE_KEY": ""}, "CONEKTA_PRIVATE_KEY"),
        ({"PRIVATE_KEY": "sk_live_" + "x" * 20}, "CONEKTA_PRIVATE_KEY"),
        ({"WEBHOOK_PUBLIC_KEY": ""}, "CONEKTA_WEBHOOK_PUBLIC_KEY"),
        ({"WEBHOOK_PUBLIC_KEY": "key_" + "x" * 20}, "CONEKTA_WEBHOOK_PUBLIC_KEY"),
        ({"WEBHOOK_PUBLIC_KEY": SHORT}, "CONEKTA_WEBHOOK_PUBLIC_KEY"),
        ({"MODE": "sandbox"}, "CONEKTA_MODE"),
    ],
)
def test_keys_that_cannot_work_hide_the_method_and_are_named_without_their_value(
    conekta, settings, keys, fault
):
    use(settings, conekta, **keys)

    said = [each.msg for each in run_checks(include_deployment_checks=True) if fault in each.msg]

    assert gateways.find("conekta") is None
    assert len(said) == 1
    assert not any(value and value in said[0] for value in keys.values())


def test_public_keys_are_read_to_the_last_or_not_at_all():
    right = public_pem(signing_key())

    assert len(public_keys(right * 3)) == 3
    for wrong in ("", right + "more", right.replace("M", "N", 1), right + SHORT):
        with pytest.raises(ValueError, match=r".+"):
            public_keys(wrong)


def test_a_key_that_conekta_does_not_take_is_nowhere_to_be_read(conekta, settings, caplog):
    use(settings, conekta, PRIVATE_KEY="key_of_another_shop_1234")

    with pytest.raises(PaymentRefused) as refused:
        begin(conekta)

    written = repr(list(GatewayLogSpool.objects.values_list("entry", flat=True)))
    assert "key_of_another" not in written + caplog.text + repr(refused.value.__cause__)


def test_no_log_knows_a_secret_or_the_shopper(conekta, caplog):
    payment = paid(conekta)
    settle(payment.pk)
    conekta.account.refund_in_dashboard(payment.gateway_id, 500)
    ring(conekta)

    written = repr(list(GatewayLogSpool.objects.values_list("entry", flat=True))) + caplog.text
    assert "HostedPayment" in written
    for hidden in (PRIVATE_KEY, payment.order.email, "Ana Pérez", "5555555555"):
        assert hidden not in written
