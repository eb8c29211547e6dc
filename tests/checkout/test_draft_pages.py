"""The admin's page of a draft: whose it is, what it keeps, what it refuses, and what it asks."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from post_office.models import Email

from accounts.models import SellerMember
from accounts.permissions import Role
from catalog.models import Variant
from checkout.models import Draft
from orders.models import Order
from outbox.tasks import deliver_due
from payments.models import Payment
from shipping.models import ShippingMethod, ShippingRate, Zone
from tests.accounts.factories import SellerFactory, UserFactory, signed_in
from tests.checkout.factories import draft_of, open_shop
from tests.inventory.factories import WarehouseFactory, stocked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

ADD = "/admin/checkout/draft/add/"


@pytest.fixture
def support(client: Client) -> Client:
    """Somebody of the support, signed in."""
    signed_in(client, Role.SUPPORT)
    return client


def typed(*variants: Variant, **changes: str) -> dict[str, Any]:
    """What the form of a draft sends: nothing but its lines, and these changes."""
    values: dict[str, Any] = {"language": "es", "country": "PE", "discount": "0", "key": ""}
    values["line"] = [str(each.pk) for each in variants]
    values |= {f"units-{each.pk}": "1" for each in variants}
    return values | changes


def page_of(draft: Draft, step: str = "change") -> str:
    return reverse(f"admin:checkout_draft_{step}", args=[draft.pk])


def test_support_notes_what_is_known_and_is_told_what_lacks(
    client: Client, variant: Variant
) -> None:
    user = signed_in(client, Role.SUPPORT)

    response = client.post(ADD, typed(variant, phone="987654321", _save="1"), follow=True)

    draft = Draft.objects.get()
    assert (draft.made_by, draft.phone) == (user, "+51987654321")
    assert response.context["sheet"].missing
    assert response.context["sheet"].figures.basket.total == Decimal("100.00")
    assert "100.00" in response.content.decode()


def test_support_takes_an_order_from_the_chat_to_the_link(
    support: Client, variant: Variant
) -> None:
    changes = {
        "email": "ana@example.com",
        "phone": "987 654 321",
        "first_name": "Ana",
        "last_name": "O'Higgins Ñahui",
        "shipping_method_code": "olva",
        "street": "Av. Larco 123",
        "district": "Miraflores, Lima",
        "document_type": "dni",
        "document_number": "10117410",
        "discount": "5",
        "discount_reason": "Cliente fiel",
    }

    shown = support.post(ADD, typed(variant, **changes))
    seen = shown.context["sheet"].figures.seen
    key = str(shown.context["desk"].draft.pk)
    sent = typed(variant, **changes, key=key, seen=seen, _place="1")
    placed = support.post(ADD, sent, follow=True)
    again = support.post(ADD, sent)

    order = Order.objects.get()
    page = placed.content.decode()
    assert (order.total, order.document_number) == (Decimal("105.00"), "10117410")
    assert f"/checkout/pay/{order.number}/?token=" in page
    assert "https://wa.me/51987654321?text=" in page
    assert again.headers["Location"] == reverse("admin:orders_order_change", args=[order.pk])
    deliver_due()
    assert Email.objects.get().to == ["ana@example.com"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "ana@"),
        ("phone", "12"),
        ("district", "Atlantis"),
        ("first_name", "12345"),
        ("document_number", "1"),
        ("discount", "-1"),
        ("discount", "5"),
        ("country", "XX"),
        ("shipping_method_code", "drone"),
        ("street", "!!!"),
        ("units", "0"),
        ("line", "none"),
        ("line", "01a211a1-803f-7d10-9bef-df99118529ef"),
    ],
)
def test_what_is_wrong_is_refused_and_what_was_typed_is_kept(
    support: Client, variant: Variant, field: str, value: str
) -> None:
    changes = {"document_type": "dni", "document_number": "10117410", "reference": "Puerta azul"}
    name = f"units-{variant.pk}" if field == "units" else field

    response = support.post(ADD, typed(variant, **changes | {name: value}, _save="1"))

    assert response.status_code == 200
    assert response.context["desk"].form.errors or response.context["desk"].lines.errors
    assert "errorlist" in response.text or 'class="bad"' in response.text
    assert "Puerta azul" in response.content.decode()
    assert not Draft.objects.exists()


def test_another_country_asks_for_its_own_address(client: Client, variant: Variant) -> None:
    zone = Zone.objects.create(name="Chile", country="CL")
    ShippingRate.objects.create(method=ShippingMethod.objects.get(), zone=zone, price=Decimal(50))
    signed_in(client, Role.SUPPORT)
    draft = draft_of(variant)
    place = {"country": "CL", "city": "Santiago", "region": "Metropolitana de Santiago"}
    units = {f"units-{variant.pk}": "2"}

    saved = client.post(page_of(draft), typed(variant, **place, **units, _save="1"))

    assert saved.status_code == 302, saved.context["desk"].form.errors
    draft.refresh_from_db()
    assert (draft.country, draft.city, draft.ubigeo) == ("CL", "Santiago", "")
    assert draft.lines.get().quantity == 2


@pytest.mark.parametrize("role", [Role.WAREHOUSE, Role.FINANCE, Role.CATALOGUE])
def test_other_roles_get_to_no_draft(client: Client, variant: Variant, role: Role) -> None:
    draft = draft_of(variant)
    signed_in(client, role)

    refused(client, draft)


def test_a_seller_gets_to_no_draft(client: Client, variant: Variant) -> None:
    member = UserFactory.create(is_staff=True)
    SellerMember.objects.create(seller=SellerFactory.create(), user=member, role="owner")
    client.force_login(member)

    refused(client, draft_of(variant))


def refused(client: Client, draft: Draft) -> None:
    answers = [client.get(ADD), client.get(page_of(draft)), client.post(ADD, typed())]
    answers += [client.post(page_of(draft, step)) for step in ("change", "discard")]
    assert {answer.status_code for answer in answers} == {403}
    assert not Order.objects.exists()


def test_a_customer_is_asked_to_sign_in_as_staff(client: Client, variant: Variant) -> None:
    draft = draft_of(variant)
    client.force_login(UserFactory.create())

    for answer in (client.get(page_of(draft)), client.post(page_of(draft), {"_place": "1"})):
        assert answer.status_code == 302
        assert "login" in answer.headers["Location"]
    assert not Order.objects.exists()


def place(client: Client, draft: Draft) -> Any:
    """Press "place" on the page of a saved draft, as it is."""
    page = client.get(page_of(draft))
    sent = dict(page.context["desk"].form.data.lists())
    sent |= {"version": page.context["version"], "seen": page.context["sheet"].figures.seen}
    return client.post(page_of(draft), sent | {"_place": "1"}, follow=True)


def test_a_placed_draft_is_read_and_not_changed(support: Client, variant: Variant) -> None:
    draft = draft_of(variant)
    place(support, draft)

    page = support.get(page_of(draft))
    changed = support.post(page_of(draft), typed(email="other@example.com", _save="1"))

    assert page.status_code == 200
    assert Order.objects.get().number in page.content.decode()
    assert changed.headers["Location"] == page_of(draft)
    draft.refresh_from_db()
    assert draft.email == "ana@example.com"


def test_a_discarded_draft_is_closed(support: Client, variant: Variant) -> None:
    draft = draft_of(variant)

    support.post(page_of(draft, "discard"))
    answer = support.post(page_of(draft), {"seen": "{}", "_place": "1"}, follow=True)

    assert list(answer.context["messages"])
    assert not Order.objects.exists()


def test_twenty_lines_ask_the_database_as_often_as_two(client: Client) -> None:
    open_shop()
    signed_in(client, Role.SUPPORT)
    warehouse = WarehouseFactory.create()
    few = draft_of(*(stocked(5, warehouse=warehouse) for _ in range(2)))
    many = draft_of(*(stocked(5, warehouse=warehouse) for _ in range(50)))
    client.get(page_of(few))

    counts = []
    for draft in (few, many):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page_of(draft)).status_code == 200
        counts.append(len(queries))

    assert abs(counts[0] - counts[1]) <= 2
    assert max(counts) <= 35


def test_the_page_speaks_both_languages(support: Client, variant: Variant) -> None:
    draft = draft_of(variant, email="")

    spanish = support.get(page_of(draft)).content.decode()
    english = support.get(f"/en{page_of(draft)}").content.decode()

    assert "Falta el correo electrónico." in spanish
    assert "The e-mail address is missing." in english


def test_the_link_is_sent_again_by_mail(support: Client, variant: Variant) -> None:
    draft = draft_of(variant)
    place(support, draft)
    order = Order.objects.get()

    support.post(reverse("admin:orders_order_resend", args=[order.pk, "payment_link"]))

    assert Email.objects.filter(to="ana@example.com").count() == 1
    assert not Payment.objects.exists()
