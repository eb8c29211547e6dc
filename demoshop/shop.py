"""The shop around the products: places, sellers, pages, prices of delivery, ways to pay."""

from decimal import Decimal
from typing import Any

from constance import config
from django.conf import settings

from accounts.models import Seller
from catalog.models import Brand, Category, Family, Product
from demoshop.source import DemoSource, Row, both
from inventory.models import Warehouse
from payments.models import Gateway, MethodType, PaymentMethod
from payouts.models import Commission
from promotions.models import (
    Coupon,
    Promotion,
    PromotionEffect,
    PromotionScope,
    PromotionTrigger,
    TaxRate,
)
from purchasing.models import DropshipWarehouse, Supplier
from shipping.models import Carrier, ShippingMethod, ShippingRate, Zone
from storefront.models import (
    Banner,
    HomeBlock,
    HomeBlockKind,
    Hotspot,
    MenuItem,
    MenuPlace,
    Page,
    Scheme,
    Story,
    TextPlace,
)

_GATEWAY_TYPES = {MethodType.CARD, MethodType.WALLET, MethodType.CASH_VOUCHER}


def load_settings(source: DemoSource) -> None:
    shop = source.shop["shop"]
    config.STORE_NAME = shop["name"]
    own, other = ("_es", "") if settings.LANGUAGE_CODE == "es" else ("", "_es")
    config.STORE_DESCRIPTION = shop[f"tagline{own}"]
    config.STORE_DESCRIPTION_OTHER = shop[f"tagline{other}"]
    config.CONTACT_HOURS = shop[f"hours{own}"]
    config.CONTACT_HOURS_OTHER = shop[f"hours{other}"]
    config.CONTACT_ADDRESS = shop["address"]
    config.CONTACT_WHATSAPP = shop["whatsapp"]
    config.CONTACT_PHONE = shop["phone"]
    config.CONTACT_EMAIL = shop["email"]
    config.LEGAL_NAME = shop["legal_name"]
    config.TAX_ID = shop["tax_id"]
    config.LEGAL_ADDRESS = shop["address"]
    config.CURRENCY = shop["currency"]
    config.TERMS_PAGE = "terminos"
    config.MARKETPLACE = True
    config.BACK_IN_STOCK_HOLD_MINUTES = 30
    TaxRate.objects.update_or_create(
        country="PE", region="", tax_class="standard",
        defaults={"name": "IGV", "rate": Decimal("0.18")},
    )  # fmt: skip


def load_places(source: DemoSource) -> None:
    """Sellers and their warehouses."""
    for row in source.shop["sellers"]:
        seller, _made = Seller.objects.update_or_create(
            slug=row["slug"],
            defaults={
                "name": row["name"],
                "email": row["email"],
                **both(row, "description"),
                "logo": source.picture(row.get("logo", "")),
            },
        )
        Commission.objects.update_or_create(
            seller=seller, category=None, defaults={"percent": row["commission_percent"]}
        )
    sellers = {seller.slug: seller for seller in Seller.objects.all()}
    house = Seller.objects.house().get()
    for row in source.shop["warehouses"]:
        address = row["address"]
        Warehouse.objects.update_or_create(
            code=row["code"],
            defaults={
                "name": row["name_es"],
                "kind": row["kind"],
                "seller": sellers.get(row["seller"], house),
                "street": address["street"],
                "district": address["district"],
                "city": address["province"],
                "region": address["department"],
                "country": address["country"],
                "ubigeo": address["ubigeo"],
                "priority": row["priority"],
            },
        )


def load_suppliers(source: DemoSource) -> None:
    """Suppliers, with the warehouses from which they send for the shop."""
    for row in source.shop["suppliers"]:
        supplier, _created = Supplier.objects.update_or_create(
            ruc=row["ruc"],
            defaults={name: row[name] for name in ("name", "email", "phones", "address")},
        )
        for warehouse in Warehouse.objects.filter(code__in=row["warehouses"]):
            DropshipWarehouse.objects.update_or_create(
                warehouse=warehouse, defaults={"supplier": supplier}
            )


