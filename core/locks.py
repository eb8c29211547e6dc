"""PostgreSQL's advisory locks, for things without a row to lock."""

from core.database import prepared


def advisory_lock(namespace: str, *keys: object) -> None:
    """
    Wait for these locks and hold them until the transaction ends. One query.

    They are taken in a fixed order, so that two callers cannot deadlock.
    """
    prepared.rows(
        "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%s::text[]) AS key",
        [sorted({f"{namespace}:{key}" for key in keys})],
    )
