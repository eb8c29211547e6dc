"""A seller with one row of everything that sellers have, each text of it bearing a mark."""

from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from accounts.models import Seller, SellerMember, SellerRole, User
from catalog.models import Variant
from inventory.models import Reservation, StockAlert, StockCount, Transfer
from orders.models import AddressKind, Order, OrderAddress, OrderEvent
from payments.models import Payment
from payouts.models import Commission, Statement
from purchasing import services as purchasing
from purchasing.models import PurchaseOrder, SupplierTask
from returns.models import Return, ReturnItem
from reviews.models import Review
from sellers.models import SellerApplication
from shipping.models import Shipment
from tests.accounts.factories import SellerFactory, UserFactory
from tests.backoffice.factories import order_with
from tests.catalog.factories import ProductFactory, VariantFactory
from tests.inventory.factories import MovementFactory, WarehouseFactory
from tests.purchasing.factories import SupplierFactory


def shop(mark: str) -> Seller:
    """A seller of that name, with a member and one row of each kind."""
    seller = SellerFactory.create(
        name=mark, slug=mark.lower(), tax_id=mark, email=f"{mark}@example.com"
    )
    owner = UserFactory.create(email=f"owner.{mark}@example.com", is_staff=True)
    SellerMember.objects.create(seller=seller, user=owner, role=SellerRole.OWNER)
    product = ProductFactory.create(
        seller=seller, name=f"{mark} product", sku=f"{mark}-P", slug=f"{mark.lower()}-p"
    )
    variant = VariantFactory.create(
        product=product, name=f"{mark} variant", sku=f"{mark}-V", slug=f"{mark.lower()}-v"
    )
    sell(seller, variant, mark)
    Commission.objects.create(seller=seller, percent=7)
    Statement.objects.create(
        number=f"LIQ-{mark}",
        seller=seller,
        period=DateRange(date(2026, 11, 1), date(2026, 11, 8)),
        currency="PEN",
        status="closed",
        approved_by=UserFactory.create(email=f"finance.{mark}@example.com"),
    )
    SellerApplication.objects.create(
        **dict.fromkeys(("shop_name", "document_number", "contact_name", "goods"), mark),
        document_type="ruc",
        email=f"applied.{mark}@example.com",
        language="es",
        accepted_terms_at=timezone.now(),
        status="approved",
        answered_at=timezone.now(),
        seller=seller,
    )
    return seller


def sell(seller: Seller, variant: Variant, mark: str) -> Order:
    """Stock, a sale of it, and all that can follow."""
    warehouse = WarehouseFactory.create(seller=seller, code=f"{mark}-W", name=f"{mark} shelf")
    MovementFactory.create(variant=variant, warehouse=warehouse, note=f"{mark} receipt")
    buyer: User = UserFactory.create(email=f"buyer.{mark}@example.com", last_name=mark)
    order: Order = order_with(variant, email=f"order.{mark}@example.com", phone=mark)
    Order.objects.filter(pk=order.pk).update(customer=buyer, staff_note=mark, customer_note=mark)
    OrderAddress.objects.create(
        order=order, kind=AddressKind.SHIPPING, recipient=mark, street=mark, city=mark
    )
    OrderEvent.objects.create(order=order, kind="note", note=mark)
    Payment.objects.create(
        number=f"TXN-{mark}", order=order, gateway="manual", idempotency_key=mark,
        amount=order.total, currency="PEN",
    )  # fmt: skip
    StockAlert.objects.create(level=variant.stock_levels.get(), kind="low", available=4)
    StockCount.objects.create(warehouse=warehouse, note=mark)
    other = WarehouseFactory.create(seller=seller, code=f"{mark}-X", name=f"{mark} other shelf")
    Transfer.objects.create(origin=warehouse, destination=other, note=mark)
    Reservation.objects.create(
        variant=variant, warehouse=warehouse, reference=order.pk, quantity=1,
        expires_at=timezone.now(),
    )  # fmt: skip
    Shipment.objects.create(
        number=f"ENV-{mark}", order=order, seller=seller, warehouse=warehouse,
        tracking_number=mark,
    )  # fmt: skip
    back = Return.objects.create(
        number=f"DEV-{mark}", order=order, seller=seller, reason="other", notes=mark
    )
    ReturnItem.objects.create(return_request=back, line=order.lines.get(), quantity=0, asked=1)
    Review.objects.create(product=variant.product, user=buyer, rating=5, title=mark, comment=mark)
    SupplierTask.objects.create(order=order, seller=seller, currency="PEN", recipient=mark)
    _buy(seller, variant, warehouse, mark)
    return order


def _buy(seller: Seller, variant: Variant, warehouse: Any, mark: str) -> None:
    supplier = SupplierFactory.create(name=f"{mark} supplier", email=f"supplier.{mark}@example.com")
    order = purchasing.draft(PurchaseOrder(supplier=supplier, seller=seller, note=mark))
    order.lines.create(variant=variant, warehouse=warehouse, quantity=5, unit_cost=1)
    purchasing.send(order.pk)
    purchasing.receive_everything(order.pk, delivery_note=f"G-{mark}")
