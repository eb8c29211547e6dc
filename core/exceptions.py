class DomainError(Exception):
    """A rule of the shop says no. The message is fit to show to the person asking."""


class InvalidTransition(DomainError):
    """The row is not in a state from which this step is allowed."""


class ServiceUnavailable(DomainError):
    """A server the shop needs for this step is away for now; nothing was changed."""
