"""Drafts of staff: what they would cost now, what they lack, and how one becomes an order."""

import textwrap
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from constance import config
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cart import selectors as carts
from cart.selectors import CartPage, PricedCart
from cart.store import LineKey, StoredCart, StoredLine
from checkout.exceptions import DraftClosed, DraftIncomplete, FiguresChanged
from checkout.models import Draft
from checkout.places import BUYER_FIELDS, BuyerDetails
from checkout.selectors import Choice, Figures, figures, order_from, pricing_context
from checkout.services import account_of, write_order
from checkout.states import DraftStatus
from orders import services as orders
from orders.models import Order, OrderEventKind
from promotions.basket import Rule
from shipping.selectors import Pickup, reach

# As much as one entry of the timeline holds.
MAX_NOTE_LENGTH = 255


@dataclass(frozen=True, kw_only=True)
class DraftPage:
    """A draft's goods, what they cost now, and why it cannot be placed yet."""

    cart: CartPage
    figures: Figures
    missing: list[str]


def page_of(draft: Draft) -> DraftPage:
    """The draft with the prices and the stock of this moment. As many queries for any lines."""
    cart = carts.shown(_priced(draft), draft.pk)
    found = _figures(draft, cart)
    return DraftPage(cart=cart, figures=found, missing=_missing(draft, cart, found))


@transaction.atomic
def place(draft_id: UUID, *, actor_id: UUID, seen: str) -> Order:
    """
    Turn the draft into its customer's order, which holds its units while the payment link is valid.

    Prices, promotions, delivery and stock are checked again. Idempotent: a placed draft returns
    its order.

    :raises DraftClosed: if it was discarded
    :raises DraftIncomplete: if it cannot be ordered; with the first reason
    :raises FiguresChanged: if it costs more than the page has shown
    :raises LinesNotOrderable: if units are missing
    :raises LimitReached, CouponRefused: if a purchase limit or the coupon forbids it
    """
    draft = Draft.objects.locked().get(pk=draft_id)
    if draft.order:
        return draft.order
    _check_draft_open(draft)
    missing = page_of(draft).missing
    if missing:
        raise DraftIncomplete(missing[0])
    with translation.override(draft.language):
        # The order names everything as its customer reads it.
        cart = _priced(draft)
        found = _figures(draft, cart)
    if found.costs_more_than(seen):
        raise FiguresChanged(_("The price has changed. Please look at the total and confirm."))
    draft.order = _write_draft(draft, cart, found, actor_id)
    draft.move_to(DraftStatus.PLACED)
    draft.save(update_fields=["status", "order"])
    return draft.order


@transaction.atomic
def discard(draft_id: UUID) -> None:
    """
    Close a draft that is no longer wanted. Idempotent.

    :raises DraftClosed: if it has been placed
    """
    draft = Draft.objects.locked().get(pk=draft_id)
    if draft.status != DraftStatus.DISCARDED:
        _check_draft_open(draft)
        draft.move_to(DraftStatus.DISCARDED)
        draft.save(update_fields=["status"])


def lock_open(draft_id: UUID) -> None:
    """
    Keep others from placing the draft while it is being changed. Inside a transaction.

    :raises DraftClosed: if it was placed or discarded
    """
    _check_draft_open(Draft.objects.locked().get(pk=draft_id))


def asks_for_terms(order: Order) -> bool:
    """Whether staff placed the order and its customer has not accepted the terms. 1 query."""
    return Draft.objects.filter(order=order, terms_accepted_at=None).exists()


def accept_terms(order: Order) -> None:
    """Record that the customer accepts the terms of an order that staff placed."""
    drafts = Draft.objects.filter(order=order, terms_accepted_at=None)
    drafts.update(terms_accepted_at=timezone.now())


def _check_draft_open(draft: Draft) -> None:
    if not draft.is_open:
        raise DraftClosed(_("This draft has already been placed or discarded."))


def _write_draft(draft: Draft, cart: PricedCart, found: Figures, actor_id: UUID) -> Order:
    buyer = _buyer_details(draft)
    with translation.override(draft.language):
        new = order_from(
            cart,
            found,
            buyer,
            customer=account_of(buyer),
            holder=draft.pk,
            hold=timedelta(hours=config.PAYMENT_LINK_HOURS),
        )
    order = write_order(new, actor_id=actor_id)
    for part in textwrap.wrap(draft.staff_note, MAX_NOTE_LENGTH):
        orders.record(
            order.pk, OrderEventKind.NOTE, actor_id=draft.made_by_id, note=part, is_public=False
        )
    return order


def _priced(draft: Draft) -> PricedCart:
    lines = {
        LineKey(variant_id): StoredLine(quantity, added_at)
        for variant_id, quantity, added_at in draft.lines.order_by("pk").values_list(
            "variant_id", "quantity", "created_at"
        )
    }
    agreed = Rule.agreed(draft.discount, draft.discount_reason) if draft.discount else None
    stored = StoredCart(lines, draft.coupon_code)
    return carts.priced(stored, pricing_context(None, _choice(draft)), agreed)


def _figures(draft: Draft, cart: PricedCart) -> Figures:
    """With the delivery that was chosen, and none in its place."""
    found = figures(cart, _choice(draft))
    if found.offer and found.offer.code == draft.shipping_method_code:
        return found
    return replace(found, offer=None, quote=cart.quote)


def _choice(draft: Draft) -> Choice:
    return Choice(
        place=draft.place,
        country=draft.country,
        email=draft.email,
        shipping=draft.shipping_method_code,
    )


def _pickup(draft: Draft) -> Pickup | None:
    return reach().pickups.get(draft.shipping_method_code)


def _missing(draft: Draft, cart: CartPage, found: Figures) -> list[str]:
    is_somewhere = _pickup(draft) is not None or (draft.street and draft.place)
    lacks = {
        _("The draft has no products."): not cart.lines,
        _("The e-mail address is missing."): not draft.email,
        _("The name is missing."): not (draft.first_name and draft.last_name),
        _("The phone number is missing."): not draft.phone,
        _("The address is not complete."): not is_somewhere,
        _("Choose a delivery method that serves the address."): found.offer is None,
    }
    problems = [f"{line.name}: {line.problem}" for line in cart.lines if line.problem]
    coupon = [cart.coupon_problem] if cart.coupon_problem else []
    return [sentence for sentence, is_true in lacks.items() if is_true] + problems + coupon


def _buyer_details(draft: Draft) -> BuyerDetails:
    same = (*BUYER_FIELDS, "phone", "language", "street", "reference")
    return BuyerDetails(
        **{name: getattr(draft, name) for name in same},
        pickup=_pickup(draft),
        note=draft.customer_note,
    )