def load_shelves(source: DemoSource) -> dict[tuple[str, ...], Any]:
    """Brands, families and categories; returns the shelves by their English path."""
    for row in source.shop["brands"]:
        Brand.objects.update_or_create(
            slug=row["slug"],
            defaults={
                "name": row["name"],
                "country": row["country"],
                **both(row, "description"),
            },
        )
    shelves: dict[tuple[str, ...], Any] = {}
    for row in source.shop["categories"]:
        path = tuple(row["path"])
        shelves[path] = _family(source, row) if len(path) == 1 else _category(row, shelves)
    Family.objects.filter(slug__in=_family_slugs(source)).update(is_active=True)
    return shelves


def _family_slugs(source: DemoSource) -> list[str]:
    return [row["slug"] for row in source.shop["categories"] if len(row["path"]) == 1]


def _texts(row: Row) -> dict[str, Any]:
    return {
        **both(row, "description"),
        "name_en": row["path"][-1],
        "name_es": row["path_es"][-1],
        "icon": row["icon"],
        "position": row["order"],
    }


def _family(source: DemoSource, row: Row) -> Family:
    defaults = {**_texts(row), "picture": source.picture(row.get("picture", ""))}
    return Family.objects.update_or_create(slug=row["slug"], defaults=defaults)[0]


def _category(row: Row, shelves: dict[tuple[str, ...], Any]) -> Category:
    above = shelves[tuple(row["path"][:-1])]
    family, parent = (above, None) if isinstance(above, Family) else (above.family, above)
    return Category.objects.update_or_create(
        slug=row["slug"], defaults={**_texts(row), "family": family, "parent": parent}
    )[0]


def load_shipping(source: DemoSource) -> None:
    data = source.shop["shipping"]
    zones = {
        row["code"]: Zone.objects.update_or_create(
            name=row["name_es"],
            defaults={
                "country": "PE",
                "ubigeo_prefixes": [prefix for prefix in row["ubigeo_prefixes"] if prefix],
            },
        )[0]
        for row in data["zones"]
    }
    for row in data["methods"]:
        method = _shipping_method(row, Decimal(data["free_threshold"]))
        method.rates.all().delete()
        ShippingRate.objects.bulk_create(
            rate for zone in row["rates"] for rate in _rates(method, zones[zone["zone"]], zone)
        )


def _shipping_method(row: Row, threshold: Decimal) -> ShippingMethod:
    carrier = None
    if row["carrier"]:
        carrier = Carrier.objects.update_or_create(
            code=row["carrier"].lower().replace(" ", "-"),
            defaults={"name": row["carrier"], "tracking_url_template": row["tracking_url"]},
        )[0]
    return ShippingMethod.objects.update_or_create(
        code=row["code"],
        defaults={
            **both(row, "name", "description"),
            "kind": row["kind"],
            "carrier": carrier,
            "pickup_warehouse": Warehouse.objects.filter(code=row.get("warehouse", "")).first(),
            "free_over": threshold if row["free_over_threshold"] else None,
            "position": row["order"],
        },
    )[0]


def _rates(method: ShippingMethod, zone: Zone, row: Row) -> list[ShippingRate]:
    rates, lower = [], Decimal(0)
    for step in row["table"]:
        upper = Decimal(step["up_to_kg"])
        rates.append(
            ShippingRate(
                method=method,
                zone=zone,
                min_weight_kg=lower,
                max_weight_kg=upper,
                price=Decimal(step["price"]),
                days_min=row["min_days"],
                days_max=row["max_days"],
            )
        )
        lower = upper
    return rates


def load_payment_methods(source: DemoSource) -> None:
    zones = {row["code"]: row["name_es"] for row in source.shop["shipping"]["zones"]}
    for row in source.shop["payment_methods"]:
        is_remote = row["type"] in _GATEWAY_TYPES
        method, _is_new = PaymentMethod.objects.update_or_create(
            code=row["code"],
            defaults={
                **both(row, "name", "description", "instructions"),
                "type": row["type"],
                "gateway": Gateway.SIMULATOR if is_remote else Gateway.MANUAL,
                "commission_percent": Decimal(row["percent_fee"]),
                "commission_fixed": Decimal(row["fixed_fee"]),
                "hold_minutes": row["term_minutes"],
                "countries": row.get("countries", []),
                "maximum_amount": row.get("maximum_amount"),
                "position": row["order"],
            },
        )
        names = [zones[code] for code in row.get("zones", [])]
        method.zones.set(Zone.objects.filter(name__in=names))


