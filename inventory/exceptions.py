from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError


class OutOfStock(DomainError):
    """There are not enough units of the variants in `variant_ids`."""

    def __init__(self, variant_ids: Iterable[UUID]) -> None:
        self.variant_ids = tuple(variant_ids)
        super().__init__(_("There are not enough units left."))


class HoldLimitReached(DomainError):
    """A visitor would hold more units of a variant than allowed."""


class PlaceLimitReached(HoldLimitReached):
    """The carts of one place or account would hold more units than allowed."""


class NothingHeld(DomainError):
    """The document holds no units."""


class NotOnShelf(DomainError):
    """More units would leave than are on hand."""


class LevelIsShort(DomainError):
    """
    More units are committed or reserved than on hand: nothing is dispatched until that is solved.

    The page of the level `level_id` shows why.
    """

    def __init__(self, message: str, *, level_id: UUID) -> None:
        self.level_id = level_id
        super().__init__(message)


class ShelfHasMoved(DomainError):
    """The number on hand has changed since the person saw it."""


class OthersShelf(DomainError):
    """One seller's goods would be booked into another seller's warehouse."""


class BelongsElsewhere(DomainError):
    """What was scanned has its place in another bin than is being counted."""


class ReasonMissing(DomainError):
    """A manual change of stock has no reason."""


class CountIsClosed(DomainError):
    """The count has been posted or cancelled."""


class NothingCounted(DomainError):
    """No line of the count has a number."""


class NotACount(DomainError):
    """A count is not a whole number from 0 up."""


class UnknownCode(DomainError):
    """The scanned code belongs to no variant that the person may see."""


class NothingToSend(DomainError):
    """The transfer has no units."""


class NotInTransit(DomainError):
    """The transfer is not in transit: a draft, received, closed or cancelled."""


class WrongArrival(DomainError):
    """More units would have arrived than were sent, or fewer than before."""


class UnknownName(DomainError):
    """No warehouse, seller or category has that name. The message lists the existing ones."""
