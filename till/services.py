"""A till is opened, sells, takes and gives cash, and is closed. Each step is one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from constance import config
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import account_of_guest
from checkout import drafting
from checkout.drafting import DraftPage, new_order_of, page_of
from checkout.models import Draft
from checkout.services import write_order
from core.locks import advisory_lock
from core.money import quantize
from inventory.selectors import units_to_dispatch
from orders.models import Order
from payments.services.counter import take_at_counter
from shipping.models import Shipment
from shipping.services import dispatching, planning
from till.exceptions import SaleRefused, TillRefused
from till.models import EntryKind, Till, TillEntry, TillSession, Way
from till.selectors import sums_of

# Whose the orders are of people who give no name. No mail reaches it, and nobody signs in with it.
WALK_IN = "walk-in@counter.invalid"
_HOLD = timedelta(minutes=5)
_ASKED = ("", "shipping_method_code", "coupon_code")


@dataclass(frozen=True, kw_only=True)
class Paid:
    """How the customer pays: `tendered` is the cash that was handed over."""

    way: Way
    # What the page has shown.
    total: Decimal
    tendered: Decimal | None = None
    reference: str = ""


def open_session(till_id: UUID, *, cashier: User, opening: Decimal) -> TillSession:
    """
    Stand at a till with so much cash in it.

    :raises TillRefused: if somebody else does, or the person stands at another
    """
    try:
        with transaction.atomic():
            return TillSession.objects.create(
                till=Till.objects.get(pk=till_id, is_active=True),
                cashier=cashier,
                currency=config.CURRENCY,
                opening=quantize(opening, config.CURRENCY),
            )
    except (IntegrityError, Till.DoesNotExist):
        raise TillRefused(
            _("This till is open already, or you stand at another one: close that first.")
        ) from None


@transaction.atomic
def sell(
    session_id: UUID, draft: Draft, units: Mapping[UUID, int], *, paid: Paid, key: UUID
) -> Order:
    """
    Sell over the counter: an order that is placed, paid and handed over at once.

    The fiscal document follows by the outbox, as for every paid order. Sent twice with one key it
    is one sale. `draft` is of the till's shop; one that was saved before becomes this order.

    :raises SaleRefused: if goods are missing in this shop, the total has changed, or the cash is
        too little
    :raises DomainError: as placing, paying and dispatching an order do
    """
    advisory_lock("till sale", key)
    if known := TillEntry.objects.filter(key=key).select_related("order").first():
        return _order_of(known)
    session = _locked(session_id)
    kept = drafting.locked_open(draft.pk)
    order = _placed(session, draft, units, paid)
    if kept:
        drafting.mark_placed(kept, order)
    take_at_counter(
        order.pk,
        amount=order.total,
        code=f"counter_{paid.way}",
        name=str(paid.way.label),
        reference=paid.reference,
        actor_id=session.cashier_id,
    )
    _hand_over(order.pk, session)
    TillEntry.objects.create(
        session=session,
        key=key,
        kind=EntryKind.SALE,
        way=paid.way,
        amount=order.total,
        tendered=paid.tendered if paid.way == Way.CASH else None,
        order=order,
    )
    order.refresh_from_db()
    return order


def problems_of(sheet: DraftPage) -> list[str]:
    """Why this cannot be sold over the counter, where nobody has to give a name."""
    return [text for field, text in sheet.lacks if field in _ASKED]


@transaction.atomic
def move_cash(
    session_id: UUID, *, kind: EntryKind, amount: Decimal, reason: str, key: UUID
) -> TillEntry:
    """
    Put cash into the drawer or take some out. Sent twice with one key it is written once.

    :raises TillRefused: without a reason or an amount, or for more than there is
    """
    advisory_lock("till sale", key)
    if known := TillEntry.objects.filter(key=key).first():
        return known
    session = _locked(session_id)
    amount = quantize(amount, session.currency)
    if amount <= 0 or not reason.strip():
        raise TillRefused(_("Say how much cash it is, and what for."))
    if kind == EntryKind.OUT and amount > sums_of(session).expected:
        raise TillRefused(_("There is not so much cash in the till."))
    return TillEntry.objects.create(
        session=session, key=key, kind=kind, amount=amount, reason=reason.strip()[:200]
    )


@transaction.atomic
def close_session(session_id: UUID, *, counted: Decimal, note: str = "") -> TillSession:
    """
    Close the till with the cash that was counted; what differs is recorded. Idempotent.

    :raises TillRefused: if the difference is not explained
    """
    session = TillSession.objects.select_for_update(of=["self"]).get(pk=session_id)
    if session.closed_at:
        return session
    session.expected = sums_of(session).expected
    session.counted = quantize(counted, session.currency)
    session.note = note.strip()[:255]
    if session.difference and not session.note:
        raise TillRefused(_("The cash differs: count again, or say why."))
    session.closed_at = timezone.now()
    session.save(update_fields=["expected", "counted", "note", "closed_at"])
    return session


def _locked(session_id: UUID) -> TillSession:
    """The session, so that the sales of a till happen in turn."""
    rows = TillSession.objects.select_related("till__shop__pickup_warehouse", "cashier")
    session = rows.select_for_update(of=["self"]).get(pk=session_id)
    if session.closed_at:
        raise TillRefused(_("This till is closed."))
    return session


def _order_of(entry: TillEntry) -> Order:
    if entry.order is None:
        raise SaleRefused(_("This form was sent for something else."))
    return entry.order


def _placed(session: TillSession, draft: Draft, units: Mapping[UUID, int], paid: Paid) -> Order:
    sheet = page_of(draft, units)
    if problems := problems_of(sheet):
        raise SaleRefused(problems[0])
    if sheet.figures.basket.total != paid.total:
        raise SaleRefused(_("The price has changed. Please look at the total and confirm."))
    if paid.way == Way.CASH and (paid.tendered or paid.total) < paid.total:
        raise SaleRefused(_("The cash is less than the total."))
    customer = account_of_guest(
        draft.email or WALK_IN,
        first_name=draft.first_name if draft.email else "",
        last_name=draft.last_name if draft.email else "",
        language=draft.language,
    )
    draft.first_name = draft.first_name or ("" if draft.last_name else _("Counter customer"))
    new = new_order_of(draft, sheet, customer=customer, hold=_HOLD)
    is_nameless = not draft.email
    new = replace(
        new,
        is_nameless=is_nameless,
        by_guest=is_nameless,
        from_warehouse=session.till.shop.pickup_warehouse_id,
    )
    return write_order(new, actor_id=session.cashier_id)


def _hand_over(order_id: UUID, session: TillSession) -> None:
    """:raises SaleRefused: if something of it lies in another warehouse"""
    shop = session.till.shop.pickup_warehouse_id
    if any(place != shop for _variant, place in units_to_dispatch(order_id)):
        raise SaleRefused(_("Not all of this is in this shop: take it as an order to be sent."))
    planning.plan(order_id)
    for parcel in Shipment.objects.filter(order=order_id).order_by("pk"):
        dispatching.dispatch_one(parcel.pk, actor_id=session.cashier_id)
