"""Sales with their parcels, at each stage of their way."""

from django.test import Client

from accounts.models import Seller, SellerMember
from catalog.models import Variant
from inventory import services as inventory
from inventory.models import StockLevel, Warehouse
from orders.models import Order
from shipping.models import Carrier, MethodKind, Shipment, ShippingMethod
from shipping.services import planning
from tests.accounts.factories import SellerFactory, UserFactory
from tests.inventory.factories import WarehouseFactory, stocked
from tests.orders import factories
from tests.orders.factories import new_line

LEFT_OVER = 5


def paid(*wanted: tuple[Variant, int], **fields) -> Order:
    """An order of so many units of each, paid for; its parcels are not planned yet."""
    return factories.paid(*(new_line(variant, units) for variant, units in wanted), **fields)


def sold(*units: int, warehouse: Warehouse | None = None, **fields) -> Order:
    """A paid order with a line of so many units each, all from one warehouse."""
    warehouse = warehouse or WarehouseFactory.create()
    wanted = [(stocked(each + LEFT_OVER, warehouse=warehouse), each) for each in units]
    return paid(*wanted, **fields)


def planned(*units: int, **fields) -> Shipment:
    """The one parcel of such an order."""
    order = sold(*(units or (1,)), **fields)
    planning.plan(order.pk)
    return order.shipments.get()


def signed_in_seller(client: Client, *parcels: Shipment) -> Seller:
    """The seller of these parcels, one of whose people has signed in."""
    seller, member = SellerFactory.create(), UserFactory.create(is_staff=True)
    SellerMember.objects.create(seller=seller, user=member)
    Shipment.objects.filter(pk__in=[parcel.pk for parcel in parcels]).update(seller=seller)
    client.force_login(member)
    return seller


def spoil(level: StockLevel, units: int = 6) -> None:
    inventory.write_off({(level.variant_id, level.warehouse_id): units}, note="rotas")


def olva() -> Carrier:
    return Carrier.objects.get_or_create(
        code="olva",
        defaults={"name": "Olva Courier", "tracking_url_template": "https://olva.test/{number}"},
    )[0]


def method(**fields) -> ShippingMethod:
    values = {"code": "olva", "name": "Olva Courier", "carrier": olva(), **fields}
    return ShippingMethod.objects.create(**values)


def pickup(warehouse: Warehouse) -> ShippingMethod:
    return method(
        code="tienda",
        name="Recojo",
        carrier=None,
        kind=MethodKind.PICKUP,
        pickup_warehouse=warehouse,
    )


def contents(order: Order) -> list[tuple[str, dict[str, int]]]:
    """The warehouse and the units by SKU of each parcel that has not been called off."""
    parcels = order.shipments.exclude(status="cancelled").order_by("pk")
    return [(parcel.warehouse.code, inside(parcel)) for parcel in parcels]


def inside(parcel: Shipment) -> dict[str, int]:
    return {item.line.sku: item.quantity for item in parcel.items.select_related("line")}
