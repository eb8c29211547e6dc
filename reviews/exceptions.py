from core.exceptions import DomainError


class ReviewRefused(DomainError):
    """The review cannot be kept, shown or answered like this."""


class VoteRefused(DomainError):
    """Nobody votes for his own review, nor for one that is not shown."""
