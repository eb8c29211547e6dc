"""Asking to send something back: one return for each seller."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.ids import uuid7
from orders import services as orders
from orders.models import Order, OrderEventKind
from outbox.services import publish
from payments.numbers import next_number
from returns import selectors
from returns.events import ReturnAsked
from returns.exceptions import ReturnRefused
from returns.models import Return, ReturnItem, ReturnPhoto
from returns.selectors import Returnable
from returns.states import Settlement

MAX_PHOTOS = 5


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """
    What a customer wants to send back, why, and what for: units by the order's lines.

    `exchanges` names a variant by the line. `form_key` is the form's own: sent twice, it asks once.
    """

    quantities: Mapping[UUID, int]
    reason: str
    wish: str = Settlement.REFUND
    notes: str = ""
    exchanges: Mapping[UUID, UUID] = field(default_factory=dict)
    photos: Sequence[ContentFile[bytes]] = ()
    form_key: UUID | None = None


@transaction.atomic
def ask(
    order_id: UUID, wanted: Wanted, *, actor_id: UUID | None, by_staff: bool = False
) -> list[Return]:
    """
    Write down what is to come back, a return for each seller whose goods they are.

    Staff may do so when the time for it is over.

    :raises ReturnRefused: if nothing is named, or units that did not arrive, are back already or
        asked for, or are too late
    """
    order = Order.objects.locked().get(pk=order_id)
    known = Return.objects.filter(order=order, form_key=wanted.form_key, form_key__isnull=False)
    if known:
        return list(known.order_by("pk"))
    chosen = _chosen(order, wanted, in_time_only=not by_staff)
    by_seller: dict[UUID, list[Returnable]] = {}
    for row in chosen:
        by_seller.setdefault(row.line.seller_id, []).append(row)
    return [
        _write(order, seller_id, rows, wanted, actor_id)
        for seller_id, rows in sorted(by_seller.items())
    ]


def _chosen(order: Order, wanted: Wanted, *, in_time_only: bool) -> list[Returnable]:
    quantities = {key: units for key, units in wanted.quantities.items() if units > 0}
    if not quantities:
        raise ReturnRefused(_("Choose what you want to send back."))
    rows = {row.line.pk: row for row in selectors.returnable(order)}
    now = timezone.now()
    for line_id, units in quantities.items():
        row = rows.get(line_id)
        if row is None or row.left < units:
            raise ReturnRefused(too_many(row.left if row else 0), line_id)
        if in_time_only and not row.is_in_time(now):
            raise ReturnRefused(_("The time to send this back is over."), line_id)
    return [row for key, row in rows.items() if key in quantities]


def too_many(left: int) -> str:
    """Why no more of a line can come back."""
    if not left:
        return _("Nothing of this can come back: it did not arrive yet, or is asked for already.")
    return _("Only %(units)s of this can come back.") % {"units": left}


def _write(
    order: Order,
    seller_id: UUID,
    rows: Sequence[Returnable],
    wanted: Wanted,
    actor_id: UUID | None,
) -> Return:
    request = Return(
        id=uuid7(),
        number=next_number("DEV"),
        order=order,
        seller_id=seller_id,
        reason=wanted.reason,
        wish=wanted.wish,
        notes=wanted.notes.strip(),
        form_key=wanted.form_key,
        created_by_id=actor_id,
    )
    request.save(force_insert=True)
    ReturnItem.objects.bulk_create(_item(request, row, wanted) for row in rows)
    for photo in wanted.photos[:MAX_PHOTOS]:
        # Each seller gets the same photos, and sees only their own return.
        photo.seek(0)
        ReturnPhoto.objects.create(
            return_request=request, picture=ContentFile(photo.read(), name=photo.name)
        )
    orders.record(
        order.pk,
        OrderEventKind.RETURN_REQUESTED,
        actor_id=actor_id,
        note=request.number,
        details={"return": request.number},
    )
    publish(ReturnAsked(return_id=str(request.pk)))
    return request


def _item(request: Return, row: Returnable, wanted: Wanted) -> ReturnItem:
    units = wanted.quantities[row.line.pk]
    is_exchange = wanted.wish == Settlement.EXCHANGE
    return ReturnItem(
        return_request=request,
        line=row.line,
        quantity=units,
        asked=units,
        exchange_for_id=wanted.exchanges.get(row.line.pk) if is_exchange else None,
    )
