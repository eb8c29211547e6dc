"""The reports against the rows themselves: right to the cent, whatever they are added up by."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from backoffice.reports.sales import SALES, sales
from catalog.models import Variant
from core.ids import uuid7
from core.money import WHOLE_CURRENCIES, ZERO
from core.reports.base import Filters
from inventory.models import Movement, StockLevel
from inventory.reports import VALUATION, valuation
from orders.models import Order, OrderAddress, OrderLine
from payments.models import LedgerEntry, LedgerKind, Payment
from payments.reports import fees
from payments.states import PaymentState
from promotions.models import Redemption
from promotions.reports import coupon_use
from tests.accounts.factories import SellerFactory, UserFactory, house
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import MovementFactory, WarehouseFactory
from tests.promotions.factories import CouponFactory, PromotionFactory

FIRST = date(2026, 7, 27)
LAST = date(2026, 7, 29)
MONEY = ("goods", "discount", "shipping", "tax", "total", "refunded")
METHODS = ("card", "transfer", "store_credit")
REGIONS = (("PE", "Lima"), ("PE", "Cusco"), ("CL", "Santiago"))


@dataclass(frozen=True)
class Sold:
    """An order as hypothesis makes it up; amounts are in the currency's smallest unit."""

    currency: str
    lines: list[tuple[int, int, int, int, int]]
    delivery: int
    delivery_tax: int
    includes_tax: bool
    paid_at: datetime | None
    # Parts of the total, in percent: what came, went, came back, and was charged back.
    money: tuple[int, int, int, int]
    fee: int | None
    method: str
    region: int | None
    uses: tuple[bool, bool]
    is_freed: bool


# Price, units, discount in percent, tax in percent, and which variant.
lines = st.tuples(
    st.sampled_from([0, 1, 333, 999, 10_000, 123_457]),
    st.integers(1, 3),
    st.sampled_from([0, 0, 10, 33, 100]),
    st.sampled_from([0, 10, 18]),
    st.integers(0, 3),
)


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """Mostly within minutes of midnight in the shop, which is no midnight elsewhere."""
    day = FIRST + timedelta(days=draw(st.integers(-1, 3)))
    minutes = draw(st.sampled_from([-61, -1, 0, 1, 300, 1439]))
    midnight = datetime.combine(day, time.min, timezone.get_current_timezone())
    return midnight + timedelta(minutes=minutes)


orders = st.builds(
    Sold,
    currency=st.sampled_from(["PEN", "USD", "CLP"]),
    lines=st.lists(lines, min_size=1, max_size=4),
    delivery=st.sampled_from([0, 1, 1000, 1999]),
    delivery_tax=st.sampled_from([0, 7, 180]),
    includes_tax=st.booleans(),
    paid_at=st.none() | moments(),
    money=st.tuples(
        st.sampled_from([100, 100, 67, 200]),
        st.sampled_from([0, 0, 33, 100]),
        st.sampled_from([0, 0, 50]),
        st.sampled_from([0, 0, 41]),
    ),
    fee=st.none() | st.integers(0, 500),
    method=st.sampled_from(METHODS),
    region=st.none() | st.integers(0, len(REGIONS) - 1),
    uses=st.tuples(st.booleans(), st.booleans()),
    is_freed=st.booleans(),
)


