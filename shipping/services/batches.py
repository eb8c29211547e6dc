"""The same step for many parcels: each for itself, with the reasons of those that stay behind."""

from collections.abc import Callable, Iterable
from uuid import UUID

from core.exceptions import DomainError
from shipping.services import packing, tracking
from shipping.services.dispatching import Refused


def pack(shipment_ids: Iterable[UUID], *, actor_id: UUID | None) -> list[Refused]:
    """Pack these parcels; gives those that could not be, and why."""
    return _each(shipment_ids, lambda key: packing.pack(key, actor_id))


def deliver(shipment_ids: Iterable[UUID], *, actor_id: UUID | None) -> list[Refused]:
    """Note that their customers have these parcels; gives those that cannot be there, and why."""
    return _each(shipment_ids, lambda key: tracking.deliver(key, actor_id=actor_id))


def _each(shipment_ids: Iterable[UUID], step: Callable[[UUID], None]) -> list[Refused]:
    refused = []
    for shipment_id in sorted(set(shipment_ids)):
        try:
            step(shipment_id)
        except DomainError as refusal:
            refused.append(Refused(shipment_id, str(refusal)))
    return refused
