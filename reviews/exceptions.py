from core.exceptions import DomainError


class ReviewRefused(DomainError):
    """The review cannot be stored, published or answered like this."""


class QuestionRefused(DomainError):
    """The question cannot be asked, published or answered like this."""


class VoteRefused(DomainError):
    """The review is the voter's own, or not shown."""
