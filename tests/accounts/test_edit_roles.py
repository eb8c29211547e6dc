"""Roles as a shop writes them: boxes to tick, and never beyond the writer's own rights."""

import re

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts import roles
from accounts.exceptions import BeyondOwnRights
from accounts.permissions import ROLE_PERMISSIONS, Role
from tests.accounts.factories import UserFactory, signed_in, staff_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


@pytest.fixture
def administrator(client):
    return signed_in(client, Role.ADMINISTRATOR)


def group_of(role):
    return Group.objects.get(name=role)


def page_of(group):
    return reverse("admin:auth_group_change", args=[group.pk])


def ticks(rights):
    """The boxes up to each mode."""
    modes = ["r", "ra", "rw", "rwd"]
    return {
        f"rights-{place}": modes[: modes.index(mode) + 1] for place, mode in rights.items() if mode
    }


def save(client, group, **changed):
    """Post the form as a browser would, with these changes: "." in a place is written "__"."""
    form = client.get(page_of(group)).context["adminform"].form
    places = form.initial["rights"] | {
        place.replace("__", "."): mode for place, mode in changed.items()
    }
    return client.post(page_of(group), {"name": group.name, "rights": "boxes"} | ticks(places))


def test_a_role_of_the_shops_own_is_ticked_and_counts_at_once(administrator, client):
    clerk = UserFactory.create(is_staff=True)
    rights = {"orders": "r", "payments": "r", "payments.refund": "ra", "catalog": "rw"}

    client.post(
        reverse("admin:auth_group_add"), {"name": "tienda", "rights": "boxes"} | ticks(rights)
    )
    group = group_of("tienda")
    assert roles.rights_of(group) == rights
    clerk.groups.set([group])
    client.force_login(clerk)
    seen = client.get(reverse("admin:orders_order_changelist")).status_code
    roles.give(group, {"catalog": "rw"}, by=administrator)

    assert seen == 200
    assert client.get(reverse("admin:orders_order_changelist")).status_code == 403
    assert client.get(reverse("admin:catalog_brand_add")).status_code == 200


def test_the_form_says_in_words_what_the_role_may_do(administrator, client):
    page = client.get(page_of(group_of(Role.SUPPORT))).text

    assert 'aria-label="Pedidos: cambiar" checked' in page
    assert 'aria-label="Pedidos: borrar" checked' not in page
    assert 'aria-label="Pagos: agregar" checked' not in page
    assert 'aria-label="Reembolsos: agregar" checked' in page
    assert "payments.refund" not in re.sub(r'name="[^"]*"', "", page)
    assert "textarea" not in page


def test_a_table_may_have_less_than_its_area(administrator):
    group = Group.objects.create(name="tienda")
    rights = {"catalog": "rw", "catalog.brand": "", "orders.order": "r"}

    roles.give(group, rights, by=administrator)

    assert roles.rights_of(group) == rights


def test_an_area_counts_for_its_tables_and_for_no_other(administrator, client):
    response = save(client, group_of(Role.SUPPORT), payments="", orders="r")

    assert response.status_code == 302
    wanted = dict(ROLE_PERMISSIONS[Role.SUPPORT]) | {"orders": "r"}
    del wanted["payments"], wanted["payments.refund"]
    assert roles.rights_of(group_of(Role.SUPPORT)) == dict(sorted(wanted.items()))


def test_a_table_is_changed_by_itself_or_beside_its_area(administrator, client):
    group = Group.objects.create(name="tienda")
    roles.give(group, {"orders": "r", "catalog": "rw"}, by=administrator)

    save(client, group, catalog="r", catalog__brand="rwd", orders__order="rw")

    assert roles.rights_of(group) == {
        "catalog": "r",
        "catalog.brand": "rwd",
        "orders": "r",
        "orders.order": "rw",
    }


