"""Bank transfers: how to send them, the proof, and the people of the shop who have seen them."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from constance.test import override_config
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.permissions import Role
from backoffice.orders.selectors import payment_request
from checkout.paying import CHECKED
from orders import emails
from orders.emails import OrderMail
from orders.links import order_link, pay_link
from orders.models import Order
from orders.selectors import to_remind
from payments.balances import Balance
from payments.exceptions import OrderNotPayable, ReferenceUsed, SecondPersonNeeded
from payments.models import MethodType, Payment, TransferProof
from payments.services.transfers import add_proof, confirm_transfer, withdraw_confirmation
from tests.accounts.factories import UserFactory, signed_in
from tests.concurrency import at_once
from tests.payments.factories import held_order, pay

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
ACCOUNT = "BCP 191-0000000-0-00, Vitrina S.A.C."
HUNDRED = Decimal(100)


@pytest.fixture
def payment() -> Payment:
    """An order over 100.00 whose money is to come by transfer."""
    return pay(
        held_order(),
        "transfer",
        type=MethodType.BANK_TRANSFER,
        gateway="manual",
        instructions=ACCOUNT,
    )


def clerk() -> UUID:
    return UUID(str(UserFactory.create().pk))


def seen_by(who: UUID, payment: Payment, amount: Decimal = HUNDRED, reference: str = "OP-1") -> str:
    """What the order's money is called after this person has seen so much."""
    confirm_transfer(payment.pk, amount=amount, bank_reference=reference, actor_id=who)
    return Order.objects.get(pk=payment.order_id).payment_status


def screenshot() -> SimpleUploadedFile:
    drawn = BytesIO()
    Image.new("RGB", (30, 20), "white").save(drawn, "PNG")
    return SimpleUploadedFile("yape.png", drawn.getvalue(), content_type="image/png")


def send(client: Client, order: Order, file: Any) -> str:
    """What the shopper reads after he has sent a file."""
    address = order_link(order).replace("?", "proof/?")
    answer = client.post(address, {"proof": file} if file else {}, follow=True)
    return answer.text


def test_the_order_says_where_to_send_the_money(payment: Payment, client: Client) -> None:
    page = client.get(order_link(payment.order))

    assert ACCOUNT in page.text
    assert payment.order.number in page.text
    assert 'type="file"' in page.text


def test_an_account_that_changes_later_changes_nothing_for_him(payment: Payment) -> None:
    method = payment.method
    assert method is not None
    method.instructions = "another account"
    method.save()

    payment.order.refresh_from_db()
    assert payment.order.payment_instructions == ACCOUNT


def test_a_small_transfer_needs_one_person(payment: Payment) -> None:
    with override_config(TRANSFER_SECOND_PERSON_FROM=Decimal("100.01")):
        assert seen_by(clerk(), payment) == "paid"


def test_a_large_transfer_counts_when_a_second_person_has_seen_the_same(payment: Payment) -> None:
    first, second = clerk(), clerk()
    with override_config(TRANSFER_SECOND_PERSON_FROM=HUNDRED):
        assert seen_by(first, payment) == "pending"
        with pytest.raises(SecondPersonNeeded):
            seen_by(first, payment)
        with pytest.raises(SecondPersonNeeded, match="OP-1"):
            seen_by(second, payment, reference="OP-2")

        assert seen_by(second, payment) == "paid"


def test_the_first_persons_word_can_be_taken_back(payment: Payment) -> None:
    first, second = clerk(), clerk()
    with override_config(TRANSFER_SECOND_PERSON_FROM=HUNDRED):
        seen_by(first, payment, reference="OP-WRONG")
        withdraw_confirmation(payment.pk, actor_id=second)

        assert seen_by(second, payment) == "pending"
        assert seen_by(first, payment) == "paid"


def test_a_reference_that_waits_for_its_second_person_is_taken(payment: Payment) -> None:
    other = pay(held_order(), "transfer")
    with override_config(TRANSFER_SECOND_PERSON_FROM=HUNDRED):
        seen_by(clerk(), payment)

        with pytest.raises(ReferenceUsed):
            seen_by(clerk(), other)


def test_another_amount_than_asked_for_goes_under_review(payment: Payment) -> None:
    assert seen_by(clerk(), payment, Decimal("99.99")) == "review"


@pytest.mark.django_db(transaction=True)
def test_two_who_press_at_once_note_the_money_once(payment: Payment) -> None:
    clerks = [clerk() for _ in range(6)]

    def press() -> str:
        try:
            return seen_by(clerks.pop(), payment)
        except OrderNotPayable:
            return "too late"

    results = at_once(press, times=6)

    payment.refresh_from_db()
    assert payment.captured == HUNDRED
    assert results.count("too late") == 5


