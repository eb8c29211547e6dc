"""Staff look at the shop as a customer: written down, for half an hour, and only look."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import get_resolver, reverse
from django.utils import timezone
from post_office.models import Email

from accounts.models import Impersonation, KnownDevice, SellerMember
from accounts.permissions import Role
from core.ids import uuid7
from tests.accounts.factories import SellerFactory, UserFactory, signed_in, staff_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
ORDERS = "storefront:account-orders"


@pytest.fixture
def clerk(client):
    return signed_in(client, Role.SUPPORT)


def look(client, user, reason="no ve su pedido"):
    return client.post(
        reverse("admin:accounts_customeraccount_view_as", args=[user.pk]), {"reason": reason}
    )


def viewer(client):
    return client.get(reverse(ORDERS)).context["user"]


def test_a_colleague_sees_what_the_customer_sees_until_he_stops(clerk, client):
    customer = UserFactory.create()
    devices, mails = KnownDevice.objects.count(), Email.objects.count()

    begun = look(client, customer)
    page = client.get(reverse(ORDERS))
    ended = client.post(reverse("storefront:viewing-as-end"))

    assert begun["Location"] == reverse(ORDERS)
    assert page.context["user"] == customer
    assert customer.email in page.text
    assert reverse("storefront:viewing-as-end") in page.text
    assert ended["Location"] == reverse("admin:accounts_customeraccount_change", args=[customer.pk])
    assert viewer(client) == clerk
    row = Impersonation.objects.get()
    assert (row.staff, row.customer, row.reason) == (clerk, customer, "no ve su pedido")
    assert row.ended_at is not None
    assert (KnownDevice.objects.count(), Email.objects.count()) == (devices, mails)


def test_public_pages_are_the_same_bytes_and_the_fragment_tells(clerk, client):
    customer = UserFactory.create()
    before = client.get("/").content

    look(client, customer)

    assert client.get("/").content == before
    assert customer.email in client.get(reverse("storefront:me")).text


def test_whoever_looks_changes_nothing_and_sees_no_keys(clerk, client):
    customer = UserFactory.create(first_name="Ana")
    look(client, customer)

    posts = {
        client.post(reverse(name)).status_code
        for name in (
            "storefront:account-profile",
            "storefront:account-address-new",
            "account_change_password",
            "account_email",
            "account_logout",
        )
    }
    pages = {
        client.get(reverse(name)).status_code
        for name in ("cart:page", "account_change_password", "mfa_index", "account_email")
    }

    assert (posts, pages) == ({403}, {403})
    assert client.get(reverse("admin:index")).status_code in (302, 403)
    assert viewer(client) == customer


def test_it_ends_after_half_an_hour(clerk, client, monkeypatch):
    look(client, UserFactory.create())
    later = timezone.now() + timedelta(minutes=31)

    monkeypatch.setattr(timezone, "now", lambda: later)

    assert viewer(client) == clerk
    row = Impersonation.objects.get()
    assert row.ended_at == row.expires_at


def test_it_ends_with_the_right_to_it(clerk, client):
    look(client, UserFactory.create())

    clerk.groups.clear()

    assert viewer(client) == clerk


def test_nobody_looks_as_somebody_with_rights_or_without_a_reason(clerk, client):
    seller = UserFactory.create()
    SellerMember.objects.create(user=seller, seller=SellerFactory.create())
    role = UserFactory.create()
    role.groups.set(staff_with(Role.WAREHOUSE).groups.all())
    others = [
        staff_with(Role.WAREHOUSE),
        UserFactory.create(is_superuser=True),
        UserFactory.create(is_active=False),
        seller,
        role,
    ]

    for user in others:
        look(client, user)
    look(client, UserFactory.create(), reason="  ")

    assert not Impersonation.objects.exists()
    assert viewer(client) == clerk


def test_roles_without_the_right_are_refused(client):
    signed_in(client, Role.WAREHOUSE)

    assert look(client, UserFactory.create()).status_code == 403


def test_a_look_is_never_rewritten(clerk):
    customer = UserFactory.create()
    row = Impersonation.objects.create(
        staff=clerk, customer=customer, reason="x", expires_at=timezone.now()
    )
    rows = Impersonation.objects.filter(pk=row.pk)

    for change in (rows.delete, lambda: rows.update(reason="y")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    rows.update(ended_at=timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(ended_at=None)


def test_of_the_account_only_what_support_needs_is_open(clerk, client):
    look(client, UserFactory.create())
    patterns = [each for each in walked(get_resolver()) if each.startswith("account/")]

    answers = {route: client.get("/" + filled(route)).status_code for route in patterns}

    is_open = {route for route, status in answers.items() if status != 403}
    assert is_open == {
        "account/",
        *(f"account/{name}/" for name in ("orders", "wishlist", "reviews", "credit", "profile")),
        *("account/addresses/", "account/addresses/new/", "account/addresses/<uuid:address_id>/"),
    }
    assert "account/sessions/" in answers
    assert len(answers) > 30


def walked(resolver, before=""):
    """The routes of all addresses, without the language before them."""
    for each in resolver.url_patterns:
        route = before + str(each.pattern).removeprefix("^")
        yield from walked(each, route) if hasattr(each, "url_patterns") else [route]


def filled(route):
    """The route with something in each gap."""
    for kind, value in {"uuid": str(uuid7()), "int": "1", "str": "a", "slug": "a"}.items():
        route = re.sub(rf"<{kind}:\w+>", value, route)
    return re.sub(r"\(\?P<\w+>[^/]*?\+\)|<\w+>", "a", route).rstrip("$")
