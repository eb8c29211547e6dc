from core.exceptions import DomainError


class CancellationTooLate(DomainError):
    """The shopper's time to cancel is over, or the parcel has left."""
