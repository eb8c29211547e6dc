from datetime import timedelta
from decimal import Decimal

import pytest
from constance.test import override_config
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from catalog.models import Variant
from orders.buyer_fingerprint import identity_of
from promotions import exceptions, selectors
from promotions.basket import PriceLine
from promotions.engine import matches
from promotions.models import PromotionScope, TaxRate
from promotions.selectors import Wanted
from tests.catalog.factories import CategoryFactory, VariantFactory
from tests.promotions.factories import CouponFactory, PromotionFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def _lines(variant: Variant, quantity: int = 1) -> list[PriceLine]:
    wanted = [Wanted(key="a", variant_id=variant.pk, quantity=quantity)]
    return selectors.price_lines(wanted, {variant.pk: variant}, selectors.tax_rates("PE"))


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"is_active": False}, exceptions.CouponUnknown),
        ({"promotion__is_active": False}, exceptions.CouponUnknown),
        ({"promotion__starts_at": timezone.now() + HOUR}, exceptions.CouponNotYetValid),
        ({"promotion__ends_at": timezone.now() - HOUR}, exceptions.CouponExpired),
        ({"max_uses": 1, "uses": 1}, exceptions.CouponUsedUp),
        ({"promotion__max_uses": 1, "promotion__uses": 1}, exceptions.CouponUsedUp),
        ({"promotion__minimum_purchase": Decimal("100.01")}, exceptions.CouponBelowMinimum),
        ({"promotion__scope": PromotionScope.BRAND}, exceptions.CouponNotForTheseProducts),
    ],
)
def test_a_code_says_why_it_has_no_effect(
    fields: dict[str, object], refusal: type[exceptions.CouponRefused]
) -> None:
    coupon = CouponFactory.create(**fields)

    with pytest.raises(refusal):
        selectors.rules_for(_lines(VariantFactory.create()), coupon_code=coupon.code)


def test_a_code_ignores_case_and_spaces_and_a_wrong_one_is_unknown() -> None:
    CouponFactory.create(code="BIENVENIDO10")
    lines = _lines(VariantFactory.create())

    rules = selectors.rules_for(lines, coupon_code=" bienvenido10 ")

    assert rules.coupon
    assert rules.coupon.code == "BIENVENIDO10"
    with pytest.raises(exceptions.CouponUnknown):
        selectors.rules_for(lines, coupon_code="BIENVENIDO1")


def test_a_category_takes_in_all_below_it_and_nothing_beside_it() -> None:
    top = CategoryFactory.create()
    below = CategoryFactory.create(
        family=top.family, parent=CategoryFactory.create(family=top.family, parent=top)
    )
    promotion = PromotionFactory.create(scope=PromotionScope.CATEGORY)
    promotion.categories.add(top)
    inside = _lines(VariantFactory.create(product__category=below))
    beside = _lines(VariantFactory.create())

    (rule,) = selectors.rules_for(inside).automatic

    assert matches(rule, inside[0])
    assert not matches(rule, beside[0])


def test_only_running_offers_are_read_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    running = PromotionFactory.create()
    PromotionFactory.create(is_active=False)
    PromotionFactory.create(ends_at=timezone.now() - HOUR)
    PromotionFactory.create(starts_at=timezone.now() + HOUR)
    PromotionFactory.create(max_uses=2, uses=2)
    lines = _lines(VariantFactory.create())

    with django_assert_num_queries(1):
        rules = selectors.rules_for(lines)

    assert [rule.id for rule in rules.automatic] == [running.pk]


def test_a_regions_tax_comes_before_its_countrys() -> None:
    TaxRate.objects.all().delete()
    TaxRate.objects.create(name="IGV", country="PE", rate=Decimal("0.18"))
    TaxRate.objects.create(name="Selva", country="PE", region="Loreto", rate=Decimal(0))

    assert selectors.tax_rates("PE", "Loreto")["standard"] == 0
    assert selectors.tax_rates("PE", "Lima")["standard"] == Decimal("0.18")


def test_what_is_exported_carries_the_rate_of_its_country_or_none() -> None:
    TaxRate.objects.create(name="IVA", country="CL", rate=Decimal("0.19"))

    assert selectors.tax_rates("CL")["standard"] == Decimal("0.19")
    assert selectors.tax_rates("US")["standard"] == 0
    with override_config(TAX_EXPORTS=True):
        assert selectors.tax_rates("US")["standard"] == Decimal("0.18")


@pytest.mark.parametrize("email", ["Ana@Example.com", " ana+codigo@example.com "])
def test_case_and_tags_make_nobody_a_new_customer(email: str) -> None:
    assert identity_of(email) == "ana@example.com"
