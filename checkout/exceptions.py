from uuid import UUID

from core.exceptions import DomainError


class CheckoutRefused(DomainError):
    """The order cannot be placed as it was sent; nothing was placed, the form stays."""


class CartEmpty(CheckoutRefused):
    """There is nothing to order: it never was, or it has been ordered."""


class FiguresChanged(CheckoutRefused):
    """The order costs more than the shopper has seen: ask first."""


class LinesNotOrderable(CheckoutRefused):
    """Some lines are not for sale or not there in that number."""

    def __init__(self, text: str, variant_ids: tuple[UUID, ...] = ()) -> None:
        self.variant_ids = variant_ids
        super().__init__(text)