class Shop:
    """What orders are about: variants of three sellers in two categories, promotions."""

    def __init__(self) -> None:
        self.customer = UserFactory.create()
        self.sellers = [house(), SellerFactory.create(), SellerFactory.create()]
        first = VariantFactory.create(product__seller=self.sellers[0])
        self.variants = [
            first,
            VariantFactory.create(product__seller=self.sellers[1], product__category__slug="b"),
            VariantFactory.create(product__seller=self.sellers[2], category=first.product.category),
            VariantFactory.create(product__seller=self.sellers[0]),
        ]
        self.promotion, self.coupon = PromotionFactory.create(), CouponFactory.create()
        self.numbers = 0

    def write(self, sold: Sold) -> None:
        """The order, its lines, its money, and what promotions took off, as rows."""
        self.numbers += 1
        rows = [self._line(sold, *line) for line in sold.lines]
        order = self._order(sold, rows)
        for position, row in enumerate(rows):
            row.order, row.position = order, position
        OrderLine.objects.bulk_create(rows)
        if sold.region is not None:
            country, region = REGIONS[sold.region]
            OrderAddress.objects.create(
                order=order, kind="shipping", recipient="Ana", street="x", city="x",
                region=region, country=country,
            )  # fmt: skip
        self._money(sold, order)
        for promotion, is_used in zip((None, self.coupon), sold.uses, strict=True):
            if is_used:
                Redemption.objects.create(
                    promotion=promotion.promotion if promotion else self.promotion,
                    coupon=promotion,
                    order=order,
                    amount=Decimal(7),
                    freed_at=sold.paid_at if sold.is_freed else None,
                )

    def _line(self, sold: Sold, price: int, units: int, off: int, tax: int, which: int):
        variant, unit = self.variants[which], _unit(sold.currency)
        amount = price * units
        discount = amount * off // 100
        return OrderLine(
            id=uuid7(),
            variant=variant,
            seller=variant.product.seller,
            name=variant.name,
            sku=variant.sku,
            quantity=units,
            list_price=price * unit,
            unit_price=price * unit,
            discount=discount * unit,
            tax=(amount - discount) * tax // 118 * unit,
            total=(amount - discount) * unit,
        )

    def _order(self, sold: Sold, rows: list[OrderLine]) -> Order:
        unit = _unit(sold.currency)
        tax = sum((row.tax for row in rows), ZERO) + sold.delivery_tax * unit
        subtotal = sum((row.amount for row in rows), ZERO)
        discount = sum((row.discount for row in rows), ZERO)
        total = subtotal - discount + sold.delivery * unit
        return Order.objects.create(
            number=f"PED-20260727-{self.numbers:04}",
            customer=self.customer,
            email="ana@example.com",
            language="es",
            currency=sold.currency,
            subtotal=subtotal,
            discount_total=discount,
            shipping_total=sold.delivery * unit,
            tax_total=tax,
            prices_include_tax=sold.includes_tax,
            total=total if sold.includes_tax else total + tax,
            payment_method_code=sold.method,
            paid_at=sold.paid_at,
        )

    def _money(self, sold: Sold, order: Order) -> None:
        came, went, _back, charged = (_part(order.total, each) for each in sold.money)
        if not came:
            return
        payment = Payment.objects.create(
            order=order,
            number=f"PAG-{order.number}",
            gateway="manual",
            idempotency_key=order.number,
            amount=came,
            currency=order.currency,
            state=PaymentState.PROCESSING,
        )
        LedgerEntry.objects.bulk_create(
            LedgerEntry(
                payment=payment,
                provider="manual",
                kind=kind,
                reference=str(uuid7()),
                amount=amount,
                currency=order.currency,
                occurred_at=timezone.now(),
            )
            for kind, amount in (
                (LedgerKind.CAPTURE, came),
                (LedgerKind.REFUND, went),
                (LedgerKind.REFUND_REVERSAL, _part(went, sold.money[2])),
                (LedgerKind.CHARGEBACK, charged),
            )
            if amount
        )
        if sold.paid_at:
            unit = _unit(order.currency)
            fee = None if sold.fee is None else sold.fee * unit
            Payment.objects.filter(pk=payment.pk).update(
                state=PaymentState.CAPTURED, captured_at=sold.paid_at, fee=fee
            )


def _unit(currency: str) -> Decimal:
    return Decimal(1) if currency in WHOLE_CURRENCIES else Decimal("0.01")


def _part(amount: Decimal, percent: int) -> Decimal:
    return (amount * percent / 100).quantize(Decimal(1))


def by_currency(rows, names):
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(names, ZERO))
    for row in rows:
        for name in names:
            sums[row.currency][name] += getattr(row, name)
    return dict(sums)


def own_money(rows):
    """What the orders and their ledgers say themselves."""
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(MONEY, ZERO))
    for order in rows:
        facts: dict[str, Decimal] = defaultdict(Decimal)
        for fact in LedgerEntry.objects.filter(payment__order=order):
            facts[fact.kind] += fact.amount
        out = facts["refund"] - facts["refund_reversal"] + facts["chargeback"]
        figures = {
            "goods": sum((line.total for line in order.lines.all()), ZERO),
            "discount": order.discount_total,
            "shipping": order.shipping_total,
            "tax": order.tax_total,
            "total": order.total,
            # Neither what was paid twice and went back, nor what is still owed.
            "refunded": min(max(order.total - facts["capture"] + out, ZERO), out),
        }
        for name, figure in figures.items():
            sums[order.currency][name] += figure
    return dict(sums)


