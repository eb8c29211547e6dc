"""From a promotion as staff write it to what a basket costs: scopes, effects, limits."""

from decimal import Decimal
from typing import Any

import pytest

from catalog.models import Collection, CollectionProduct, Variant
from promotions import selectors, services
from promotions.basket import PricedBasket
from promotions.engine import price
from promotions.models import Promotion, PromotionEffect, PromotionScope, PromotionTrigger
from promotions.selectors import Wanted
from tests.catalog.factories import ProductFactory, VariantFactory
from tests.orders.factories import place
from tests.promotions.factories import CouponFactory, PromotionFactory

pytestmark = pytest.mark.django_db
Basket = dict[Variant, int]


def priced(basket: Basket, *, email: str = "", code: str = "") -> PricedBasket:
    """As the cart prices it for anyone who uses that address."""
    variants = {variant.pk: variant for variant in basket}
    wanted = [
        Wanted(key=f"{number}", variant_id=variant.pk, quantity=units)
        for number, (variant, units) in enumerate(basket.items())
    ]
    rates = selectors.tax_rates("PE")
    lines = selectors.price_lines(wanted, variants, rates)
    rules = selectors.rules_for(lines, email=email, coupon_code=code)
    settings = selectors.price_settings(rates)
    return price(lines, rules.automatic, coupon=rules.coupon, settings=settings)


def discounts(basket: PricedBasket) -> list[Decimal]:
    return [line.discount for line in basket.lines]


def costing(amount: int, **fields: Any) -> Variant:
    variant: Variant = VariantFactory.create(product__base_price=Decimal(amount), **fields)
    return variant


def aim(promotion: Promotion, variant: Variant) -> None:
    """Write into the promotion's scope what takes in this variant, and nothing else."""
    collection = Collection.objects.create(name="Casa", slug="casa", is_active=True)
    CollectionProduct.objects.create(collection=collection, product=variant.product)
    promotion.products.add(variant.product)
    promotion.categories.add(variant.product.category)
    promotion.sellers.add(variant.product.seller)
    promotion.collections.add(collection)
    aim_at_brand(promotion, variant)


def aim_at_brand(promotion: Promotion, variant: Variant) -> None:
    assert variant.brand
    promotion.brands.add(variant.brand)


@pytest.fixture
def sofa() -> Variant:
    return costing(100)


@pytest.fixture
def lamp() -> Variant:
    return costing(40, product__seller=seller_beside())


def seller_beside() -> Any:
    """One that the factories give to nothing else."""
    house = ProductFactory.create().seller
    return type(house).objects.create(name="Taller", slug="taller")


@pytest.mark.parametrize("scope", [each for each in PromotionScope if each != "order"])
def test_each_scope_takes_in_its_own_and_nothing_beside(
    sofa: Variant, lamp: Variant, scope: PromotionScope
) -> None:
    aim(PromotionFactory.create(scope=scope), sofa)

    assert discounts(priced({sofa: 1, lamp: 1})) == [10, 0]


def test_the_whole_order_is_everything(sofa: Variant, lamp: Variant) -> None:
    PromotionFactory.create()

    assert discounts(priced({sofa: 1, lamp: 1})) == [10, 4]


def test_only_the_collection_that_is_active_counts(sofa: Variant) -> None:
    aim(PromotionFactory.create(scope=PromotionScope.COLLECTION), sofa)
    Collection.objects.update(is_active=False)

    assert priced({sofa: 1}).discount_total == 0


@pytest.mark.parametrize(("units", "free"), [(2, 0), (3, 1), (5, 1), (6, 2)])
def test_of_each_full_group_the_cheapest_units_of_the_scope_are_free(
    sofa: Variant, lamp: Variant, units: int, free: int
) -> None:
    dear = costing(150, brand=sofa.brand)
    offer = PromotionFactory.create(
        scope=PromotionScope.BRAND,
        effect=PromotionEffect.BUY_X_GET_Y,
        value=None,
        buy_quantity=2,
        free_quantity=1,
    )
    aim_at_brand(offer, sofa)

    basket = priced({dear: 1, sofa: units - 1, lamp: 9})

    assert discounts(basket) == [0, 100 * free, 0]


