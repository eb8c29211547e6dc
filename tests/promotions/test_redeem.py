from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from catalog.models import Variant
from orders import services as orders
from orders.events import OrderCancelled, OrderConfirmed, OrderExpired
from orders.models import Order, OrderEvent, OrderEventKind
from orders.states import OrderStatus
from promotions import handlers, selectors, services
from promotions.basket import PricedBasket
from promotions.engine import price
from promotions.exceptions import CouponUsedByCustomer, CouponUsedUp, PromotionUsedUp
from promotions.models import Coupon, Promotion, PromotionTrigger, Redemption
from promotions.selectors import Wanted
from tests.accounts.factories import UserFactory
from tests.catalog.factories import VariantFactory
from tests.concurrency import at_once
from tests.inventory.factories import stocked
from tests.orders.factories import new_line, place
from tests.promotions.factories import CouponFactory, PromotionFactory

pytestmark = pytest.mark.django_db


def _basket(code: str = "", variant: Variant | None = None) -> PricedBasket:
    variant = variant or VariantFactory.create()
    wanted = [Wanted(key="a", variant_id=variant.pk, quantity=1)]
    lines = selectors.price_lines(wanted, {variant.pk: variant}, selectors.tax_rates("PE"))
    rules = selectors.rules_for(lines, coupon_code=code)
    return price(
        lines,
        rules.automatic,
        coupon=rules.coupon,
        settings=selectors.price_settings(selectors.tax_rates("PE")),
    )


def _customers(number: int) -> Iterator[tuple[User, Order]]:
    """Customers with an order each, made before the race."""
    for _ in range(number):
        user = UserFactory.create()
        yield user, place(customer=user)


@pytest.mark.django_db(transaction=True)
def test_thirty_checkouts_share_three_uses() -> None:
    coupon = CouponFactory.create(max_uses=3)
    basket = _basket(coupon.code)
    with transaction.atomic():
        waiting = list(_customers(30))

    def redeem() -> bool:
        user, order = waiting.pop()
        try:
            services.redeem(basket.applied, order=order, user=user, email=user.email)
        except CouponUsedUp:
            return False
        return True

    wins = at_once(redeem, times=30)

    assert sum(wins) == 3
    coupon.refresh_from_db()
    assert coupon.uses == Redemption.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_one_customer_in_eight_tabs_uses_a_code_once() -> None:
    coupon = CouponFactory.create(promotion__max_uses_per_customer=1)
    basket = _basket(coupon.code)
    user = UserFactory.create()
    waiting = [place(customer=user) for _ in range(8)]

    def redeem() -> bool:
        try:
            services.redeem(basket.applied, order=waiting.pop(), user=user, email=user.email)
        except CouponUsedByCustomer:
            return False
        return True

    assert sum(at_once(redeem)) == 1


@pytest.mark.parametrize("trigger", PromotionTrigger.values[:2])
def test_an_account_that_names_another_address_is_the_same_customer(trigger: str) -> None:
    coupon = CouponFactory.create(promotion__max_uses_per_customer=1)
    Promotion.objects.update(trigger=trigger)
    basket = _basket(coupon.code if trigger == PromotionTrigger.COUPON else "")
    user = UserFactory.create()
    services.redeem(basket.applied, order=place(customer=user), user=user, email=user.email)

    with pytest.raises((CouponUsedByCustomer, PromotionUsedUp)):
        services.redeem(
            basket.applied, order=place(customer=user), user=user, email="otra@example.com"
        )

    services.redeem(
        basket.applied, order=place(), user=UserFactory.create(), email="yo@example.com"
    )
    assert Redemption.objects.count() == 2


def test_a_cancelled_order_gives_its_use_back_once() -> None:
    coupon = CouponFactory.create(max_uses=1)
    order = place()
    basket = _basket(coupon.code)
    services.redeem(basket.applied, order=order, user=None, email=order.email)
    event = OrderCancelled(order_id=str(order.pk), reason="test")
    orders.cancel(order.pk, actor_id=None, reason="test")

    handlers.free_uses(event)
    handlers.free_uses(event)

    coupon.refresh_from_db()
    assert coupon.uses == 0
    services.redeem(basket.applied, order=place(), user=None, email="otra@example.com")


