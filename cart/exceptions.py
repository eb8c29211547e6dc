from uuid import UUID

from core.exceptions import DomainError


class CartRefusal(DomainError):
    """The change is refused; the cart stays as it was."""


class CartOrdered(Exception):
    """The cart has become an order: the change goes to the next cart."""

    def __init__(self, next_cart: UUID) -> None:
        self.next_cart = next_cart
        super().__init__(str(next_cart))


class NotForSale(CartRefusal):
    """The variant is unknown, inactive, paused, or its drop has not started or is over."""


class LineGone(CartRefusal):
    """The cart has no such line."""


class TooManyGuesses(DomainError):
    """Too many unknown coupon codes came from one client."""


class TooOften(DomainError):
    """The client changes carts more often than people do."""


class WishlistFull(DomainError):
    """The wishlist has no room for more products."""
