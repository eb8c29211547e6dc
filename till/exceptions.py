from core.exceptions import DomainError


class SaleRefused(DomainError):
    """The sale cannot be made as it was sent; nothing was written."""


class TillRefused(DomainError):
    """The till's session cannot be opened, changed or closed so."""