def test_an_offer_that_ran_out_since_the_price_was_shown_is_refused() -> None:
    PromotionFactory.create(max_uses=1)
    basket = _basket()
    services.redeem(basket.applied, order=place(), user=None, email="una@example.com")

    with pytest.raises(PromotionUsedUp):
        services.redeem(basket.applied, order=place(), user=None, email="otra@example.com")

    assert Redemption.objects.count() == 1


def test_an_unlimited_offer_is_noted_but_not_counted() -> None:
    promotion = PromotionFactory.create()
    order = place()

    services.redeem(_basket().applied, order=order, user=None, email=order.email)

    promotion.refresh_from_db()
    assert promotion.uses == 0
    assert Redemption.objects.get().promotion == promotion
    assert not Coupon.objects.exists()


def _expired(code: str, **fields: Any) -> Order:
    """An order that used the code, ran out unpaid, and gave the use back."""
    variant = stocked(9)
    basket = _basket(code, variant)
    order = place(replace(new_line(variant), reasons=basket.applied), **fields)
    services.redeem(basket.applied, order=order, user=None, email=order.email)
    orders.expire(order.pk)
    services.sync_redemptions(order.pk)
    return order


def _pay_late(order: Order) -> None:
    """The money comes, and the news of it twice."""
    orders.mark_paid(order.pk)
    for _ in range(2):
        handlers.take_uses_again(OrderConfirmed(order_id=str(order.pk)))


def _notes(order: Order) -> list[OrderEvent]:
    return list(OrderEvent.objects.filter(order=order, kind=OrderEventKind.NOTE))


def test_an_order_paid_late_takes_its_use_again() -> None:
    coupon = CouponFactory.create(max_uses=1)
    order = _expired(coupon.code)

    _pay_late(order)

    coupon.refresh_from_db()
    coupon.promotion.refresh_from_db()
    assert (coupon.uses, coupon.promotion.uses) == (1, 1)
    assert Redemption.objects.get().freed_at is None
    assert not _notes(order)


def test_where_the_last_use_is_gone_a_late_order_keeps_its_price_and_staff_read_why() -> None:
    coupon = CouponFactory.create(max_uses=1)
    order = _expired(coupon.code)
    services.redeem(
        _basket(coupon.code).applied, order=place(), user=None, email="otra@example.com"
    )

    _pay_late(order)

    coupon.refresh_from_db()
    [note] = _notes(order)
    assert coupon.uses == 1
    assert coupon.promotion.name in note.note
    assert not note.is_public
    assert Order.objects.get(pk=order.pk).total == order.total


def test_who_has_used_his_one_use_elsewhere_keeps_the_late_orders_price_too() -> None:
    coupon = CouponFactory.create(promotion__max_uses_per_customer=1)
    order = _expired(coupon.code, email="ana@example.com")
    again = place(email="ana@example.com")
    Order.objects.filter(pk=again.pk).update(status=OrderStatus.CONFIRMED)
    services.redeem(_basket(coupon.code).applied, order=again, user=None, email="ana@example.com")

    _pay_late(order)

    coupon.refresh_from_db()
    assert coupon.uses == 1
    assert len(_notes(order)) == 1


def test_news_that_come_in_the_wrong_order_change_no_count() -> None:
    coupon = CouponFactory.create(max_uses=1)
    order = _expired(coupon.code)
    _pay_late(order)

    handlers.free_uses_of_expired(OrderExpired(order_id=str(order.pk)))

    coupon.refresh_from_db()
    assert coupon.uses == 1
    assert Redemption.objects.get().freed_at is None


def test_what_is_no_part_of_the_orders_price_any_more_is_not_taken_again() -> None:
    coupon = CouponFactory.create(max_uses=1)
    order = place(new_line(stocked(9)))
    services.redeem(_basket(coupon.code).applied, order=order, user=None, email=order.email)
    services.free(order.pk)

    orders.confirm(order.pk)
    services.sync_redemptions(order.pk)

    coupon.refresh_from_db()
    assert coupon.uses == 0
