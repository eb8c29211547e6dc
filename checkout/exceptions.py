from uuid import UUID

from core.exceptions import DomainError


class CheckoutRefused(DomainError):
    """The order cannot be placed as it was sent; nothing was placed, the form stays."""


class CartEmpty(CheckoutRefused):
    """The cart is empty, or it was ordered already."""


class FiguresChanged(CheckoutRefused):
    """The order costs more than the shopper has seen: ask first."""


class LinesNotOrderable(CheckoutRefused):
    """Some lines are not for sale or not there in that number."""

    def __init__(self, text: str, variant_ids: tuple[UUID, ...] = ()) -> None:
        self.variant_ids = variant_ids
        super().__init__(text)


class ChangeRefused(DomainError):
    """The order cannot be changed as staff want it; `field` names the form's that is at fault."""

    def __init__(self, text: str, field: str = "") -> None:
        self.field = field
        super().__init__(text)


class OrderHasChanged(ChangeRefused):
    """The order, its money or today's prices are no longer what the preview showed."""


class DraftClosed(DomainError):
    """The draft is an order by now, or was given up: it cannot be changed."""


class DraftIncomplete(DomainError):
    """The draft is incomplete or outdated."""


class DraftChanged(DomainError):
    """Somebody else has saved the draft since its page was opened."""
