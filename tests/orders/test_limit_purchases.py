"""The limit per customer: counted over every name that one person orders by, and over no other."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import BundleComponent, ProductKind, Variant
from orders import purchase_limits, services
from orders.buyer_fingerprint import Buyer, fingerprint_of
from orders.exceptions import DetailsRefused, LimitReached
from orders.models import Order
from orders.new_orders import NewAddress
from orders.states import OrderStatus
from tests.accounts.factories import UserFactory
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import stocked
from tests.orders.factories import new_line, place

pytestmark = pytest.mark.django_db
HOME = NewAddress(recipient="Ana", street="Av. Larco 101", city="Lima", district="Miraflores")
ANA: dict[str, Any] = {
    "email": "ana@example.com",
    "phone": "+51987654321",
    "document_number": "45678912",
    "addresses": (HOME,),
    "by_guest": True,
}
STRANGER: dict[str, Any] = {
    "email": "luz@example.com",
    "phone": "+51911111111",
    "document": "99999999",
    "address": NewAddress(recipient="Luz", street="Av. Larco 102", city="Lima"),
}


@pytest.fixture
def variant() -> Variant:
    """Two units for each customer."""
    found = stocked(50)
    found.product.purchase_limit = 2
    found.product.save(update_fields=["purchase_limit"])
    return found


def check(variant: Variant, quantity: int, **marks: Any) -> None:
    """Ask for a guest at the same place whose account is new."""
    known = fingerprint_of(**{**STRANGER, **marks})
    buyer = Buyer(customer_id=UserFactory.create().pk, marks=known, is_guest=True)
    purchase_limits.check(
        buyer, {variant.pk: quantity}, {variant.pk: variant}, [variant.product_id]
    )


@pytest.mark.parametrize(
    "mark",
    [
        {"email": "ANA+drop@Example.com"},
        {"phone": "+51 987 654 321"},
        {"document": "4567-8912"},
        {
            "address": NewAddress(
                recipient="Otra", street="AVENIDA LARCO Nº 101", city="LIMA", district="Miraflores"
            )
        },
    ],
    ids=lambda mark: next(iter(mark)),
)
def test_the_same_person_by_another_name_gets_no_more(
    variant: Variant, mark: dict[str, Any]
) -> None:
    place(new_line(variant, 2), **ANA)

    with pytest.raises(DetailsRefused):
        check(variant, 1, **mark)


@pytest.mark.parametrize(
    ("email", "is_the_same"),
    [
        ("ana.quispe@gmail.com", True),
        ("An.a.Quispe+2@googlemail.com", True),
        ("anaquispe@example.com", False),
        ("ana.quispe@hotmail.com", False),
    ],
)
def test_dots_make_a_new_customer_only_where_they_lead_to_another_box(
    variant: Variant, email: str, *, is_the_same: bool
) -> None:
    place(new_line(variant, 2), email="anaquispe@gmail.com", addresses=())

    try:
        check(variant, 1, email=email)
    except DetailsRefused:
        was_known = True
    else:
        was_known = False

    assert was_known is is_the_same


def test_the_account_is_known_whatever_is_typed(variant: Variant) -> None:
    ana = UserFactory.create()
    place(new_line(variant, 2), customer=ana)
    buyer = Buyer(customer_id=ana.pk, marks=fingerprint_of(**STRANGER))

    with pytest.raises(LimitReached):
        purchase_limits.check(buyer, {variant.pk: 1}, {variant.pk: variant}, [variant.product_id])


def test_somebody_else_is_not_hit_and_nothing_is_shared_by_saying_nothing(
    variant: Variant,
) -> None:
    place(new_line(variant, 2), **ANA)
    place(new_line(variant, 2), **{**ANA, "phone": "", "document_number": "", "addresses": ()})

    check(variant, 2)
    check(variant, 2, phone="", document="", address=None)


@pytest.mark.parametrize("end", [services.expire, None])
def test_an_order_that_is_over_does_not_count(variant: Variant, end: Any) -> None:
    order = place(new_line(variant, 2), **ANA, expires_at=timezone.now() - timedelta(minutes=1))
    if end:
        end(order.pk)
    else:
        services.cancel(order.pk, actor_id=None, reason="x")

    check(variant, 2, email=ANA["email"])


def test_units_of_unpaid_orders_count_as_held(variant: Variant) -> None:
    variant.product.purchase_limit = 100
    variant.product.save(update_fields=["purchase_limit"])
    place(new_line(variant, 15), **ANA)

    check(variant, 5, phone=ANA["phone"])
    with pytest.raises(DetailsRefused):
        check(variant, 6, phone=ANA["phone"])


def test_late_money_is_refused_where_the_customer_has_bought_again(variant: Variant) -> None:
    late = place(new_line(variant, 2), **ANA)
    services.expire(late.pk)
    place(new_line(variant, 1), **{**ANA, "email": "ana+2@example.com"})

    with pytest.raises(LimitReached):
        services.mark_paid(late.pk)

    assert Order.objects.get(pk=late.pk).status == OrderStatus.EXPIRED


def test_late_money_revives_an_order_within_the_limit(variant: Variant) -> None:
    late = place(new_line(variant, 2), **ANA)
    services.expire(late.pk)
    place(new_line(variant, 2), email="luz@example.com", addresses=())

    services.mark_paid(late.pk)

    assert Order.objects.get(pk=late.pk).status == OrderStatus.CONFIRMED


def test_asking_costs_one_query(variant: Variant) -> None:
    place(new_line(variant, 1), **ANA)
    buyer = Buyer(customer_id=UserFactory.create().pk, marks=fingerprint_of(email=ANA["email"]))

    with CaptureQueriesContext(connection) as queries:
        purchase_limits.check(buyer, {variant.pk: 1}, {variant.pk: variant}, [variant.product_id])

    assert len([query for query in queries if "orders_order" in query["sql"]]) == 1


def bundle_of(variant: Variant, units: int) -> Variant:
    """One line in the shop that takes so many of the variant from the shelf."""
    bundle: Variant = VariantFactory.create(product__kind=ProductKind.BUNDLE)
    BundleComponent.objects.create(bundle=bundle.product, variant=variant, quantity=units)
    return bundle


def test_a_bundle_counts_as_what_is_in_it(variant: Variant) -> None:
    bundle = bundle_of(variant, 2)
    members = {each.pk: each for each in (variant, bundle)}

    def ask(**units: int) -> None:
        wanted = {members[key].pk: n for key, n in zip(members, units.values(), strict=True)}
        purchase_limits.check(None, wanted, members, [each.product_id for each in members.values()])

    ask(alone=0, bundled=1)
    ask(alone=2, bundled=0)
    for alone, bundled in [(1, 1), (0, 2)]:
        with pytest.raises(LimitReached, match=variant.product.name):
            ask(alone=alone, bundled=bundled)


def test_a_bundle_has_a_limit_of_its_own_too(variant: Variant) -> None:
    variant.product.purchase_limit = 100
    variant.product.save(update_fields=["purchase_limit"])
    bundle = bundle_of(variant, 1)
    bundle.product.purchase_limit = 1
    bundle.product.save(update_fields=["purchase_limit"])

    with pytest.raises(LimitReached, match=bundle.product.name):
        purchase_limits.check(None, {bundle.pk: 2}, {bundle.pk: bundle}, [bundle.product_id])


def test_a_bundle_that_was_ordered_leaves_less_of_what_is_in_it(variant: Variant) -> None:
    bundle = bundle_of(variant, 2)
    place(new_line(bundle, 1), **ANA)

    check(variant, 2)
    with pytest.raises(DetailsRefused):
        check(variant, 1, email=ANA["email"])


def test_what_was_ordered_alone_leaves_no_bundle_with_it(variant: Variant) -> None:
    bundle = bundle_of(variant, 2)
    place(new_line(variant, 1), **ANA)

    check(bundle, 1)
    with pytest.raises(DetailsRefused):
        check(bundle, 1, phone=ANA["phone"])


def test_late_money_for_a_bundle_is_refused_where_its_things_were_bought_again(
    variant: Variant,
) -> None:
    late = place(new_line(bundle_of(variant, 2), 1), **ANA)
    services.expire(late.pk)
    place(new_line(variant, 1), **ANA)

    with pytest.raises(LimitReached, match=variant.product.name):
        services.mark_paid(late.pk)


def test_units_in_bundles_are_held_like_others(variant: Variant) -> None:
    variant.product.purchase_limit = 100
    variant.product.save(update_fields=["purchase_limit"])
    place(new_line(bundle_of(variant, 5), 3), **ANA)

    check(variant, 5, email=ANA["email"])
    with pytest.raises(DetailsRefused):
        check(variant, 6, email=ANA["email"])
