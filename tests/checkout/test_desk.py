"""The page of a phone order: goods first, the customer from the phone, everything kept."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.permissions import Role
from catalog.models import Variant
from checkout import drafting
from checkout.goods import find_goods
from checkout.known_customers import find_customers, values_of
from checkout.models import Draft
from orders import services as orders
from orders.models import Order
from orders.states import OrderStatus
from payments.models import MethodType, Payment, PaymentMethod
from tests.accounts.factories import UserFactory, signed_in
from tests.catalog.factories import VariantFactory
from tests.checkout.factories import draft_of
from tests.checkout.test_draft_pages import ADD, page_of, typed
from tests.concurrency import at_once
from tests.inventory.factories import stocked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def support(client: Client) -> Client:
    signed_in(client, Role.SUPPORT)
    return client


def bought_before(variant: Variant, **fields: Any) -> Order:
    """A sale to Ana, who lives in Miraflores."""
    draft = draft_of(variant, **fields)
    seen = drafting.page_of(draft).figures.seen
    order = drafting.place(draft.pk, actor_id=UUID(str(draft.made_by_id)), seen=seen)
    orders.confirm(order.pk)
    return order


def press(client: Client, button: str, value: str = "1", **fields: Any) -> Any:
    return client.post(ADD, {"country": "PE", "language": "es"} | fields | {button: value})


def units(answer: Any) -> dict[UUID, int]:
    found: dict[UUID, int] = answer.context["desk"].lines.units
    return found


def test_a_code_adds_its_unit_and_again_one_more(support: Client, variant: Variant) -> None:
    first = press(support, "_look", goods=variant.sku.lower())
    again = press(
        support, "_look", goods=variant.sku, line=str(variant.pk), **{f"units-{variant.pk}": "1"}
    )

    assert units(first) == {variant.pk: 1}
    assert units(again) == {variant.pk: 2}
    assert again.context["desk"].form.data["goods"] == ""
    assert not Draft.objects.exists()


def test_words_offer_a_choice_and_enter_takes_its_first(support: Client, variant: Variant) -> None:
    other = VariantFactory.create(product=variant.product)
    Variant.objects.filter(pk__in=[variant.pk, other.pk]).update(name_es="Silla Lima")

    offered = press(support, "_look", goods="silla lima")
    goods = offered.context["desk"].found.goods
    taken = press(
        support, "_look", goods="silla lima", first=str(goods[0].pk), first_for="silla lima"
    )

    assert {good.pk for good in goods} == {variant.pk, other.pk}
    assert {good.free for good in goods} == {5, 0}
    assert units(offered) == {}
    assert units(taken) == {goods[0].pk: 1}


def test_buttons_change_and_remove_lines_and_keep_what_was_typed(
    support: Client, variant: Variant
) -> None:
    key = str(variant.pk)
    line = {"line": key, f"units-{key}": "2", "email": "ana@", "street": "Av. Larco 1"}

    more, less = press(support, "_more", key, **line), press(support, "_less", key, **line)
    gone = press(support, "_drop", key, **line)

    assert (units(more), units(less), units(gone)) == ({variant.pk: 3}, {variant.pk: 1}, {})
    for answer in (more, less, gone):
        assert answer.context["desk"].form.errors.keys() == {"email"}
        assert "Av. Larco 1" in answer.text


@pytest.mark.parametrize(
    "said", ["987654321", "987 654 321", "+51 987654321", "ana@example.com", "quispe ana"]
)
def test_a_customer_is_found_however_the_caller_says_it(variant: Variant, said: str) -> None:
    order = bought_before(variant)
    UserFactory.create(is_staff=True, first_name="Ana", last_name="Quispe")

    assert [known.pk for known in find_customers(said)] == [order.customer_id]


def test_the_last_order_fills_in_address_document_and_delivery(
    support: Client, variant: Variant
) -> None:
    document = {"document_type": "dni", "document_number": "10117410"}
    bought_before(variant, reference="Puerta azul", **document)

    answer = press(support, "_look", customer="987654321", line=str(variant.pk))

    form = answer.context["desk"].form
    assert not form.errors
    assert (form.cleaned_data["street"], form.cleaned_data["phone"]) == (
        "Av. Larco 123",
        "+51987654321",
    )
    assert form.data["district"] == "Miraflores, Lima, Lima" or form.instance.ubigeo == "150122"
    assert form.cleaned_data["document_number"] == "10117410"
    assert answer.context["sheet"].figures.offer.code == "olva"
    assert answer.context["sheet"].missing == []


def test_an_order_that_nobody_paid_says_nothing_of_a_customer(variant: Variant) -> None:
    order = bought_before(variant)
    Order.objects.filter(pk=order.pk).update(status=OrderStatus.CONFIRMED)
    draft = draft_of(variant, street="Calle Falsa 1")
    seen = drafting.page_of(draft).figures.seen
    drafting.place(draft.pk, actor_id=UUID(str(draft.made_by_id)), seen=seen)

    assert values_of(order.customer_id)["street"] == "Av. Larco 123"


def test_staff_without_the_right_find_no_customers(client: Client, variant: Variant) -> None:
    bought_before(variant)
    user = signed_in(client, Role.SUPPORT)
    group = user.groups.get()
    group.permissions.remove(*group.permissions.filter(codename="view_customeraccount"))

    answer = press(client, "_look", customer="987654321")

    assert answer.context["desk"].form.data.get("email", "") == ""
    assert 'id="customer"' not in answer.text
    assert client.get("/admin/checkout/draft/customers/?customer=987654321").status_code == 403


def test_what_lacks_is_said_at_the_fields(support: Client, variant: Variant) -> None:
    answer = press(support, "_place", line=str(variant.pk), **{f"units-{variant.pk}": "1"})

    errors = answer.context["desk"].form.errors
    assert set(errors) == {"email", "first_name", "phone", "street", "shipping_method_code"}
    assert not Draft.objects.exists()


def test_cash_is_agreed_on_with_the_order(support: Client, variant: Variant) -> None:
    PaymentMethod.objects.create(
        code="cod", name="Contraentrega", type=MethodType.CASH_ON_DELIVERY, gateway="manual"
    )
    draft = draft_of(variant)
    page = support.get(page_of(draft))
    sent = dict(page.context["desk"].form.data.lists()) | {"payment": "cod", "_place": "1"}

    support.post(page_of(draft), sent | {"seen": page.context["sheet"].figures.seen})

    order = Order.objects.get()
    assert (order.payment_method_code, order.collects_on_delivery) == ("cod", True)
    assert Payment.objects.get().method == PaymentMethod.objects.get(code="cod")


def test_what_a_colleague_has_saved_is_not_overwritten(support: Client, variant: Variant) -> None:
    draft = draft_of(variant)
    version = support.get(page_of(draft)).context["version"]
    draft.lines.create(variant=stocked(5), quantity=3)

    answer = support.post(page_of(draft), typed(variant, version=version, _save="1"))

    assert answer.context["desk"].refusal
    assert draft.lines.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one_order(variant: Variant) -> None:
    made_by: User = UserFactory.create(is_staff=True)
    draft = draft_of(variant, made_by=made_by)
    seen = drafting.page_of(draft).figures.seen
    draft.lines.all().delete()
    Draft.objects.filter(pk=draft.pk).delete()

    def press_place() -> UUID:
        order = drafting.save_and_place(
            draft, {variant.pk: 1}, version="", actor_id=UUID(str(made_by.pk)), seen=seen
        )
        return order.pk

    assert len(set(at_once(press_place, times=4))) == 1
    assert Order.objects.count() == 1


def test_finding_goods_costs_the_same_for_one_as_for_many(variant: Variant) -> None:
    for _number in range(6):
        VariantFactory.create(product=variant.product)
    Variant.objects.exclude(pk=variant.pk).update(name_es="Banco")
    Variant.objects.filter(pk=variant.pk).update(name_es="Cama")

    find_goods("cama")
    counts = []
    for text in ("cama", "banco"):
        with CaptureQueriesContext(connection) as queries:
            find_goods(text)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 8
