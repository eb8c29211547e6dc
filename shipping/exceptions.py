from core.exceptions import DomainError


class MayNotShip(DomainError):
    """The order is no sale, or its money is missing or in doubt."""


class AlreadyDispatched(DomainError):
    """Somebody has sent this parcel, or it was cancelled: there is nothing left to send."""


class OrderHasChanged(DomainError):
    """The parcel holds what the order, as it is by now, does not ask for."""


class TrackingNumberTaken(DomainError):
    """Another parcel of this carrier bears the number."""


class WrongUnits(DomainError):
    """More units than lie in the parcel, none at all, or those of another order."""


class NotOnItsWay(DomainError):
    """The parcel has not left, or its way is over."""


class AlreadyDecided(DomainError):
    """What becomes of the units that did not arrive was decided before."""


class WrongCode(DomainError):
    """No parcel waits at the counter for who says this code."""


class WrongUnit(DomainError):
    """The scanned item is not in the parcel, or is complete already."""


class BeingPacked(DomainError):
    """Somebody else is packing this parcel."""


class UnitsMissing(DomainError):
    """Units of the parcel are not counted yet."""


class NotYours(DomainError):
    """Another shop sends this parcel."""
