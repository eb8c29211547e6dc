from uuid import UUID

from inventory.events import StockRanLow
from outbox.registry import subscribe
from purchasing.services import propose


@subscribe(StockRanLow)
def propose_order(event: StockRanLow) -> None:
    """Have a draft ready for the supplier; the news may come twice."""
    propose(UUID(event.level_id))
