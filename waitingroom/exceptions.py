from core.exceptions import DomainError


class MustQueue(DomainError):
    """A crowd is before this drop: who wants to buy takes a place in its queue first."""

    def __init__(self, text: str, drop: str) -> None:
        super().__init__(text)
        self.drop = drop  # its slug


class HasBegun(DomainError):
    """The drop is already open; no reminder is needed."""


class RoomClosed(DomainError):
    """Staff have closed the queue: no one is admitted any more."""
