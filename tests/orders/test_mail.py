from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from post_office.models import Email

from core import mail
from orders import emails
from tests.orders.factories import place

MAILS = {
    "placed": emails.send_placed,
    "paid": emails.send_paid,
    "cancelled": emails.send_cancelled,
    "expired": emails.send_expired,
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", MAILS)
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_mail_goes_once_to_the_buyer_as_text_and_as_html(name: str, language: str) -> None:
    order = place(language=language, expires_at=timezone.now() + timedelta(minutes=30))

    MAILS[name](order.pk)
    MAILS[name](order.pk)

    sent = Email.objects.get()
    assert sent.to == [order.email]
    assert order.number in sent.subject
    for text in (sent.message, sent.html_message):
        assert f"/orders/{order.number}/?token=" in text
        assert "{{" not in text
    assert f'lang="{language}"' in sent.html_message
    assert ("/en/" in sent.message) == (language == "en")


@pytest.mark.django_db
def test_a_mail_of_an_undone_transaction_is_never_sent() -> None:
    order = place()

    with transaction.atomic():
        emails.send_placed(order.pk)
        transaction.set_rollback(True)

    assert not Email.objects.exists()


@pytest.mark.django_db
def test_a_customers_name_cannot_break_out_of_the_html() -> None:
    order = place()
    order.lines.update(name="<script>x</script>")

    emails.send_placed(order.pk)

    sent = Email.objects.get()
    assert "<script>" not in sent.html_message
    assert "<script>x</script>" in sent.message


def test_addresses_in_mails_are_absolute() -> None:
    assert mail.absolute("/orders/1/").startswith("http")
