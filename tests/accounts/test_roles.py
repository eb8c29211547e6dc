from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from accounts import roles
from accounts.permissions import ROLE_PERMISSIONS, Role
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def groups():
    roles.sync()
    return {group.name: group for group in Group.objects.all()}


def member(group):
    user = UserFactory.create(is_staff=True)
    user.groups.add(group)
    return user


def test_each_role_becomes_a_group_with_its_rights(groups):
    rights = {name: roles.rights_of(group) for name, group in groups.items()}

    assert rights == {
        role.value: dict(sorted(rights.items())) for role, rights in ROLE_PERMISSIONS.items()
    }


def test_running_it_twice_changes_nothing(groups):
    call_command("sync_roles", verbosity=0)

    assert {group.name: roles.rights_of(group) for group in Group.objects.all()} == {
        name: roles.rights_of(group) for name, group in groups.items()
    }


def test_the_tables_come_up_to_date_together_with_the_roles():
    Group.objects.all().delete()

    call_command("migrate", verbosity=0)

    assert set(Group.objects.values_list("name", flat=True)) == set(Role)


def test_a_plan_of_migrations_writes_no_roles():
    Group.objects.all().delete()

    call_command("migrate", plan=True, verbosity=0, stdout=StringIO())

    assert not Group.objects.exists()


def test_a_right_given_by_hand_is_taken_back(groups):
    group = groups[Role.WAREHOUSE]
    group.permissions.add(*groups[Role.FINANCE].permissions.all())

    roles.sync()

    assert "payments" not in roles.rights_of(group)


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        (Role.WAREHOUSE, "inventory.change_stocklevel", "payments.view_payment"),
        (Role.FINANCE, "payments.change_refund", "catalog.change_product"),
        (Role.SUPPORT, "orders.change_order", "payments.change_refund"),
        (Role.SUPPORT, "payments.add_refund", "payments.add_paymentmethod"),
        (Role.CATALOGUE, "catalog.delete_product", "orders.view_order"),
        (Role.ADMINISTRATOR, "outbox.change_message", "sessions.view_session"),
    ],
)
def test_a_role_may_do_its_work_and_no_other(role, may, may_not, groups):
    user = member(groups[role])

    assert user.has_perm(may)
    assert not user.has_perm(may_not)


def test_a_seller_has_no_right_over_whole_tables(groups):
    assert member(groups[Role.SELLER]).get_all_permissions() == set()
