from core.exceptions import DomainError


class WrongPrice(DomainError):
    """Not a price that a variant can have: below 0, too large, or a sale price above the list."""


class PriceInDoubt(DomainError):
    """So low, seen from the last one, that somebody has to confirm it."""


class PriceHasMoved(DomainError):
    """The variant has got another price since the person looked at it."""


class WrongPlan(DomainError):
    """A price cannot be planned for that time."""


class WrongOptions(DomainError):
    """No variants can be made of these options: one is there twice, empty, or they are too many."""


class Misplaced(DomainError):
    """A category cannot lie there."""


class NameTaken(Misplaced):
    """There is one with this name, which stands in that field of the model."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class CannotMerge(DomainError):
    """These cannot become one."""
