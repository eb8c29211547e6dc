from core.exceptions import DomainError


class BeyondOwnRights(DomainError):
    """A person tries to grant a right that they do not have."""


class OwnRightsLost(DomainError):
    """Somebody is about to take away their own right to manage people."""


class ImpersonationRefused(DomainError):
    """Impersonation needs a reason, and only customers can be impersonated."""


class FormRefused(DomainError):
    """A form of the back office has something wrong in it."""
