"""Orders as the back office sees them, and the addresses of its pages."""

from decimal import Decimal
from typing import Any

from django.contrib.admin import site
from django.urls import reverse

from orders.models import Order, OrderLine
from tests.accounts.factories import UserFactory

MODELS: list[Any] = sorted(
    (model for model in site._registry if model._meta.app_label != "constance"),
    key=lambda model: model._meta.label,
)


def order_with(*variants, email="cliente@example.com", **fields):
    """A pending order of one unit of each."""
    total = Decimal(100) * len(variants)
    order = Order.objects.create(
        number=f"PED-20261121-{Order.objects.count() + 1:04}",
        customer=UserFactory.create(),
        email=email,
        language="es",
        currency="PEN",
        subtotal=total,
        total=total,
        **fields,
    )
    for position, variant in enumerate(variants):
        OrderLine.objects.create(
            order=order,
            variant=variant,
            seller=variant.product.seller,
            position=position,
            name=variant.name,
            sku=variant.sku,
            quantity=1,
            list_price=100,
            unit_price=100,
            total=100,
        )
    order.refresh_from_db()
    return order


def page_of(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)
