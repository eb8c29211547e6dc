"""The band that shoppers see follows the stock, and only when it changes."""

from uuid import uuid4

import pytest

from inventory import services
from inventory.models import Warehouse
from inventory.tasks import release_expired
from outbox.models import Message
from outbox.tasks import deliver_due
from tests.inventory.factories import level_of, soon, stocked

pytestmark = pytest.mark.django_db


def hold(variant, quantity, reference=None):
    services.reserve({variant.pk: quantity}, reference=reference or uuid4(), until=soon())


def shown(variant):
    deliver_due()
    variant.refresh_from_db()
    return variant.availability


def news():
    return Message.objects.filter(handler__endswith="show_availability")


def test_news_is_published_only_when_the_band_changes():
    variant = stocked(6)

    hold(variant, 2)
    assert news().count() == 0
    hold(variant, 1)
    hold(variant, 1)
    assert [message.payload["band"] for message in news()] == ["last_few"]
    hold(variant, 2)
    assert [message.payload["band"] for message in news().order_by("pk")] == [
        "last_few",
        "sold_out",
    ]


def test_the_catalogue_shows_the_band_of_now_though_news_come_late():
    variant, cart = stocked(6), uuid4()
    hold(variant, 6, cart)
    services.release(reference=cart)

    assert shown(variant) == "in_stock"


def test_a_receipt_brings_a_sold_out_variant_back():
    variant = stocked(1)
    hold(variant, 1)
    assert shown(variant) == "sold_out"

    services.receive({(variant.pk, level_of(variant).warehouse_id): 2})

    assert shown(variant) == "last_few"


def test_what_nobody_noticed_is_shown_within_a_minute():
    variant = stocked(10)
    release_expired()
    assert shown(variant) == "in_stock"
    Warehouse.objects.update(is_active=False)

    release_expired()

    assert shown(variant) == "sold_out"
    assert services.publish_stale() == 0
