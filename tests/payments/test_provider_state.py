"""The page of the payment providers: which keys are missing, and whether they are taken."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.permissions import Role
from payments import provider_state
from tests.accounts.factories import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
PAGE = "admin:payments_paymentmethod_providers"


def of(code: str) -> provider_state.ProviderState:
    return next(state for state in provider_state.states() if state.code == code)


def test_a_key_that_is_missing_is_named_and_its_value_is_not(client: Client, settings: Any) -> None:
    keys = {"SECRET_KEY": "sk_test_abcdefghijkl", "WEBHOOK_SECRET": "", "API_BASE": ""}
    settings.GATEWAY_SETTINGS = {"stripe": keys}
    signed_in(client, Role.FINANCE)

    page = client.get(reverse(PAGE)).text

    assert of("stripe").missing == ["STRIPE_WEBHOOK_SECRET"]
    assert (of("stripe").is_ready, of("stripe").is_test) == (False, True)
    assert "STRIPE_WEBHOOK_SECRET" in page
    assert "abcdefghijkl" not in page


def test_a_try_asks_the_provider_and_says_what_it_answers(client: Client, stripe: Any) -> None:
    signed_in(client, Role.FINANCE)

    page = client.post(reverse(PAGE), {"provider": "stripe"})

    assert of("stripe").is_ready
    assert page.context["answer"].is_well, page.context["answer"].text
    assert "acepta estas claves" in page.text


def test_a_provider_that_does_not_answer_is_told_in_words(client: Client, settings: Any) -> None:
    keys = {"SECRET_KEY": "sk_test_abcdefghijkl", "WEBHOOK_SECRET": "whsec_abcdefghijkl"}
    settings.GATEWAY_SETTINGS = {"stripe": {**keys, "API_BASE": "http://127.0.0.1:9"}}
    signed_in(client, Role.FINANCE)

    page = client.post(reverse(PAGE), {"provider": "stripe"})

    assert not page.context["answer"].is_well
    assert "no responde" in page.text


@pytest.mark.parametrize(("role", "seen"), [(Role.SUPPORT, 200), (Role.CATALOGUE, 403)])
def test_who_may_not_change_payments_does_not_try(client: Client, role: Role, seen: int) -> None:
    signed_in(client, role)

    assert client.get(reverse(PAGE)).status_code == seen
    assert client.post(reverse(PAGE), {"provider": "stripe"}).status_code == 403
