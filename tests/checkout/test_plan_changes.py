"""The figures of an order whose units change: whatever is changed, every cent is accounted for."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from checkout.plans import Delivery, OrderAmounts, PlannedLine, change
from promotions.engine import PricedBasket, PricedLine, PriceLine, price
from tests.promotions import baskets

often = profile(max_examples=40)


def planned(priced: PricedLine) -> PlannedLine:
    return PlannedLine(
        key=priced.key,
        variant_id=priced.line.variant_id,
        seller_id=priced.line.seller_id,
        kit=priced.line.kit,
        list_price=priced.line.list_price,
        unit_price=priced.unit_price,
        tax_rate=priced.line.tax_rate,
        units=priced.unit_allocations,
        reasons=priced.reasons,
    )


def sheet_of(basket: PricedBasket) -> OrderAmounts:
    delivery = Delivery(
        price=basket.shipping_total, tax=basket.shipping_tax, gifts=basket.shipping_reasons
    )
    return OrderAmounts(
        currency=basket.currency,
        prices_include_tax=basket.prices_include_tax,
        lines=tuple(planned(line) for line in basket.lines),
        delivery=delivery,
    )


@st.composite
def orders(draw: st.DrawFn) -> tuple[OrderAmounts, list[PlannedLine]]:
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
    return sheet_of(basket), [replace(planned(line), key=f"new-{line.key}") for line in added]


def wishes(data: st.DataObject, sheet: OrderAmounts) -> dict[str, int]:
    return {
        line.key: data.draw(st.integers(0, line.quantity))
        for line in sheet.lines
        if data.draw(st.booleans())
    }


def refund_of_every_unit(sheet: OrderAmounts) -> Decimal:
    given_back = sheet.delivery.price
    added_tax = Decimal(0) if sheet.prices_include_tax else sheet.delivery.tax
    for line in sheet.lines:
        for unit in line.units:
            given_back += line.unit_price - unit.discount
            added_tax += Decimal(0) if sheet.prices_include_tax else unit.tax
    return given_back + added_tax


@often
@given(order=orders())
def test_an_order_that_nobody_changes_keeps_its_figures(order) -> None:
    sheet, _ = order

    assert change(sheet, quantities={}) == sheet


@often
@given(order=orders(), data=st.data())
def test_after_any_changes_the_figures_add_up_and_nothing_is_negative(order, data) -> None:
    sheet, added = order

    for day in range(data.draw(st.integers(1, 4))):
        new = [replace(line, key=f"{day}-{line.key}") for line in added if data.draw(st.booleans())]
        sheet = change(sheet, quantities=wishes(data, sheet), added=new)

        assert sheet.total == refund_of_every_unit(sheet)
        for line in sheet.lines:
            assert line.quantity > 0
            assert line.total == line.unit_price * line.quantity - line.discount >= 0
            assert sum(reason.amount for reason in line.reasons) == line.discount
            figures = (line.total, line.tax, *(unit.discount for unit in line.units))
            assert all(f >= 0 and baskets.is_whole(f, sheet.currency) for f in figures)


@often
@given(order=orders(), data=st.data())
def test_units_that_go_give_back_what_they_bore_and_the_rest_stays(order, data) -> None:
    sheet, _ = order

    after = change(sheet, quantities=wishes(data, sheet))

    before = {line.key: line for line in sheet.lines}
    gone = Decimal(0)
    for line in sheet.lines:
        kept = next((each for each in after.lines if each.key == line.key), None)
        for unit in line.units[kept.quantity if kept else 0 :]:
            gone += line.unit_price - unit.discount
            gone += Decimal(0) if sheet.prices_include_tax else unit.tax
    assert sheet.total - after.total == gone
    assert all(before[line.key].units[: line.quantity] == line.units for line in after.lines)
    assert after.delivery == sheet.delivery


@often
@given(order=orders())
def test_units_that_are_added_and_taken_away_again_leave_every_figure_as_it_was(order) -> None:
    sheet, added = order
    more = change(sheet, quantities={}, added=added)
    were = {line.key: line.quantity for line in sheet.lines}

    back = change(more, quantities={line.key: were.get(line.key, 0) for line in more.lines})

    assert back.total == sheet.total
    assert [line.units for line in back.lines] == [line.units for line in sheet.lines]


@often
@given(order=orders())
def test_added_units_cost_what_they_cost_alone(order) -> None:
    sheet, added = order

    after = change(sheet, quantities={}, added=added)

    alone = sum((line.total for line in added), Decimal(0))
    if not sheet.prices_include_tax:
        alone += sum((line.tax for line in added), Decimal(0))
    assert after.total - sheet.total == alone
