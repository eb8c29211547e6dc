"""What is done with many parcels at once in the back office."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from accounts.models import SellerMember
from accounts.permissions import Role
from inventory.models import StockLevel
from shipping.models import Shipment
from shipping.services.dispatching import dispatch_one
from tests.accounts.factories import SellerFactory, signed_in
from tests.inventory.factories import WarehouseFactory
from tests.pdf import text_of
from tests.shipping.sales import method, olva, planned, signed_in_seller, spoil

pytestmark = pytest.mark.django_db

PAGE = "admin:shipping_shipment_changelist"
SEND = "admin:shipping_shipment_send_chosen"


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
    "action", ["print_pick_list", "print_slips", "print_labels", "print_label_sheets"]
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
    assert [row.number for row, _field in asked.context["form"].rows()] == [
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

    answer = client.post(
        reverse(SEND), {f"tracking-{parcel.pk}": "" for parcel in (gone, good, short)}
    )

    reasons = dict(answer.context["reasons"])
    assert set(reasons) == {gone, short}
    assert level.variant.sku in reasons[short]
    assert statuses([good, short]) == ["shipped", "pending"]


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
