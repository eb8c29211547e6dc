from core.exceptions import DomainError


class MustQueue(DomainError):
    """A crowd is before this drop: who wants to buy takes a place in its queue first."""

    def __init__(self, text: str, drop: str) -> None:
        super().__init__(text)
        self.drop = drop  # its slug


class HasBegun(DomainError):
    """Nobody needs to be told of a drop that is open already."""


class RoomClosed(DomainError):
    """Staff have closed the queue: nobody is let in any more."""
