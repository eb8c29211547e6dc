"""People cannot remove their own access by accident, nor change a bank account unseen."""

import pytest
from constance.test import override_config
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.urls import reverse
from post_office.models import Email

from accounts import roles
from accounts.exceptions import OwnRightsLost
from accounts.models import User
from accounts.permissions import Role
from payments.models import MethodType, PaymentMethod
from tests.accounts.factories import (
    PASSWORD,
    UserFactory,
    sign_in_again,
    signed_in,
    staff_with,
    verified,
)
from tests.accounts.test_edit_roles import group_of, save
from tests.concurrency import at_once
from tests.payments.test_fit_methods import method_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
SHOP = "tienda@example.com"


def save_person(client: Client, user: User, **changes: object) -> list[str]:
    """Post the person's page with these changes; gives its complaints."""
    page = f"/en/admin/accounts/user/{user.pk}/change/"
    form = client.get(page).context["adminform"].form
    data = {
        name: "" if value is None else value
        for name in form.fields
        if (value := form[name].value()) is not False
    }
    data |= changes
    answer = client.post(page, {name: value for name, value in data.items() if value is not False})
    if answer.status_code == 302:
        return []
    found = answer.context["adminform"].form.errors
    return [error for errors in found.values() for error in errors]


def test_a_manager_does_not_take_away_his_own_last_role(client: Client) -> None:
    manager = signed_in(client, Role.ADMINISTRATOR)

    refused = save_person(client, manager, groups=[])

    assert "your own right to manage people" in " ".join(refused)
    assert manager.groups.exists()


@pytest.mark.parametrize("name", ["is_active", "is_staff"])
def test_a_manager_does_not_shut_himself_out(client: Client, name: str) -> None:
    manager = signed_in(client, Role.ADMINISTRATOR)

    assert "Ask a colleague" in " ".join(save_person(client, manager, **{name: False}))
    assert User.objects.filter(pk=manager.pk, is_active=True, is_staff=True).exists()


def chief() -> User:
    return UserFactory.create(is_superuser=True, is_staff=True)


def test_the_last_super_administrator_stays_whoever_takes_the_flag_away(client: Client) -> None:
    last, sleeping = chief(), chief()
    User.objects.filter(pk=sleeping.pk).update(is_active=False)
    client.force_login(last)

    assert "Ask a colleague" in " ".join(save_person(client, last, is_superuser=False))
    assert save_person(client, sleeping, is_superuser=False) == []
    with pytest.raises(OwnRightsLost, match="last super administrator"), transaction.atomic():
        roles.check_super_administrator_stays(last)
    assert User.objects.get(pk=last.pk).is_superuser


def test_nobody_deletes_a_super_administrator_or_themselves(client: Client) -> None:
    own, other, clerk = chief(), chief(), UserFactory.create(is_staff=True)
    client.force_login(own)
    page = reverse("admin:accounts_user_changelist")
    delete = {"action": "delete_selected", "post": "yes"}

    for user in (own, other):
        chosen = client.post(page, {**delete, "_selected_action": user.pk})
        gone = client.post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"})
        assert (chosen.status_code, gone.status_code) == (403, 403)
    client.post(page, {**delete, "_selected_action": clerk.pk})

    assert set(User.objects.all()) == {own, other}


@pytest.mark.django_db(transaction=True)
def test_two_super_administrators_cannot_take_the_flag_from_each_other_at_once() -> None:
    leaving = iter([chief(), chief()])

    def take() -> bool:
        other = next(leaving)
        try:
            with transaction.atomic():
                roles.check_super_administrator_stays(other)
                User.objects.filter(pk=other.pk).update(is_superuser=False)
        except OwnRightsLost:
            return False
        return True

    assert sum(at_once(take, times=2)) == 1
    assert User.objects.filter(is_superuser=True).count() == 1


def test_a_manager_takes_a_colleagues_role(client: Client) -> None:
    signed_in(client, Role.ADMINISTRATOR)
    other = staff_with(Role.ADMINISTRATOR)

    assert save_person(client, other, groups=[]) == []
    assert not other.groups.exists()


def test_a_manager_does_not_write_the_right_out_of_his_own_role(client: Client) -> None:
    manager = signed_in(client, Role.ADMINISTRATOR)
    group = group_of(Role.ADMINISTRATOR)

    save(client, group, accounts="r")

    assert User.objects.get(pk=manager.pk).has_perm("accounts.change_user")
    assert Group.objects.get(pk=group.pk).permissions.count() > 1


def test_a_bank_account_changes_only_after_a_fresh_sign_in(client: Client) -> None:
    clerk = verified(staff_with(Role.FINANCE))
    client.force_login(clerk)
    sign_in_again(client, minutes_ago=11)
    account = {"instructions_es": "BCP 191-1", "instructions_en": "BCP 191-1"}
    method = PaymentMethod.objects.create(
        **account, code="cash", type=MethodType.CASH_ON_DELIVERY, gateway="manual"
    )
    page = f"/en/admin/payments/paymentmethod/{method.pk}/change/"

    client.post(page, method_form(**account, position="7"))
    asked = client.post(page, method_form(**{**account, "instructions_es": "BCP 999-9"}))
    before = PaymentMethod.objects.values_list("position", "instructions_es").get(pk=method.pk)
    client.post(asked["Location"], {"password": PASSWORD})

    assert before == (7, "BCP 191-1")
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert PaymentMethod.objects.filter(pk=method.pk, instructions_es="BCP 999-9").exists()


def test_the_owners_hear_of_another_bank_account(client: Client) -> None:
    owner = UserFactory.create(is_superuser=True, is_staff=True)
    clerk = signed_in(client, Role.FINANCE)
    account = {"instructions_es": "BCP 191-1", "instructions_en": "BCP 191-1"}
    method = PaymentMethod.objects.create(
        **account, code="cash", type=MethodType.CASH_ON_DELIVERY, gateway="manual"
    )
    page = f"/en/admin/payments/paymentmethod/{method.pk}/change/"

    with override_config(CONTACT_EMAIL=SHOP):
        for typed in ({**account, "position": "7"}, {**account, "instructions_es": "BCP 999-9"}):
            answer = client.post(page, method_form(**typed))
            assert answer.status_code == 302, answer.context["adminform"].form.errors

    mails = list(Email.objects.all())
    assert sorted(to for mail in mails for to in mail.to) == sorted([owner.email, SHOP])
    assert all(clerk.email in mail.message for mail in mails)
    assert any("BCP 999-9" in mail.message for mail in mails)
