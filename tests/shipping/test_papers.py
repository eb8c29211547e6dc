"""Slips, labels and pick lists, read back from their files."""

from decimal import Decimal
from io import BytesIO
from itertools import pairwise

import pytest
from constance import config
from django.core.files.base import ContentFile
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link

from inventory.models import StockLevel, Warehouse
from orders import services as orders
from orders.new_orders import NewAddress
from shipping import papers
from shipping.models import Shipment
from shipping.papers import carrier_labels
from shipping.papers.picking import picks_for
from shipping.services import planning
from shipping.waybills import waybills
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import WarehouseFactory, stocked
from tests.orders.factories import new_line, place
from tests.pdf import pages_of, text_of, texts_at
from tests.shipping.sales import method, paid, planned

pytestmark = pytest.mark.django_db

LONG = "Sofá esquinero modular Ñandú “Río Amazonas” 😀 con cojines y patas de madera " * 4
ADDRESS = NewAddress(
    recipient="María Ñahui",
    phone="+51987654321",
    street="Av. Larco 101, dpto. 5",
    district="Miraflores",
    city="Lima",
    region="Lima",
    country="PE",
    ubigeo="150122",
    reference="Frente al parque",
)


def sent_to(address: NewAddress = ADDRESS, units: int = 1, **fields) -> Shipment:
    return planned(units, addresses=(address,), shipping_method_code="olva", **fields)


def labels(*parcels: Shipment, draw=papers.thermal_labels) -> bytes:
    keys = [parcel.pk for parcel in parcels]
    file: bytes = draw(waybills(Shipment.objects.filter(pk__in=keys)))
    return file


def to_collect(*units: int, **fields) -> Shipment:
    """The parcel of an order that is paid at the door."""
    warehouse = fields.pop("warehouse", None) or WarehouseFactory.create()
    lines = [new_line(stocked(each + 5, warehouse=warehouse), each) for each in units]
    order = place(*lines, collects_on_delivery=True, **fields)
    orders.confirm(order.pk)
    planning.plan(order.pk)
    return order.shipments.get()


def sheets(rows) -> bytes:
    file, left_out = papers.sheets_with_carrier_labels(rows)
    assert not left_out
    return file


def carriers_label(pages: int = 1, **ways: object) -> bytes:
    """A label of 100 × 150 mm as a carrier sends it."""
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(283, 425)
    if "password" in ways:
        writer.encrypt(str(ways["password"]))
    if "script" in ways:
        writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url="https://evil.example/"))
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def with_label(file: bytes, warehouse: Warehouse) -> Shipment:
    parcel = planned(warehouse=warehouse)
    parcel.label.save(f"{parcel.pk}.pdf", ContentFile(file))
    return parcel


def slips(*parcels: Shipment) -> bytes:
    return labels(*parcels, draw=papers.packing_slips)


class TestLabels:
    def test_it_says_from_whom_to_whom_and_where(self):
        method()
        config.STORE_NAME, config.CONTACT_PHONE = "Vitrina", "01 555 1234"
        shelf = WarehouseFactory.create(street="Av. Argentina 3093", city="Callao")
        parcel = sent_to(warehouse=shelf)

        text = text_of(labels(parcel)).splitlines()

        for said in (
            *("Remitente: Vitrina", "Av. Argentina 3093, Callao", "01 555 1234"),
            *("María Ñahui", "Teléfono: +51987654321", "Av. Larco 101, dpto. 5"),
            *("Referencia: Frente al parque", "MIRAFLORES", "Lima · 150122 · PE"),
            *("Paquete 1 de 1", "Olva Courier", parcel.order.number, parcel.number),
        ):
            assert said in text
        assert not any("Cobrar" in line for line in text)

    def test_the_bars_are_the_carriers_number_once_there_is_one(self):
        parcel = planned()
        Shipment.objects.filter(pk=parcel.pk).update(tracking_number="OLV-123")

        *_rest, first, second = text_of(labels(parcel)).splitlines()

        assert (first, second) == ("OLV-123", parcel.number)

    def test_what_is_collected_at_the_door_adds_up_over_the_orders_parcels(self):
        parcel = to_collect(1, 2)
        line = parcel.order.lines.order_by("pk")[0]
        planning.regroup(parcel.pk, {line.pk: 1})

        first, second = waybills(Shipment.objects.all())

        total = parcel.order.total
        assert None not in (first.collect, second.collect)
        assert sum(filter(None, [first.collect, second.collect])) == total
        assert [(it.place, it.parcels) for it in (first, second)] == [(1, 2), (2, 2)]
        assert "Cobrar al entregar" in text_of(labels(parcel))

    def test_what_is_paid_is_not_collected(self):
        parcel = planned(collects_on_delivery=True)

        (it,) = waybills(Shipment.objects.filter(pk=parcel.pk))

        assert it.collect is None

    def test_four_share_a_sheet_and_a_fifth_gets_another(self):
        warehouse = WarehouseFactory.create()
        parcels = [planned(warehouse=warehouse) for _each in range(5)]

        pages = pages_of(labels(*parcels, draw=papers.label_sheets))

        counts = [sum(parcel.number in page.splitlines() for parcel in parcels) for page in pages]
        assert counts == [4, 1]

    @pytest.mark.parametrize(
        ("draw", "width", "height"),
        [(papers.thermal_labels, 100, 150), (papers.label_sheets, 105, 148.5)],
    )
    def test_nothing_runs_over_its_edge_or_into_what_is_below(self, draw, width, height):
        method()
        address = NewAddress(
            recipient=LONG[:200],
            phone="+519876543210000000",
            street=LONG[:255],
            district=("SanJuanDeLurigancho" * 6)[:100],
            city=LONG[:100],
            region=LONG[:100],
            country="PE",
            reference=LONG[:255],
        )
        shelf = WarehouseFactory.create(street=LONG[:255], district=LONG[:100], city=LONG[:100])
        parcel = to_collect(1, addresses=(address,), warehouse=shelf)
        Shipment.objects.filter(pk=parcel.pk).update(tracking_number="9" * 100)

        drawn = texts_at(labels(parcel, draw=draw))

        assert drawn
        for text in drawn:
            assert text.left >= 3, text
            assert text.right <= width - 3, text
            assert text.bottom <= height - 3, text
        rows = sorted((text for text in drawn if text.left < 20), key=lambda text: text.bottom)
        assert all(one.bottom <= two.top + 1 for one, two in pairwise(rows))


