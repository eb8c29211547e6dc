"""The page of a payment link: what is paid for, the terms, and what it says when it is too late."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from constance import config
from django.test import Client
from django.utils import timezone

from checkout import drafting
from checkout.models import Draft
from checkout.paying import NOTHING_DUE
from orders.links import payment_link
from orders.models import Order
from orders.states import PaymentStatus
from payments.models import Payment
from tests.checkout.factories import draft_of, fill_cart, form_data, open_shop
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db


def drafted() -> Order:
    """An order that staff have placed."""
    open_shop()
    draft = draft_of(stocked(5), discount=Decimal(5), discount_reason="Cliente fiel")
    seen = drafting.page_of(draft).figures.seen
    return drafting.place(draft.pk, actor_id=UUID(str(draft.made_by_id)), seen=seen)


def test_the_customer_sees_the_order_accepts_the_terms_and_pays(client: Client) -> None:
    order = drafted()
    link = payment_link(order)

    page = client.get(link).content.decode()
    refused = client.post(link, {"payment": "transfer"})
    paid = client.post(link, {"payment": "transfer", "terms": "on"})

    name = order.lines.get().name
    assert all(text in page for text in (name, "Cliente fiel", "105.00", "Transferencia"))
    assert refused.status_code == 422
    assert "#id_terms" in refused.content.decode()
    assert paid.status_code == 302
    assert Payment.objects.get().amount == order.total
    assert Draft.objects.get(order=order).terms_accepted_at is not None


def test_the_terms_are_asked_for_once_and_of_no_one_who_accepted_them_at_the_checkout(
    client: Client,
) -> None:
    order = drafted()
    link = payment_link(order)
    client.post(link, {"payment": "transfer", "terms": "on"})
    fill_cart(client, order.lines.get().sku)
    client.post("/checkout/", form_data(email="luz@example.com", phone="912345678"))
    own = Order.objects.exclude(pk=order.pk).get()

    for each in (order, own):
        assert 'name="terms"' not in client.get(payment_link(each)).content.decode()


@pytest.mark.parametrize("is_noticed", [True, False])
def test_a_link_that_has_run_out_says_so_and_how_to_reach_the_shop(
    client: Client, *, is_noticed: bool
) -> None:
    config.CONTACT_EMAIL, config.CONTACT_PHONE = "hola@tienda.pe", "+51 1 555 0101"
    order = drafted()
    order.expires_at = timezone.now() - timedelta(minutes=1)
    order.status = "expired" if is_noticed else "pending"
    order.save(update_fields=["expires_at", "status"])

    page = client.get(payment_link(order)).content.decode()
    answer = client.post(payment_link(order), {"payment": "transfer", "terms": "on"})

    assert "hola@tienda.pe" in page
    assert "tel:+5115550101" in page
    assert 'name="payment"' not in page
    assert answer.status_code == 422
    assert not Payment.objects.exists()


def test_a_paid_order_is_not_paid_again(client: Client) -> None:
    order = drafted()
    Order.objects.filter(pk=order.pk).update(status="confirmed", payment_status=PaymentStatus.PAID)

    answer = client.get(payment_link(order))

    assert answer.context["page"].refusal == NOTHING_DUE
    assert 'name="payment"' not in answer.content.decode()


def test_a_way_to_pay_that_there_is_not_is_refused(client: Client) -> None:
    order = drafted()

    answer = client.post(payment_link(order), {"payment": "gold", "terms": "on"})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "checked" in page
    assert 'id="id_payment_error"' in page
    assert not Payment.objects.exists()


def test_a_false_token_opens_nothing(client: Client) -> None:
    order = drafted()

    answer = client.get(f"/checkout/pay/{order.number}/?token=false")

    assert answer.status_code == 404
