"""Sample data for /styleguide/: every component in its states, without a database."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from django import forms
from django.templatetags.static import static

LIMA = timezone(timedelta(hours=-5))
Sample = dict[str, Any]


class SampleForm(forms.Form):
    """A short form with one of each kind of field."""

    email = forms.EmailField(
        label="E-mail",
        help_text="We send the receipt here.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label="Phone",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    district = forms.ChoiceField(
        label="District", choices=[("", "Choose…"), ("150122", "Miraflores"), ("150131", "San Isidro")]
    )
    receipt = forms.ChoiceField(
        label="Receipt",
        choices=[("boleta", "Boleta"), ("factura", "Factura")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="Note for the courier", required=False, widget=forms.Textarea)
    terms = forms.BooleanField(label="I accept the terms of sale")


def picture(name: str, alt: str) -> Sample:
    """A picture as `components/_picture.html` wants it."""
    source = static(f"img/sample/{name}.svg")
    return {"src": source, "full_url": source, "width": 640, "height": 640, "alt": alt}


def cards() -> list[Sample]:
    """Product cards: plain, on offer, few left, many colours, sold out, without picture."""
    green, sand, ink = ("#3f6b5c", "Green"), ("#dccfbd", "Sand"), ("#23272f", "Black")
    colours = [{"hex": value, "name": name} for value, name in (green, sand, ink)]
    return [
        {
            "url": "#sofa", "name": "Three-seat sofa Lima in washed linen with oak legs", "brand": "Casa Norte",
            "picture": picture("sofa", "Green sofa"), "price": Decimal("1899.00"), "rating": 4.6,
            "rating_count": 128, "colours": colours,
        },
        {
            "url": "#lamp", "name": "Floor lamp Sol", "brand": "Luz Andina", "picture": picture("lamp", "Floor lamp"),
            "price": Decimal("279.90"), "list_price": Decimal("349.90"), "lowest_price": Decimal("269.90"),
            "saving": 20, "rating": 4.1, "rating_count": 36, "stock_left": 3,
        },
        {
            "url": "#tee", "name": "Heavy cotton T-shirt “Órbita”", "brand": "Barrio 7",
            "picture": picture("tee", "Black T-shirt"), "price": Decimal("89.00"), "is_new": True,
            "colours": [*colours, *colours], "price_from": True,
        },
        {
            "url": "#headphones", "name": "Wireless headphones Q45 with noise cancelling", "brand": "Sonda",
            "picture": picture("headphones", "Violet headphones"), "price": Decimal("459.00"),
            "rating": 3.4, "rating_count": 12, "sold_out": True,
        },
        {
            "url": "#laptop", "name": "Laptop Puma 14 · 16 GB · 512 GB", "brand": "Puma Labs",
            "picture": picture("laptop", "Laptop"), "price": Decimal("3299.00"), "list_price": Decimal("3599.00"),
            "saving": 8, "rating": 5, "rating_count": 4,
        },
        {"url": "#cable", "name": "USB-C cable, 2 m", "picture": None, "price": Decimal("29.90")},
    ]  # fmt: skip


def options() -> list[Sample]:
    """Options of a product: colours with samples, sizes with one that is gone."""
    return [
        {
            "label": "Colour", "name": "colour", "chosen_label": "Green",
            "values": [
                {"value": "green", "label": "Green", "hex": "#3f6b5c", "chosen": True},
                {"value": "sand", "label": "Sand", "hex": "#dccfbd"},
                {"value": "black", "label": "Black", "hex": "#23272f", "disabled": True, "why": "sold out"},
            ],
        },
        {
            "label": "Size", "name": "size", "chosen_label": "M",
            "values": [
                {"value": "S", "label": "S"}, {"value": "M", "label": "M", "chosen": True},
                {"value": "L", "label": "L"},
                {"value": "XL", "label": "XL", "disabled": True, "why": "not in green"},
            ],
        },
    ]  # fmt: skip


def facets() -> list[Sample]:
    """Filters: brands with an empty one, colours, a price range."""
    return [
        {
            "label": "Brand", "name": "brand",
            "values": [
                {"value": "casa-norte", "label": "Casa Norte", "count": 42, "chosen": True},
                {"value": "luz-andina", "label": "Luz Andina", "count": 17},
                {"value": "mini", "label": "Mini", "count": 0},
            ],
        },
        {"label": "Price", "kind": "range", "min_name": "price_min", "max_name": "price_max", "min": 100, "max": None},
        {
            "label": "Colour", "name": "opt_colour", "closed": True,
            "values": [
                {"value": "green", "label": "Green", "count": 8, "hex": "#3f6b5c"},
                {"value": "sand", "label": "Sand", "count": 3, "hex": "#dccfbd"},
            ],
        },
    ]  # fmt: skip


def timeline() -> list[Sample]:
    """An order on its way."""
    start = datetime(2026, 11, 20, 9, 12, tzinfo=LIMA)
    return [
        {"title": "Order placed", "at": start, "done": True},
        {"title": "Payment received", "at": start + timedelta(minutes=2), "actor": "Visa ···· 4242", "done": True},
        {"title": "On its way", "at": start + timedelta(hours=26), "note": "Olva, guide 4471", "current": True},
        {"title": "Delivered", "at": None, "note": "Expected on Monday 23"},
    ]  # fmt: skip


def marketing() -> Sample:
    """Banners, families, a kit and drops."""
    opening = datetime.now(LIMA) + timedelta(days=2, hours=3)
    return {
        "banners": [
            {
                "eyebrow": "New season", "title": "A living room that stays", "url": "#", "link_text": "See the sofas",
                "subtitle": "Linen, oak and wool from workshops we know by name.", "price": Decimal("899.00"),
                "picture": picture("sofa", "Green sofa"),
            },
            {
                "eyebrow": "Tech week", "title": "Sound without the street", "url": "#", "link_text": "Listen closer",
                "picture": picture("headphones", "Violet headphones"),
            },
        ],
        "tiles": [
            {"name": "Furniture", "url": "#", "icon": "sofa", "note": "482 products"},
            {"name": "Streetwear", "url": "#", "icon": "shirt", "note": "356 products"},
            {"name": "Technology", "url": "#", "icon": "cpu", "note": "1,204 products"},
        ],
        "kit": {
            "name": "Reading corner", "url": "#", "note": "Armchair, lamp, side table and rug that go together.",
            "picture": picture("lamp", "Floor lamp"), "item_count": 4, "price": Decimal("1390.00"),
            "list_price": Decimal("1545.00"), "saving": 10,
        },
        "drops": [
            {
                "name": "Órbita × Barrio 7", "url": "#", "note": "120 pieces, one per person.", "state": "coming",
                "at": opening, "when": opening.strftime("Opens on %A %d, %H:%M (Lima)"),
                "picture": picture("tee", "Black T-shirt"),
            },
            {"name": "Violet studio", "url": "#", "note": "Until midnight.", "state": "running",
             "picture": picture("headphones", "Violet headphones")},
        ],
    }  # fmt: skip


def page_parts() -> Sample:
    """What frames a listing: way back, sort, chips, pages."""
    pages = [{"number": n, "url": f"?page={n}", "current": n == 2} for n in (1, 2, 3)]
    return {
        "breadcrumbs": [{"label": "Furniture", "url": "#"}, {"label": "Sofas"}],
        "sort_choices": [{"value": "", "label": "Recommended", "chosen": True}, {"value": "price", "label": "Price"}],
        "chips": [{"label": "Casa Norte", "url": "#"}, {"label": "from S/ 100", "url": "#"}],
        "pages": {
            "previous_url": "?page=1", "next_url": "?page=3",
            "items": [*pages, {"number": None}, {"number": 20, "url": "?page=20"}],
        },
        "suggestion_groups": [
            {"label": "Products", "items": [
                {"url": "#", "label": "Three-seat sofa Lima", "price": Decimal("1899.00"),
                 "picture": picture("sofa", "")},
                {"url": "#", "label": "Floor lamp Sol", "price": Decimal("279.90"), "picture": picture("lamp", "")},
            ]},
            {"label": "Searches", "items": [{"url": "#", "label": "sofa bed"}]},
        ],
    }  # fmt: skip


def product_parts() -> Sample:
    """What frames a product: facts, specifications, reviews."""
    return {
        "gallery": [picture(name, "Product") for name in ("sofa", "lamp", "laptop")],
        "facts": [
            {"icon": "truck", "title": "Arrives on Monday 23", "text": "to Miraflores, S/ 15.00"},
            {"icon": "store", "title": "Pick up from tomorrow, free", "text": "Barranco shop"},
            {"icon": "rotate-ccw", "title": "30 days to return it", "text": "Conditions", "url": "#"},
        ],
        "specs": [
            {"name": "Width", "value": "212 cm"}, {"name": "Frame", "value": "Oak and pine"},
            {"name": "Warranty", "value": "24 months"},
        ],
        "histogram": [
            {"stars": stars, "count": count, "url": f"?stars={stars}"}
            for stars, count in ((5, 92), (4, 24), (3, 7), (2, 1), (1, 4))
        ],
        "review": {
            "title": "Better than in the picture", "rating": 5, "author": "Lucía M.", "verified": True,
            "at": datetime(2026, 10, 3, tzinfo=LIMA), "reply": "Thank you, Lucía!",
            "text": "The linen is thick and the colour is calm. It came a day early, and two people carried it up.",
        },
    }  # fmt: skip


def context() -> Sample:
    """Everything that templates/styleguide.html shows."""
    unsent = SampleForm()
    return {
        "cards": cards(), "options": options(), "facets": facets(), "events": timeline(), **marketing(),
        **page_parts(), **product_parts(), "form": unsent, "bad_form": SampleForm({"email": "lucia@"}, prefix="bad"),
        "steps": [{"label": "Cart", "done": True}, {"label": "Delivery and payment", "current": True}, {"label": "Done"}],
        "sums": {
            "subtotal": Decimal("2178.90"), "discounts": [{"label": "Coupon HOLA10", "amount": Decimal("217.89")}],
            "shipping": Decimal(0), "tax": Decimal("299.14"), "total": Decimal("1961.01"),
        },
        "levels": ["success", "info", "warning", "error"],
        "stocks": [{"band": "in"}, {"band": "few", "left": 3}, {"band": "out"}],
    }  # fmt: skip
