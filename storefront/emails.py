"""What the shop gets by mail from its pages."""

from collections.abc import Mapping

from constance import config
from django.conf import settings

from core.mail import message


def send_message(words: Mapping[str, str]) -> None:
    """Forward a message of the contact page to the shop; an answer goes to who wrote it."""
    message.queue(
        "storefront/email/message",
        to=config.CONTACT_EMAIL,
        language=settings.LANGUAGE_CODE,
        context=dict(words),
        reply_to=words["email"],
    )
