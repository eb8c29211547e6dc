from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from promotions.basket import (
    KitRule,
    PricedBasket,
    PriceLine,
    PriceSettings,
    Rule,
    ShippingOffer,
    Tier,
)
from promotions.engine import price

INCLUDED = PriceSettings()
EXCLUDED = PriceSettings(prices_include_tax=False)
OLVA = ShippingOffer(code="olva", name="Olva", price=Decimal("9.90"))


def _line(amount: str, quantity: int = 1, **fields: Any) -> PriceLine:
    values: dict[str, Any] = {
        "key": str(uuid4()),
        "variant_id": uuid4(),
        "product_id": uuid4(),
        "seller_id": uuid4(),
        "list_price": Decimal(amount),
    }
    return PriceLine(price=Decimal(amount), quantity=quantity, **{**values, **fields})


def _rule(effect: str, value: str = "0", **fields: Any) -> Rule:
    return Rule(id=uuid4(), name=effect, effect=effect, value=Decimal(value), **fields)


def _discounts(basket: PricedBasket) -> list[str]:
    return [str(line.discount) for line in basket.lines]


def test_each_line_takes_its_best_automatic_discount_and_then_the_coupon() -> None:
    brand = uuid4()
    lines = [_line("100", brand_id=brand), _line("100")]
    automatic = [
        _rule("percentage", "15", scope="brand", targets=frozenset({brand})),
        _rule("percentage", "10"),
    ]

    basket = price(lines, automatic, coupon=_rule("percentage", "10", code="X"), settings=INCLUDED)

    assert _discounts(basket) == ["23.50", "19.00"]
    assert basket.coupon_code == "X"


def test_what_was_agreed_comes_off_on_top_and_counts_as_no_promotion() -> None:
    rules = [_rule("percentage", "10"), Rule.agreed(Decimal(20), "as agreed")]
    coupon = _rule("percentage", "50", code="X")

    basket = price([_line("100"), _line("100")], rules, coupon=coupon, settings=INCLUDED)

    assert _discounts(basket) == ["65.00", "65.00"]
    assert {reason.name: reason.amount for reason in basket.reasons}["as agreed"] == Decimal(20)
    assert "as agreed" not in {reason.name for reason in basket.applied}


def test_more_than_all_cannot_be_agreed() -> None:
    rules = [Rule.agreed(Decimal(1000), "a gift")]

    basket = price([_line("100")], rules, shipping=OLVA, settings=INCLUDED)

    assert basket.total == OLVA.price


def test_a_fixed_amount_is_spread_without_losing_a_cent() -> None:
    basket = price(
        [_line("10"), _line("10"), _line("10")], [_rule("fixed", "10")], settings=INCLUDED
    )

    assert sorted(_discounts(basket)) == ["3.33", "3.33", "3.34"]
    assert basket.total == Decimal("20.00")


def test_a_fixed_amount_above_the_basket_makes_it_free_and_no_less() -> None:
    basket = price([_line("30")], coupon=_rule("fixed", "50"), settings=INCLUDED)

    assert basket.total == 0


def test_three_for_two_gives_the_cheapest_away() -> None:
    offer = _rule("buy_x_get_y", buy_quantity=2, free_quantity=1)

    basket = price([_line("30", 2), _line("10")], [offer], settings=INCLUDED)

    assert _discounts(basket) == ["0.00", "10.00"]


@pytest.mark.parametrize(("units", "total"), [(2, "200.00"), (3, "270.00"), (6, "480.00")])
def test_tiers_count_the_units_of_all_lines(units: int, total: str) -> None:
    tiers = (Tier(quantity=3, percent=Decimal(10)), Tier(quantity=6, percent=Decimal(20)))
    lines = [_line("100", units - 1), _line("100", 1)]

    assert price(lines, [_rule("tiers", tiers=tiers)], settings=INCLUDED).total == Decimal(total)


def test_free_delivery_is_said_with_its_reason_and_is_not_a_discount_on_goods() -> None:
    basket = price([_line("99")], coupon=_rule("free_shipping"), shipping=OLVA, settings=INCLUDED)

    assert (basket.shipping_total, basket.discount_total) == (Decimal(0), Decimal(0))
    assert basket.shipping_reasons[0].amount == Decimal("9.90")
    assert basket.total == Decimal("99.00")


@pytest.mark.parametrize(("amount", "total"), [("299.99", "299.99"), ("300.00", "250.00")])
def test_a_minimum_is_reached_by_the_cent(amount: str, total: str) -> None:
    coupon = _rule("fixed", "50", minimum_purchase=Decimal(300))

    assert price([_line(amount)], coupon=coupon, settings=INCLUDED).total == Decimal(total)


