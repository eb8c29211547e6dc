"""Why units move, as the stock ledger records it."""

from typing import TypedDict
from uuid import UUID


class Cause(TypedDict, total=False):
    """The fields of a movement about its cause: the document, who did it, and a note."""

    reference: UUID | None
    reference_kind: str
    actor_id: UUID | None
    note: str
