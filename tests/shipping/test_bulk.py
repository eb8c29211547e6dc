"""What is done with many parcels at once in the back office."""

import pytest
from django.contrib.messages import get_messages
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import SellerMember
from accounts.permissions import Role
from inventory.models import StockLevel
from orders import services as orders
from orders.states import PaymentStatus
from shipping.models import Shipment
from shipping.services import scanning
from shipping.services.dispatching import dispatch_one
from tests.accounts.factories import SellerFactory, UserFactory, signed_in
from tests.inventory.factories import WarehouseFactory
from tests.pdf import pages_of, text_of
from tests.shipping.sales import method, olva, pickup, planned, signed_in_seller, spoil

pytestmark = pytest.mark.django_db

PAGE = "admin:shipping_shipment_changelist"
SEND = "admin:shipping_shipment_send_chosen"
PRINT = "admin:shipping_shipment_print_chosen"


@pytest.fixture(autouse=True)
def keeper(client, settings):
    settings.DEMO = True
    return signed_in(client, Role.WAREHOUSE)


@pytest.fixture
def parcels():
    warehouse = WarehouseFactory.create()
    return [planned(1, warehouse=warehouse) for _each in range(3)]


def act(client, action: str, parcels: list[Shipment], **values):
    chosen = [str(parcel.pk) for parcel in parcels]
    sent = {"action": action, "_selected_action": chosen, "post": "yes"}
    return client.post(reverse(PAGE), sent | values)


def statuses(parcels: list[Shipment]) -> list[str]:
    return [Shipment.objects.get(pk=parcel.pk).status for parcel in parcels]


