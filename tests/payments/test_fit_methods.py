"""Which ways to pay an order is offered, and that no other can be had by its name."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from orders.models import AddressKind, Order, OrderAddress
from payments.eligibility import Handover
from payments.exceptions import MethodUnavailable
from payments.models import MethodType, Payment, PaymentMethod
from payments.selectors import methods_for, why_not_offered
from shipping.models import MethodKind, ShippingMethod, Zone
from tests.accounts.factories import UserFactory, sign_in_again
from tests.payments.factories import PaymentMethodFactory, held_order, pay

pytestmark = pytest.mark.django_db

MIRAFLORES = Handover(country="PE", region="Lima", ubigeo="150122", is_pickup=False)
CUSCO = Handover(country="PE", region="Cusco", ubigeo="080101", is_pickup=False)
SHOP = Handover(country="PE", region="Lima", ubigeo="150122", is_pickup=True)


def cash_in_lima(**fields: Any) -> PaymentMethod:
    method = PaymentMethodFactory.create(
        code="cash", name="Efectivo", type=MethodType.CASH_ON_DELIVERY, gateway="manual", **fields
    )
    method.zones.add(Zone.objects.create(name="Lima", country="PE", ubigeo_prefixes=["1501"]))
    return method


def offered(handover: Handover, amount: int = 100) -> list[str]:
    found = methods_for(amount=Decimal(amount), currency="PEN", handover=handover)
    return [method.code for method in found]


def delivered_to(handover: Handover) -> Order:
    """An order that goes there, by a way of delivery that says so."""
    order = held_order()
    kind = MethodKind.PICKUP if handover.is_pickup else MethodKind.DELIVERY
    ShippingMethod.objects.get_or_create(code=str(kind), defaults={"name": kind, "kind": kind})
    Order.objects.filter(pk=order.pk).update(shipping_method_code=str(kind))
    OrderAddress.objects.create(
        order=order,
        kind=AddressKind.SHIPPING,
        recipient="Ana Quispe",
        street="Av. Larco 123",
        city=handover.region,
        region=handover.region,
        country=handover.country,
        ubigeo=handover.ubigeo,
    )
    return order


def test_cash_on_delivery_is_offered_in_its_zones_alone() -> None:
    cash_in_lima()

    assert offered(MIRAFLORES) == ["cash"]
    assert offered(CUSCO) == []
    assert offered(Handover(country="PE")) == ["cash"], "the district is still to be typed"


def test_a_pickup_is_paid_in_the_shop_and_a_delivery_at_the_door() -> None:
    cash_in_lima()
    PaymentMethodFactory.create(code="shop", type=MethodType.PAY_IN_SHOP, gateway="manual")

    assert offered(SHOP) == ["shop"]
    assert offered(MIRAFLORES) == ["cash"]


def test_one_query_reads_the_ways_to_pay_with_their_zones(
    django_assert_num_queries: Any,
) -> None:
    cash_in_lima()

    with django_assert_num_queries(1):
        assert offered(MIRAFLORES) == ["cash"]


@pytest.mark.parametrize(
    ("fields", "handover"),
    [
        ({}, CUSCO),
        ({}, SHOP),
        ({"countries": ["MX"]}, MIRAFLORES),
        ({"currencies": ["USD"]}, MIRAFLORES),
        ({"minimum_amount": Decimal("100.01")}, MIRAFLORES),
        ({"maximum_amount": Decimal("99.99")}, MIRAFLORES),
    ],
    ids=["zone", "pickup", "country", "currency", "too little", "too much"],
)
def test_a_way_to_pay_that_does_not_fit_is_refused_behind_the_form(
    fields: dict[str, Any], handover: Handover
) -> None:
    order = delivered_to(handover)
    method = cash_in_lima(**fields)

    with pytest.raises(MethodUnavailable) as refusal:
        pay(order, method.code)

    facts = {"amount": order.total, "currency": "PEN", "handover": handover}
    assert str(refusal.value) == why_not_offered("cash", **facts)
    assert not Payment.objects.filter(order=order).exists()


def test_a_way_to_pay_that_fits_is_taken() -> None:
    order = delivered_to(MIRAFLORES)

    payment = pay(order, cash_in_lima(maximum_amount=Decimal(100)).code)

    assert payment.amount == order.total


def method_form(**changes: Any) -> dict[str, Any]:
    return {
        "name_es": "Efectivo",
        "name_en": "Cash",
        "code": "cash",
        "type": "cash_on_delivery",
        "gateway": "manual",
        "commission_percent": "0",
        "commission_fixed": "0",
        "hold_minutes": "60",
        "minimum_amount": "0",
        "position": "0",
        "is_active": "on",
    } | changes


@pytest.fixture
def chief(client: Client, settings: Any) -> Client:
    settings.DEMO = True  # asks for no second factor
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    sign_in_again(client)
    return client


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"countries": ["Perú"]}, "countries"),
        ({"currencies": ["SOL"]}, "currencies"),
        ({"gateway": "bank"}, "gateway"),
        ({"gateway": "stripe", "type": "card"}, "gateway"),
        ({"gateway": "stripe"}, "gateway"),
        ({"minimum_amount": "10", "maximum_amount": "9"}, "maximum_amount"),
        ({"hold_minutes": "0"}, "hold_minutes"),
        ({"commission_percent": "101"}, "commission_percent"),
    ],
)
def test_staff_are_told_at_the_field_what_is_wrong(
    chief: Client, changes: dict[str, Any], field: str
) -> None:
    answer = chief.post("/admin/payments/paymentmethod/add/", method_form(**changes))

    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == [field]


def test_staff_limit_a_way_to_pay_to_zones(chief: Client) -> None:
    zone = Zone.objects.create(name="Lima", country="PE", ubigeo_prefixes=["15"])

    answer = chief.post(
        "/admin/payments/paymentmethod/add/",
        method_form(zones=[str(zone.pk)], countries=["PE"], currencies=["PEN"]),
    )

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    method = PaymentMethod.objects.get(code="cash")
    assert (list(method.zones.all()), method.countries) == ([zone], ["PE"])


@pytest.mark.parametrize(
    ("kind", "minutes", "term"),
    [
        (MethodType.CARD, 30, "Tienes 30 minutos para pagar."),
        (MethodType.CASH_VOUCHER, 60, "Tienes 1 hora para pagar."),
        (MethodType.CASH_VOUCHER, 2880, "Tienes 2 días para pagar."),
        (MethodType.BANK_TRANSFER, 300, "Tienes 5 horas para pagar."),
        (MethodType.BANK_TRANSFER, 2880, "Tienes 6 horas para pagar y enviar la constancia."),
        (MethodType.CASH_ON_DELIVERY, 2880, ""),
    ],
)
def test_a_method_says_how_long_one_has_to_pay(kind: MethodType, minutes: int, term: str) -> None:
    assert PaymentMethod(type=kind, hold_minutes=minutes).term == term
