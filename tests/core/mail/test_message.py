"""Who a mail is answered to."""

import pytest
from constance import config
from post_office.models import Email

from core.mail import message

pytestmark = pytest.mark.django_db


def queued(reply_to: str) -> Email:
    context = {"name": "Rosa", "email": "rosa@example.com", "message": "Hola"}
    return message.queue(
        "storefront/email/message",
        to="ana@example.com",
        language="es",
        context=context,
        reply_to=reply_to,
    )


@pytest.mark.parametrize(
    ("shop", "reply_to", "answered"),
    [
        ("hola@example.com", "", "hola@example.com"),
        ("hola@example.com", "rosa@example.com", "rosa@example.com"),
        ("", "rosa@example.com", "rosa@example.com"),
        ("", "", None),
    ],
)
def test_answers_go_to_the_shops_address_unless_a_mail_names_another(
    shop: str, reply_to: str, answered: str | None
) -> None:
    config.CONTACT_EMAIL = shop

    mail = queued(reply_to)

    assert (mail.headers or {}).get("Reply-To") == answered