@pytest.mark.parametrize(
    "action",
    ["print_pick_list", "print_sheets", "print_slips", "print_labels", "print_label_sheets"],
)
def test_papers_of_the_chosen_come_in_one_file(action, client, parcels):
    answer = act(client, action, parcels[:2])

    assert answer["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    assert [parcel.number in text for parcel in parcels] == [True, True, False]


def test_papers_of_one_parcel_are_on_its_page(client, parcels):
    parcel = parcels[0]

    for kind in ("slip", "label", "label-a4"):
        address = reverse("admin:shipping_shipment_paper", args=[parcel.pk, kind])
        assert parcel.number in text_of(client.get(address).content)
    wrong = reverse("admin:shipping_shipment_paper", args=[parcel.pk, "other"])
    assert client.get(wrong).status_code == 404


def test_the_chosen_are_packed_sent_with_their_numbers_and_delivered(client, parcels):
    method()
    numbers = {f"tracking-{parcel.pk}": f"N-{place}" for place, parcel in enumerate(parcels)}

    act(client, "pack_all", parcels)
    packed = statuses(parcels)
    asked = act(client, "send_all", parcels)
    client.post(reverse(SEND), {"carrier": olva().pk, **numbers})
    sent = statuses(parcels)
    act(client, "deliver_all", parcels)

    assert packed == ["packed"] * 3
    assert [row.waybill.parcel.number for row in asked.context["rows"]] == [
        parcel.number for parcel in parcels
    ]
    assert sent == ["shipped"] * 3
    assert statuses(parcels) == ["delivered"] * 3
    found = Shipment.objects.order_by("number").values_list("tracking_number", "carrier__code")
    assert list(found) == [("N-0", "olva"), ("N-1", "olva"), ("N-2", "olva")]


def test_what_stays_is_listed_with_its_reason_and_the_others_leave(client, parcels):
    gone, good, _other = parcels
    dispatch_one(gone.pk, actor_id=None)
    short = planned(2)
    level = StockLevel.objects.get(warehouse=short.warehouse)
    spoil(level)
    chosen = {f"tracking-{parcel.pk}": "" for parcel in (gone, good, short)}

    answer = client.post(reverse(SEND), chosen)
    again = client.post(reverse(SEND), chosen)

    for shown in (answer, again):
        ((row, reason),) = shown.context["refused"]
        assert row.parcel == short
        assert level.variant.sku in reason
        assert {row.parcel for row in shown.context["sent"]} == {gone, good}
    assert statuses([good, short]) == ["shipped", "pending"]


class TestPackAndSend:
    def test_one_press_packs_and_sends_and_the_buyer_collects_what_is_collected(
        self, client, parcels
    ):
        shop = WarehouseFactory.create()
        pickup(shop)
        collected = planned(1, warehouse=shop, shipping_method_code="tienda")
        chosen = [*parcels, collected]

        answer = client.post(reverse(SEND), {f"tracking-{row.pk}": "" for row in chosen})

        assert statuses(chosen) == ["shipped"] * 3 + ["packed"]
        assert [row.parcel for row, _reason in answer.context["waiting"]] == [collected]
        steps = parcels[0].events.order_by("pk").values_list("status", flat=True)
        assert list(steps)[-2:] == ["packed", "shipped"]

    def test_what_will_stay_is_said_before_and_the_shelves_give_the_order(self, client, parcels):
        first, held, last = parcels
        for parcel, place in ((first, "B-2"), (held, "A-10"), (last, "A-2")):
            variant = parcel.items.get().line.variant
            StockLevel.objects.filter(variant=variant).update(bin=place)
        orders.set_payment_status(held.order_id, PaymentStatus.REFUNDED)

        rows = act(client, "send_all", parcels).context["rows"]

        assert [row.waybill.parcel for row in rows] == [last, held, first]
        assert [bool(row.obstacle) for row in rows] == [False, True, False]

    def test_the_list_has_a_button_for_it(self, client, parcels):
        pressed = {"send": "1", "index": "0", "action": ""}
        two = [str(parcel.pk) for parcel in parcels[:2]]

        chosen = client.post(reverse(PAGE), pressed | {"_selected_action": two})
        none = client.post(reverse(PAGE), pressed)
        everything = {"_selected_action": two, "select_across": "1"}
        across = client.post(reverse(PAGE), pressed | everything)

        assert [row.waybill.parcel for row in chosen.context["rows"]] == parcels[:2]
        assert [row.waybill.parcel for row in across.context["rows"]] == parcels
        assert none.status_code == 302

    def test_what_a_colleague_is_counting_is_left_to_them(self, client, parcels):
        counted, free, _other = parcels
        sku = counted.items.get().line.sku
        scanning.count(counted.pk, sku, UserFactory.create().pk)

        client.post(reverse(SEND), {f"tracking-{row.pk}": "" for row in (counted, free)})

        assert statuses([counted, free]) == ["pending", "shipped"]

    def test_the_page_costs_the_same_for_few_and_for_many(
        self, client, parcels, django_assert_max_num_queries
    ):
        warehouse = parcels[0].warehouse
        many = [*parcels, *(planned(1, warehouse=warehouse) for _each in range(7))]
        act(client, "send_all", parcels)

        with CaptureQueriesContext(connection) as few:
            act(client, "send_all", parcels)

        with django_assert_max_num_queries(len(few)):
            act(client, "send_all", many)

    def test_papers_are_printed_before_and_after_in_the_order_of_the_page(self, client, parcels):
        chosen = [f"tracking-{row.pk}" for row in (parcels[2], parcels[0])]

        before = client.post(reverse(PRINT), dict.fromkeys(chosen, ""))
        client.post(reverse(SEND), dict.fromkeys(chosen, ""))
        after = client.post(reverse(PRINT), dict.fromkeys(chosen, ""))

        for answer in (before, after):
            pages = pages_of(answer.content)
            for page, parcel in zip(pages, (parcels[2], parcels[0]), strict=True):
                assert page.count(parcel.number) > 1
                assert "Remitente" in page


def test_a_number_too_long_is_asked_for_again(client, parcels):
    answer = client.post(reverse(SEND), {f"tracking-{parcels[0].pk}": "x" * 101})

    assert answer.status_code == 422
    assert statuses(parcels[:1]) == ["pending"]


def test_nonsense_in_the_form_sends_nothing(client):
    assert client.post(reverse(SEND), {"tracking-x": "1"}).status_code == 302


class TestWhoMay:
    def test_sellers_act_on_their_own_parcels_alone(self, client, parcels):
        own, foreign, _other = parcels
        signed_in_seller(client, own)

        act(client, "pack_all", [own, foreign])
        client.post(reverse(SEND), {f"tracking-{foreign.pk}": "N-1"})
        labels = act(client, "print_labels", [own, foreign])
        address = reverse("admin:shipping_shipment_paper", args=[foreign.pk, "label"])

        assert statuses([own, foreign]) == ["packed", "pending"]
        assert foreign.number not in text_of(labels.content)
        assert client.get(address).status_code == 404

    def test_support_prints_and_sends_nothing(self, client, parcels):
        signed_in(client, Role.SUPPORT)

        printed = act(client, "print_slips", parcels)
        act(client, "pack_all", parcels)
        refused = client.post(reverse(SEND), {f"tracking-{parcels[0].pk}": ""})

        assert printed["Content-Type"] == "application/pdf"
        assert refused.status_code == 403
        assert statuses(parcels) == ["pending"] * 3

    def test_who_sees_all_and_sends_for_one_shop_sends_that_shops(self, client, parcels):
        own, foreign, _other = parcels
        member = signed_in(client, Role.SUPPORT)
        seller = SellerFactory.create()
        SellerMember.objects.create(seller=seller, user=member)
        Shipment.objects.filter(pk=own.pk).update(seller=seller)

        step = reverse("admin:shipping_shipment_step", args=[foreign.pk, "pack"])
        refused = client.post(step)
        answer = act(client, "pack_all", [own, foreign])

        assert refused.status_code == 403
        told = [str(message) for message in get_messages(answer.wsgi_request)]
        assert [text for text in told if foreign.number in text] == told[-1:]
        assert statuses([own, foreign]) == ["packed", "pending"]


def test_a_carriers_label_that_cannot_be_printed_is_named(client, parcels, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    parcels[1].label.save("label.pdf", ContentFile(b"%PDF-1.7 nonsense"))
    chosen = {f"tracking-{parcel.pk}": "" for parcel in parcels}

    answer = client.post(reverse(PRINT), chosen)

    assert answer.content.startswith(b"%PDF")
    [said] = get_messages(answer.wsgi_request)
    assert parcels[1].number in str(said)
    assert parcels[0].number not in str(said)
