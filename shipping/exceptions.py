from core.exceptions import DomainError


class MayNotShip(DomainError):
    """The order is no sale, or its money is missing or in doubt."""


class AlreadyDispatched(DomainError):
    """Somebody has sent this parcel, or it was cancelled: there is nothing left to send."""


class OrderHasChanged(DomainError):
    """The order no longer asks for the parcel's contents."""


class TrackingNumberTaken(DomainError):
    """Another parcel of this carrier bears the number."""


class WrongUnits(DomainError):
    """More units than lie in the parcel, none at all, or those of another order."""


class NotOnItsWay(DomainError):
    """The parcel has not left, or its way is over."""


class AlreadyDecided(DomainError):
    """The units of an undelivered parcel were resent or refunded already."""


class WrongCode(DomainError):
    """No parcel that waits at the counter has this code."""


class WrongUnit(DomainError):
    """The scanned item is not in the parcel, or is complete already."""


class BeingPacked(DomainError):
    """Somebody else is packing this parcel."""


class UnitsMissing(DomainError):
    """Units of the parcel are not counted yet."""


class NotYours(DomainError):
    """Another shop sends this parcel."""
