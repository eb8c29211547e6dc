from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError


class CancellationTooLate(DomainError):
    """The shopper's time to cancel is over, or the parcel has left."""


class LimitReached(DomainError):
    """The customer's purchase limit of the product is reached."""


class OpenOrdersLimitReached(DomainError):
    """The buyer has too many unpaid orders, units or too large an amount."""


class NotConfirmed(DomainError):
    """The order stays as it is: the code is wrong, or the order is over."""


class DetailsRefused(DomainError):
    """
    The order is refused because of the typed details.

    The message gives no reason: it might tell about another person.
    """

    def __init__(self) -> None:
        super().__init__(
            _(
                "This order cannot be placed with these details. Order fewer units or remove the "
                "coupon. If you have an account, sign in first."
            )
        )


class MailNotTrue(DomainError):
    """The mail's fact does not hold (any more)."""
