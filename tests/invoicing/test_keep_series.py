"""Series in the back office: a new one is named freely, one that is in use keeps its name."""

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from invoicing import services
from invoicing.models import DocumentKind, Series
from tests.accounts.factories import UserFactory
from tests.invoicing.factories import sold

pytestmark = pytest.mark.django_db
TYPED = {"code": "B777", "kind": "invoice", "is_active": "on"}


@pytest.fixture(autouse=True)
def _director(client: Client, settings: Any) -> None:
    settings.DEMO = True
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))


def change(client: Client, series: Series, **typed: str) -> int:
    page = reverse("admin:invoicing_series_change", args=[series.pk])
    return client.post(page, TYPED | typed).status_code


def test_a_series_in_use_keeps_its_name_and_can_be_switched_off(client: Client) -> None:
    services.issue(sold().pk)
    series = Series.objects.get()

    status = change(client, series, is_active="")

    series.refresh_from_db()
    assert status == HTTPStatus.FOUND
    assert (series.code, series.kind) == ("B001", DocumentKind.RECEIPT)
    assert not series.is_active
    assert series.last_number == 1


def test_a_series_that_nothing_was_issued_of_takes_another_name(client: Client) -> None:
    series = Series.objects.create(code="B002", kind=DocumentKind.RECEIPT)

    change(client, series)

    series.refresh_from_db()
    assert (series.code, series.kind) == ("B777", DocumentKind.INVOICE)
