from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone
from post_office.models import Email

from core.mail import message
from orders import emails, services, tasks
from orders.emails import OrderMail
from orders.exceptions import MailNotTrue
from orders.models import Order, OrderEventKind
from outbox.tasks import deliver_due
from tests.accounts.factories import UserFactory
from tests.inventory.factories import stocked
from tests.orders.factories import new_line, place, place_with_gifts

pytestmark = pytest.mark.django_db
ABOUT: dict[OrderMail, dict[str, str]] = {
    OrderMail.PLACED: {},
    OrderMail.AWAITING_PAYMENT: {},
    OrderMail.PAID: {},
    OrderMail.CANCELLED: {},
    OrderMail.EXPIRED: {},
    OrderMail.REFUNDED: {"refund": "REF-1"},
    OrderMail.SHIPPED: {"shipment": "1"},
    OrderMail.DELIVERED: {"shipment": "1"},
}


@pytest.mark.parametrize("name", ABOUT)
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_mail_goes_once_to_the_buyer_as_text_and_as_html(name: OrderMail, language: str) -> None:
    order = place(language=language, expires_at=timezone.now() + timedelta(minutes=30))

    emails.send_once(order.pk, name, **ABOUT[name])
    emails.send_once(order.pk, name, **ABOUT[name])

    sent = Email.objects.get()
    assert sent.to == [order.email]
    assert order.number in sent.subject
    for text in (sent.message, sent.html_message):
        assert f"/orders/{order.number}/?token=" in text
        assert "{{" not in text
    assert f'lang="{language}"' in sent.html_message
    assert ("/en/" in sent.message) == (language == "en")


def test_a_mail_of_an_undone_transaction_is_never_sent() -> None:
    order = place()

    with transaction.atomic():
        emails.send_placed(order.pk)
        transaction.set_rollback(True)

    assert not Email.objects.exists()


def test_a_customers_name_cannot_break_out_of_the_html() -> None:
    order = place()
    order.lines.update(name="<script>x</script>")

    emails.send_placed(order.pk)

    sent = Email.objects.get()
    assert "<script>" not in sent.html_message
    assert "<script>x</script>" in sent.message


def test_a_mail_says_what_was_ordered_and_figures_that_add_up() -> None:
    order = place_with_gifts()
    order.lines.update(options={"Color": "Azul", "Talla": "M"})

    emails.send_placed(order.pk)

    sent = Email.objects.get()
    assert "Azul · M" in sent.html_message
    assert "(Azul, M): S/ 100.00" in sent.message.replace("\N{NO-BREAK SPACE}", " ")
    for text in (sent.message, sent.html_message):
        words = text.replace("\N{NO-BREAK SPACE}", " ")
        assert "Bienvenida (HOLA30)" in words
        assert "\N{MINUS SIGN}S/ 30.00" in words
        assert "Gratis" in words
        assert "S/ 70.00" in words
        assert "S/ 10.00" not in words


def test_the_way_to_pay_is_in_the_first_mail_until_the_order_is_paid() -> None:
    order = place(new_line(stocked(3)))
    pay = f"/checkout/pay/{order.number}/?token="

    open_order = emails.preview(order, OrderMail.PLACED)
    services.mark_paid(order.pk)
    sale = emails.preview(Order.objects.get(pk=order.pk), OrderMail.PLACED)

    assert pay in open_order.text
    assert pay in open_order.html
    assert pay not in sale.text + sale.html


@pytest.mark.parametrize(
    ("is_paid", "words"), [(True, "Te devolvemos lo que pagaste"), (False, "nada que pagar")]
)
def test_who_has_cancelled_reads_of_money_only_if_there_was_some(is_paid: bool, words: str) -> None:
    order = place(new_line(stocked(3)))
    if is_paid:
        services.mark_paid(order.pk)
    services.cancel(order.pk, actor_id=None, reason="x")

    mail_of_today = emails.preview(Order.objects.get(pk=order.pk), OrderMail.CANCELLED)

    assert words in mail_of_today.text
    assert words in mail_of_today.html


def test_addresses_in_mails_are_absolute() -> None:
    assert message.absolute("/orders/1/").startswith("http")


def waiting(*, minutes_gone: int, minutes_left: int) -> Order:
    now: datetime = timezone.now()
    return place(
        placed_at=now - timedelta(minutes=minutes_gone),
        expires_at=now + timedelta(minutes=minutes_left),
    )


def subjects() -> list[str]:
    return [sent.subject for sent in Email.objects.order_by("pk")]


def test_who_has_not_paid_by_half_time_is_reminded_once_with_the_way_to_pay() -> None:
    order = waiting(minutes_gone=16, minutes_left=14)

    assert tasks.remind_of_payments() == 1
    assert tasks.remind_of_payments() == 0

    sent = Email.objects.get()
    for text in (sent.message, sent.html_message):
        assert f"/checkout/pay/{order.number}/?token=" in text


def test_nobody_is_reminded_too_early_too_late_or_of_what_is_settled() -> None:
    waiting(minutes_gone=14, minutes_left=16)
    waiting(minutes_gone=31, minutes_left=-1)
    services.cancel(waiting(minutes_gone=16, minutes_left=14).pk, actor_id=None, reason="x")

    assert tasks.remind_of_payments() == 0


def test_a_reminder_that_comes_after_the_payment_is_not_sent() -> None:
    order = place(new_line(stocked(3)))
    services.mark_paid(order.pk)

    emails.send_once(order.pk, OrderMail.AWAITING_PAYMENT)

    assert not subjects()


def test_each_refund_is_told_once_with_its_amount() -> None:
    order = place()
    for number, amount in (("REF-1", "10.00"), ("REF-2", "7.50")):
        details = {"refund": number, "amount": amount}
        services.record(order.pk, OrderEventKind.REFUNDED, details=details)

    for number in ("REF-1", "REF-1", "REF-2"):
        emails.send_once(order.pk, OrderMail.REFUNDED, refund=number)

    first, second = Email.objects.order_by("pk")
    assert "10.00" in first.message
    assert "7.50" not in first.message
    assert "7.50" in second.html_message


def _cancel(order_id: UUID) -> None:
    services.cancel(order_id, actor_id=None, reason="x")


@pytest.mark.parametrize(
    ("happens", "names"),
    [
        (services.mark_paid, ["placed", "paid"]),
        (_cancel, ["placed", "cancelled"]),
        (services.expire, ["placed", "expired"]),
    ],
)
def test_what_happens_to_an_order_is_told_by_the_worker_and_never_before(
    happens: Callable[[UUID], None], names: list[str]
) -> None:
    order = place(new_line(stocked(3)))
    happens(order.pk)
    assert not subjects()

    deliver_due()
    deliver_due()

    sent = order.events.filter(kind=OrderEventKind.MAIL_SENT).order_by("pk")
    assert [event.details["mail"] for event in sent] == names
    assert len(subjects()) == len(names)


def test_only_a_mail_that_is_true_can_be_sent_again_and_the_timeline_says_by_whom() -> None:
    order = place()
    clerk = UserFactory.create()
    emails.send_placed(order.pk)

    emails.resend(order.pk, OrderMail.PLACED, actor_id=clerk.pk)
    with pytest.raises(MailNotTrue):
        emails.resend(order.pk, OrderMail.PAID, actor_id=clerk.pk)

    assert len(subjects()) == 2
    note = order.events.get(actor=clerk)
    assert (note.kind, note.is_public) == (OrderEventKind.MAIL_SENT, False)
