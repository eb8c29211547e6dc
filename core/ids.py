from uuid import UUID

from uuid_utils import compat


def uuid7() -> UUID:
    """A time-ordered key made here, for rows whose key must be known before they are written."""
    return compat.uuid7()
