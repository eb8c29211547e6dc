"""Two carts become one, by any hand."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from cart.merging import merge
from cart.models import Cart, CartStatus
from cart.store import LineKey, StoredCart, StoredLine
from inventory.models import Reservation
from tests.accounts.factories import UserFactory
from tests.inventory.factories import stocked

NOW = datetime(2026, 1, 1, tzinfo=UTC)
VARIANTS = [UUID(int=number) for number in range(1, 7)]
# Two variants of each product.
PRODUCT_OF = {variant: UUID(int=100 + number // 2) for number, variant in enumerate(VARIANTS)}

keys = st.builds(LineKey, st.sampled_from(VARIANTS), st.sampled_from(["", "kit"]))
carts = st.builds(
    StoredCart,
    st.dictionaries(keys, st.builds(StoredLine, st.integers(1, 20), st.just(NOW))),
    st.sampled_from(["", "HOLA"]),
)
caps = st.dictionaries(st.sampled_from(sorted(set(PRODUCT_OF.values()))), st.integers(0, 30))


def units(cart: StoredCart) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    for key, line in cart.lines.items():
        product = PRODUCT_OF[key.variant_id]
        found[product] = found.get(product, 0) + line.quantity
    return found


@given(ours=carts, theirs=carts, limits=caps)
def test_merging_adds_up_and_never_passes_a_limit(
    ours: StoredCart, theirs: StoredCart, limits: dict[UUID, int]
) -> None:
    joined, capped = merge(ours, theirs, PRODUCT_OF, limits)

    before, added, after = units(ours), units(theirs), units(joined)
    for product in before.keys() | added.keys():
        wanted = before.get(product, 0) + added.get(product, 0)
        allowed = max(before.get(product, 0), min(wanted, limits.get(product, wanted)))
        assert after.get(product, 0) == allowed
        assert (product in capped) == (allowed < wanted)
    assert all(joined.quantity(key) >= line.quantity for key, line in ours.lines.items())
    assert all(line.quantity > 0 for line in joined.lines.values())
    assert joined.coupon == (ours.coupon or theirs.coupon)


@given(cart=carts)
def test_an_empty_cart_changes_nothing(cart: StoredCart) -> None:
    joined, capped = merge(cart, StoredCart(), PRODUCT_OF, {})

    assert joined == cart
    assert not capped


@pytest.mark.django_db
def test_signing_in_joins_the_visitors_cart_with_the_accounts() -> None:
    user = UserFactory.create()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    sofa, lamp = stocked(5), stocked(5)
    at_home, on_the_way = Client(), Client()
    at_home.force_login(user)
    at_home.post("/cart/add/", {"variant": sofa.sku, "quantity": "1"})
    on_the_way.post("/cart/add/", {"variant": sofa.sku, "quantity": "2"})
    on_the_way.post("/cart/add/", {"variant": lamp.sku, "quantity": "1"})

    on_the_way.post("/account/login/", {"login": user.email, "password": "una clave bien larga 9"})

    cart = on_the_way.get("/cart/", headers={"Accept": "application/json"}).json()
    assert {line["sku"]: line["quantity"] for line in cart["lines"]} == {sofa.sku: 3, lamp.sku: 1}
    assert Cart.objects.filter(user=user, status=CartStatus.ACTIVE).count() == 1
    held = Reservation.objects.active().values_list("variant__sku", "quantity")
    assert sum(quantity for sku, quantity in held if sku == sofa.sku) == 3


@pytest.mark.django_db
def test_signing_out_leaves_no_cart_to_who_comes_next() -> None:
    user = UserFactory.create()
    sofa = stocked(5)
    browser = Client()
    browser.force_login(user)
    browser.post("/cart/add/", {"variant": sofa.sku, "quantity": "1"})

    browser.post("/account/logout/")

    assert browser.get("/cart/", headers={"Accept": "application/json"}).json()["count"] == 0
    assert Cart.objects.filter(user=user, status=CartStatus.ACTIVE).exists()
