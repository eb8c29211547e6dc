"""The stock's pages of the back office: what is low, what was said of it, who waits for it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from inventory.models import StockLevel
from inventory.services import reserve
from tests.accounts.factories import UserFactory
from tests.backoffice.factories import page_of
from tests.catalog.factories import VariantFactory
from tests.inventory.factories import stocked

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client, settings) -> User:
    """A superuser of the demo, signed in."""
    settings.DEMO = True
    user = UserFactory.create(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def test_the_first_page_and_the_list_agree_with_the_report_on_what_is_low(
    boss: User, client: Client
) -> None:
    held, low = stocked(6), stocked(4)
    reserve({held.pk: 3}, reference=uuid4(), until=timezone.now() + timedelta(minutes=5))
    stocked(1, variant=VariantFactory.create(is_active=False))

    tasks = client.get(reverse("admin:index")).context["board"].tasks
    listed = client.get(page_of(StockLevel, "changelist"), {"stock": "low"}).context["cl"]

    assert [row.variant for row in listed.result_list] == [low]
    assert [task.number for task in tasks if task.query == "stock=low"] == [1]
    assert StockLevel.objects.below_minimum().count() == 1
