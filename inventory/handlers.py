from uuid import UUID

from catalog.models import Availability
from catalog.services import set_availability
from inventory import emails
from inventory.events import AvailabilityChanged, StockRanLow, StockRanOut
from inventory.selectors import available_quantities
from inventory.services import band
from outbox.registry import subscribe


@subscribe(StockRanLow)
@subscribe(StockRanOut)
def mail_alerts(event: StockRanLow | StockRanOut) -> None:
    emails.send_alerts(UUID(event.level_id))


@subscribe(AvailabilityChanged)
def show_availability(event: AvailabilityChanged) -> None:
    """Show the current band: events may come twice, late or in another order."""
    variant_id = UUID(event.variant_id)
    set_availability(variant_id, band(available_quantities([variant_id])[variant_id]))


@subscribe(AvailabilityChanged)
def mail_back_in_stock(event: AvailabilityChanged) -> None:
    if event.band != Availability.SOLD_OUT:
        emails.send_back_in_stock(UUID(event.variant_id))
