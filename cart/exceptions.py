from uuid import UUID

from core.exceptions import DomainError


class CartRefusal(DomainError):
    """What was asked of the cart cannot be done; the cart stays as it was."""


class CartOrdered(Exception):
    """The cart has become an order: what is done goes to the next one (cart.cookies)."""

    def __init__(self, next_cart: UUID) -> None:
        self.next_cart = next_cart
        super().__init__(str(next_cart))


class NotForSale(CartRefusal):
    """The variant is unknown, inactive, paused, or its drop has not started or is over."""


class LineGone(CartRefusal):
    """The line is not in the cart (any more)."""


class TooManyGuesses(DomainError):
    """So many unknown codes have come from one place that none is looked at for a while."""


class TooOften(DomainError):
    """Carts are changed from there more often than people do: the cart stays as it is."""


class WishlistFull(DomainError):
    """An account remembers so many things and no more."""
