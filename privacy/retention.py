"""
How long the shop keeps what it needs for a while only (docs/privacy.md).

Each rule names rows that are over and past their days; nothing that the books or the law ask for.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from allauth.usersessions.models import UserSession
from constance import config
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from post_office.models import STATUS, Attachment, Email

from accounts.models import KnownDevice
from cart.models import Cart, CartStatus
from checkout.models import Draft
from checkout.states import DraftStatus
from inventory.models import BackInStockRequest
from outbox.models import DeliveredMessage, Message
from payments.models import TransferProof, WebhookEvent
from payments.models.inbox import WebhookStatus
from waitingroom.models import DropReminder

BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Rows that are over, by the moment since which they are; `days` is a setting's name."""

    name: StrOrPromise
    days: str
    over: Callable[[datetime], QuerySet[Any]]
    # What becomes of them, if they are not deleted with the file that this names.
    emptied: dict[str, Any] | None = None
    file: str = ""

    def due(self, now: datetime) -> QuerySet[Any]:
        """The rows past their retention; none where the setting is 0, which keeps them."""
        days = int(getattr(config, self.days))
        rows = self.over(now - timedelta(days=days))
        return rows if days else rows.none()


RULES = (
    Rule(
        name=_("sent mails"),
        days="KEEP_MAILS_DAYS",
        over=lambda before: Email.objects.filter(
            status__in=[STATUS.sent, STATUS.failed], last_updated__lt=before
        ),
    ),
    Rule(
        name=_("attachments of deleted mails"),
        days="KEEP_MAILS_DAYS",
        over=lambda _before: Attachment.objects.filter(emails=None),
        file="file",
    ),
    Rule(
        name=_("processed webhooks of providers"),
        days="KEEP_TRACES_DAYS",
        over=lambda before: (
            WebhookEvent.objects.filter(created_at__lt=before)
            .exclude(status=WebhookStatus.RECEIVED)
            .exclude(payload={})
        ),
        emptied={"payload": {}, "headers": {}},
    ),
    Rule(
        name=_("delivered internal messages"),
        days="KEEP_TRACES_DAYS",
        over=lambda before: Message.objects.filter(delivered_at__lt=before),
    ),
    Rule(
        name=_("archived internal messages"),
        days="KEEP_TRACES_DAYS",
        over=lambda before: DeliveredMessage.objects.filter(delivered_at__lt=before),
    ),
    Rule(
        name=_("ended carts"),
        days="KEEP_TRACES_DAYS",
        over=lambda before: Cart.objects.exclude(status=CartStatus.ACTIVE).filter(
            updated_at__lt=before
        ),
    ),
    Rule(
        name=_("drafts of orders that were given up"),
        days="KEEP_TRACES_DAYS",
        over=lambda before: Draft.objects.filter(
            status=DraftStatus.DISCARDED, updated_at__lt=before
        ),
    ),
    Rule(
        name=_("sign-ups for goods that are back"),
        days="KEEP_TRACES_DAYS",
        over=lambda before: BackInStockRequest.objects.filter(notified_at__lt=before),
    ),
    Rule(
        name=_("reminders of drops that have begun"),
        days="KEEP_TRACES_DAYS",
        over=lambda before: DropReminder.objects.filter(collection__starts_at__lt=before),
    ),
    Rule(
        name=_("devices that have not signed in for long"),
        days="KEEP_DEVICES_DAYS",
        over=lambda before: KnownDevice.objects.filter(seen_at__lt=before),
    ),
    Rule(
        name=_("proofs of transfers"),
        days="KEEP_PROOFS_DAYS",
        over=lambda before: TransferProof.objects.filter(created_at__lt=before),
        file="file",
    ),
)


def purge(rule: Rule, now: datetime) -> Iterator[int]:
    """
    Delete or empty what the rule says, some rows in each transaction; gives how many each time.

    Twice is once, and to stop in between loses nothing.
    """
    while keys := list(rule.due(now).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        rows = rule.due(now).filter(pk__in=keys)
        with transaction.atomic():
            if rule.emptied:
                rows.update(**rule.emptied)
            else:
                _delete(rule, rows)
        yield len(keys)


def _delete(rule: Rule, rows: QuerySet[Any]) -> None:
    for row in rows if rule.file else ():
        file = getattr(row, rule.file)
        transaction.on_commit(partial(file.storage.delete, file.name))
    rows.delete()


def purge_sessions(now: datetime) -> int:
    """Delete sign-ins that have run out, and from where they were; gives how many they were."""
    number = Session.objects.filter(expire_date__lt=now).delete()[0]
    running = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(running)).delete()
    return number
