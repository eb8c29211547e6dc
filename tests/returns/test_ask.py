"""Asking to send something back: which units, until when, by whom, and with which photos."""

from datetime import timedelta
from typing import Any

import pytest
from constance.test import override_config
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from core.ids import uuid7
from core.web.forms import CHOOSE_AGAIN
from orders.links import order_link
from orders.models import Order, OrderEventKind
from returns import services
from returns.exceptions import ReturnRefused
from returns.models import Return, ReturnPhoto, ReturnReason
from returns.services import Wanted
from returns.states import Settlement
from shipping.models import Shipment
from tests.accounts.factories import SellerFactory, UserFactory
from tests.concurrency import winners
from tests.core.web.test_uploads import bomb
from tests.inventory.factories import stocked
from tests.orders.factories import new_line, place
from tests.payouts.factories import goods_of
from tests.returns.factories import approved, arrived, asked, photo, received, sibling

pytestmark = pytest.mark.django_db


def first_line(order: Order) -> Any:
    return order.lines.order_by("position")[0]


def send(client: Client, order: Order, **values: Any) -> Any:
    """Fill in the form of the signed link."""
    address = order_link(order).replace("?", "return/?")
    page = client.get(address)
    line = first_line(order)
    typed = {
        f"units_{line.pk}": 1,
        "reason": "damaged",
        "wish": "refund",
        "notes": "La pata está rota",
        "form_key": str(page.context["form"].initial["form_key"]),
        **values,
    }
    return client.post(address, typed, follow=True)


def test_a_shopper_asks_by_the_link_and_sees_it_on_the_order(client: Client) -> None:
    order = arrived()

    page = send(client, order, photos=[photo()])

    back = Return.objects.get()
    assert (back.status, back.reason, back.notes) == ("requested", "damaged", "La pata está rota")
    assert back.number.startswith("DEV-")
    assert back.number in page.text
    assert order.events.filter(kind=OrderEventKind.RETURN_REQUESTED, note=back.number).exists()


def test_who_sees_the_order_sees_its_photos_and_nobody_else(client: Client) -> None:
    order = arrived()
    send(client, order, photos=[photo()])
    kept = ReturnPhoto.objects.get()
    address = order_link(order).replace("?", f"return/photos/{kept.pk}.jpg?")

    shown = client.get(address)
    stranger = client.get(address.split("?")[0])
    other = client.get(order_link(arrived()).replace("?", f"return/photos/{kept.pk}.jpg?"))

    assert shown["Content-Type"] == "image/jpeg"
    with kept.picture.open() as file, Image.open(file) as opened:
        assert opened.format == "JPEG"
    assert (stranger.status_code, other.status_code) == (404, 404)


def test_who_must_choose_again_is_told_that_photos_are_not_kept(client: Client) -> None:
    order = arrived()

    page = send(client, order, photos=[photo()], reason="")
    bare = send(client, order, reason="")

    assert page.context["form"].errors["photos"] == [str(CHOOSE_AGAIN)]
    assert "Elige tus fotos de nuevo" in page.text
    assert bare.context["form"].errors.keys() == {"reason"}


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(lambda: [b"<svg/onload=alert(1)>"], id="no picture"),
        pytest.param(lambda: [bomb().read()], id="bomb"),
        pytest.param(lambda: [photo().read() + b"\0" * (8 * 1024 * 1024)], id="too large"),
        pytest.param(lambda: [photo().read()] * 6, id="too many"),
    ],
)
def test_what_is_no_photo_is_refused_at_its_field_and_the_rest_stays(
    client: Client, files: Any
) -> None:
    order = arrived()
    sent = [SimpleUploadedFile(f"{number}.png", data) for number, data in enumerate(files())]

    page = send(client, order, photos=sent)

    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {"photos"}
    assert "La pata está rota" in page.text
    assert 'value="1" selected' in page.text
    assert not Return.objects.exists()


def test_more_than_arrived_is_refused_at_the_line(client: Client) -> None:
    order = arrived()

    page = send(client, order, **{f"units_{first_line(order).pk}": 3})

    assert page.context["form"].errors.keys() == {f"units_{first_line(order).pk}"}
    assert not Return.objects.exists()


def test_nothing_chosen_is_asked_about(client: Client) -> None:
    order = arrived()

    page = send(client, order, **{f"units_{first_line(order).pk}": 0, "reason": ""})

    assert page.context["form"].errors.keys() == {"__all__", "reason"}


