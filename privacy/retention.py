"""
How long the shop keeps what it needs for a while only (docs/privacy.md).

Each rule names rows that are over and past their days; nothing that the books or the law ask for.
"""

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from allauth.usersessions.models import UserSession
from constance import config
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, Manager, OuterRef, QuerySet
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


@dataclass(frozen=True)
class Rule:
    """Rows that are over and, some days after the moment in `since`, deleted or emptied."""

    name: StrOrPromise
    rows: Manager[Any] | QuerySet[Any]
    # Rows without such a moment are due at once.
    since: str = ""
    _: KW_ONLY
    # The setting with the number of days.
    days: str = "KEEP_TRACES_DAYS"
    # What becomes of them, if they are not deleted with the file that this names.
    emptied: dict[str, Any] | None = None
    file: str = ""

    def due(self, now: datetime) -> QuerySet[Any]:
        """The rows past their retention; none where the setting is 0, which keeps them."""
        days = int(getattr(config, self.days))
        if not days:
            return self.rows.none()
        before = {f"{self.since}__lt": now - timedelta(days=days)} if self.since else {}
        return self.rows.filter(**before)


RULES = (
    Rule(
        _("sent mails"),
        Email.objects.filter(status__in=[STATUS.sent, STATUS.failed]),
        "last_updated",
        days="KEEP_MAILS_DAYS",
    ),
    Rule(
        _("attachments of deleted mails"),
        Attachment.objects.filter(emails=None),
        days="KEEP_MAILS_DAYS",
        file="file",
    ),
    Rule(
        _("processed webhooks of providers"),
        WebhookEvent.objects.exclude(status=WebhookStatus.RECEIVED).exclude(payload={}),
        "created_at",
        emptied={"payload": {}, "headers": {}},
    ),
    Rule(_("delivered internal messages"), Message.objects, "delivered_at"),
    Rule(_("archived internal messages"), DeliveredMessage.objects, "delivered_at"),
    Rule(_("ended carts"), Cart.objects.exclude(status=CartStatus.ACTIVE), "updated_at"),
    Rule(
        _("drafts of orders that were given up"),
        Draft.objects.filter(status=DraftStatus.DISCARDED),
        "updated_at",
    ),
    Rule(_("sign-ups for goods that are back"), BackInStockRequest.objects, "notified_at"),
    Rule(_("reminders of drops that have begun"), DropReminder.objects, "collection__starts_at"),
    Rule(
        _("devices that have not signed in for long"),
        KnownDevice.objects,
        "seen_at",
        days="KEEP_DEVICES_DAYS",
    ),
    Rule(
        _("proofs of transfers"),
        TransferProof.objects,
        "created_at",
        days="KEEP_PROOFS_DAYS",
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
