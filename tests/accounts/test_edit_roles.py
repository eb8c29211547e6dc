"""Roles as a shop writes them: by table, by JSON, and never beyond the writer's own rights."""

import json

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


def save(client, group, table=None, rights=None):
    """Post the form as a browser would, with these changes."""
    form = client.get(page_of(group)).context["adminform"].form
    held = form.initial["rights"]
    sent = {f"table-{app}": mode for app, mode in (form.initial["table"] | (table or {})).items()}
    text = rights if isinstance(rights, str) else json.dumps(held if rights is None else rights)
    sent |= {"name": group.name, "rights": text}
    return client.post(page_of(group), sent)


def test_a_role_of_the_shops_own_is_written_as_json_and_counts_at_once(administrator, client):
    clerk = UserFactory.create(is_staff=True)
    rights = {"orders": "r", "payments": "r", "payments.refund": "ra", "catalog": "rw"}

    client.post(
        reverse("admin:auth_group_add"), {"name": "tienda", "rights": json.dumps(rights)}
    )  # fmt: skip
    clerk.groups.set([group := group_of("tienda")])
    client.force_login(clerk)
    seen = client.get(reverse("admin:orders_order_changelist")).status_code
    roles.give(group, {"catalog": "rw"}, by=administrator)

    assert seen == 200
    assert client.get(reverse("admin:orders_order_changelist")).status_code == 403
    assert client.get(reverse("admin:catalog_brand_add")).status_code == 200


def test_a_table_may_have_less_than_its_area(administrator):
    group = Group.objects.create(name="tienda")
    rights = {"catalog": "rw", "catalog.brand": "", "orders.order": "r"}

    roles.give(group, rights, by=administrator)

    assert roles.rights_of(group) == rights


def test_a_row_of_the_table_changes_its_area_and_no_other(administrator, client):
    response = save(client, group_of(Role.SUPPORT), table={"payments": "", "orders": "r"})

    assert response.status_code == 302
    wanted = dict(ROLE_PERMISSIONS[Role.SUPPORT]) | {"orders": "r"}
    del wanted["payments"], wanted["payments.refund"]
    assert roles.rights_of(group_of(Role.SUPPORT)) == dict(sorted(wanted.items()))


@pytest.mark.parametrize(
    ("rights", "words"),
    [
        ({"order": "r"}, "“order”"),
        ({"orders": "x"}, "“x”"),
        ({"orders": ["r"]}, "orders"),
        (["orders"], "{"),
        ('{"orders": ', "JSON"),
    ],
)
def test_what_is_no_right_is_refused_by_name(rights, words, administrator, client):
    response = save(client, group_of(Role.WAREHOUSE), rights=rights)

    errors = str(response.context["adminform"].form.errors["rights"])
    assert words in errors
    assert roles.rights_of(group_of(Role.WAREHOUSE))["orders"] == "r"


def test_the_table_and_the_json_do_not_contradict_each_other(administrator, client):
    response = save(client, group_of(Role.WAREHOUSE), table={"orders": ""}, rights={"orders": "rw"})

    assert response.context["adminform"].form.non_field_errors()
    assert roles.rights_of(group_of(Role.WAREHOUSE))["orders"] == "r"


def test_nobody_gives_what_he_does_not_have(client):
    keeper = Group.objects.create(name="roles' keeper")
    rights = {"auth.group": "rwd", "accounts": "rw", "orders": "r"}
    roles.give(keeper, rights, by=UserFactory.create(is_superuser=True))
    user = UserFactory.create(is_staff=True)
    user.groups.add(keeper)
    chief = staff_with(Role.ADMINISTRATOR)
    client.force_login(user)

    widened = save(client, keeper, rights={"orders": "rwd"})
    person = reverse("admin:accounts_user_change", args=[user.pk])
    form = client.get(person).context["adminform"].form
    others = client.post(page_of(group_of(Role.SUPPORT)), {"name": "x", "rights": "{}"})
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
    save(client, group_of(Role.WAREHOUSE), table={"payments": "r"})

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
