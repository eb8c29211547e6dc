"""Orders as the back office sees them, and the addresses of its pages."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib.admin import site
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Seller, SellerMember, SellerRole, User
from backoffice.models import MonthFile, MonthLink
from catalog.models import Variant
from orders.models import Order
from tests.accounts.factories import SellerFactory, UserFactory
from tests.payments.factories import OrderFactory, add_orders, new_line

MODELS: list[Any] = sorted(
    (model for model in site._registry if model._meta.app_label != "constance"),
    key=lambda model: model._meta.label,
)


def order_with(*variants: Variant, **fields: Any) -> Order:
    """A pending order of one unit of each, at 100.00, that never expires."""
    fields = {"email": "cliente@example.com", "expires_at": None, **fields}
    order: Order = OrderFactory.create(subtotal=100 * len(variants), line=False, **fields)
    for position, variant in enumerate(variants):
        line = new_line(order, variant)
        line.position, line.seller = position, variant.product.seller
        line.list_price = line.unit_price = line.total = Decimal(100)
        line.save(force_insert=True)
    order.refresh_from_db()
    return order


def add_many(first: Order, rows: int, **fields: Any) -> list[Order]:
    """So many orders of the same customer and variant, with their number in these texts."""
    orders = (
        Order(
            customer=first.customer,
            placed_at=first.placed_at,
            language="es",
            currency="PEN",
            subtotal=1,
            total=1,
            **{
                name: value.format(number) if isinstance(value, str) else value
                for name, value in fields.items()
            },
        )
        for number in range(rows)
    )
    return add_orders(orders, first.lines.get().variant)


def member_of(seller: Seller | None = None) -> User:
    """Somebody who works for that seller, or for a new one."""
    user: User = UserFactory.create(is_staff=True)
    seller = seller or SellerFactory.create()
    SellerMember.objects.create(seller=seller, user=user, role=SellerRole.OWNER)
    return user


def page_of(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def take(client: Client, document: Model, step: str, **sent: Any) -> Any:
    """Press the button of a step on the page of the document."""
    answer = client.post(page_of(type(document), "step", document.pk, step), sent, follow=True)
    document.refresh_from_db()
    return answer


def month_link(days: int = 60) -> MonthLink:
    """A link to the file of a month, which is on no disk."""
    now = timezone.now()
    file = MonthFile.objects.create(
        first_on=now.date().replace(day=1), language="es", total=1, finished_at=now, file="x.zip"
    )
    return MonthLink.objects.create(
        month_file=file, name="Estudio Ríos", ends_at=now + timedelta(days=days)
    )
