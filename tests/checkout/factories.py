"""What a shop needs before anybody can order: a way of delivery and a way to pay."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.test import Client

from catalog.models import Variant
from checkout.models import Draft, DraftLine
from payments.models import MethodType, PaymentMethod
from shipping.models import MethodKind, ShippingMethod, ShippingRate, Zone
from tests.accounts.factories import UserFactory
from tests.inventory.factories import WarehouseFactory, stocked


def open_shop() -> None:
    """Delivery to all Peru for 10.00, and payment by bank transfer."""
    deliver_by("olva", "Olva Courier", Decimal("10.00"))
    PaymentMethod.objects.create(
        code="transfer",
        name="Transferencia",
        type=MethodType.BANK_TRANSFER,
        gateway="manual",
        hold_minutes=60,
    )


def shop_with_units(number: int) -> Variant:
    """An open shop and so many units of a variant."""
    open_shop()
    return stocked(number)


def deliver_by(code: str, name: str, price: Decimal) -> None:
    """One more way of delivery to all Peru."""
    method = ShippingMethod.objects.create(code=code, name=name)
    zone, _is_new = Zone.objects.get_or_create(name="Peru", country="PE")
    ShippingRate.objects.create(method=method, zone=zone, price=price)


def collect_in_miraflores() -> None:
    """Orders can be collected, at no cost."""
    shop = WarehouseFactory.create(
        street="Av. Larco 400", district="Miraflores", city="Lima", region="Lima", ubigeo="150122"
    )
    ShippingMethod.objects.create(
        code="recojo", name="Recojo", kind=MethodKind.PICKUP, pickup_warehouse=shop, position=9
    )


def deliver_abroad(country: str) -> Zone:
    """The ways of delivery reach all of one more country."""
    zone = Zone.objects.create(name=country, country=country)
    for method in ShippingMethod.objects.all():
        ShippingRate.objects.create(method=method, zone=zone, price=Decimal("10.00"))
    return zone


def form_data(**changes: str) -> dict[str, str]:
    """What a guest types, right in every field. `seen` is a total that nothing exceeds."""
    return {
        "email": "ana@example.com",
        "first_name": "Ana",
        "last_name": "Quispe",
        "phone": "987654321",
        "street": "Av. Larco 123",
        "district": "Miraflores, Lima",
        "reference": "Puerta azul",
        "shipping": "olva",
        "payment": "transfer",
        "terms": "on",
        "key": uuid4().hex,
        "seen": '{"goods": "100.00", "delivery": {"olva": "10.00"}}',
    } | changes


def fill_cart(client: Client, sku: str, quantity: int = 1) -> None:
    client.post("/cart/add/", {"variant": sku, "quantity": str(quantity)})


def draft_of(*variants: Variant, quantity: int = 1, **fields: Any) -> Draft:
    """A draft with all that it takes to be placed, delivered by Olva to Miraflores."""
    values = {
        "email": "ana@example.com",
        "first_name": "Ana",
        "last_name": "Quispe",
        "phone": "+51987654321",
        "country": "PE",
        "street": "Av. Larco 123",
        "district": "Miraflores",
        "city": "Lima",
        "region": "Lima",
        "ubigeo": "150122",
        "shipping_method_code": "olva",
    }
    made_by = fields.pop("made_by", None) or UserFactory.create(is_staff=True)
    draft = Draft.objects.create(made_by=made_by, **{**values, **fields})
    for variant in variants:
        DraftLine.objects.create(draft=draft, variant=variant, quantity=quantity)
    return draft