def test_of_an_exclusive_group_only_the_better_counts() -> None:
    automatic = _rule("percentage", "20", exclusive_group="summer")
    coupon = _rule("percentage", "10", exclusive_group="summer", code="X")

    basket = price([_line("100")], [automatic], coupon=coupon, settings=INCLUDED)

    assert basket.total == Decimal("80.00")
    assert basket.coupon_code == ""


@pytest.mark.parametrize(("percent", "total"), [("20", "89.90"), ("5", "100.00")])
def test_free_delivery_is_one_of_its_exclusive_group(percent: str, total: str) -> None:
    rules = [
        _rule("percentage", percent, exclusive_group="summer"),
        _rule("free_shipping", exclusive_group="summer"),
    ]

    basket = price([_line("100")], rules, shipping=OLVA, settings=INCLUDED)

    assert len(basket.applied) == 1
    assert basket.total == Decimal(total)


def test_a_unit_that_a_coupon_gives_away_is_worth_what_it_costs_after_the_offers() -> None:
    coupon = _rule("buy_x_get_y", buy_quantity=1, free_quantity=1, code="TWO")

    basket = price([_line("100", 2)], [_rule("percentage", "20")], coupon=coupon, settings=INCLUDED)

    assert [reason.amount for reason in basket.reasons] == [Decimal(40), Decimal(80)]
    assert basket.total == Decimal(80)


def test_tax_is_inside_the_price_or_on_top_of_it() -> None:
    lines = [_line("118", tax_rate=Decimal("0.18"))]

    inside, on_top = price(lines, settings=INCLUDED), price(lines, settings=EXCLUDED)

    assert (inside.tax_total, inside.total) == (Decimal("18.00"), Decimal("118.00"))
    assert (on_top.tax_total, on_top.total) == (Decimal("21.24"), Decimal("139.24"))


CHAIR, TABLE, LAMP = (UUID(int=number) for number in (1, 2, 3))
DINING = KitRule(
    key="dining",
    name="Dining",
    percent=Decimal(10),
    required={TABLE: 1, CHAIR: 4},
    optional={LAMP: 1},
)


def _kit_line(product: UUID, quantity: int) -> PriceLine:
    return _line("100", quantity, product_id=product, kit="dining")


@pytest.mark.parametrize(
    ("tables", "chairs", "lamps", "discount"),
    [(1, 4, 0, 50), (1, 4, 1, 60), (1, 3, 1, 0), (1, 6, 0, 50), (2, 8, 1, 110), (2, 4, 3, 60)],
)
def test_a_kits_discount_holds_for_full_sets(
    tables: int, chairs: int, lamps: int, discount: int
) -> None:
    amounts = {TABLE: tables, CHAIR: chairs, LAMP: lamps}
    lines = [_kit_line(product, number) for product, number in amounts.items() if number]

    assert price(lines, kits=[DINING], settings=INCLUDED).discount_total == discount


def test_a_kits_discount_is_gone_with_a_required_item() -> None:
    basket = price([_kit_line(CHAIR, 4), _kit_line(LAMP, 1)], kits=[DINING], settings=INCLUDED)

    assert basket.discount_total == 0


def test_tax_rounded_on_all_together_is_shared_out_to_the_cent() -> None:
    lines = [_line("0.99", tax_rate=Decimal("0.18")) for _ in range(3)]
    on_all = replace(INCLUDED, rounds_tax_per_line=False, shipping_tax_rate=Decimal("0.18"))

    on_each = price(lines, settings=INCLUDED)
    basket = price(lines, shipping=OLVA, settings=on_all)

    assert [line.tax for line in on_each.lines] == [Decimal("0.15")] * 3
    assert basket.tax_total == Decimal("1.96")  # 12.87 × 18 / 118 = 1.9632
    assert sum(line.tax for line in basket.lines) + basket.shipping_tax == basket.tax_total


def test_a_price_is_the_same_wherever_it_goes_and_what_is_exported_carries_no_tax() -> None:
    at_home = price([_line("118", tax_rate=Decimal("0.18"))], settings=INCLUDED)
    abroad = price([_line("118")], settings=INCLUDED)

    assert (at_home.total, at_home.tax_total) == (Decimal(118), Decimal(18))
    assert (abroad.total, abroad.tax_total) == (Decimal(118), Decimal(0))
