from core.exceptions import DomainError


class CancellationTooLate(DomainError):
    """The shopper's time to cancel is over, or the parcel has left."""


class LimitReached(DomainError):
    """The shop sells this customer no more units of the product."""


class MailNotTrue(DomainError):
    """The mail would tell what has not happened."""
