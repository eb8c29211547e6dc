from core.exceptions import DomainError


class BeyondOwnRights(DomainError):
    """Somebody tries to give a right that he does not have himself."""


class OwnRightsLost(DomainError):
    """Somebody is about to take away their own right to manage people."""


class ImpersonationRefused(DomainError):
    """Nobody looks at the shop as somebody else without a reason, or as more than a customer."""
