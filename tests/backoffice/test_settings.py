"""The shop's settings: what makes no sense is refused, and each has a way back and a history."""

import re
from decimal import Decimal
from typing import Any

import pytest
from constance import config, settings
from constance.test import override_config
from django.test import Client
from django.urls import reverse

from accounts.permissions import Role
from orders.checks import sells_in_the_currency_of_its_orders
from storefront.models import Page
from tests.accounts.factories import PASSWORD, sign_in_again, staff_with, verified
from tests.backoffice.factories import order_with
from tests.catalog.factories import VariantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("boss")]
OVERVIEW = "/admin/constance/config/"
PAGE = f"{OVERVIEW}?section=all"
WRONG = (
    ("STORE_NAME", ""),
    ("BRAND_COLOUR", "yellow"),
    ("BRAND_COLOUR", "#12345"),
    ("STORE_LOOK", "disco"),
    ("CORNERS", "sharp"),
    ("CURRENCY", "XXXX"),
    ("CURRENCY", "KWD"),
    ("COUNTRY", "XX"),
    ("CONTACT_EMAIL", "nobody"),
    ("CONTACT_PHONE", "call us"),
    ("CONTACT_PHONE", "01 555 0100"),
    ("CONTACT_WHATSAPP", "+51 98"),
    ("DEFAULT_TAX_RATE", "101"),
    ("COMMISSION_PERCENT", "101"),
    ("RESERVATION_MINUTES", "0"),
    ("RESERVATION_MINUTES", "9" * 30),
    ("CUT_OFF_HOUR", "25"),
    ("CREDIT_SECOND_PERSON_FROM", "NaN"),
    ("EXCHANGE_RATES", "USD three"),
    ("HOLIDAYS_REGION", "São Paulo"),
    ("TERMS_PAGE", "nowhere"),
    ("INVOICING_PROVIDER", "magic"),
    ("TAX_ID", "20000000002"),
    ("HOLD_LIMIT_MINUTES", "14"),
    ("ABANDONED_CART_HOURS", "48"),
)


def save(client: Client, **changes: str) -> Any:
    """Type these and save; the answer."""
    return client.post(OVERVIEW, typed(client, **changes), REMOTE_ADDR="203.0.113.9")


def typed(client: Client, **changes: str) -> dict[str, str]:
    """What a browser sends when these are typed into the page."""
    form = client.get(PAGE).context["form"]
    values = {name: form[name].value() for name in form.fields}
    sent = {name: "" if value is None else str(value) for name, value in values.items()}
    boxes = {name for name, value in values.items() if isinstance(value, bool)}
    return {name: sent[name] for name in sent if name not in boxes or values[name]} | changes


def test_what_makes_no_sense_is_refused_and_kept_as_it_was_typed(client: Client) -> None:
    sent = typed(client, STORE_DESCRIPTION="Nueva")
    for name, wrong in WRONG:
        before = getattr(config, name)

        page = client.post(OVERVIEW, sent | {name: wrong})

        assert list(page.context["form"].errors) == [name], wrong
        assert page.context["form"][name].value() == wrong
        assert f'href="#{name.lower()}"' in page.text
        assert getattr(config, name) == before
    assert config.STORE_DESCRIPTION != "Nueva"


@pytest.mark.parametrize(("role", "status"), [(Role.ADMINISTRATOR, 200), (Role.FINANCE, 403)])
def test_administrators_set_up_the_shop_and_others_do_not(
    role: Role, status: int, client: Client
) -> None:
    client.force_login(staff_with(role))

    assert client.get(PAGE).status_code == status
    assert client.post(OVERVIEW, {"STORE_NAME": "Otra"}).status_code == status


def test_what_is_shown_can_be_saved_as_it_is(client: Client) -> None:
    page = save(client)

    assert page.status_code == 302, page.context["form"].errors
    assert config.CURRENCY == "PEN"


def test_what_is_right_is_saved_and_has_a_history(client: Client) -> None:
    Page.objects.create(title="Condiciones", slug="condiciones", is_active=True)

    changes = {"TERMS_PAGE": "condiciones", "TAX_ID": "20000000001", "CURRENCY": "usd"}
    page = save(client, **changes, CONTACT_WHATSAPP="+51987-654321")

    assert page.status_code == 302
    assert config.CONTACT_WHATSAPP == "+51 987 654 321"
    assert (config.TERMS_PAGE, config.CURRENCY) == ("condiciones", "USD")
    history = client.get(reverse("admin:constance_config_history"), {"setting": "CURRENCY"}).text
    for part in ("<del>PEN</del> → <ins>USD</ins>", "admin@example.com", "203.0.113.9"):
        assert part in history
    assert "condiciones" not in history