class TestSheets:
    def test_the_label_is_below_the_slip_and_below_a_long_one_on_a_page_more(self):
        warehouse = WarehouseFactory.create()
        short, long = planned(warehouse=warehouse), planned(*[1] * 30, warehouse=warehouse)

        pages = pages_of(labels(short, long, draw=sheets))

        assert ["Remitente" in page for page in pages] == [True, *[False] * (len(pages) - 2), True]
        assert [page.splitlines()[-1] for page in pages][-1] == f"Página {len(pages) - 1}"


class TestCarriersLabels:
    def test_each_follows_its_parcels_sheet(self, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        warehouse = WarehouseFactory.create()
        first = with_label(carriers_label(2, script=True), warehouse)
        plain = planned(warehouse=warehouse)
        last = with_label(carriers_label(), warehouse)

        file = labels(first, plain, last, draw=sheets)

        wide = [round(page.mediabox.width) for page in PdfReader(BytesIO(file)).pages]
        assert wide == [595, 283, 283, 595, 595, 283]
        assert b"evil.example" not in file

    @pytest.mark.parametrize(
        "broken",
        [
            b"%PDF-1.7 nonsense",
            carriers_label()[:-200],
            carriers_label(password="secret"),
            carriers_label(9),
            b"%PDF-1.7" + b"x" * carrier_labels.MAX_LABEL,
        ],
        ids=["no PDF", "cut off", "locked", "a book", "huge"],
    )
    def test_one_that_is_none_is_left_out_and_named(self, settings, tmp_path, broken):
        settings.MEDIA_ROOT = tmp_path
        warehouse = WarehouseFactory.create()
        bad, good = with_label(broken, warehouse), with_label(carriers_label(), warehouse)
        rows = waybills(Shipment.objects.filter(pk__in=[bad.pk, good.pk]).order_by("pk"))

        file, left_out = papers.sheets_with_carrier_labels(rows)

        assert [row.parcel for row in left_out] == [bad]
        wide = [round(page.mediabox.width) for page in PdfReader(BytesIO(file)).pages]
        assert wide == [595, 595, 283]

    def test_a_reader_out_of_bounds_leaves_the_sheets(self, settings, tmp_path, monkeypatch):
        settings.MEDIA_ROOT = tmp_path
        monkeypatch.setattr(carrier_labels, "MAX_MEMORY", 1024 * 1024)
        parcel = with_label(carriers_label(), WarehouseFactory.create())

        file, left_out = papers.sheets_with_carrier_labels(
            waybills(Shipment.objects.filter(pk=parcel.pk))
        )

        assert [row.parcel for row in left_out] == [parcel]
        assert parcel.number in text_of(file)


class TestSlips:
    def test_it_names_what_is_in_the_parcel_and_no_prices(self):
        parcel = planned(2, customer_note="Dejar con el portero.", language="es")

        text = text_of(slips(parcel))

        item = parcel.items.select_related("line").get()
        for said in (item.line.name, item.line.sku, "Dejar con el portero.", parcel.number):
            assert said in text
        assert "Guía de contenido" in text
        assert "S/" not in text
        assert "30 días" in text

    def test_prices_appear_if_the_settings_say_so(self):
        config.SLIP_SHOWS_PRICES = True
        parcel = planned(2)

        assert "S/ " in text_of(slips(parcel))

    def test_it_is_in_the_language_of_whoever_opens_the_parcel(self):
        spanish, english = planned(language="es"), planned(language="en")

        first, second = pages_of(slips(spanish, english))

        assert "Guía de contenido" in first
        assert "Packing slip" in second

    def test_each_slip_of_a_file_begins_with_its_own_first_page(self):
        warehouse = WarehouseFactory.create()
        long, short = planned(*[1] * 40, warehouse=warehouse), planned(warehouse=warehouse)

        pages = pages_of(slips(long, short))

        feet = [page.splitlines()[-1] for page in pages]
        assert feet == [*(f"Página {number}" for number in range(1, len(pages))), "Página 1"]
        assert len(pages) > 2
        assert short.number in pages[-1]

    def test_eighty_lines_with_long_names_are_all_there_and_within_the_page(self):
        warehouse = WarehouseFactory.create()
        variants = [
            stocked(5, warehouse=warehouse, variant=VariantFactory.create(name=LONG[:255]))
            for _each in range(80)
        ]
        order = paid(*((variant, 1) for variant in variants))
        planning.plan(order.pk)

        file = slips(order.shipments.get())

        # A page may break a long SKU, but loses none of it.
        text = text_of(file).replace("\n", "")
        assert all(variant.sku in text for variant in variants)
        assert all(text.right <= 210 and text.bottom <= 297 for text in texts_at(file))


class TestPickList:
    def test_it_sums_the_units_of_a_bin_and_says_for_whom(self):
        warehouse = WarehouseFactory.create(name="Almacén Callao")
        variant = stocked(20, warehouse=warehouse)
        parcels = [self.parcel_of((variant, units)) for units in (1, 3)]

        (pick,) = picks_for(parcels)
        text = text_of(papers.pick_list(parcels))

        assert (pick.variant, pick.units) == (variant, 4)
        for said in ("Almacén Callao", variant.sku, "\n4\n", f"{parcels[1].number} × 3"):
            assert said in text

    def test_it_walks_along_the_bins(self):
        warehouse = WarehouseFactory.create()
        bins = ["B-1", "", "A-10", "A-2"]
        variants = [stocked(9, warehouse=warehouse) for _bin in bins]
        for variant, name in zip(variants, bins, strict=True):
            StockLevel.objects.filter(variant=variant).update(bin=name)

        picks = picks_for([self.parcel_of(*((variant, 1) for variant in variants))])

        assert [pick.bin for pick in picks] == ["A-2", "A-10", "B-1", ""]

    def test_a_name_without_end_and_a_bin_for_many_parcels_stay_on_the_page(self):
        warehouse = WarehouseFactory.create()
        variant = VariantFactory.create(name=LONG[:255], sku="SKU-" + "X" * 100)
        stocked(900, warehouse=warehouse, variant=variant)
        StockLevel.objects.update(bin="PASILLO-12-ESTANTE-99-NIVEL-7")
        parcels = [self.parcel_of((variant, 2)) for _each in range(40)]

        drawn = texts_at(papers.pick_list(parcels))

        assert all(text.right <= 210 - 15 and text.bottom <= 297 - 8 for text in drawn)

    @pytest.mark.parametrize("number", [1, 6])
    def test_many_parcels_cost_as_many_queries_as_one(self, number, django_assert_max_num_queries):
        warehouse = WarehouseFactory.create()
        parcels = [planned(1, 1, warehouse=warehouse) for _each in range(number)]

        with django_assert_max_num_queries(11):
            papers.pick_list(parcels)

    def parcel_of(self, *wanted) -> Shipment:
        order = paid(*wanted)
        planning.plan(order.pk)
        return order.shipments.get()


@pytest.mark.parametrize("number", [1, 6])
def test_what_papers_say_costs_as_many_queries_for_many_parcels(
    number, django_assert_max_num_queries
):
    warehouse = WarehouseFactory.create()
    for _each in range(number):
        planned(1, 1, warehouse=warehouse)

    with django_assert_max_num_queries(11):
        found = waybills(Shipment.objects.all())

    assert len(found) == number


def test_the_weight_is_unknown_as_soon_as_one_products_is():
    heavy, unknown = VariantFactory.create(weight_kg=Decimal("1.5")), VariantFactory.create()
    warehouse = WarehouseFactory.create()
    for variant in (heavy, unknown):
        stocked(9, variant=variant, warehouse=warehouse)
    known, other = paid((heavy, 2)), paid((heavy, 1), (unknown, 1))
    for order in (known, other):
        planning.plan(order.pk)

    weights = [it.weight_kg for it in waybills(Shipment.objects.all())]

    assert weights == [Decimal("3.000"), None]
