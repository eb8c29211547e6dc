"""Returns in the back office: who sees and answers which, and what the buttons do."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import SellerMember, User
from accounts.permissions import Role
from orders.links import order_link
from orders.models import Order
from payments.services.refunds import approve_refund
from payments.services.send_refunds import complete_refund_by_hand
from returns import services
from returns.models import Return, ReturnReason
from tests.accounts.factories import SellerFactory, UserFactory, signed_in
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import WarehouseFactory, stocked
from tests.orders.factories import new_line
from tests.payouts.factories import goods_of
from tests.returns.factories import approved, arrived, asked, clerk, photo, received, sibling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def of_two_sellers() -> tuple[Return, Return]:
    """A return of each of two sellers, of one order."""
    order = arrived(*(new_line(goods_of(SellerFactory.create())) for _number in range(2)))
    asked(order, {line.pk: 1 for line in order.lines.all()}, notes="Se ve usado")
    first, second = order.returns.order_by("pk")
    return first, second


def member_of(back: Return, client: Client) -> User:
    user = UserFactory.create(is_staff=True)
    SellerMember.objects.create(seller=back.seller, user=user, role="staff")
    client.force_login(user)
    return user


def page(back: Return) -> str:
    return reverse("admin:returns_return_change", args=[back.pk])


def press(client: Client, back: Return, step: str, **typed: Any) -> Any:
    address = reverse("admin:returns_return_step", args=[back.pk, step])
    answer = client.post(address, typed, follow=True)
    back.refresh_from_db()
    return answer


def receipt(client: Client, back: Return, **counts: int) -> dict[str, Any]:
    """What the receipt form sends: so many units of the first line in each condition."""
    line = back.items.get().line
    warehouse = line.seller.warehouses.first()
    return {
        "warehouse": str(warehouse.pk) if warehouse else "",
        **{f"{condition}_{line.pk}": units for condition, units in counts.items()},
    }


def test_a_seller_sees_and_answers_his_own_alone(client: Client) -> None:
    own, other = of_two_sellers()
    member_of(own, client)

    seen = client.get(page(own))
    listed = client.get(reverse("admin:returns_return_changelist"))
    press(client, own, "approve", message="Claro", instructions="Por Olva")
    hidden = [client.get(page(other)), press(client, other, "approve")]

    assert "Se ve usado" in seen.text
    assert own.number in listed.text
    assert other.number not in listed.text
    assert (own.status, other.status) == ("approved", "requested")
    assert other.number not in "".join(answer.text for answer in hidden)


def test_a_seller_receives_into_his_own_warehouse_and_has_no_say_in_the_money(
    client: Client,
) -> None:
    own, other = of_two_sellers()
    member_of(own, client)
    press(client, own, "approve")
    foreign = other.seller.warehouses.get()

    press(client, own, "receive", **{**receipt(client, own, new=1), "warehouse": str(foreign.pk)})
    status_before = own.status
    press(client, own, "receive", **receipt(client, own, new=1))
    refused = press(client, own, "refund")

    assert (status_before, own.status) == ("approved", "received")
    assert refused.status_code == 403
    assert not own.refunds.exists()
    assert own.order.email not in client.get(page(own)).text


def test_a_stranger_sees_no_photo(client: Client) -> None:
    back = asked(arrived(), photos=[photo()])
    address = reverse("admin:returns_return_photo", args=[back.pk, back.photos.get().pk])

    signed_in(client, Role.SUPPORT)
    shown = client.get(address)
    member_of(of_two_sellers()[0], client)
    hidden = client.get(address)

    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert hidden.status_code == 404


def test_staff_take_a_return_to_its_end_by_buttons(client: Client) -> None:
    back = asked(arrived(), 2)
    signed_in(client, Role.SUPPORT)

    press(client, back, "approve", instructions="Por Olva")
    press(client, back, "receive", **receipt(client, back, new=1, damaged=1))
    press(client, back, "refund")

    refund = back.refunds.get()
    text = client.get(page(back)).text
    assert (back.status, refund.amount) == ("received", 200)
    assert refund.number in text
    approve_refund(refund.pk, actor_id=clerk())
    complete_refund_by_hand(refund.pk, reference="OP-1")
    services.finish(refund.pk)
    back.refresh_from_db()
    assert back.status == "refunded"


def test_a_part_is_kept_by_the_button_and_what_was_typed_stays_where_it_is_refused(
    client: Client,
) -> None:
    back = received(arrived(), 1)
    signed_in(client, Role.SUPPORT)

    row = back.items.get().pk

    refused = press(client, back, "refund", **{f"kept-{row}": "20"}).text
    press(client, back, "refund", **{f"kept-{row}": "20.00", f"cause-{row}": "packaging"})

    assert 'value="20"' in refused
    assert back.refunds.get().amount == 80
    assert back.refunds.get().reason.endswith("Sin su empaque")
    assert "Sin su empaque" in back.staff_message


def test_the_warehouse_receives_and_exchanges_and_asks_for_no_money(client: Client) -> None:
    back = received(arrived(), 1)
    signed_in(client, Role.WAREHOUSE)

    html = client.get(page(back)).text

    assert press(client, back, "refund").status_code == 403
    assert press(client, back, "credit").status_code == 403
    assert "100.00" not in html
    assert "/step/exchange/" in html
    assert not back.refunds.exists()


def test_what_does_not_fit_is_exchanged_with_one_click_for_a_size_that_is_there(
    client: Client,
) -> None:
    variant = stocked(9)
    back = received(arrived(new_line(variant, 1)), 1, reason=ReturnReason.WRONG_SIZE)
    other, gone = sibling(variant, 3), VariantFactory.create(product=variant.product)
    signed_in(client, Role.SUPPORT)
    html = client.get(page(back)).text
    found = re.findall(r'name="(variant_\S+)" value="(\S+)"', html)

    press(client, back, "exchange", **dict(found))

    assert [value for _name, value in found] == [str(other.pk)]
    assert html.index("/step/exchange/") < html.index("/step/refund/")
    assert str(gone.pk) not in dict(found).values()
    assert (back.status, back.settlement) == ("refunded", "exchange")


def test_who_receives_goods_keeps_photos_of_them_and_the_customer_sees_them(
    client: Client,
) -> None:
    back = asked(arrived())
    signed_in(client, Role.WAREHOUSE)
    press(client, back, "approve")

    press(client, back, "receive", photos=photo(), **receipt(client, back, new=1))
    press(client, back, "photos", photos=photo("dos.png"))
    for number in range(4):
        press(client, back, "photos", photos=photo(f"{number}.png"))

    assert list(back.photos.values_list("is_by_shop", flat=True)) == [True] * 5
    kept = back.photos.order_by("pk")[0]
    address = order_link(back.order).replace("?", f"return/photos/{kept.pk}.jpg?")
    assert client.get(address).status_code == 200


def test_goods_do_not_come_back_to_where_a_supplier_ships_from(client: Client) -> None:
    back = asked(arrived())
    there = WarehouseFactory.create(seller=back.seller, kind="dropshipping", name="Proveedor")
    signed_in(client, Role.SUPPORT)

    press(client, back, "approve")

    assert str(there) not in client.get(page(back)).text


def test_a_button_that_comes_late_says_why(client: Client) -> None:
    back = received(arrived(), 1)
    signed_in(client, Role.WAREHOUSE)

    answer = press(client, back, "receive", **receipt(client, back, new=1))
    nothing_said = press(client, back, "reject", message="")

    assert "ya se recibió" in answer.text
    assert "por qué" in nothing_said.text
    assert back.status == "received"


def test_a_step_that_is_refused_keeps_what_was_typed(client: Client) -> None:
    back = approved(arrived(), 1)
    signed_in(client, Role.WAREHOUSE)
    typed = receipt(client, back, new=-3, damaged=7) | {"note": "Vino mojado"}

    answer = press(client, back, "receive", **typed)

    assert answer.status_code == 409
    assert "Vino mojado" in answer.text
    assert answer.context["receipt"].errors
    assert answer.context["receipt"].lines[0].damaged.value() == "7"
    assert back.status == "approved"


def test_an_exchange_out_of_stock_is_told_and_the_others_stay(client: Client) -> None:
    variant = stocked(9)
    order = arrived(new_line(variant, 2))
    back = received(order, 2)
    other = sibling(variant, 1)
    signed_in(client, Role.SUPPORT)

    answer = press(client, back, "exchange", **{f"variant_{back.items.get().pk}": str(other.pk)})

    assert f"No hay suficientes unidades de {other.sku}" in answer.text
    assert "Pedir el reembolso" in answer.text


def test_staff_open_a_return_for_a_customer(client: Client) -> None:
    order = arrived()
    signed_in(client, Role.SUPPORT)
    address = reverse("admin:returns_return_open", args=[order.pk])
    form = client.get(address).context["form"]
    line = order.lines.get()

    button = client.get(reverse("admin:orders_order_change", args=[order.pk]))
    client.post(
        address,
        {
            f"units_{line.pk}": 1,
            "reason": "other",
            "wish": "store_credit",
            "form_key": str(form.initial["form_key"]),
        },
    )

    back = Return.objects.get()
    assert address in button.text
    assert back.created_by is not None
    assert back.number in client.get(reverse("admin:orders_order_change", args=[order.pk])).text


def test_who_may_not_add_returns_opens_none(client: Client) -> None:
    order = arrived()
    signed_in(client, Role.FINANCE)

    answer = client.get(reverse("admin:returns_return_open", args=[order.pk]))

    assert answer.status_code == 403
    assert Order.objects.get().returns.count() == 0


def test_mails_are_read_and_sent_again(client: Client) -> None:
    back = approved(arrived(), 1)
    signed_in(client, Role.SUPPORT)
    address = reverse("admin:returns_return_mail", args=[back.pk, "approved"])

    shown, text = client.get(address), client.get(f"{address}?text")
    client.post(reverse("admin:returns_return_resend", args=[back.pk, "approved"]))
    client.post(reverse("admin:returns_return_resend", args=[back.pk, "settled"]))

    assert back.number in shown.text
    assert text.text.startswith(f"Tu devolución {back.number} está aprobada")
    sent = back.order.events.filter(details__contains={"again": True})
    assert [event.details["mail"] for event in sent] == ["return_approved"]


def test_the_list_says_what_waits(client: Client) -> None:
    waiting, on_its_way, here = asked(arrived()), approved(arrived()), received(arrived())
    signed_in(client, Role.SUPPORT)
    listing = reverse("admin:returns_return_changelist")

    found = {
        name: set(client.get(f"{listing}?waiting={name}").context["cl"].queryset)
        for name in ("answer", "arrival", "settlement")
    }

    assert found == {"answer": {waiting}, "arrival": {on_its_way}, "settlement": {here}}
