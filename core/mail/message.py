"""One mail, as text and as HTML, in its reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from constance import config
from django.conf import settings
from django.core.files.base import ContentFile
from django.template.loader import render_to_string
from django.utils import translation
from post_office import mail
from post_office.models import STATUS, Email

from core.brand.stationery import current_stationery


@dataclass(frozen=True)
class Written:
    """A mail as its reader gets it."""

    subject: str
    text: str
    html: str


def write(template: str, *, language: str, context: Mapping[str, Any]) -> Written:
    """
    The mail in that language, sent to nobody.

    `template` names three files: `…_subject.txt`, `….txt` and `….html`. Each sees the context,
    `store_name`, `site_url` and `stationery`, the shop's look.
    """
    with translation.override(language):
        values = {
            "store_name": config.STORE_NAME,
            "contact_email": config.CONTACT_EMAIL,
            "site_url": settings.SITE_URL,
            "stationery": current_stationery(),
            "language": language,
            **context,
        }
        return Written(
            subject=" ".join(render_to_string(f"{template}_subject.txt", values).split()),
            text=render_to_string(f"{template}.txt", values),
            html=render_to_string(f"{template}.html", values),
        )


def queue(
    template: str,
    *,
    to: str,
    language: str,
    context: Mapping[str, Any],
    files: Mapping[str, bytes] | None = None,
    reply_to: str = "",
) -> Email:
    """
    Put a mail into the queue in the caller's transaction; it is sent after the commit.

    `write` says what `template` names. `files` are attached, by their names. Answers go to
    `reply_to`, or else to the shop's address for customers, if it has one. A `leave_link` is also
    written where mail programs look for it, so that one press is enough.
    """
    written = write(template, language=language, context=context)
    return mail.send(
        recipients=[to],
        sender=settings.DEFAULT_FROM_EMAIL,
        subject=written.subject,
        message=written.text,
        html_message=written.html,
        headers=_answers(reply_to) | _way_out(context.get("leave_link")),
        attachments={name: ContentFile(content) for name, content in (files or {}).items()},
    )


def has_failed(to: str, *, since: datetime) -> bool:
    """Whether the last mail to this address since then was refused by the mail server. 1 query."""
    last = Email.objects.filter(to=to, created__gte=since).order_by("-created", "-pk").first()
    return last is not None and last.status == STATUS.failed


def _answers(reply_to: str) -> dict[str, str]:
    address = reply_to or config.CONTACT_EMAIL
    return {"Reply-To": address} if address else {}


def _way_out(link: str | None) -> dict[str, str]:
    """RFC 8058: the mail program itself posts to the link."""
    if not link:
        return {}
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def absolute(path: str) -> str:
    """The full address of a page of the shop, for readers outside it."""
    return urljoin(settings.SITE_URL, path)