def test_the_currency_stays_once_there_are_orders(client: Client) -> None:
    order_with(VariantFactory.create())

    page = save(client, CURRENCY="USD")
    assert list(page.context["form"].errors) == ["CURRENCY"]
    assert "PEN" in page.context["form"].errors["CURRENCY"][0]

    assert sells_in_the_currency_of_its_orders(databases=["default"]) == []
    with override_config(CURRENCY="USD"):
        [fault] = sells_in_the_currency_of_its_orders(databases=["default"])
    assert "constance set CURRENCY PEN" in str(fault.hint)


def test_one_goes_back_to_its_default_and_what_else_is_typed_is_saved_too(client: Client) -> None:
    config.MARKETPLACE, config.RETURN_DAYS = True, 7

    save(client, STORE_NAME="Otra", RETURN_DAYS="9", default="RETURN_DAYS")
    save(client, default="MARKETPLACE")

    assert (config.RETURN_DAYS, config.MARKETPLACE, config.STORE_NAME) == (30, False, "Otra")


def test_a_page_that_was_taken_away_keeps_nothing_else_from_being_saved(client: Client) -> None:
    config.TERMS_PAGE = "old"

    page = save(client, STORE_NAME="Otra")

    assert (page.status_code, config.STORE_NAME, config.TERMS_PAGE) == (302, "Otra", "old")


def test_no_setting_is_a_secret() -> None:
    secret = re.compile(
        r"secret|password|token|credential|private|api_?key|_key$|dsn", re.IGNORECASE
    )

    assert [name for name in settings.CONFIG if secret.search(name)] == []


def test_tax_and_second_persons_change_only_after_a_fresh_sign_in(client: Client) -> None:
    clerk = verified(staff_with(Role.ADMINISTRATOR))
    client.force_login(clerk)
    sign_in_again(client, minutes_ago=11)

    free = client.post(OVERVIEW, typed(client, STORE_NAME="Otra"))
    asked = client.post(OVERVIEW, typed(client, DEFAULT_TAX_RATE="10", STORE_NAME="Nueva"))
    before = (config.STORE_NAME, config.DEFAULT_TAX_RATE)
    client.post(asked["Location"], {"password": PASSWORD})

    assert free.status_code == 302
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert before == ("Otra", Decimal("0.18"))
    after = (config.STORE_NAME, config.DEFAULT_TAX_RATE)
    assert after == ("Nueva", Decimal("0.1"))


def test_a_section_saves_its_own_settings_and_leaves_the_others(client: Client) -> None:
    page = f"{OVERVIEW}?section=orders"
    config.STORE_NAME = "Otra"
    form = client.get(page).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    boxes = {name for name, value in sent.items() if isinstance(value, bool)}
    sent = {name: value for name, value in sent.items() if name not in boxes or value}

    sent |= {"section": "orders", "RETURN_DAYS": "9"}
    answer = client.post(OVERVIEW, sent, follow=True)

    assert "STORE_NAME" not in form.fields
    assert (config.RETURN_DAYS, config.STORE_NAME) == (9, "Otra")
    assert [str(message) for message in answer.context["messages"]] == ["Guardado: Pedidos"]
    assert answer.redirect_chain == [(page, 302)]


@pytest.mark.parametrize("words", ["dias devolver entrega", "delivery may returned"])
def test_a_setting_is_found_by_its_words_in_either_language(client: Client, words: str) -> None:
    page = client.get(OVERVIEW, {"q": words})

    urls = [hit.url for hit in page.context["hits"]]
    assert f"{OVERVIEW}?section=orders#return_days" in urls
    assert "?section=money#" not in " ".join(urls)


def test_a_tax_is_shown_and_typed_in_percent_and_kept_as_a_share(client: Client) -> None:
    assert 'name="DEFAULT_TAX_RATE" value="18"' in client.get(PAGE).text

    save(client, DEFAULT_TAX_RATE="10.5")

    assert Decimal("0.105") == config.DEFAULT_TAX_RATE


def test_settings_are_called_by_words(client: Client) -> None:
    page = save(client, STORE_NAME="")

    assert '<a href="#store_name">Nombre de la tienda.</a>' in page.text
