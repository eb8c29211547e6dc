import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from post_office.models import STATUS, Email
from post_office.settings import get_backend

from core.mail import message
from core.web.checks import NOT_SENDING

LOOKS_EVERY = 0.5  # seconds


class Command(BaseCommand):
    help = "Sends a mail through the queue, a worker and the mail server, as all mails go."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address")
        parser.add_argument(
            "--wait", type=int, default=60, metavar="SECONDS", help="How long to wait for a worker."
        )

    def handle(self, *, address: str, wait: int, **_options: Any) -> None:
        try:
            validate_email(address)
        except ValidationError as error:
            raise CommandError(_("“%s” is no mail address.") % address, returncode=2) from error
        if get_backend("default") in NOT_SENDING:
            raise CommandError(_("EMAIL_URL names no mail server: mails stay on this machine."))
        queued = message.queue(
            "backoffice/email/test", to=address, language=settings.LANGUAGE_CODE, context={}
        )
        self._follow(queued, time.monotonic() + wait)
        text = _("The mail server has taken the mail to %s. See that it arrives, and not as spam.")
        self.stdout.write(text % address)

    def _follow(self, queued: Email, deadline: float) -> None:
        """:raises CommandError: if the server refuses it, or no worker has taken it in time"""
        while True:
            queued.refresh_from_db()
            if queued.status == STATUS.sent:
                return
            if answer := queued.logs.order_by("-pk").first():
                queued.delete()
                text = _("The mail server refuses it or does not answer: %s")
                raise CommandError(text % answer.message)
            if time.monotonic() > deadline:
                queued.delete()
                raise CommandError(
                    _(
                        "No worker has sent it. See that one runs for the queue “mail”, and what"
                        " manage.py doctor says of the mail server."
                    )
                )
            time.sleep(LOOKS_EVERY)
