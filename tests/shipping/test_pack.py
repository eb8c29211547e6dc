"""The packing table: units counted by their bar codes."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.permissions import Role
from core.exceptions import DomainError
from orders.models import OrderEvent
from shipping.models import Shipment
from shipping.services import packing, planning, scanning
from tests.accounts.factories import signed_in, staff_with
from tests.inventory.factories import WarehouseFactory
from tests.shipping.sales import method, pickup, planned, signed_in_seller

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def packer(client, settings):
    settings.DEMO = True
    return signed_in(client, Role.WAREHOUSE)


def skus(parcel: Shipment) -> list[str]:
    return [item.line.sku for item in parcel.items.select_related("line").order_by("line__sku")]


def table(parcel: Shipment) -> str:
    return reverse("admin:shipping_pack", args=[parcel.pk])


def scan(client, parcel: Shipment, code: str = "", **values):
    return client.post(table(parcel), {"code": code, "step": "count", **values}, follow=True)


def told(response) -> list[tuple[str, str]]:
    return [(message.level_tag, str(message)) for message in response.context["messages"]]


def test_a_parcel_is_scanned_counted_closed_and_sent_by_the_keyboard_alone(client):
    method()
    parcel = planned(2, 1, shipping_method_code="olva")
    first, second = skus(parcel)
    of = {item.line.sku: item.quantity for item in parcel.items.select_related("line")}

    found = client.get(reverse("admin:shipping_packing"), {"code": parcel.number})
    codes = [first] * of[first] + [second] * of[second]
    for code in [*codes, ""]:
        scan(client, parcel, code)
    parcel.refresh_from_db()
    packed = parcel.status
    after = client.post(table(parcel), {"step": "send", "carrier": "", "tracking_number": "O-1"})

    parcel.refresh_from_db()
    assert found.url == table(parcel)
    assert packed == "packed"
    assert (parcel.status, parcel.tracking_number) == ("shipped", "O-1")
    assert after.url == reverse("admin:shipping_packing")


def test_what_is_counted_survives_a_reload_and_a_change_of_browser(client):
    parcel = planned(3)
    scan(client, parcel, skus(parcel)[0])

    page = client.get(table(parcel))

    (row,) = page.context["rows"]
    assert (row.counted, row.wanted) == (1, 3)
    assert "1 / 3" in page.content.decode()


@pytest.mark.parametrize(
    "change", [str.lower, lambda sku: sku.replace("-", "'"), lambda sku: f" {sku} "]
)
def test_a_code_counts_however_the_keyboard_writes_it(change, client):
    parcel = planned(1)

    scan(client, parcel, change(skus(parcel)[0]))

    parcel.refresh_from_db()
    assert scanning.packing_progress(parcel)[0].is_complete


@pytest.mark.parametrize(
    ("field", "printed", "read"),
    [
        ("model", "TN-2110", "tn-2110"),
        ("gtin", "4006381333931", "4006381333931"),
        ("gtin", "036000291452", "0036000291452"),
    ],
)
def test_the_makers_codes_count_too(client, field, printed, read):
    parcel = planned(1)
    variant = parcel.items.get().line.variant
    type(variant).objects.filter(pk=variant.pk).update(**{field: printed})

    assert [level for level, _text in told(scan(client, parcel, read))] == ["success"]


def test_units_without_bar_codes_are_counted_by_number(client):
    parcel = planned(7)

    scan(client, parcel, skus(parcel)[0], units=7)

    parcel.refresh_from_db()
    assert scanning.packing_progress(parcel)[0].counted == 7


class TestRefusals:
    def test_a_wrong_unit_is_refused_aloud(self, client):
        parcel = planned(1)

        page = scan(client, parcel, "OTRO-SKU")

        ((level, text),) = told(page)
        assert level == "error"
        assert "OTRO-SKU" in text
        assert 'role="alert"' in page.content.decode()
        assert not scanning.packing_progress(Shipment.objects.get())[0].counted

    def test_a_unit_too_many_is_refused(self, client):
        parcel = planned(1)
        scan(client, parcel, skus(parcel)[0])

        ((level, _text),) = told(scan(client, parcel, skus(parcel)[0]))

        assert level == "error"
        assert scanning.packing_progress(Shipment.objects.get())[0].counted == 1

    @pytest.mark.parametrize("values", [{"code": "x" * 121}, {"code": "a\0b"}, {"units": "-1"}])
    def test_nonsense_closes_no_parcel_that_is_complete(self, values, client):
        parcel = planned(1)
        scan(client, parcel, skus(parcel)[0])

        ((level, _text),) = told(scan(client, parcel, **{"code": skus(parcel)[0], **values}))

        parcel.refresh_from_db()
        assert (level, parcel.status) == ("error", "pending")

    def test_a_parcel_is_not_closed_before_all_is_in_it(self, client):
        parcel = planned(2)
        scan(client, parcel, skus(parcel)[0])

        ((level, _text),) = told(client.post(table(parcel), {"step": "finish"}, follow=True))

        parcel.refresh_from_db()
        assert (level, parcel.status) == ("error", "pending")

    def test_what_is_packed_takes_no_more(self, client):
        parcel = planned(1)
        packing.pack(parcel.pk)

        ((level, _text),) = told(scan(client, parcel, skus(parcel)[0]))

        assert level == "error"

    def test_an_order_of_fewer_units_says_what_to_take_out(self, client):
        parcel = planned(3)
        scan(client, parcel, skus(parcel)[0], units=3)
        planning.regroup(parcel.pk, {parcel.items.get().line_id: 1})

        ((_level, text),) = told(client.post(table(parcel), {"step": "finish"}, follow=True))

        assert skus(parcel)[0] in text
        assert OrderEvent.objects.filter(kind="processing").count() == 0

    def test_an_unknown_code_finds_nothing_and_says_so(self, client):
        page = client.get(reverse("admin:shipping_packing"), {"code": "ENV-0"})

        assert page.status_code == 422
        assert 'role="alert"' in page.content.decode()


class TestTwoPeople:
    def test_the_second_is_told_who_packs_and_counts_nothing(self, client):
        parcel = planned(1)
        other = staff_with(Role.WAREHOUSE)
        scanning.take_over(parcel.pk, other.pk)

        page = client.get(table(parcel))
        ((level, _text),) = told(scan(client, parcel, skus(parcel)[0]))

        assert page.context["packer"].user == other
        assert level == "error"
        assert not scanning.packing_progress(Shipment.objects.get())[0].counted

    def test_he_takes_over_where_the_first_has_left(self, client, packer):
        parcel = planned(2)
        other = staff_with(Role.WAREHOUSE)
        scanning.count(parcel.pk, skus(parcel)[0], other.pk)

        client.post(table(parcel), {"step": "take-over"})
        scan(client, parcel, skus(parcel)[0])

        parcel.refresh_from_db()
        assert scanning.packing_progress(parcel)[0].counted == 2
        hands = scanning.packer_of(parcel)
        assert hands is not None
        assert hands.user == packer
        with pytest.raises(DomainError):
            scanning.count(parcel.pk, skus(parcel)[0], other.pk)

    def test_whoever_has_counted_nothing_for_long_holds_nobody_up(self, client, monkeypatch):
        parcel = planned(1)
        scanning.take_over(parcel.pk, staff_with(Role.WAREHOUSE).pk)
        monkeypatch.setattr(scanning, "PAUSE", timedelta(seconds=-1))

        ((level, _text),) = told(scan(client, parcel, skus(parcel)[0]))

        assert level == "success"


def test_an_orders_code_leads_to_its_parcels(client):
    parcel = planned(1, 1)
    planning.regroup(parcel.pk, {parcel.items.all()[0].line_id: 1})

    page = client.get(reverse("admin:shipping_packing"), {"code": parcel.order.number})

    assert len(page.context["found"]) == 2


def test_a_parcel_that_is_fetched_waits_at_the_counter(client):
    shop = WarehouseFactory.create()
    pickup(shop)
    parcel = planned(1, warehouse=shop, shipping_method_code="tienda")
    packing.pack(parcel.pk)

    page = client.get(table(parcel)).content.decode()

    assert reverse("admin:shipping_counter") in page
    assert 'value="send"' not in page


class TestWhoPacks:
    def test_sellers_pack_their_own_parcels_and_get_to_no_others(self, client):
        own, foreign = planned(1), planned(1)
        signed_in_seller(client, own)

        answers = [client.get(table(parcel)).status_code for parcel in (own, foreign)]
        scanned = client.get(reverse("admin:shipping_packing"), {"code": foreign.number})
        client.post(table(foreign), {"code": skus(foreign)[0], "step": "count"})

        assert answers == [200, 404]
        assert scanned.status_code == 422
        foreign.refresh_from_db()
        assert not foreign.metadata

    def test_support_looks_and_packs_nothing(self, client):
        signed_in(client, Role.SUPPORT)
        parcel = planned(1)

        assert client.get(table(parcel)).status_code == 403
        assert scan(client, parcel, skus(parcel)[0]).status_code == 403
