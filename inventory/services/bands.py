"""The word that shoppers see instead of a number, and the news when it changes."""

from uuid import UUID

from constance import config

from catalog.models import Availability
from inventory.events import AvailabilityChanged
from outbox.services import publish


def band(available: int) -> Availability:
    if available <= 0:
        return Availability.SOLD_OUT
    return Availability.LAST_FEW if available <= config.LAST_FEW_UNITS else Availability.IN_STOCK


def publish_if_changed(variant_id: UUID, before: int, after: int) -> None:
    """Tell the catalogue, but only when the variant goes over from one band to another."""
    if before != after and band(before) != band(after):
        publish(AvailabilityChanged(variant_id=str(variant_id), band=band(after).value))
