from core.exceptions import DomainError


class WrongPrice(DomainError):
    """An impossible price: below 0, too large, or a sale price above the list price."""


class PriceInDoubt(DomainError):
    """A price so far below the last one that it must be confirmed."""


class PriceHasMoved(DomainError):
    """The price has changed since the user saw it."""


class WrongPlan(DomainError):
    """The price cannot be scheduled for that time."""


class WrongOptions(DomainError):
    """No variants can be created from these options: duplicates, empty values, or too many."""


class Misplaced(DomainError):
    """The category cannot be moved there."""


class NameTaken(Misplaced):
    """The name is taken; `field` is the model field of that name."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class CannotMerge(DomainError):
    """These rows cannot be merged."""
