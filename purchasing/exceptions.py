from core.exceptions import DomainError


class NotADraft(DomainError):
    """The order has been sent or cancelled: what it asks for no longer changes."""


class NothingOrdered(DomainError):
    """An order without lines cannot be sent."""


class WrongLine(DomainError):
    """A line of no units, of an impossible cost, or for another seller's warehouse."""


class NotAwaited(DomainError):
    """Nothing is to come: the order is not sent, has come whole or is cancelled."""


class WrongArrival(DomainError):
    """More units would have come than may, or fewer than had come already."""


class DeliveryNoteMissing(DomainError):
    """Nothing is received without the number of the paper that came with it."""


class DeliveryNoteUsed(DomainError):
    """These goods have been received by this delivery note already."""


class SupplierIsInactive(DomainError):
    """Nothing is ordered from a supplier that we no longer work with."""


class SupplierUnknown(DomainError):
    """The task has no supplier."""


class MayNotShip(DomainError):
    """The order is no sale, or its money is in doubt: nothing is sent to its customer."""


class AlreadyHandedOver(DomainError):
    """The supplier has a task of this order: it no longer grows."""


class AlreadyLeft(DomainError):
    """The supplier has sent the parcel: it cannot be called off."""


class CarrierMissing(DomainError):
    """A dispatched parcel needs a carrier."""
