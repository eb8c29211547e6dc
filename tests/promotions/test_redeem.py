from collections.abc import Iterator

import pytest
from django.db import transaction

from accounts.models import User
from catalog.models import Variant
from orders.events import OrderCancelled
from orders.models import Order
from promotions import handlers, selectors, services
from promotions.engine import PricedBasket, price
from promotions.exceptions import CouponUsedByCustomer, CouponUsedUp, PromotionUsedUp
from promotions.models import Coupon, Redemption
from promotions.selectors import Wanted
from tests.accounts.factories import UserFactory
from tests.catalog.factories import VariantFactory
from tests.concurrency import at_once
from tests.orders.factories import place
from tests.promotions.factories import CouponFactory, PromotionFactory


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
        user = UserFactory.create(password=None)
        yield user, place(customer=user)


@pytest.mark.django_db(transaction=True)
def test_a_hundred_checkouts_share_three_uses() -> None:
    coupon = CouponFactory.create(max_uses=3)
    basket = _basket(coupon.code)
    with transaction.atomic():
        waiting = list(_customers(100))

    def redeem() -> bool:
        user, order = waiting.pop()
        try:
            services.redeem(basket, order=order, user=user, email=user.email)
        except CouponUsedUp:
            return False
        return True

    wins = at_once(redeem, times=100)

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
            services.redeem(basket, order=waiting.pop(), user=user, email=user.email)
        except CouponUsedByCustomer:
            return False
        return True

    assert sum(at_once(redeem)) == 1


@pytest.mark.django_db
def test_a_cancelled_order_gives_its_use_back_once() -> None:
    coupon = CouponFactory.create(max_uses=1)
    order = place()
    basket = _basket(coupon.code)
    services.redeem(basket, order=order, user=None, email=order.email)
    event = OrderCancelled(order_id=str(order.pk), reason="test")

    handlers.free_uses(event)
    handlers.free_uses(event)

    coupon.refresh_from_db()
    assert coupon.uses == 0
    services.redeem(basket, order=place(), user=None, email="otra@example.com")


@pytest.mark.django_db
def test_an_offer_that_ran_out_since_the_price_was_shown_is_refused() -> None:
    PromotionFactory.create(max_uses=1)
    basket = _basket()
    services.redeem(basket, order=place(), user=None, email="una@example.com")

    with pytest.raises(PromotionUsedUp):
        services.redeem(basket, order=place(), user=None, email="otra@example.com")

    assert Redemption.objects.count() == 1


@pytest.mark.django_db
def test_an_unlimited_offer_is_noted_but_not_counted() -> None:
    promotion = PromotionFactory.create()
    order = place()

    services.redeem(_basket(), order=order, user=None, email=order.email)

    promotion.refresh_from_db()
    assert promotion.uses == 0
    assert Redemption.objects.get().promotion == promotion
    assert not Coupon.objects.exists()
