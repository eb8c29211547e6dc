from core.exceptions import DomainError


class AnswerMissing(DomainError):
    """Nothing is answered by an empty sheet."""


class AnsweredAlready(DomainError):
    """An answer that has gone out stays as it is."""
