"""Parcels out as CSV, and what carriers send back."""

import csv
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.permissions import Role
from inventory.models import StockLevel
from orders.new_orders import NewAddress
from outbox.tasks import deliver_due
from shipping import carrier_exports
from shipping.models import Shipment, ShipmentEvent
from shipping.services.dispatching import dispatch_one
from tests.accounts.factories import signed_in
from tests.shipping.sales import olva, planned, signed_in_seller, spoil

pytestmark = pytest.mark.django_db

IMPORT = "admin:shipping_tracking_import"
HEAD = "shipment,carrier,tracking_number,status,date"


@pytest.fixture(autouse=True)
def keeper(client, settings):
    settings.DEMO = True
    olva()
    return signed_in(client, Role.WAREHOUSE)


def send(client, *rows: str, head: str = HEAD, **values):
    content = "\n".join([head, *rows]).encode()
    return send_raw(client, content, **values)


def send_raw(client, content: bytes, **values):
    file = SimpleUploadedFile("carrier.csv", content, "text/csv")
    return client.post(reverse(IMPORT), {"file": file, **values})


def apply(client, *rows: str, **values):
    return send(client, *rows, apply="1", **values)


def fresh(parcel: Shipment) -> Shipment:
    return Shipment.objects.select_related("carrier").get(pk=parcel.pk)


class TestOut:
    def test_each_parcel_is_a_row_with_all_that_a_carrier_asks_for(self, client):
        address = NewAddress(
            recipient="=Ana Quispe",
            phone="+51987654321",
            street="Av. Larco 101",
            district="Miraflores",
            city="Lima",
            country="PE",
            ubigeo="150122",
            reference="Frente al parque",
        )
        parcel = planned(2, addresses=(address,), document_type="dni", document_number="12345678")

        answer = client.post(
            reverse("admin:shipping_shipment_changelist"),
            {"action": "export_all", "_selected_action": [str(parcel.pk)]},
        )

        (row,) = csv.DictReader(StringIO(answer.content.decode()))
        assert list(row) == list(carrier_exports.COLUMNS)
        assert row["recipient"] == "'=Ana Quispe"
        assert (row["phone"], row["document"]) == ("51987654321", "12345678")
        assert (row["district"], row["ubigeo"]) == ("Miraflores", "150122")
        assert (row["units"], row["collect"], row["shipment"]) == ("2", "", parcel.number)
        assert row["declared_value"] == str(parcel.order.total)


class TestIn:
    def test_it_is_tried_out_first_and_carried_out_when_asked_once_more(self, client):
        parcel = planned(1)
        row = f"{parcel.number},olva,OLV-1,shipped,2026-01-02"

        looked = send(client, row)
        before = fresh(parcel).status
        text = looked.context["form"].cleaned_data["text"]
        client.post(reverse(IMPORT), {"text": text, "apply": "1"})

        assert looked.context["outcome"].changed == [parcel.number]
        assert before == "pending"
        after = fresh(parcel)
        assert (after.status, after.tracking_number) == ("shipped", "OLV-1")
        assert after.tracking_url == "https://olva.test/OLV-1"

    def test_the_same_file_twice_is_once(self, client):
        parcel, waiting = planned(1), planned(1)
        dispatch_one(parcel.pk, actor_id=None)
        rows = [f"{parcel.number},,,in_transit,", f"{waiting.number},Olva Courier,N-9,,"]

        for _each in range(2):
            apply(client, *rows)
        deliver_due()
        events = ShipmentEvent.objects.count()
        again = send(client, *rows)

        assert again.context["outcome"].changed == []
        assert fresh(parcel).status == "in_transit"
        assert (fresh(waiting).status, fresh(waiting).tracking_number) == ("pending", "N-9")
        assert ShipmentEvent.objects.filter(shipment=parcel, status="in_transit").count() == 1
        assert ShipmentEvent.objects.count() == events

    def test_a_spreadsheet_in_spanish_is_read_too(self, client):
        parcel = planned(1)

        apply(
            client, f"{parcel.number.lower()};N-1;30/01/2026", head="shipment;tracking_number;date"
        )

        assert fresh(parcel).tracking_number == "N-1"

    def test_a_wrong_row_stops_the_whole_file(self, client):
        good, other = planned(1), planned(1)

        answer = apply(client, f"{good.number},,A-1,shipped,", f"{other.number},,A-2,flying,")

        assert answer.status_code == 422
        ((line, text),) = answer.context["problems"]
        assert line == 3
        assert "in_transit" in text
        assert fresh(good).status == "pending"

    def test_each_wrong_row_says_what_to_do(self, client, subtests):
        parcel = planned(1)
        for row, said in [
            ("ENV-1-1,,A-1,,", "ENV-1-1"),
            ("{number},dhl,A-1,,", "dhl"),
            ("{number},,,,", "estado"),
            ("{number},,A-1,delivered,", "shipped"),
            ("{number},,A-1,shipped,2999-01-01", "futuro"),
            ("{number},,A-1,shipped,31/31/2026", "2026-11-30"),
            ("{number},,A-1,shipped,,,x", ","),
            ("{number},,%s,shipped," % ("9" * 101), "100"),
        ]:
            with subtests.test(row):
                answer = send(client, row.format(number=parcel.number))

                ((line, text),) = answer.context["problems"]
                assert line == 2
                assert said in text
                assert fresh(parcel).status == "pending"

    def test_a_shipment_or_a_number_twice_in_the_file_is_refused(self, client):
        one, two = planned(1), planned(1)

        answer = send(
            client,
            f"{one.number},,A-1,shipped,",
            f"{one.number},,A-2,shipped,",
            f"{two.number},,A-1,shipped,",
        )

        assert [problem.line for problem in answer.context["problems"]] == [3, 4]

    def test_units_missing_on_the_shelf_are_said_before_anything_is_written(self, client):
        good, short = planned(1), planned(2)
        level = StockLevel.objects.get(warehouse=short.warehouse)
        spoil(level)

        answer = send(client, f"{good.number},,A,shipped,", f"{short.number},,B,shipped,")

        ((line, text),) = answer.context["problems"]
        assert (line, level.variant.sku in text) == (3, True)
        assert fresh(good).status == "pending"

    @pytest.mark.parametrize(
        "content",
        ["shipment,carrier\nENV-1,Ñandú".encode("latin-1"), b"", b"a,b\n1,2", HEAD.encode()],
    )
    def test_what_is_no_such_table_is_refused(self, content, client):
        assert send_raw(client, content).status_code == 422

    def test_sellers_tell_of_their_own_parcels_alone(self, client):
        own, foreign = planned(1), planned(1)
        signed_in_seller(client, own)

        apply(client, f"{own.number},,A-1,,")
        refused = apply(client, f"{foreign.number},,A-2,,")

        assert fresh(own).tracking_number == "A-1"
        assert refused.status_code == 422
        assert fresh(foreign).tracking_number == ""

    def test_support_has_no_such_page(self, client):
        signed_in(client, Role.SUPPORT)

        assert client.get(reverse(IMPORT)).status_code == 403