def test_words_that_are_no_right_are_nothing(administrator, client):
    page = reverse("admin:auth_group_add")

    client.post(page, {"name": "tienda", "rights": "boxes", "rights-orders": ["r", "x"]})

    assert roles.rights_of(group_of("tienda")) == {"orders": "r"}


def test_nobody_gives_what_he_does_not_have(client):
    keeper = Group.objects.create(name="roles' keeper")
    rights = {"auth.group": "rwd", "accounts": "rw", "orders": "r"}
    roles.give(keeper, rights, by=UserFactory.create(is_superuser=True))
    user = UserFactory.create(is_staff=True)
    user.groups.add(keeper)
    chief = staff_with(Role.ADMINISTRATOR)
    client.force_login(user)

    widened = save(client, keeper, orders="rwd")
    person = reverse("admin:accounts_user_change", args=[user.pk])
    form = client.get(person).context["adminform"].form
    others = client.post(page_of(group_of(Role.SUPPORT)), {"name": "x", "rights": "boxes"})
    passwords = [
        client.get(reverse("admin:auth_user_password_change", args=[each.pk])).status_code
        for each in (chief, UserFactory.create())
    ]

    assert "orders" in str(widened.context["adminform"].form.non_field_errors())
    assert roles.rights_of(keeper) == rights
    assert {each.name for each in form.fields["groups"].queryset} == {keeper.name, Role.SELLER}
    assert "user_permissions" not in form.fields
    assert others.status_code == 403
    assert passwords == [403, 200]
    with pytest.raises(BeyondOwnRights):
        roles.restore(group_of(Role.SUPPORT), by=user)


def test_a_colleague_with_more_rights_is_out_of_reach_while_switched_off_too(client):
    keeper = Group.objects.create(name="people's keeper")
    roles.give(keeper, {"accounts.user": "rwd"}, by=UserFactory.create(is_superuser=True))
    user = UserFactory.create(is_staff=True)
    user.groups.add(keeper)
    chief = staff_with(Role.ADMINISTRATOR)
    type(chief).objects.update(is_active=False)
    type(chief).objects.filter(pk=user.pk).update(is_active=True)
    client.force_login(user)

    response = client.get(reverse("admin:auth_user_password_change", args=[chief.pk]))

    assert response.status_code == 403


def test_what_the_shop_changes_outlives_upgrades_until_it_is_brought_back(administrator, client):
    own = Group.objects.create(name="tienda")
    roles.give(own, {"orders": "r"}, by=administrator)
    save(client, group_of(Role.WAREHOUSE), payments="r")

    roles.sync()
    kept = [roles.rights_of(each) for each in (own, group_of(Role.WAREHOUSE))]
    step = reverse("admin:auth_group_step", args=[group_of(Role.WAREHOUSE).pk, "restore"])
    offered = step in client.get(page_of(group_of(Role.WAREHOUSE))).text
    client.post(step)

    assert kept[0] == {"orders": "r"}
    assert kept[1]["payments"] == "r"
    assert offered
    assert roles.rights_of(group_of(Role.WAREHOUSE)) == dict(
        sorted(ROLE_PERMISSIONS[Role.WAREHOUSE].items())
    )
    assert step not in client.get(page_of(group_of(Role.WAREHOUSE))).text


def test_a_shipped_role_keeps_its_name_and_is_not_deleted(administrator, client):
    group = group_of(Role.SUPPORT)

    save(client, group)
    client.post(page_of(group), {"name": "otro"})
    deleted = client.post(reverse("admin:auth_group_delete", args=[group.pk]), {"post": "yes"})

    assert group_of(Role.SUPPORT) == group
    assert deleted.status_code == 403


@pytest.mark.parametrize(("prefix", "name"), [("", "Almacén"), ("/en", "Warehouse")])
def test_roles_have_names_in_each_language(prefix, name, administrator, client):
    pages = ("auth/group/", "accounts/user/", f"accounts/user/{administrator.pk}/change/")

    assert all(name.lower() in client.get(f"{prefix}/admin/{page}").text.lower() for page in pages)
