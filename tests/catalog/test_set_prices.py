from decimal import Decimal

import pytest
from constance.test import override_config
from hypothesis import given
from hypothesis import strategies as st

from catalog import services
from catalog.exceptions import PriceHasMoved, PriceInDoubt, WrongPrice
from catalog.models import PriceHistory
from catalog.services import Prices, PriceStep, PriceStepKind
from tests.catalog.factories import VariantFactory

HUNDRED = Prices(Decimal(100), Decimal(80))


@pytest.mark.parametrize(
    ("kind", "value", "rounded_to", "after"),
    [
        ("list_percent", "-12.5", "0.01", ("87.50", "80")),
        ("list_percent", "10", "0.10", ("110.00", "80")),
        ("list_amount", "5.55", "1", ("106.00", "80")),
        ("list_set", "99.999", "0.01", ("100.00", "80")),
        ("sale_percent", "33.333", "0.01", ("100", "66.67")),
        ("sale_amount", "10.25", "0.50", ("100", "90.00")),
        ("sale_set", "79.95", "0.01", ("100", "79.95")),
        ("sale_end", "0", "0.01", ("100", None)),
    ],
)
@pytest.mark.django_db
def test_a_step_is_worked_out_to_the_cent(kind, value, rounded_to, after):
    step = PriceStep(PriceStepKind(kind), Decimal(value), Decimal(rounded_to))

    prices = step.take(HUNDRED)

    list_price, sale_price = after
    assert prices == Prices(Decimal(list_price), sale_price and Decimal(sale_price))


@pytest.mark.django_db
@given(
    amount=st.decimals(0, 99_999, places=2),
    percent=st.decimals(-100, 1000, places=3),
    unit=st.sampled_from([Decimal("0.01"), Decimal("0.10"), Decimal("0.50"), Decimal(1)]),
)
def test_percents_are_never_off_by_more_than_half_of_what_is_rounded_to(amount, percent, unit):
    step = PriceStep(PriceStepKind.LIST_PERCENT, percent, unit)

    found = step.take(Prices(amount)).list_price

    assert found % unit == 0
    assert abs(found - amount * (100 + percent) / 100) <= unit / 2


@pytest.mark.django_db
@override_config(CURRENCY="CLP")
def test_currencies_without_cents_get_none():
    step = PriceStep(PriceStepKind.LIST_PERCENT, Decimal("0.5"), Decimal("0.01"))

    assert step.take(Prices(Decimal(990))).list_price == Decimal(995)


@pytest.mark.django_db
def test_prices_change_once_and_leave_their_history():
    variant = VariantFactory.create()
    seen = Prices.of(variant)
    after = Prices(Decimal(120), Decimal(90))

    services.set_prices(variant.pk, after, seen=seen)
    with pytest.raises(PriceHasMoved):
        services.set_prices(variant.pk, after, seen=seen)

    variant.refresh_from_db()
    assert Prices.of(variant) == after
    assert variant.price == 90
    assert variant.is_on_offer
    assert variant.product.variants.get().product.price_from == 90
    history = PriceHistory.objects.order_by("period").values_list("price", "list_price")
    assert list(history) == [(Decimal(100), Decimal(100)), (Decimal(90), Decimal(120))]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("after", "refusal"),
    [
        (Prices(Decimal(-1)), WrongPrice),
        (Prices(Decimal(100), Decimal(-1)), WrongPrice),
        (Prices(Decimal(100), Decimal(101)), WrongPrice),
        (Prices(Decimal("1e12")), WrongPrice),
        (Prices(Decimal(0)), PriceInDoubt),
        (Prices(Decimal(100), Decimal("49.99")), PriceInDoubt),
        (Prices(Decimal(100), Decimal(50)), None),
    ],
)
def test_wrong_prices_are_refused_and_odd_ones_asked_about(after, refusal):
    variant = VariantFactory.create()

    if refusal:
        with pytest.raises(refusal):
            services.set_prices(variant.pk, after)
        variant.refresh_from_db()
        assert variant.price == 100
    if refusal is not WrongPrice:
        services.set_prices(variant.pk, after, confirmed=True)
        variant.refresh_from_db()
        assert variant.price == after.current


@pytest.mark.django_db
@pytest.mark.parametrize(("percent", "asks"), [(0, False), (20, False), (30, True)])
def test_the_shop_says_from_which_fall_on_it_is_asked(percent, asks):
    with override_config(PRICE_DOUBT_PERCENT=percent):
        doubt = services.price_doubt(Decimal(100), Decimal(25))

    assert bool(doubt) is asks
