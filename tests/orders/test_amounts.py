"""The figures of an order whose units change: whatever is changed, every cent is accounted for."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from orders.amounts import Delivery, NewLine, OrderAmounts, Reason, UnitAllocation, change_units
from promotions.basket import PricedBasket, PricedLine, PriceLine
from promotions.engine import price
from tests.promotions import baskets

often = profile(max_examples=40)


def named(priced: PricedLine) -> NewLine:
    return NewLine(
        key=priced.key,
        variant_id=priced.line.variant_id,
        seller_id=priced.line.seller_id,
        name="",
        sku="",
        kit=priced.line.kit,
        quantity=priced.quantity,
        list_price=priced.line.list_price,
        unit_price=priced.unit_price,
        discount=priced.discount,
        tax_rate=priced.line.tax_rate,
        tax=priced.tax,
        total=priced.total,
        units=priced.unit_allocations,
        reasons=priced.reasons,
    )


def amounts_of(basket: PricedBasket) -> OrderAmounts:
    return basket.amounts(tuple(named(line) for line in basket.lines))


@st.composite
def orders(draw: st.DrawFn) -> tuple[OrderAmounts, list[NewLine]]:
    """An order as it was priced, and lines of another day to be added to it."""
    settings = draw(baskets.settings)
    rules = draw(baskets.rule_lists())
    basket = price(
        draw(baskets.lines()),
        rules,
        kits=draw(baskets.kits),
        coupon=draw(st.none() | baskets.rules(9)),
        shipping=draw(baskets.offers),
        settings=settings,
    )
    later: Sequence[PriceLine] = draw(baskets.lines())
    added = price(later, rules, settings=settings).lines
    return amounts_of(basket), [replace(named(line), key=f"new-{line.key}") for line in added]


def wishes(data: st.DataObject, amounts: OrderAmounts) -> dict[str, int]:
    return {
        line.key: data.draw(st.integers(0, line.quantity))
        for line in amounts.lines
        if data.draw(st.booleans())
    }


def refund_of_every_unit(amounts: OrderAmounts) -> Decimal:
    given_back = amounts.delivery.price
    added_tax = Decimal(0) if amounts.prices_include_tax else amounts.delivery.tax
    for line in amounts.lines:
        for unit in line.units:
            given_back += line.unit_price - unit.discount
            added_tax += Decimal(0) if amounts.prices_include_tax else unit.tax
    return given_back + added_tax


@often
@given(order=orders())
def test_an_order_that_nobody_changes_keeps_its_figures(order) -> None:
    amounts, _ = order

    assert change_units(amounts, quantities={}) == amounts


@often
@given(order=orders(), data=st.data())
def test_after_any_changes_the_figures_add_up_and_nothing_is_negative(order, data) -> None:
    amounts, added = order

    for day in range(data.draw(st.integers(1, 4))):
        new = [replace(line, key=f"{day}-{line.key}") for line in added if data.draw(st.booleans())]
        amounts = change_units(amounts, quantities=wishes(data, amounts), added=new)

        assert amounts.total == refund_of_every_unit(amounts)
        for line in amounts.lines:
            assert line.quantity > 0
            assert line.total == line.unit_price * line.quantity - line.discount >= 0
            assert sum(reason.amount for reason in line.reasons) == line.discount
            figures = (line.total, line.tax, *(unit.discount for unit in line.units))
            assert all(f >= 0 and baskets.is_whole(f, amounts.currency) for f in figures)


@often
@given(order=orders(), data=st.data())
def test_units_that_go_give_back_what_they_bore_and_the_rest_stays(order, data) -> None:
    amounts, _ = order

    after = change_units(amounts, quantities=wishes(data, amounts))

    before = {line.key: line for line in amounts.lines}
    gone = Decimal(0)
    for line in amounts.lines:
        kept = next((each for each in after.lines if each.key == line.key), None)
        for unit in line.units[kept.quantity if kept else 0 :]:
            gone += line.unit_price - unit.discount
            gone += Decimal(0) if amounts.prices_include_tax else unit.tax
    assert amounts.total - after.total == gone
    assert all(before[line.key].units[: line.quantity] == line.units for line in after.lines)
    assert after.delivery == amounts.delivery


@often
@given(order=orders())
def test_units_that_are_added_and_taken_away_again_leave_every_figure_as_it_was(order) -> None:
    amounts, added = order
    more = change_units(amounts, quantities={}, added=added)
    were = {line.key: line.quantity for line in amounts.lines}

    back = change_units(more, quantities={line.key: were.get(line.key, 0) for line in more.lines})

    assert back.total == amounts.total
    assert [line.units for line in back.lines] == [line.units for line in amounts.lines]


@often
@given(order=orders())
def test_added_units_cost_what_they_cost_alone(order) -> None:
    amounts, added = order

    after = change_units(amounts, quantities={}, added=added)

    alone = sum((line.total for line in added), Decimal(0))
    if not amounts.prices_include_tax:
        alone += sum((line.tax for line in added), Decimal(0))
    assert after.total - amounts.total == alone


def test_the_computation_is_stored_as_json() -> None:
    units = (
        UnitAllocation(discount=Decimal("0.51"), tax=Decimal("1.45")),
        UnitAllocation(discount=Decimal("0.50"), tax=Decimal("1.45")),
    )
    line = NewLine(
        key="a",
        variant_id=uuid4(),
        seller_id=uuid4(),
        name="Silla",
        sku="SIL-1",
        quantity=0,
        list_price=Decimal("12.00"),
        unit_price=Decimal("10.00"),
        total=Decimal(0),
    ).with_units(units, (Reason(name="Cyber", amount=Decimal("1.01")),))
    amounts = OrderAmounts(
        currency="PEN",
        prices_include_tax=True,
        lines=(line,),
        delivery=Delivery(code="olva", price=Decimal("9.90"), tax=Decimal("1.51")),
        tax_terms={"tax_country": "PE"},
    )

    stored = amounts.as_json()

    assert (stored["total"], stored["tax_total"], stored["tax_country"]) == ("28.89", "4.41", "PE")
    assert [unit["discount"] for unit in stored["lines"][0]["unit_allocations"]] == ["0.51", "0.50"]
    assert stored["reasons"] == [{"name": "Cyber", "amount": "1.01", "promotion": "", "code": ""}]
