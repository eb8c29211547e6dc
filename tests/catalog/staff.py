"""Fixtures: who is signed in to the back office."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import SellerMember
from accounts.permissions import Role
from tests.accounts.factories import SellerFactory, UserFactory, signed_in


@pytest.fixture
def boss(client, settings, tmp_path):
    """A superuser, signed in; pictures go to a folder that is thrown away."""
    settings.DEMO = True
    settings.MEDIA_ROOT = tmp_path
    user = UserFactory.create(is_staff=True, is_superuser=True)
    client.force_login(user)
    client.get(reverse("admin:index"))
    return user


@pytest.fixture
def seller(client, settings, tmp_path):
    """A seller whose member is signed in."""
    settings.DEMO = True
    settings.MEDIA_ROOT = tmp_path
    seller = SellerFactory.create()
    member = UserFactory.create(is_staff=True)
    SellerMember.objects.create(seller=seller, user=member)
    client.force_login(member)
    return seller


@pytest.fixture
def manager(client: Client, settings: Any) -> None:
    """A catalogue manager of the demo shop, signed in."""
    settings.DEMO = True
    signed_in(client, Role.CATALOGUE)