def check_sales(shop: Shop, cut_by: str) -> None:
    window = Filters(since=FIRST, until=LAST)
    paid = [
        order
        for order in Order.objects.exclude(paid_at=None)
        if FIRST <= timezone.localdate(order.paid_at) <= LAST
    ]
    own = own_money(paid)
    for by in SALES.groupings:
        rows = sales(replace(window, by=by))
        assert by_currency(rows, MONEY) == own
        assert all(row.total >= 0 <= row.refunded for row in rows)
    asked = replace(window, by=cut_by)
    by_seller = [row for each in shop.sellers for row in sales(replace(asked, seller=each.slug))]
    halves = replace(asked, until=FIRST), replace(asked, since=FIRST + timedelta(days=1))
    assert by_currency(by_seller, MONEY) == own
    assert by_currency([row for half in halves for row in sales(half)], MONEY) == own
    for row in sales(replace(window, by="day")):
        that_day = [
            order
            for order in paid
            if str(timezone.localdate(order.paid_at)) == row.code and order.currency == row.currency
        ]
        assert own_money(that_day)[row.currency] == {name: getattr(row, name) for name in MONEY}
        assert row.orders == len(that_day)
    for row in sales(replace(window, by="method")):
        by_it = [o for o in paid if (o.payment_method_code, o.currency) == (row.code, row.currency)]
        assert own_money(by_it)[row.currency] == {name: getattr(row, name) for name in MONEY}


def check_fees() -> None:
    """Against the ledger: the fees of what it says came in."""
    window = Filters(since=FIRST, until=LAST)
    own: dict[str, dict[str, Decimal]] = defaultdict(
        lambda: dict.fromkeys(("captured", "fee"), ZERO)
    )
    for payment in Payment.objects.filter(state=PaymentState.CAPTURED):
        if FIRST <= timezone.localdate(payment.captured_at) <= LAST:
            came = payment.ledger.filter(kind=LedgerKind.CAPTURE)
            own[payment.currency]["captured"] += sum((fact.amount for fact in came), ZERO)
            own[payment.currency]["fee"] += payment.fee or ZERO
    for by in ("gateway", "method"):
        assert by_currency(fees(replace(window, by=by)), ("captured", "fee")) == dict(own)


def check_coupons() -> None:
    own: dict[str, dict[str, Decimal]] = defaultdict(
        lambda: dict.fromkeys(("uses", "given_back", "discount"), ZERO)
    )
    for use in Redemption.objects.select_related("order"):
        sums = own[use.order.currency]
        sums["given_back" if use.freed_at else "uses"] += 1
        sums["discount"] += ZERO if use.freed_at else use.amount
    for by in ("code", "promotion"):
        rows = coupon_use(Filters(by=by))
        assert by_currency(rows, ("uses", "given_back", "discount")) == dict(own)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "examples",
    [pytest.param(5, id="short"), pytest.param(600, id="long", marks=pytest.mark.soak)],
)
def test_the_reports_say_of_any_orders_what_orders_ledger_and_redemptions_say(examples):
    shop = Shop()

    @profile(max_examples=examples)
    @given(st.lists(orders, min_size=1, max_size=4), st.sampled_from(list(SALES.groupings)))
    def the_sums_are_the_same(some, cut_by):
        with transaction.atomic():
            for sold in some:
                shop.write(sold)

            check_sales(shop, cut_by)
            check_fees()
            check_coupons()
            transaction.set_rollback(True)

    the_sums_are_the_same()


@pytest.mark.django_db
def test_the_stock_is_worth_its_units_times_their_costs_by_whatever_it_is_added_up():
    warehouses = [WarehouseFactory.create(), WarehouseFactory.create(seller=SellerFactory.create())]
    costs = [Decimal("0.01"), Decimal("33.33"), None]
    for number, units in enumerate((1, 3, 7, 10, 2, 5)):
        variant = VariantFactory.create(cost=costs[number % 3])
        for place in warehouses[: 1 + number % 2]:
            MovementFactory.create(variant=variant, warehouse=place, quantity=units)
    levels = StockLevel.objects.select_related("variant")
    worth = sum((level.on_hand * (level.variant.cost or ZERO) for level in levels), ZERO)

    for by in VALUATION.groupings:
        rows = list(valuation(Filters(by=by)))
        assert sum(row.value for row in rows) == worth
        assert sum(row.units for row in rows) == sum(level.on_hand for level in levels)
        assert sum(row.without_cost for row in rows) == 17
    assert Movement.objects.count() == 9
    assert Variant.objects.filter(cost=None).count() == 2


@pytest.mark.django_db
def test_what_an_order_costs_more_since_it_was_paid_is_owed_and_not_refunded():
    shop = Shop()
    day = datetime(2026, 7, 28, 12, tzinfo=timezone.get_current_timezone())
    shop.write(
        Sold("PEN", [(10_000, 1, 0, 0, 0)], 0, 0, True, day, (67, 0, 0, 0), 0, "card", None,
             (False, False), False)
    )  # fmt: skip

    [row] = sales(Filters())

    assert (row.total, row.refunded) == (Decimal("100.00"), Decimal("0.00"))
