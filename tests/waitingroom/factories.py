from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory
from redis import Redis

from catalog.models import Availability, Collection, CollectionProduct, CollectionType, Variant
from catalog.services import set_availability
from core.redis import client
from tests.inventory.factories import stocked
from waitingroom.models import WaitingRoom


class DropFactory(DjangoModelFactory[Collection]):
    """A drop that began an hour ago."""

    class Meta:
        model = Collection

    name = factory.Sequence(lambda number: f"Drop {number}")
    slug = factory.Sequence(lambda number: f"drop-{number}")
    type = CollectionType.DROP
    is_active = True
    starts_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))
    ends_at = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=1))


class WaitingRoomFactory(DjangoModelFactory[WaitingRoom]):
    """Lets in one visitor a second."""

    class Meta:
        model = WaitingRoom

    collection = factory.SubFactory(DropFactory)
    admissions_per_minute = 60


def lively_room(**fields: object) -> WaitingRoom:
    """A room whose queue goes on: two may come in at once."""
    room = WaitingRoomFactory.create(**fields)
    go_on(client(), room, turns=2)
    return room


def go_on(redis: Redis, room: WaitingRoom, turns: int = 0) -> None:
    """Give the room the memory of a queue that was asked just now."""
    now, _microseconds = redis.time()
    key = f"room:{{{room.pk.hex}}}:purse"
    redis.hset(key, mapping={"turns": turns, "at": now, "asked": now, "latest": 0})


def drop_variant(drop: Collection, units: int = 10) -> Variant:
    """Something that only this drop sells."""
    variant = stocked(units)
    set_availability(variant.pk, Availability.IN_STOCK)
    CollectionProduct.objects.create(collection=drop, product=variant.product)
    return variant