def load_promotions(source: DemoSource, shelves: dict[tuple[str, ...], Any]) -> None:
    for row in source.shop["promotions"]:
        promotion = _promotion(source, row, PromotionTrigger.AUTOMATIC)
        if row["scope"] == PromotionScope.CATEGORY:
            promotion.categories.set([shelves[tuple(row["target"])]])
        if row["scope"] == PromotionScope.BRAND:
            promotion.brands.set(Brand.objects.filter(name=row["target"]))
    for row in source.shop["coupons"]:
        promotion = _promotion(source, row, PromotionTrigger.COUPON)
        Coupon.objects.update_or_create(
            code=row["code"],
            defaults={"promotion": promotion, "max_uses": row["max_uses"], "uses": row["used"]},
        )


def _promotion(source: DemoSource, row: Row, trigger: PromotionTrigger) -> Promotion:
    defaults = {
        **both(row, "name"),
        "effect": PromotionEffect(row["kind"]),
        "scope": PromotionScope(row["scope"]),
        "value": Decimal(row["value"]) if row["value"] else None,
        "buy_quantity": row.get("buy_quantity"),
        "free_quantity": row.get("get_quantity"),
        "minimum_purchase": Decimal(row["minimum_purchase"]),
        "starts_at": source.moment(row["starts_in_hours"]),
        "ends_at": source.moment(row["ends_in_hours"]),
        "max_uses": row.get("max_uses"),
        "max_uses_per_customer": row.get("max_uses_per_customer"),
        "uses": row.get("used", 0),
    }
    name = row["name_es"]
    return Promotion.objects.update_or_create(trigger=trigger, name_es=name, defaults=defaults)[0]


def load_pages(source: DemoSource) -> None:
    """Banners, stories, pages and menus."""
    Banner.objects.all().delete()
    for row in source.shop["banners"]:
        Banner.objects.create(
            **both(row, "title", "subtitle", "button"),
            desktop_image=source.picture(row["image"]),
            mobile_image=source.picture(row["image_mobile"]),
            target_url=row["target"],
            scheme=row.get("scheme", Scheme.SOFT),
            text_place=row.get("text_place", TextPlace.START),
            position=row["order"],
            starts_at=source.moment(row["starts_in_hours"]),
            ends_at=source.moment(row["ends_in_hours"]),
        )
    load_stories(source)
    for row in source.shop["pages"]:
        body = {"body_en": "\n\n".join(row["body"]), "body_es": "\n\n".join(row["body_es"])}
        values = {"kind": row["kind"], **both(row, "title"), **body}
        Page.objects.update_or_create(slug=row["slug"], defaults=values)
    MenuItem.objects.all().delete()
    for menu in source.shop["menus"]:
        place = MenuPlace.HEADER if menu["code"] == "main" else MenuPlace.FOOTER
        for row in menu["items"]:
            MenuItem.objects.create(
                **both(row, "label"),
                place=place,
                target_url=row.get("target", ""),
                page=Page.objects.filter(slug=row.get("page", "")).first(),
                position=MenuItem.objects.count(),
            )


# Its stories show rooms and looks already.
_QUIET_PARTS = (HomeBlockKind.KITS, HomeBlockKind.POPULAR)


def load_stories(source: DemoSource) -> None:
    """The stories of the home page, with their hotspots."""
    products = dict(Product.objects.values_list("external_id", "pk"))
    Story.objects.all().delete()
    for position, row in enumerate(source.shop.get("stories", [])):
        story = Story.objects.create(
            **both(row, "title", "text", "button"),
            picture=source.picture(row["picture"]),
            target_url=row["target"],
            scheme=row.get("scheme", Scheme.SOFT),
            position=position,
        )
        Hotspot.objects.bulk_create(
            Hotspot(story=story, product_id=products[spot["product"]], x=spot["x"], y=spot["y"])
            for spot in row["hotspots"]
        )
    HomeBlock.objects.filter(kind__in=_QUIET_PARTS).update(is_active=False)
