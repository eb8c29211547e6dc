from dataclasses import replace
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from core.money import minor_unit
from promotions.basket import KitRule, PricedBasket, PriceLine, PriceSettings, Rule, ShippingOffer
from promotions.engine import price
from tests.promotions import baskets

inputs = given(
    lines=baskets.lines(),
    rules=baskets.rule_lists(),
    kits=baskets.kits,
    coupon=st.none() | baskets.rules(9),
    shipping=baskets.offers,
    settings=baskets.settings,
)
often = profile(max_examples=100)


def _price(
    lines: list[PriceLine],
    rules: list[Rule],
    kits: list[KitRule],
    coupon: Rule | None,
    shipping: ShippingOffer | None,
    settings: PriceSettings,
) -> PricedBasket:
    return price(lines, rules, kits=kits, coupon=coupon, shipping=shipping, settings=settings)


@often
@inputs
def test_lines_delivery_and_tax_are_the_total(
    lines, rules, kits, coupon, shipping, settings
) -> None:
    basket = _price(lines, rules, kits, coupon, shipping, settings)

    tax = Decimal(0) if settings.prices_include_tax else basket.tax_total
    assert sum(line.total for line in basket.lines) + basket.shipping_total + tax == basket.total
    assert basket.subtotal - basket.discount_total + basket.shipping_total + tax == basket.total
    assert basket.tax_total == sum(line.tax for line in basket.lines) + basket.shipping_tax


@often
@inputs
def test_nothing_is_ever_negative_nor_finer_than_the_currency(
    lines, rules, kits, coupon, shipping, settings
) -> None:
    basket = _price(lines, rules, kits, coupon, shipping, settings)

    figures = [basket.total, basket.shipping_total, basket.tax_total, basket.discount_total]
    for line in basket.lines:
        figures += [line.total, line.tax, line.discount, line.unit_price]
        figures += [unit.discount for unit in line.unit_allocations]
    assert all(figure >= 0 for figure in figures)
    assert all(baskets.is_whole(figure, settings.currency) for figure in figures)


@often
@inputs
def test_the_units_of_a_line_add_up_to_the_cent(
    lines, rules, kits, coupon, shipping, settings
) -> None:
    basket = _price(lines, rules, kits, coupon, shipping, settings)

    for line in basket.lines:
        assert len(line.unit_allocations) == line.quantity
        assert sum(unit.discount for unit in line.unit_allocations) == line.discount
        assert sum(unit.tax for unit in line.unit_allocations) == line.tax
        assert line.unit_price * line.quantity - line.discount == line.total


@often
@inputs
def test_every_discount_has_its_reason(lines, rules, kits, coupon, shipping, settings) -> None:
    basket = _price(lines, rules, kits, coupon, shipping, settings)

    for line in basket.lines:
        assert sum(reason.amount for reason in line.reasons) == line.discount
    reasons = sum(reason.amount for reason in basket.reasons)
    assert reasons == basket.discount_total + basket.shipping_discount


@often
@inputs
def test_the_order_of_lines_and_rules_changes_no_figure(
    lines, rules, kits, coupon, shipping, settings
) -> None:
    straight = _price(lines, rules, kits, coupon, shipping, settings)
    shuffled = Random(7).sample(lines, len(lines))

    other = _price(shuffled, rules[::-1], kits, coupon, shipping, settings)

    assert other.total == straight.total
    assert {line.key: line for line in other.lines} == {line.key: line for line in straight.lines}


@often
@inputs
def test_a_coupon_never_makes_a_basket_dearer(
    lines, rules, kits, coupon, shipping, settings
) -> None:
    without = _price(lines, rules, kits, None, shipping, settings)

    assert _price(lines, rules, kits, coupon, shipping, settings).total <= without.total


@often
@inputs
def test_no_tax_is_more_than_what_it_is_on(lines, rules, kits, coupon, shipping, settings) -> None:
    basket = _price(lines, rules, kits, coupon, shipping, settings)

    assert all(line.tax <= line.total for line in basket.lines)
    assert basket.shipping_tax <= basket.shipping_total


@often
@inputs
def test_tax_is_rounded_once_on_each_line_or_once_on_all(
    lines, rules, kits, coupon, shipping, settings
) -> None:
    basket = _price(lines, rules, kits, coupon, shipping, settings)

    parts = [(line.total, line.line.tax_rate, line.tax) for line in basket.lines]
    parts.append((basket.shipping_total, settings.shipping_tax_rate, basket.shipping_tax))
    exact = [
        amount * rate / (1 + rate if settings.prices_include_tax else 1)
        for amount, rate, _ in parts
    ]
    half = minor_unit(settings.currency) / 2 + Decimal("1e-20")
    if settings.rounds_tax_per_line:
        assert all(abs(tax - e) <= half for (_, _, tax), e in zip(parts, exact, strict=True))
    else:
        assert abs(basket.tax_total - sum(exact)) <= half
        assert all(tax == 0 for (_, rate, tax) in parts if not rate)


@often
@inputs
def test_one_unit_more_never_costs_less_before_discounts(
    lines, rules, kits, coupon, shipping, settings
) -> None:
    before = price(lines, shipping=shipping, settings=settings)
    for number, line in enumerate(lines):
        more = [*lines[:number], replace(line, quantity=line.quantity + 1), *lines[number + 1 :]]

        assert price(more, shipping=shipping, settings=settings).total >= before.total


@often
@inputs
def test_every_unit_and_the_delivery_given_back_are_what_was_paid(
    lines, rules, kits, coupon, shipping, settings
) -> None:
    basket = _price(lines, rules, kits, coupon, shipping, settings)

    added = 0 if basket.prices_include_tax else 1
    units = [
        line.unit_price - unit.discount + added * unit.tax
        for line in basket.lines
        for unit in line.unit_allocations
    ]
    delivery = basket.shipping_total + added * basket.shipping_tax
    assert all(unit >= 0 for unit in units)
    assert sum(units) + delivery == basket.total
