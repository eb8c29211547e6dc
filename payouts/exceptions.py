from core.exceptions import DomainError


class NothingOwed(DomainError):
    """Nothing has been sold, arrived or gone back since the last statement."""


class PeriodTaken(DomainError):
    """The days are not over, or another statement has them."""


class NotThisStep(DomainError):
    """The statement is not where that can be done with it, or not by this person."""


class ReferenceTaken(DomainError):
    """A transfer pays one statement."""
