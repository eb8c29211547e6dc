"""What PostgreSQL refuses, no matter who asks: raw SQL against the rules of the shop."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import Error, connection, transaction
from psycopg.types.json import Jsonb

from catalog.models import Category, Collection, Family, PriceHistory, Product, Variant
from core.ids import uuid7
from invoicing.models import FiscalDocument, Series
from orders.models import Order, OrderEvent, OrderLine
from payments.models import LedgerEntry, Payment, Refund
from promotions.models import Coupon, Promotion
from returns.models import Return, ReturnItem
from shipping.models import Shipment, ShipmentItem
from tests.accounts.factories import UserFactory, house
from tests.catalog.factories import CategoryFactory, VariantFactory
from tests.inventory.factories import WarehouseFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 15, tzinfo=UTC)


def sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused(name: str, statement: str, *values: Any) -> None:
    """Assert that PostgreSQL refuses the statement, and by the rule of that name."""
    with pytest.raises(Error) as error:
        sql(statement, *values)
    assert name in str(error.value)


@pytest.fixture
def variant() -> Variant:
    return VariantFactory.create()


@pytest.fixture
def order(variant: Variant) -> Order:
    order = Order.objects.create(
        number="PED-20261121-0001",
        customer=UserFactory.create(),
        email="ana@example.com",
        language="es",
        currency="PEN",
        subtotal=Decimal(200),
        total=Decimal(200),
    )
    OrderLine.objects.create(
        order=order,
        variant=variant,
        seller=house(),
        name="Silla",
        sku="S-1",
        quantity=2,
        list_price=100,
        unit_price=100,
        total=200,
    )
    return order


@pytest.fixture
def line(order: Order) -> OrderLine:
    return order.lines.get()


@pytest.fixture
def payment(order: Order) -> Payment:
    return Payment.objects.create(
        number="TXN-20261121-001",
        order=order,
        gateway="simulator",
        idempotency_key="k1",
        amount=200,
        currency="PEN",
        state="open",
    )


def capture(payment: Payment, reference: str = "c1", amount: int = 200) -> LedgerEntry:
    return LedgerEntry.objects.create(
        payment=payment,
        provider="simulator",
        kind="capture",
        reference=reference,
        amount=amount,
        currency="PEN",
        occurred_at=NOW,
    )


class TestCatalogue:
    def test_updated_at_follows_every_change(self, variant: Variant) -> None:
        sql("UPDATE catalog_product SET updated_at = '2000-01-01', name = 'x'")

        assert Product.objects.get().updated_at.year > 2000

    def test_prices_are_computed_and_cannot_be_set(self, variant: Variant) -> None:
        sql("UPDATE catalog_variant SET price = 1, list_price = 1")

        variant.refresh_from_db()
        assert (variant.price, variant.list_price) == (Decimal(100), Decimal(100))

    def test_a_new_base_price_reprices_the_variants(self, variant: Variant) -> None:
        sql("UPDATE catalog_product SET base_price = 70")

        variant.refresh_from_db()
        variant.product.refresh_from_db()
        assert variant.price == variant.product.price_from == Decimal(70)

    def test_each_price_is_one_period_without_gap_or_overlap(self, variant: Variant) -> None:
        sql("UPDATE catalog_variant SET sale_price = 80")
        sql("UPDATE catalog_variant SET sale_price = NULL")

        periods = list(PriceHistory.objects.order_by("period").values_list("price", "period"))
        assert [price for price, _ in periods] == [100, 80, 100]
        assert all(a.upper == b.lower for (_, a), (_, b) in pairwise(periods))
        assert periods[-1][1].upper is None
        refused(
            "price_history_no_overlap",
            "INSERT INTO catalog_pricehistory (variant_id, price, list_price, period) "
            "VALUES (%s, 1, 1, '[2000-01-01,)')",
            variant.pk,
        )

    def test_a_sale_price_above_the_list_price(self, variant: Variant) -> None:
        refused("variant_sale_not_above_list", "UPDATE catalog_variant SET sale_price = 101")

    def test_categories_form_no_cycle(self) -> None:
        top = CategoryFactory.create()
        below = CategoryFactory.create(family=top.family, parent=top)

        refused(
            "ancestor", "UPDATE catalog_category SET parent_id = %s WHERE id = %s", below.pk, top.pk
        )
        assert Category.objects.get(pk=top.pk).parent is None

    def test_a_category_stays_in_its_parents_family(self) -> None:
        top, other = CategoryFactory.create(), CategoryFactory.create()

        refused(
            "another family",
            "UPDATE catalog_category SET parent_id = %s WHERE id = %s",
            other.pk,
            top.pk,
        )

    def test_a_family_without_category_is_not_active(self) -> None:
        Family.objects.create(name="Vacía", slug="vacia")

        refused(
            "needs a category",
            "UPDATE catalog_family SET is_active = TRUE; SET CONSTRAINTS ALL IMMEDIATE",
        )

    def test_two_categories_of_one_name_in_one_place(self) -> None:
        category = CategoryFactory.create()

        with pytest.raises(Error, match="category_name_once"), transaction.atomic():
            CategoryFactory.create(family=category.family, name=category.name)

    def test_a_drop_without_start_or_with_an_end_before_it(self) -> None:
        with pytest.raises(Error, match="collection_drop_has_start"), transaction.atomic():
            Collection.objects.create(name="a", slug="a", type="drop")
        with pytest.raises(Error, match="collection_ends_after_start"), transaction.atomic():
            Collection.objects.create(
                name="a", slug="a", starts_at=NOW, ends_at=NOW - timedelta(hours=1)
            )

    def test_a_variant_that_was_sold_is_not_deleted(self, line: OrderLine) -> None:
        refused(
            "foreign key constraint",
            "DELETE FROM catalog_pricehistory; DELETE FROM catalog_variant;"
            "SET CONSTRAINTS ALL IMMEDIATE",
        )


class TestOrders:
    def test_a_total_that_does_not_add_up(self, order: Order) -> None:
        refused("order_adds_up", "UPDATE orders_order SET total = 199")

    def test_a_fraction_of_a_peso(self, order: Order) -> None:
        refused(
            "order_whole_amounts",
            "UPDATE orders_order SET currency = 'CLP', subtotal = 0.5, total = 0.5",
        )

    @pytest.mark.parametrize(
        ("field", "before", "after"),
        [
            ("status", "expired", "pending"),
            ("status", "completed", "pending"),
            ("payment_status", "paid", "unpaid"),
            ("fulfilment_status", "delivered", "none"),
        ],
    )
    def test_a_step_that_the_tables_do_not_name(
        self, order: Order, line: OrderLine, field: str, before: str, after: str
    ) -> None:
        line.pk, line.order = (
            uuid7(),
            Order.objects.create(
                number="PED-20261121-0002",
                customer=order.customer,
                email="a@example.com",
                language="es",
                currency="PEN",
                subtotal=0,
                total=0,
                **{field: before},
            ),
        )
        line.save(force_insert=True)

        refused(
            "Invalid transition",
            f"UPDATE orders_order SET {field} = %s WHERE number = 'PED-20261121-0002'",
            after,
        )

    def test_the_timeline_is_append_only(self, order: Order) -> None:
        OrderEvent.objects.create(order=order, kind="placed")

        refused("Cannot update", "UPDATE orders_orderevent SET note = 'x'")
        refused("Cannot delete", "DELETE FROM orders_orderevent")

    def test_an_order_without_a_line(self, order: Order, line: OrderLine) -> None:
        new = """
            INSERT INTO orders_order
            SELECT (jsonb_populate_record(o, %s::jsonb)).* FROM orders_order o;
            SET CONSTRAINTS ALL IMMEDIATE
        """
        other = {"id": str(uuid7()), "number": "PED-20261121-0009"}
        refused("order_has_a_line", new, Jsonb(other))
        refused("order_has_a_line", "DELETE FROM orders_orderline; SET CONSTRAINTS ALL IMMEDIATE")

    def test_a_line_that_does_not_add_up(self, line: OrderLine) -> None:
        refused("order_line_adds_up", "UPDATE orders_orderline SET total = 1")

    def test_more_shipped_than_ordered(self, order: Order, line: OrderLine) -> None:
        shipment = Shipment.objects.create(
            number="ENV-1", order=order, seller=house(), warehouse=WarehouseFactory.create()
        )
        ShipmentItem.objects.create(shipment=shipment, line=line, quantity=2)

        refused("more units shipped", "UPDATE shipping_shipmentitem SET quantity = 3")

    def test_more_returned_than_delivered(self, order: Order, line: OrderLine) -> None:
        back = Return.objects.create(
            number="DEV-1", order=order, seller=house(), reason="other", created_by=None
        )

        with pytest.raises(Error, match="more units returned"), transaction.atomic():
            ReturnItem.objects.create(return_request=back, line=line, quantity=1)

    def test_a_return_that_contradicts_itself(self, order: Order, line: OrderLine) -> None:
        OrderLine.objects.update(shipped_quantity=1, delivered_quantity=1)
        back = Return.objects.create(number="DEV-1", order=order, seller=house(), reason="other")
        ReturnItem.objects.create(return_request=back, line=line, quantity=1, asked=1)

        item = "UPDATE returns_returnitem SET"
        refused("return_item_restocks_what_came", f"{item} restocked = 2")
        refused("return_item_says_something", f"{item} quantity = 0, asked = 0")
        refused("return_settlement_known", "UPDATE returns_return SET settlement = 'beer'")
        refused("return_wish_known", "UPDATE returns_return SET wish = 'beer'")
        more = "UPDATE returns_return SET amount = 1, shipping_amount = 2"
        refused("return_amount_holds_delivery", more)

    def test_a_form_that_asks_twice(self, order: Order) -> None:
        key = uuid7()
        fields = {"order": order, "seller": house(), "reason": "other", "form_key": key}
        Return.objects.create(number="DEV-1", **fields)

        with pytest.raises(Error, match="return_asked_once"), transaction.atomic():
            Return.objects.create(number="DEV-2", **fields)


class TestPromotions:
    def test_two_coupons_on_one_order(self, order: Order) -> None:
        for code in ("UNO", "DOS"):
            promotion = Promotion.objects.create(name=code, trigger="coupon", value=5)
            Coupon.objects.create(promotion=promotion, code=code)
        use = """
            INSERT INTO promotions_redemption (promotion_id, coupon_id, order_id, identity, amount)
            SELECT promotion_id, id, %s, '', 5 FROM promotions_coupon WHERE code = %s
        """
        sql(use, order.pk, "UNO")

        refused("redemption_one_coupon_per_order", use, order.pk, "DOS")
        sql("UPDATE promotions_redemption SET freed_at = now()")
        sql(use, order.pk, "DOS")


class TestMoney:
    def test_the_ledger_is_append_only(self, payment: Payment) -> None:
        capture(payment)

        refused("Cannot update", "UPDATE payments_ledgerentry SET amount = 1")
        refused("Cannot update", "DELETE FROM payments_ledgerentry")

    def test_a_fact_is_written_once_and_adds_up(self, payment: Payment) -> None:
        capture(payment)
        with pytest.raises(Error, match="ledger_once"), transaction.atomic():
            capture(payment)

        payment.refresh_from_db()
        assert payment.captured == Decimal(200)

    def test_one_live_attempt_for_an_order(self, payment: Payment) -> None:
        with pytest.raises(Error, match="payment_one_live_per_order"), transaction.atomic():
            Payment.objects.create(
                number="TXN-2",
                order=payment.order,
                gateway="simulator",
                idempotency_key="k2",
                amount=1,
                currency="PEN",
            )

    def test_captured_without_money(self, payment: Payment) -> None:
        refused("payment_captured_has_money", "UPDATE payments_payment SET state = 'captured'")

    def test_refunds_beyond_what_was_captured(self, payment: Payment) -> None:
        capture(payment)

        refused(
            "payment_refunds_within_captured", "UPDATE payments_payment SET refund_reserved = 201"
        )

    def test_a_captured_payment_never_goes_back(self, payment: Payment) -> None:
        capture(payment)
        sql("UPDATE payments_payment SET state = 'captured'")

        refused("Invalid transition", "UPDATE payments_payment SET state = 'failed'")

    def test_more_than_four_digits_of_a_card(self, payment: Payment) -> None:
        refused("too long", "UPDATE payments_payment SET card_last4 = '4242424242424242'")
        refused("payment_card_last_four_only", "UPDATE payments_payment SET card_last4 = 'abcd'")

    def test_a_refund_approved_by_who_asked_for_it(self, payment: Payment) -> None:
        person = UserFactory.create()
        Refund.objects.create(
            number="R-1",
            payment=payment,
            amount=1,
            currency="PEN",
            reason="x",
            requested_by=person,
            idempotency_key="r1",
        )

        refused("refund_second_person", "UPDATE payments_refund SET approved_by_id = %s", person.pk)
        refused("refund_approved_before_sent", "UPDATE payments_refund SET state = 'approved'")

    def test_a_fiscal_document_stays(self, order: Order) -> None:
        series = Series.objects.create(code="B001", kind="receipt", last_number=1)
        FiscalDocument.objects.create(
            series=series,
            sequence=1,
            number="B001-00000001",
            kind="receipt",
            order=order,
            customer_name="Ana",
            currency="PEN",
            net=Decimal("169.49"),
            tax=Decimal("30.51"),
            total=200,
            issued_at=NOW,
        )

        refused("Cannot update or delete", "DELETE FROM invoicing_fiscaldocument")