def test_what_is_asked_for_or_never_arrived_cannot_be_asked_for() -> None:
    order = arrived()
    asked(order, 2)

    with pytest.raises(ReturnRefused):
        asked(order, 1)
    with pytest.raises(ReturnRefused):
        asked(place(), 1)


def test_what_was_rejected_may_be_asked_for_again() -> None:
    order = arrived()
    services.reject(asked(order, 2).pk, actor_id=UserFactory.create().pk, message="No")

    assert asked(order, 2).status == "requested"


def test_the_time_counts_from_the_delivery_and_staff_may_be_kind(client: Client) -> None:
    order = arrived()
    Shipment.objects.update(delivered_at=timezone.now() - timedelta(days=31))

    with pytest.raises(ReturnRefused):
        asked(order, 1)
    page = client.get(order_link(order).replace("?", "return/?"))
    by_staff = asked(order, 1, by_staff=True)

    assert '<form class="stack return-form"' not in page.text
    assert by_staff.status == "requested"


def test_no_days_means_no_returns() -> None:
    order = arrived()

    with override_config(RETURN_DAYS=0), pytest.raises(ReturnRefused):
        asked(order, 1)


def test_each_seller_has_a_return_of_his_own() -> None:
    sellers = [SellerFactory.create(), SellerFactory.create()]
    order = arrived(*(new_line(goods_of(seller)) for seller in sellers))

    asked(order, {line.pk: 1 for line in order.lines.all()})

    assert {back.seller for back in Return.objects.all()} == set(sellers)
    assert all(back.items.get().line.seller_id == back.seller_id for back in Return.objects.all())


def test_a_form_that_is_sent_twice_asks_once() -> None:
    order = arrived()
    key = uuid7()

    first, second = (asked(order, 1, form_key=key) for _time in range(2))

    assert first == second
    assert Return.objects.count() == 1


def test_an_exchange_names_another_variant_of_the_product(client: Client) -> None:
    variant = stocked(9)
    order = arrived(new_line(variant, 2))
    other = sibling(variant)
    dearer = sibling(variant, price_modifier=50)
    line = first_line(order)

    without = send(client, order, wish="exchange")
    too_dear = send(client, order, wish="exchange", **{f"exchange_{line.pk}": str(dearer.pk)})
    send(client, order, wish="exchange", **{f"exchange_{line.pk}": str(other.pk)})

    assert without.context["form"].errors.keys() == {f"exchange_{line.pk}"}
    assert too_dear.context["form"].errors.keys() == {f"exchange_{line.pk}"}
    back = Return.objects.get()
    assert (back.wish, back.items.get().exchange_for) == (Settlement.EXCHANGE, other)


def test_another_customer_does_not_find_the_form(client: Client) -> None:
    order = arrived()
    client.force_login(UserFactory.create())

    assert client.get(f"/orders/{order.number}/return/").status_code == 404


def test_the_owner_needs_no_link(client: Client) -> None:
    order = arrived()
    client.force_login(order.customer)

    page = client.get(f"/orders/{order.number}/return/")

    assert page.status_code == 200
    assert first_line(order).name in page.text


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_for_the_last_units_get_them_once() -> None:
    order = arrived()
    wanted = Wanted(quantities={first_line(order).pk: 2}, reason=ReturnReason.OTHER)

    assert (
        winners(lambda: services.ask(order.pk, wanted, actor_id=None), refusal=ReturnRefused) == 1
    )


class TestKeeping:
    def keep(self, client: Client, order: Order, back: Return) -> Any:
        address = order_link(order).replace("?", f"return/{back.pk}/withdraw/?")
        return client.post(address, follow=True)

    @pytest.mark.parametrize("make", [asked, approved])
    def test_the_customer_keeps_what_is_not_here_yet_and_may_ask_again(
        self, client: Client, make: Any
    ) -> None:
        order = arrived()
        back = make(order, 2)

        page = self.keep(client, order, back)

        back.refresh_from_db()
        assert back.status == "withdrawn"
        assert "withdraw" not in page.content.decode()
        assert asked(order, 2).status == "requested"

    def test_what_is_here_already_is_settled_instead(self, client: Client) -> None:
        order = arrived()
        back = received(order)

        page = self.keep(client, order, back)

        back.refresh_from_db()
        assert back.status == "received"
        assert "ya no se puede" in page.content.decode()

    def test_nobody_takes_anothers_return_back(self, client: Client) -> None:
        mine, other = arrived(), arrived()
        back = asked(other)

        page = self.keep(client, mine, back)

        back.refresh_from_db()
        assert (page.status_code, back.status) == (404, "requested")
