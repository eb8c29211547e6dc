from core.exceptions import DomainError


class BeyondOwnRights(DomainError):
    """A person tries to grant a right that they do not have."""


class OwnRightsLost(DomainError):
    """Somebody is about to take away their own right to manage people."""


class ImpersonationRefused(DomainError):
    """Nobody looks at the shop as somebody else without a reason, or as more than a customer."""
