"""Drafts of staff: what they would cost now, what they lack, and how one becomes an order."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from constance import config
from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from cart import selectors as carts
from cart.selectors import CartPage, PricedCart
from cart.store import LineKey, StoredCart, StoredLine
from checkout.exceptions import DraftChanged, DraftClosed, DraftIncomplete, FiguresChanged
from checkout.models import Draft, DraftLine
from checkout.places import BUYER_FIELDS, BuyerDetails
from checkout.selectors import Choice, Figures, figures, order_from, pricing_context
from checkout.services import account_of, write_order
from checkout.states import DraftStatus
from core.locks import advisory_lock
from orders import services as orders
from orders.models import Order, OrderEventKind
from orders.new_orders import NewOrder
from promotions.basket import Rule
from shipping.selectors import Pickup, reach

# As much as one entry of the timeline holds.
MAX_NOTE_LENGTH = 255


@dataclass(frozen=True, kw_only=True)
class DraftPage:
    """A draft's goods, what they cost now, and why it cannot be placed yet."""

    cart: CartPage
    figures: Figures
    # The fields at fault, the lines' being "", and what is to be said of each.
    lacks: list[tuple[str, str]]

    @property
    def missing(self) -> list[str]:
        return [sentence for _field, sentence in self.lacks]


def page_of(draft: Draft, units: Mapping[UUID, int] | None = None) -> DraftPage:
    """
    The draft with the prices and the stock of this moment. As many queries for any lines.

    `units` by variant are those of a form that is not saved.
    """
    cart = carts.shown(_priced(draft, units), draft.pk)
    found = _figures(draft, cart)
    return DraftPage(cart=cart, figures=found, lacks=_lacks(draft, cart, found))


def units_of(draft: Draft) -> dict[UUID, int]:
    """The saved units by variant, in their order. 1 query."""
    return dict(draft.lines.order_by("pk").values_list("variant_id", "quantity"))


def version_of(draft: Draft) -> str:
    """What changes whenever somebody saves the draft; empty before. 1 query."""
    facts = ("updated_at", Count("lines"), Max("lines__updated_at"))
    found = Draft.objects.filter(pk=draft.pk).values_list(*facts).first()
    return "/".join(str(fact) for fact in found) if found else ""


@transaction.atomic
def save(draft: Draft, units: Mapping[UUID, int], *, seen: str) -> None:
    """
    Write the draft with exactly these units; `seen` is the version that was on the page.

    Sent twice by a new form, whose key the draft has, it is written once.

    :raises DraftClosed: if it was placed or discarded
    :raises DraftChanged: if somebody else has saved it since
    """
    advisory_lock("draft", draft.pk)
    kept = locked_open(draft.pk)
    if kept and seen and version_of(kept) != seen:
        raise DraftChanged(
            _("Somebody else has changed this order since you opened it: open it again.")
        )
    draft.save(force_insert=kept is None, force_update=kept is not None)
    DraftLine.objects.filter(draft=draft).exclude(variant__in=units).delete()
    DraftLine.objects.bulk_create(
        [DraftLine(draft=draft, variant_id=key, quantity=number) for key, number in units.items()],
        update_conflicts=True,
        unique_fields=["draft", "variant"],
        update_fields=["quantity"],
    )


@transaction.atomic
def save_and_place(
    draft: Draft, units: Mapping[UUID, int], *, version: str, actor_id: UUID, seen: str
) -> Order:
    """
    Save the draft and make it an order, or do neither. Sent twice, it gives one order.

    :raises DomainError: as `save` and `place` do
    """
    advisory_lock("draft", draft.pk)
    placed = Order.objects.filter(draft=draft.pk).first()
    if placed:
        return placed
    save(draft, units, seen=version)
    return place(draft.pk, actor_id=actor_id, seen=seen)


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
    order = _write_draft(draft, cart, found, actor_id)
    mark_placed(draft, order)
    return order


def locked_open(draft_id: UUID) -> Draft | None:
    """
    The draft as it was saved, if it was, for the end of this transaction.

    :raises DraftClosed: if it was placed or discarded
    """
    kept = Draft.objects.locked().filter(pk=draft_id).first()
    if kept:
        _check_draft_open(kept)
    return kept


def mark_placed(draft: Draft, order: Order) -> None:
    """The locked draft has become this order."""
    draft.order = order
    draft.move_to(DraftStatus.PLACED, saving=["order"])


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


def new_order_of(draft: Draft, sheet: DraftPage, *, customer: User, hold: timedelta) -> NewOrder:
    """All of the order that a page of a draft shows, but how it is paid."""
    return order_from(
        sheet.cart,
        sheet.figures,
        _buyer_details(draft),
        customer=customer,
        holder=draft.pk,
        hold=hold,
    )


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


def _priced(draft: Draft, units: Mapping[UUID, int] | None = None) -> PricedCart:
    wanted = units_of(draft) if units is None else units
    now = timezone.now()
    lines = {LineKey(variant_id): StoredLine(number, now) for variant_id, number in wanted.items()}
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


def _lacks(draft: Draft, cart: CartPage, found: Figures) -> list[tuple[str, str]]:
    is_fetched = _pickup(draft) is not None
    where = "district" if draft.street else "street"
    lacks = [
        ("", _("The draft has no products."), not cart.lines),
        ("email", _("The e-mail address is missing."), not draft.email),
        (
            "last_name" if draft.first_name else "first_name",
            _("The name is missing."),
            not (draft.first_name and draft.last_name),
        ),
        ("phone", _("The phone number is missing."), not draft.phone),
        (
            where,
            _("The address is not complete."),
            not (is_fetched or (draft.street and draft.place)),
        ),
        (
            "shipping_method_code",
            _("Choose a delivery method that serves the address."),
            found.offer is None,
        ),
    ]
    problems = [("", f"{line.name}: {line.problem}") for line in cart.lines if line.problem]
    coupon = [("coupon_code", cart.coupon_problem)] if cart.coupon_problem else []
    return [(field, sentence) for field, sentence, is_true in lacks if is_true] + problems + coupon


def _buyer_details(draft: Draft) -> BuyerDetails:
    same = (*BUYER_FIELDS, "phone", "language", "street", "reference")
    return BuyerDetails(
        **{name: getattr(draft, name) for name in same},
        pickup=_pickup(draft),
        note=draft.customer_note,
    )
