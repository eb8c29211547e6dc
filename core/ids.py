from datetime import datetime
from uuid import UUID

from uuid_utils import compat


def uuid7() -> UUID:
    """A time-ordered key made here, for rows whose key must be known before they are written."""
    return compat.uuid7()


def first_id_at(moment: datetime) -> UUID:
    """The lowest key of a row made then or later: keys are in the order of time, and indexed."""
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=milliseconds << 80)
