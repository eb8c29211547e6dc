from uuid import UUID

from catalog.services import set_availability
from inventory.events import AvailabilityChanged
from inventory.selectors import available_quantities
from inventory.services import band
from outbox.registry import subscribe


@subscribe(AvailabilityChanged)
def show_availability(event: AvailabilityChanged) -> None:
    """Show the band as it is now: news may come twice, late or in another order."""
    variant_id = UUID(event.variant_id)
    set_availability(variant_id, band(available_quantities([variant_id])[variant_id]))