@pytest.mark.parametrize(("units", "percent"), [(2, 0), (3, 10), (5, 10), (6, 25)])
def test_a_tier_counts_the_units_of_its_scope_alone(
    sofa: Variant, lamp: Variant, units: int, percent: int
) -> None:
    offer = PromotionFactory.create(
        scope=PromotionScope.PRODUCT,
        effect=PromotionEffect.TIERS,
        value=None,
        tiers=[{"quantity": 3, "percent": 10}, {"quantity": 6, "percent": 25}],
    )
    offer.products.add(sofa.product)

    basket = priced({sofa: units, lamp: 9})

    assert discounts(basket) == [units * percent, 0]


def test_an_amount_off_a_scope_is_never_more_than_what_is_in_it(
    sofa: Variant, lamp: Variant
) -> None:
    offer = PromotionFactory.create(
        scope=PromotionScope.BRAND, effect=PromotionEffect.FIXED, value=Decimal(60)
    )
    aim_at_brand(offer, lamp)

    assert discounts(priced({sofa: 1, lamp: 1})) == [0, 40]


def test_of_equal_offers_the_one_with_priority_is_the_reason(sofa: Variant) -> None:
    first = PromotionFactory.create(name="Primera")
    PromotionFactory.create(name="Importante", priority=5)
    PromotionFactory.create(name="Última", priority=-5)

    [reason] = priced({sofa: 1}).reasons
    Promotion.objects.filter(pk=first.pk).update(value=Decimal(11))
    [better] = priced({sofa: 1}).reasons

    assert reason.name == "Importante"
    assert better.name == "Primera"


def test_a_minimum_counts_the_whole_basket(sofa: Variant, lamp: Variant) -> None:
    offer = PromotionFactory.create(scope=PromotionScope.BRAND, minimum_purchase=Decimal(140))
    aim_at_brand(offer, lamp)

    assert discounts(priced({sofa: 1, lamp: 1})) == [0, 4]
    assert priced({lamp: 3}).discount_total == 0


def used_by_ana(basket: Basket, **offer: Any) -> None:
    bought = priced(basket, email="ana@example.com", **offer)
    services.redeem(bought.applied, order=place(), user=None, email="ana@example.com")


@pytest.mark.parametrize(
    ("email", "off"),
    [
        ("ana@example.com", 0),
        ("ANA+oferta@Example.com", 0),
        ("luz@example.com", 10),
        ("", 10),
    ],
)
def test_an_offer_for_each_customer_once_knows_a_guest_by_his_address(
    sofa: Variant, email: str, off: int
) -> None:
    PromotionFactory.create(max_uses_per_customer=1)
    used_by_ana({sofa: 1})

    assert priced({sofa: 1}, email=email).discount_total == off


def test_an_offer_with_so_many_uses_is_over_for_all(sofa: Variant) -> None:
    PromotionFactory.create(max_uses=1)
    used_by_ana({sofa: 1})

    assert priced({sofa: 1}, email="luz@example.com").discount_total == 0


@pytest.mark.parametrize(
    ("effect", "fields", "off"),
    [
        (PromotionEffect.PERCENTAGE, {"value": Decimal(10)}, 32),
        (PromotionEffect.FIXED, {"value": Decimal(30)}, 30),
        (
            PromotionEffect.BUY_X_GET_Y,
            {"value": None, "buy_quantity": 2, "free_quantity": 1},
            40,
        ),
        (PromotionEffect.TIERS, {"value": None, "tiers": [{"quantity": 4, "percent": 50}]}, 160),
    ],
)
@pytest.mark.parametrize("trigger", [PromotionTrigger.AUTOMATIC, PromotionTrigger.COUPON])
def test_each_effect_is_the_same_by_itself_and_by_code(
    sofa: Variant,
    lamp: Variant,
    trigger: PromotionTrigger,
    effect: PromotionEffect,
    fields: dict[str, Any],
    off: int,
) -> None:
    promotion = PromotionFactory.create(trigger=trigger, effect=effect, **fields)
    code = ""
    if trigger == PromotionTrigger.COUPON:
        code = CouponFactory.create(promotion=promotion).code

    assert priced({sofa: 2, lamp: 3}, code=code).discount_total == off


def test_a_code_takes_off_what_the_offer_left(sofa: Variant) -> None:
    PromotionFactory.create(value=Decimal(20))
    code = CouponFactory.create().code

    basket = priced({sofa: 1}, code=code)

    assert [str(reason.amount) for reason in basket.reasons] == ["20.00", "8.00"]
