"""A carrier that comes as a package: parcels are announced to it, and followed by what it tells."""

from base64 import b64encode
from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest
from acme_vitrina.carrier import configured
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from accounts.permissions import Role
from orders import services as orders
from orders.models import OrderEvent
from shipping import carriers, tasks
from shipping.carriers import http
from shipping.carriers.base import CarrierUnavailable
from shipping.models import Carrier, Shipment
from shipping.services import carrier_bookings, dispatching, packing, planning
from shipping.states import ShipmentStatus
from tests.accounts.factories import signed_in
from tests.inventory.factories import WarehouseFactory, stocked
from tests.orders.factories import new_line, place
from tests.providers.server import Answer, Fault, Knock, ProviderServer, Refusal, Request, as_json
from tests.shipping.factories import CarrierFactory
from tests.shipping.sales import planned

pytestmark = pytest.mark.django_db

TOKEN = "between the shop and Veloz"
LABEL = b"%PDF-1.4 a label"


class Veloz:
    """The carrier itself, as small as it can be."""

    url = ""
    next_answer: Any = None

    def __init__(self) -> None:
        self.events: deque[Any] = deque()
        self.parcels: dict[str, dict[str, Any]] = {}
        self.sightings: list[dict[str, str]] = []

    def answer(self, request: Request) -> Answer:
        if request.header("Authorization") != f"Bearer {TOKEN}":
            raise Refusal(401, {"error": "¿Quién eres?"})
        if self.next_answer is not None:
            return as_json(self.next_answer)
        if request.method == "GET":
            return as_json({"eventos": self.sightings})
        asked = request.json()
        if asked["direccion"].startswith("Lejos"):
            raise Refusal(422, {"error": "No llegamos a ese distrito\0"})
        made = self.parcels.setdefault(
            asked["clave"],
            {
                "guia": f"VZ-{len(self.parcels) + 1}",
                "etiqueta": b64encode(LABEL).decode(),
                "costo": "12.345",
                "asked": asked,
            },
        )
        return as_json(made)

    def knock(self, event: Any) -> Knock:
        raise NotImplementedError

    def see(self, state: str, place: str = "Lima", note: str = "", day: int = 22) -> None:
        self.sightings.append(
            {
                "id": f"s{len(self.sightings)}",
                "fecha": f"2026-11-{day}T10:00:00-05:00",
                "lugar": place,
                "detalle": note,
                "estado": state,
            }
        )


