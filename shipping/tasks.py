import logging
from collections import Counter
from collections.abc import Callable
from uuid import UUID

from celery import shared_task
from django.db.models import QuerySet

from orders import services as orders
from shipping.carriers.base import CarrierUnavailable
from shipping.models import Shipment
from shipping.parcels import finished, unplanned
from shipping.services import carrier_bookings, planning
from shipping.states import ON_ITS_WAY, ShipmentStatus

logger = logging.getLogger(__name__)

# After so many failures in a row a carrier is not asked again until the next run.
MAX_FAILURES = 3


@shared_task
def plan_unplanned() -> int:
    """Plan orders that no event announced, such as after a review. Returns how many."""
    found = list(unplanned().values_list("pk", flat=True))
    for order_id in found:
        planning.plan(order_id)
    return len(found)


@shared_task
def book_parcels() -> int:
    """Book packed parcels at carriers with an API. Returns the number of requests."""
    return _each(Shipment.objects.filter(status=ShipmentStatus.PACKED), carrier_bookings.book)


@shared_task
def track_parcels() -> int:
    """Fetch the tracking of dispatched parcels. Returns the number of requests."""
    return _each(Shipment.objects.filter(status__in=ON_ITS_WAY), carrier_bookings.update_tracking)


def _each(parcels: QuerySet[Shipment], ask: Callable[[UUID], None]) -> int:
    """Ask for each parcel; one that fails is retried at the next run."""
    asked = 0
    failures: Counter[UUID | None] = Counter()
    spoken_with = parcels.exclude(carrier=None).exclude(carrier__integration="").order_by("pk")
    for key, carrier_id in spoken_with.values_list("pk", "carrier_id"):
        if failures[carrier_id] >= MAX_FAILURES:
            continue
        try:
            ask(key)
        except CarrierUnavailable as error:
            failures[carrier_id] += 1
            logger.warning("Parcel %s has to wait: %s", key, error)
        except Exception:
            logger.exception("Parcel %s failed", key)
        else:
            failures[carrier_id] = 0
            asked += 1
    return asked


@shared_task
def complete_finished() -> int:
    """Complete delivered orders past their return period. Returns how many."""
    found = list(finished().values_list("pk", flat=True))
    for order_id in found:
        orders.complete(order_id)
    return len(found)
