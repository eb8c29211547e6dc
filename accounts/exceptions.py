from core.exceptions import DomainError


class BeyondOwnRights(DomainError):
    """Somebody tries to give a right that he does not have himself."""