@pytest.fixture
def veloz(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The carrier, running, with its package installed in a shop that has the token."""
    carriers.register("veloz", configured)
    with ProviderServer(Veloz()) as server:
        monkeypatch.setenv("VELOZ_API_BASE", server.url)
        monkeypatch.setenv("VELOZ_TOKEN", TOKEN)
        yield server


@pytest.fixture
def parcel(veloz: Any) -> Shipment:
    """A packed parcel for the carrier."""
    return _pack_for(CarrierFactory.create(integration="veloz"), planned(2))


def _pack_for(carrier: Carrier | None, parcel: Shipment) -> Shipment:
    parcel.carrier = carrier
    parcel.save(update_fields=["carrier"])
    packing.pack(parcel.pk)
    return parcel


def _sent(parcel: Shipment) -> Shipment:
    tasks.book_parcels()
    dispatching.dispatch_one(parcel.pk, actor_id=None)
    return parcel


def test_a_packed_parcel_gets_its_number_label_and_cost(veloz: Any, parcel: Shipment) -> None:
    assert tasks.book_parcels() == 1
    tasks.book_parcels()

    parcel.refresh_from_db()
    assert (parcel.tracking_number, str(parcel.cost)) == ("VZ-1", "12.35")
    with parcel.label.open() as label:
        assert label.read() == LABEL
    (made,) = veloz.provider.parcels.values()
    assert made["asked"]["referencia"] == parcel.number
    assert made["asked"]["gramos"] == 1000
    assert len(veloz.exchanges) == 1


def test_it_is_told_what_to_collect_at_the_door(veloz: Any) -> None:
    warehouse = WarehouseFactory.create()
    line = new_line(stocked(3, warehouse=warehouse), 1)
    order = place(line, collects_on_delivery=True)
    orders.confirm(order.pk)
    planning.plan(order.pk)
    _pack_for(CarrierFactory.create(integration="veloz"), order.shipments.get())

    tasks.book_parcels()

    (made,) = veloz.provider.parcels.values()
    assert made["asked"]["cobrar"] == str(order.total)


def test_an_order_without_an_address_is_shown_to_staff(veloz: Any, parcel: Shipment) -> None:
    parcel.order.addresses.all().delete()

    tasks.book_parcels()
    tasks.book_parcels()

    assert OrderEvent.objects.filter(order=parcel.order, kind="note").count() == 1
    assert veloz.exchanges == []


def test_only_packages_that_answer_can_be_chosen(
    veloz: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier = CarrierFactory.create(integration="veloz")
    carrier.full_clean()

    monkeypatch.delenv("VELOZ_TOKEN")
    with pytest.raises(ValidationError):
        carrier.full_clean()
    carrier.integration = "nobody"
    with pytest.raises(ValidationError):
        carrier.full_clean()


def test_what_is_not_packed_fetched_or_numbered_by_hand_is_not_announced(
    veloz: Any, parcel: Shipment
) -> None:
    by_hand = planned(1)
    Shipment.objects.filter(pk=by_hand.pk).update(carrier=parcel.carrier, tracking_number="MANO-1")
    packing.pack(by_hand.pk)
    Shipment.objects.filter(pk=parcel.pk).update(is_pickup=True)

    tasks.book_parcels()

    assert veloz.exchanges == []


def test_without_its_keys_nothing_is_asked(
    veloz: Any, parcel: Shipment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VELOZ_TOKEN")

    tasks.book_parcels()

    assert veloz.exchanges == []


@pytest.mark.parametrize("fault", list(Fault))
def test_an_unclear_answer_is_asked_for_again_and_books_nothing_twice(
    veloz: Any, parcel: Shipment, fault: Fault
) -> None:
    veloz.fail("POST /guias", fault)

    assert tasks.book_parcels() == 0
    assert tasks.book_parcels() == 1

    parcel.refresh_from_db()
    assert parcel.tracking_number == "VZ-1"
    assert len(veloz.provider.parcels) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        {"guia": "VZ-1"},
        {"guia": "", "etiqueta": "", "costo": "1"},
        {"guia": "V" * 101, "etiqueta": "", "costo": "1"},
        {"guia": "V\n", "etiqueta": "!", "costo": "1"},
        {"guia": None, "etiqueta": "", "costo": "1"},
        {"guia": "VZ-1", "etiqueta": b64encode(b"<html>").decode(), "costo": "1"},
        {"guia": "VZ-1", "etiqueta": "", "costo": "-1"},
        {"guia": "VZ-1", "etiqueta": "", "costo": "NaN"},
    ],
)
def test_an_answer_that_makes_no_sense_leaves_the_parcel_as_it_was(
    veloz: Any, parcel: Shipment, answer: Any
) -> None:
    veloz.provider.next_answer = answer

    with pytest.raises(CarrierUnavailable):
        carrier_bookings.book(parcel.pk)

    parcel.refresh_from_db()
    assert (parcel.tracking_number, parcel.label.name, parcel.cost) == ("", "", None)


def test_a_slow_carrier_is_not_waited_for(
    veloz: Any, parcel: Shipment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "TIMEOUT", (0.2, 0.2))
    veloz.slowness = 0.6

    with pytest.raises(CarrierUnavailable):
        carrier_bookings.book(parcel.pk)


def test_an_endless_answer_is_cut_off(
    veloz: Any, parcel: Shipment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MAX_ANSWER", 10)

    with pytest.raises(CarrierUnavailable, match="no end"):
        carrier_bookings.book(parcel.pk)


def test_a_carrier_that_is_away_is_left_alone_for_a_while(veloz: Any, parcel: Shipment) -> None:
    for _each in range(5):
        _pack_for(parcel.carrier, planned(1))
    veloz.fail("POST /guias", *[Fault.BROKEN] * 10)

    assert tasks.book_parcels() == 0

    assert len(veloz._faults) == 10 - tasks.MAX_FAILURES


def test_a_refusal_stands_in_the_timeline_and_is_asked_again_after_packing_again(
    veloz: Any, parcel: Shipment
) -> None:
    address = parcel.order.addresses.get(kind="shipping")
    near, address.street = address.street, "Lejos 1"
    address.save()

    tasks.book_parcels()
    tasks.book_parcels()

    (note,) = OrderEvent.objects.filter(order=parcel.order, kind="note")
    assert "No llegamos a ese distrito" in note.note
    assert not note.is_public
    assert len(veloz.exchanges) == 1

    address.street = near
    address.save()
    packing.unpack(parcel.pk)
    packing.pack(parcel.pk)
    tasks.book_parcels()

    parcel.refresh_from_db()
    assert parcel.tracking_number == "VZ-1"


def test_what_is_packed_anew_as_it_was_is_booked_once(veloz: Any, parcel: Shipment) -> None:
    tasks.book_parcels()
    packing.unpack(parcel.pk)
    packing.pack(parcel.pk)
    tasks.book_parcels()
    address = parcel.order.addresses.get(kind="shipping")
    address.street = "Jr. Ucayali 500"
    address.save()
    packing.unpack(parcel.pk)
    packing.pack(parcel.pk)
    tasks.book_parcels()

    parcel.refresh_from_db()
    assert len(veloz.provider.parcels) == 2
    assert parcel.tracking_number == "VZ-2"


def test_a_number_that_another_parcel_bears_is_refused(veloz: Any, parcel: Shipment) -> None:
    other = planned(1)
    Shipment.objects.filter(pk=other.pk).update(carrier=parcel.carrier, tracking_number="VZ-1")

    tasks.book_parcels()

    parcel.refresh_from_db()
    assert parcel.tracking_number == ""
    assert "VZ-1" in OrderEvent.objects.get(order=parcel.order, kind="note").note


def test_nothing_is_asked_inside_a_transaction(
    veloz: Any, parcel: Shipment, monkeypatch: pytest.MonkeyPatch
) -> None:
    depths = []
    usual = http.call

    def call(*args: Any, **options: Any) -> Any:
        depths.append(len(connection.savepoint_ids))
        return usual(*args, **options)

    outside = len(connection.savepoint_ids)
    monkeypatch.setattr(http, "call", call)
    _sent(parcel)
    tasks.track_parcels()

    assert depths == [outside, outside]


def test_sightings_are_written_down_once_until_it_is_delivered(
    veloz: Any, parcel: Shipment
) -> None:
    _sent(parcel)
    veloz.provider.see("EN RUTA", "Arequipa\0", "Salió\tde agencia", day=23)
    veloz.provider.see("EN RUTA", "Lima", day=22)
    tasks.track_parcels()
    tasks.track_parcels()

    parcel.refresh_from_db()
    assert parcel.status == ShipmentStatus.IN_TRANSIT
    places = parcel.events.filter(status="in_transit").order_by("pk")
    assert [event.place for event in places] == ["Lima", "Arequipa"]

    veloz.provider.see("ENTREGADO", "Arequipa", "Recibió Ñusta", day=24)
    veloz.provider.see("EN RUTA", "Lima", day=25)
    tasks.track_parcels()
    tasks.track_parcels()

    parcel.refresh_from_db()
    assert parcel.status == ShipmentStatus.DELIVERED
    assert parcel.events.filter(status="in_transit").count() == 2


@pytest.mark.parametrize(
    "answer", [{}, {"eventos": None}, {"eventos": [{"id": "s1", "fecha": "ayer"}]}]
)
def test_a_way_that_makes_no_sense_changes_nothing(
    veloz: Any, parcel: Shipment, answer: Any
) -> None:
    _sent(parcel)
    veloz.provider.next_answer = answer

    assert tasks.track_parcels() == 0

    parcel.refresh_from_db()
    assert parcel.status == ShipmentStatus.SHIPPED


def test_the_label_is_a_download_for_staff(
    veloz: Any, parcel: Shipment, client: Client, settings: Any
) -> None:
    tasks.book_parcels()
    page = f"/admin/shipping/shipment/{parcel.pk}/carrier-label/"
    settings.DEMO = True

    assert client.get(page).status_code == 302
    signed_in(client, Role.WAREHOUSE)

    answer = client.get(page)
    assert (answer.content, answer["Content-Type"]) == (LABEL, "application/pdf")
    assert page in client.get(f"/admin/shipping/shipment/{parcel.pk}/change/").content.decode()
