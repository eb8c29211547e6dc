"""Copies and erasure of a person's data."""

import json
from functools import partial
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import CharField, F, Model, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from post_office.models import Attachment

from accounts import sessions
from accounts.models import User
from audit import services as audit
from cart import store
from cart.models import Cart
from core.database.models import erasing
from core.exceptions import ServiceUnavailable
from orders.models import Order
from outbox.models import DeliveredMessage, Message
from payments.models import Payment, WebhookEvent
from payments.models.inbox import WebhookStatus
from privacy.exceptions import ErasureRefused
from privacy.free_text import address_pattern, masked, pattern_of, take_out
from privacy.models import PrivacyRequest, RequestKind
from privacy.people import Person, fingerprint
from privacy.personal_data import HELD, Held
from privacy.selectors import copy_of, mails_to, obstacles, rows_of


def export(person: Person, *, made_by: UUID | None = None, reason: str = "") -> bytes:
    """
    All that the shop holds about the person, as JSON; that it was given out is written down.

    `made_by` is the member of staff who asked, with a reason; None if the person did.
    """
    data = copy_of(person)
    rows = {name: len(found) for name, found in data.items()}
    _note(RequestKind.EXPORT, person, made_by, reason, rows)
    told = {"e-mail": person.email, "made": timezone.now(), **data}
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2).encode()


def erase(person: Person, *, made_by: UUID | None = None, reason: str = "") -> PrivacyRequest:
    """
    Erase the person's data: orders stay without a name; what the law requires stays as it is.

    `made_by` is the member of staff who did it, with a reason; None if the person did.

    :raises ErasureRefused: while their orders, returns, refunds or disputes are under way, or
        while they work for the shop or a seller
    """
    with erasing():
        if person.user_id:  # No order is placed for the account meanwhile: placing locks it, too.
            User.objects.select_for_update().get(pk=person.user_id)
        if reasons := obstacles(person):
            raise ErasureRefused(" ".join(reasons))
        if person.user_id:
            _close_later(person.user_id)
        pattern = pattern_of(person)
        rows = {"mails": _delete_mails(person), **_empty_traces(person), **take_out(pattern)}
        orders = list(Order.objects.filter(customer=person.user_id).values_list("pk", flat=True))
        # What rows of others are found by is emptied after them.
        rows |= {held.name: _forget(held, person) for held in reversed(HELD)}
        if person.user_id:
            # Last: the audit log recorded the erased values, too.
            rows["audit.entry"] = audit.erase_person(person.user_id, person.email, about=orders)
        return _note(RequestKind.ERASURE, person, made_by, masked(reason, pattern), rows)


def _forget(held: Held, person: Person) -> int:
    rows = rows_of(held, person)
    for name in held.files:
        _delete_files_later(rows, name)
    if held.goes:
        return rows.delete()[0]
    emptied = {
        name: value(person) if callable(value) else value for name, value in held.emptied.items()
    }
    return rows.order_by().update(**emptied) if emptied else 0


def _delete_files_later(rows: QuerySet[Model], name: str) -> None:
    """After the commit: files know no rollback."""
    for row in rows.exclude(**{name: ""}):
        file = getattr(row, name)
        transaction.on_commit(partial(file.storage.delete, file.name))


def _delete_mails(person: Person) -> int:
    mails = mails_to(person)
    papers = Attachment.objects.filter(emails__in=mails)
    _delete_files_later(papers, "file")
    papers.delete()
    return mails.delete()[0]


def _empty_traces(person: Person) -> dict[str, int]:
    """Mask the person's address in webhooks, outbox events and the gateway log."""
    named = _names_in("text", person)
    payments = Payment.objects.filter(order__customer=person.user_id).exclude(gateway_id="")
    for reference in payments.values_list("gateway_id", flat=True) if person.user_id else ():
        named |= Q(text__contains=reference)
    notices = WebhookEvent.objects.exclude(status=WebhookStatus.RECEIVED)
    notices = notices.annotate(text=Cast("payload", CharField())).filter(named)
    told = Message.objects.exclude(delivered_at=None, given_up_at=None)
    return {
        "payments.webhookevent": notices.update(payload={}, headers={}),
        "outbox.message": _delete_naming(person, told),
        "outbox.deliveredmessage": _delete_naming(person, DeliveredMessage.objects.all()),
        "admin.logentry": _empty_log_of_forms(person),
    }


def _names_in(column: str, person: Person) -> Q:
    """Rows whose column holds the address itself; the quick comparison leaves few to the other."""
    holds = Q(**{f"{column}__icontains": person.email})
    return holds & Q(**{f"{column}__iregex": address_pattern(person.email)})


def _delete_naming(person: Person, told: QuerySet[Any]) -> int:
    found = told.annotate(text=Cast("payload", CharField())).filter(_names_in("text", person))
    return int(found.delete()[0])


def _empty_log_of_forms(person: Person) -> int:
    """What staff wrote in forms: the log has the names of rows, and of those below them."""
    keys = [pk for held in HELD for pk in rows_of(held, person).values_list("pk", flat=True)]
    # Other tables than ours count from one: their keys name rows of many tables.
    own = [str(key) for key in keys if isinstance(key, UUID)]
    logged = LogEntry.objects.filter(Q(object_id__in=own) | _names_in("object_repr", person))
    return logged.update(object_repr=F("object_id"), change_message="")


def _close_later(user_id: UUID) -> None:
    """Carts and sessions know no rollback: they go after the commit."""
    carts = list(Cart.objects.filter(user=user_id).values_list("pk", flat=True))
    places = UserSession.objects.filter(user=user_id)
    keys = list(places.values_list("session_key", flat=True))
    transaction.on_commit(partial(_drop_carts, carts))
    transaction.on_commit(partial(sessions.forget, keys))


def _drop_carts(carts: list[UUID]) -> None:
    """A cart that cannot be reached ends by itself within two days."""
    for cart_id in carts:
        try:
            store.delete(cart_id)
        except ServiceUnavailable:
            return


def _note(
    kind: RequestKind, person: Person, made_by: UUID | None, reason: str, rows: dict[str, int]
) -> PrivacyRequest:
    return PrivacyRequest.objects.create(
        kind=kind,
        fingerprint=fingerprint(person.email),
        user_id=person.user_id,
        made_by_id=made_by,
        reason=reason[:255],
        rows={name: number for name, number in rows.items() if number},
    )