def test_the_shopper_sends_a_proof_and_is_told_that_it_came(
    payment: Payment, client: Client
) -> None:
    page = send(client, payment.order, screenshot())

    assert TransferProof.objects.get().payment == payment
    assert 'role="status"' in page or "Thank you" in page or "Gracias" in page
    assert payment.order.events.filter(kind="proof_received").exists()


def pages_of(client: Client, order: Order) -> str:
    """What the order's page and the page of its payment link say."""
    links = (order_link(order), pay_link(order))
    return "".join(client.get(link, follow=True).text for link in links)


def mails_to(order: Order) -> str:
    return "".join(
        emails.preview(order, name).text + emails.preview(order, name).html
        for name in (OrderMail.PLACED, OrderMail.AWAITING_PAYMENT)
    )


def test_a_transfer_whose_proof_is_checked_is_not_asked_for_again(
    payment: Payment, client: Client
) -> None:
    order = payment.order
    assert "/pay/" in pages_of(client, order)
    assert "/pay/" in mails_to(order)

    send(client, order, screenshot())

    shown = pages_of(client, order)
    assert shown.count(str(CHECKED)) == 2
    assert f'href="{reverse("checkout:pay", args=[order.number])}' not in shown
    assert 'name="method"' not in shown
    assert "/pay/" not in mails_to(order)
    assert not {OrderMail.PAYMENT_LINK, OrderMail.AWAITING_PAYMENT} & set(emails.fitting(order))
    assert payment_request(order, Balance()) is None
    assert not to_remind(timezone.now() + timedelta(minutes=20)).exists()


def test_who_showed_a_wrong_proof_reads_why_and_can_pay_again(
    payment: Payment, client: Client
) -> None:
    send(client, payment.order, screenshot())
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    step = f"/admin/orders/order/{payment.order_id}/step/refuse-proof/"

    client.post(step, {"note": "Es de otro pedido."})
    client.logout()

    shown = pages_of(client, payment.order)
    assert "Es de otro pedido." in shown
    assert str(CHECKED) not in shown
    assert "/pay/" in mails_to(payment.order)
    assert OrderMail.PAYMENT_LINK in emails.fitting(payment.order)


@pytest.mark.parametrize(
    "file",
    [
        None,
        SimpleUploadedFile("a.svg", b"<svg onload='alert(1)'/>"),
        SimpleUploadedFile("a.png", b""),
    ],
)
def test_what_is_no_proof_is_refused(payment: Payment, client: Client, file: Any) -> None:
    send(client, payment.order, file)

    assert not TransferProof.objects.exists()


def test_nobody_fills_the_disk_with_proofs(payment: Payment, client: Client) -> None:
    for _ in range(7):
        send(client, payment.order, screenshot())

    assert TransferProof.objects.count() == 5


def test_without_the_link_nobody_sends_anything(payment: Payment, client: Client) -> None:
    answer = client.post(f"/orders/{payment.order.number}/proof/", {"proof": screenshot()})

    assert answer.status_code == 404


def test_a_paid_order_takes_no_more_proofs(payment: Payment, client: Client) -> None:
    seen_by(clerk(), payment)

    page = client.get(order_link(payment.order))
    send(client, payment.order, screenshot())

    assert 'type="file"' not in page.text
    assert not TransferProof.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"), [(Role.FINANCE, 200), (Role.WAREHOUSE, 403), (Role.SELLER, 403)]
)
def test_only_who_may_see_payments_gets_the_file(
    payment: Payment, client: Client, role: Role, status: int
) -> None:
    proof = add_proof(payment.pk, screenshot())
    signed_in(client, role)

    answer = client.get(f"/admin/payments/transferproof/{proof.pk}/file/")

    assert answer.status_code == status
    if status == 200:
        assert "attachment" in answer.headers["Content-Disposition"]


def test_staff_note_the_money_on_the_orders_page(payment: Payment, client: Client) -> None:
    signed_in(client, Role.ADMINISTRATOR)
    page = client.get(f"/admin/orders/order/{payment.order_id}/change/")
    address = f"/admin/orders/order/{payment.order_id}/step/confirm-transfer/"

    refused = client.post(address, {"amount": "a lot", "note": "OP-1"}, follow=True)
    client.post(address, {"amount": "100.00", "note": "OP-1"})

    assert 'value="100.00"' in page.text
    assert "129.90" in refused.text
    payment.order.refresh_from_db()
    assert payment.order.payment_status == "paid"


@pytest.mark.django_db(transaction=True)
def test_two_orders_that_get_one_reference_at_once_leave_it_to_one() -> None:
    manual = {"type": MethodType.BANK_TRANSFER, "gateway": "manual"}
    payments = [pay(held_order(), "transfer", **manual) for _ in range(2)]
    clerks = [clerk(), clerk()]
    turn = iter(zip(payments, clerks, strict=True))

    def confirm() -> str:
        payment, who = next(turn)
        try:
            return seen_by(who, payment)
        except ReferenceUsed:
            return "refused"

    assert sorted(at_once(confirm, times=2)) == ["paid", "refused"]
