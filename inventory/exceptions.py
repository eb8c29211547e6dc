from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError


class OutOfStock(DomainError):
    """There are not enough units left. `variant_ids` says of what."""

    def __init__(self, variant_ids: Iterable[UUID]) -> None:
        self.variant_ids = tuple(variant_ids)
        super().__init__(_("There are not enough units left."))


class HoldLimitReached(DomainError):
    """More units of one variant than one visitor may hold."""


class PlaceLimitReached(HoldLimitReached):
    """More units than carts from one place, or those of one account, may hold in all."""


class NothingHeld(DomainError):
    """The document holds no units that this step could use."""


class NotOnShelf(DomainError):
    """More units would leave the shelf than lie on it."""


class LevelIsShort(DomainError):
    """
    More units are spoken for than lie on the shelf: nothing leaves until that is solved.

    `level_id` is the level whose page shows why.
    """

    def __init__(self, message: str, *, level_id: UUID) -> None:
        self.level_id = level_id
        super().__init__(message)


class ShelfHasMoved(DomainError):
    """Units have come or gone since the person looked at the shelf's number."""


class OthersShelf(DomainError):
    """The goods of one seller would be booked onto another's shelf without a word about it."""


class ReasonMissing(DomainError):
    """Nobody changes the stock by hand without saying why."""


class CountIsClosed(DomainError):
    """The count has been posted or cancelled: nothing more is written on its sheet."""


class NothingCounted(DomainError):
    """No line of the sheet has a number."""


class NotACount(DomainError):
    """Units are counted in whole numbers from 0 on."""


class UnknownCode(DomainError):
    """What was scanned belongs to no variant that the person may see."""


class NothingToSend(DomainError):
    """A transfer without a unit does not leave."""


class NotInTransit(DomainError):
    """The transfer is not on its way: not sent yet, received whole, closed or cancelled."""


class WrongArrival(DomainError):
    """More units would have arrived than were sent, or fewer than had arrived already."""


class UnknownName(DomainError):
    """No warehouse, seller or category is called that. The message lists those there are."""
