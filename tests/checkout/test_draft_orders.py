"""Drafts of staff: priced like any order, placed once, never more than there is."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from constance import config
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from catalog.models import Variant
from checkout import drafting
from checkout.exceptions import (
    DraftClosed,
    DraftIncomplete,
    FiguresChanged,
    LinesNotOrderable,
)
from checkout.models import Draft, DraftLine
from checkout.states import DraftStatus
from core.exceptions import DomainError, InvalidTransition
from inventory.models import Reservation
from orders.exceptions import LimitReached
from orders.models import Order, OrderDiscount, OrderEventKind
from orders.states import OrderStatus
from outbox.tasks import deliver_due
from payments import tasks as payment_tasks
from promotions.models import Coupon, Promotion, PromotionTrigger, Redemption
from tests.accounts.factories import UserFactory
from tests.checkout.factories import draft_of, fill_cart, form_data, open_shop
from tests.concurrency import at_once
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db


def place(draft: Draft, actor: User | None = None) -> Order:
    """Place it by anyone who has made it, at the figures of its page."""
    seen = drafting.page_of(draft).figures.seen
    return drafting.place(draft.pk, actor_id=UUID(str((actor or draft.made_by).pk)), seen=seen)


def test_a_placed_draft_is_an_order_that_holds_its_units_until_the_link_runs_out(
    variant: Variant,
) -> None:
    config.PAYMENT_LINK_HOURS = 24
    draft = draft_of(variant, quantity=2, staff_note="Llama por la tarde " + "o antes " * 40)

    order = place(draft)

    assert order.status == OrderStatus.PENDING
    assert (order.subtotal, order.shipping_total, order.total) == (200, 10, 210)
    notes = order.events.filter(kind=OrderEventKind.NOTE, actor=draft.made_by, is_public=False)
    said = " ".join(notes.order_by("pk").values_list("note", flat=True))
    assert (said, order.staff_note) == (draft.staff_note.strip(), "")
    hold = Reservation.objects.active().get()
    assert (hold.reference, hold.quantity, hold.expires_at) == (order.pk, 2, order.expires_at)
    assert order.expires_at == order.placed_at + timedelta(hours=24)
    assert order.events.get(kind=OrderEventKind.PLACED).actor == draft.made_by
    shipping = order.addresses.get(kind="shipping")
    assert (shipping.recipient, shipping.district) == ("Ana Quispe", "Miraflores")
    draft.refresh_from_db()
    assert (draft.status, draft.order) == ("placed", order)


def test_the_customer_gets_the_link_to_pay_instead_of_a_confirmation(variant: Variant) -> None:
    order = place(draft_of(variant, language="en"))

    deliver_due()

    mail = Email.objects.get()
    assert mail.to == ["ana@example.com"]
    for text in (mail.message, mail.html_message):
        assert f"/en/checkout/pay/{order.number}/?token=" in text


def test_the_order_belongs_to_the_account_of_the_address_which_is_left_as_it_is(
    variant: Variant,
) -> None:
    owner = UserFactory.create(email="Ana@example.com", first_name="Secreta")

    order = place(draft_of(variant))

    owner.refresh_from_db()
    assert order.customer == owner
    assert owner.first_name == "Secreta"


def test_an_agreed_discount_adds_up_and_is_explained_and_counted_as_no_promotion(
    variant: Variant,
) -> None:
    other = stocked(5)
    draft = draft_of(variant, other, discount=Decimal("15.01"), discount_reason="Cliente fiel")

    order = place(draft)

    assert (order.discount_total, order.total) == (Decimal("15.01"), Decimal("194.99"))
    reasons = OrderDiscount.objects.filter(order=order)
    assert {row.reason for row in reasons} == {"Cliente fiel"}
    assert sum(row.amount for row in reasons) == Decimal("15.01")
    parts = [Decimal(u["discount"]) for line in order.lines.all() for u in line.unit_allocations]
    assert sum(parts) == Decimal("15.01")
    assert not Redemption.objects.exists()


def test_a_coupon_is_redeemed_with_the_order(variant: Variant) -> None:
    promotion = Promotion.objects.create(
        name="Diez", trigger=PromotionTrigger.COUPON, value=Decimal(10), max_uses=1
    )
    Coupon.objects.create(promotion=promotion, code="DIEZ")

    order = place(draft_of(variant, coupon_code="diez"))

    assert (order.coupon_code, order.total) == ("DIEZ", Decimal("100.00"))
    other = draft_of(variant, coupon_code="DIEZ", email="luz@example.com")
    assert drafting.page_of(other).missing == [drafting.page_of(other).cart.coupon_problem]
    with pytest.raises(DraftIncomplete):
        place(other)


def test_a_draft_waits_for_all_that_an_order_needs(variant: Variant) -> None:
    draft = draft_of(email="", phone="", street="", shipping_method_code="", first_name="")

    missing = drafting.page_of(draft).missing

    assert len(missing) == 6
    with pytest.raises(DraftIncomplete):
        place(draft)
    assert not Order.objects.exists()


def test_a_rise_in_price_is_asked_about_first(variant: Variant) -> None:
    draft = draft_of(variant)
    seen = drafting.page_of(draft).figures.seen
    variant.product.base_price = Decimal("120.00")
    variant.product.save(update_fields=["base_price"])

    with pytest.raises(FiguresChanged):
        drafting.place(draft.pk, actor_id=draft.made_by_id, seen=seen)

    assert not Order.objects.exists()
    assert place(draft).total == Decimal("130.00")


def test_what_cannot_be_sold_is_named(variant: Variant) -> None:
    scarce = stocked(1)
    draft = draft_of(variant, scarce, quantity=3)

    sheet = drafting.page_of(draft)

    assert [bool(line.problem) for line in sheet.cart.lines] == [False, True]
    with pytest.raises(DraftIncomplete, match=scarce.product.name):
        place(draft)


def test_the_limit_per_customer_counts_what_staff_order_for_him(variant: Variant) -> None:
    config.PURCHASE_LIMIT = 2
    place(draft_of(variant, quantity=2))

    with pytest.raises(LimitReached):
        place(draft_of(variant))

    assert Order.objects.count() == 1


def test_placing_twice_gives_the_same_order_and_a_discarded_draft_none(variant: Variant) -> None:
    draft, other = draft_of(variant), draft_of(variant)

    first, second = place(draft), place(draft)
    drafting.discard(other.pk)
    drafting.discard(other.pk)

    assert first == second
    with pytest.raises(DraftClosed):
        place(other)
    with pytest.raises(DraftClosed):
        drafting.discard(draft.pk)
    assert Reservation.objects.active().get().quantity == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"discount": Decimal(-1), "discount_reason": "x"},
        {"discount": Decimal(1)},
        {"phone": "987654321"},
        {"status": "lost"},
        {"status": "placed"},
    ],
)
def test_the_database_refuses_a_draft_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        draft_of(**wrong)


def test_the_database_refuses_lines_that_cannot_be(variant: Variant) -> None:
    draft = draft_of(variant)

    for wrong in ({"variant": variant}, {"variant": stocked(1), "quantity": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DraftLine.objects.create(draft=draft, **wrong)


def test_a_closed_draft_is_never_opened_again(variant: Variant) -> None:
    draft = draft_of(variant, status="discarded")

    with pytest.raises(InvalidTransition):
        draft.move_to(DraftStatus.OPEN)
    with pytest.raises(Exception, match="open"), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(status="open")


def tried(press: Callable[[], object]) -> Callable[[], bool]:
    """Whether it was done, instead of a refusal."""

    def attempt() -> bool:
        try:
            press()
        except DomainError:
            return False
        return True

    return attempt


@pytest.mark.django_db(transaction=True)
def test_two_of_staff_at_once_place_one_order() -> None:
    open_shop()
    draft = draft_of(stocked(5))

    done = at_once(tried(lambda: place(draft)), times=4)

    assert all(done)
    assert Order.objects.count() == 1
    assert Reservation.objects.active().get().quantity == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_unit_goes_to_one_of_two_drafts_and_a_cart() -> None:
    open_shop()
    variant = stocked(1)
    drafts = [draft_of(variant, email=f"{n}@example.com", phone=f"+5198765432{n}") for n in (1, 2)]
    sheets = [drafting.page_of(draft).figures.seen for draft in drafts]
    turns = iter([0, 1, 2])

    def press() -> bool:
        turn = next(turns)
        if turn == 2:
            shopper = Client()
            fill_cart(shopper, variant.sku)
            return shopper.post("/checkout/", form_data()).status_code == 302
        draft = drafts[turn]
        return tried(
            lambda: drafting.place(draft.pk, actor_id=draft.made_by_id, seen=sheets[turn])
        )()

    at_once(press, times=3)

    assert sum(hold.quantity for hold in Reservation.objects.active()) == 1
    assert Order.objects.count() <= 1


def test_a_draft_for_a_unit_that_a_cart_holds_is_refused(client: Client) -> None:
    open_shop()
    variant = stocked(1)
    fill_cart(client, variant.sku)

    with pytest.raises((DraftIncomplete, LinesNotOrderable)):
        place(draft_of(variant))

    assert not Order.objects.exists()


def test_the_hold_is_given_back_when_the_link_runs_out(variant: Variant) -> None:
    order = place(draft_of(variant))
    Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() - timedelta(minutes=1))

    payment_tasks.expire_due()

    order.refresh_from_db()
    assert order.status == OrderStatus.EXPIRED
    assert not Reservation.objects.active().exists()
