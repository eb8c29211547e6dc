"""Holding units in one statement: what a thousand shoppers do in the same minute."""

from collections.abc import Mapping
from uuid import UUID

from core.database import prepared
from inventory.origins import Holder
from inventory.services import sold_out
from inventory.services.availability import publish_if_changed

# The update repeats the condition, so PostgreSQL checks it again on the row as it is once the lock
# is there. The advisory lock keeps a double click from holding twice: anyone who does not get it
# goes the long way. Statements of one holder that miss each other by a hair meet in the
# unique index and add up, so that the level and its holds agree in any case. The same goes for a
# place whose units are counted: who does not get its lock counts them the long way.
# The commit does not wait for the disk with the hot row locked (docs/decisions/0011).
RESERVE = """
WITH guard AS MATERIALIZED (
    SELECT pg_try_advisory_xact_lock(hashtextextended('holder:' || %(reference)s::text, 0))
           AND COALESCE((
               SELECT bool_and(pg_try_advisory_xact_lock(hashtextextended('holder:' || key, 0)))
               FROM unnest(%(keys)s::text[]) AS key
           ), true) AS free,
           set_config('synchronous_commit',
        COALESCE(%(commits)s, current_setting('synchronous_commit')), true) AS commits
), room AS MATERIALIZED (
    SELECT %(most)s::int IS NULL OR %(quantity)s + GREATEST(
        COALESCE(SUM(quantity) FILTER (WHERE place = %(place)s::text), 0),
        COALESCE(SUM(quantity) FILTER (WHERE account = %(account)s::uuid), 0)
    ) <= %(most)s::int AS is_left
    FROM inventory_reservation
    WHERE %(most)s::int IS NOT NULL AND status = 'active' AND reference_kind = 'cart'
      AND expires_at > now()
      AND (place <> '' AND place = %(place)s::text OR account = %(account)s::uuid)
), chosen AS MATERIALIZED (
    SELECT level.id
    FROM inventory_stocklevel level
    JOIN inventory_warehouse warehouse ON warehouse.id = level.warehouse_id
    WHERE level.variant_id = %(variant)s
      AND warehouse.is_active
      AND level.on_hand - level.committed - level.reserved >= %(quantity)s
      AND NOT EXISTS (
          SELECT 1 FROM inventory_reservation
          WHERE reference = %(reference)s AND variant_id = %(variant)s AND status = 'active'
      )
    ORDER BY warehouse.priority, level.id
    LIMIT 1
), taken AS (
    UPDATE inventory_stocklevel level
    SET reserved = level.reserved + %(quantity)s
    FROM chosen, guard, room
    WHERE level.id = chosen.id
      AND guard.free
      AND room.is_left
      AND level.on_hand - level.committed - level.reserved >= %(quantity)s
    RETURNING level.id, level.warehouse_id,
              level.on_hand - level.committed - level.reserved AS available
), first_held AS (
    SELECT LEAST(MIN(held_since), now()) AS since
    FROM inventory_reservation
    WHERE reference = %(reference)s AND variant_id = %(variant)s
      AND held_since > now() - %(longest)s
), held AS (
    INSERT INTO inventory_reservation
        (variant_id, warehouse_id, reference, reference_kind, quantity, status, expires_at,
         held_since, place, account)
    SELECT %(variant)s, warehouse_id, %(reference)s, %(kind)s, %(quantity)s, 'active',
           LEAST(%(until)s, since + %(longest)s), since, %(place)s::text, %(account)s::uuid
    FROM taken, first_held
    ON CONFLICT (reference, variant_id, warehouse_id) WHERE status = 'active'
    DO UPDATE SET quantity = inventory_reservation.quantity + EXCLUDED.quantity
)
SELECT taken.available + COALESCE((
    SELECT SUM(GREATEST(other.on_hand - other.committed - other.reserved, 0))
    FROM inventory_stocklevel other
    JOIN inventory_warehouse warehouse ON warehouse.id = other.warehouse_id
    WHERE other.variant_id = %(variant)s AND other.id <> taken.id AND warehouse.is_active
), 0)
FROM taken
"""

# The holds are locked first, in the order of their keys, and looked at as they are then: anyone who
# changes them locks them all, so this happens before the change or after it.
RENEW = """
WITH wanted AS (
    SELECT * FROM unnest(%(variants)s::uuid[], %(units)s::int[]) AS wanted (variant_id, units)
), own AS MATERIALIZED (
    SELECT id, variant_id, quantity,
           expires_at > now() AND reference_kind = %(kind)s AS lasts
    FROM inventory_reservation
    WHERE reference = %(reference)s
      AND variant_id = ANY (%(variants)s::uuid[])
      AND status = 'active'
    ORDER BY id
    FOR UPDATE
), other AS MATERIALIZED (
    SELECT 1
    FROM wanted
    LEFT JOIN (
        SELECT variant_id, CASE WHEN bool_and(lasts) THEN SUM(quantity) END AS units
        FROM own GROUP BY variant_id
    ) held USING (variant_id)
    WHERE held.units IS DISTINCT FROM wanted.units
), renewed AS (
    UPDATE inventory_reservation hold
    SET expires_at = LEAST(%(until)s, hold.held_since + %(longest)s)
    FROM own
    WHERE hold.id = own.id AND NOT EXISTS (SELECT FROM other)
    RETURNING set_config('synchronous_commit',
        COALESCE(%(commits)s, current_setting('synchronous_commit')), true)
)
SELECT COUNT(*) FROM renewed
"""

OBTAINABLE = """
SELECT COALESCE((
    SELECT SUM(GREATEST(level.on_hand - level.committed - level.reserved, 0))
    FROM inventory_stocklevel level
    JOIN inventory_warehouse warehouse ON warehouse.id = level.warehouse_id
    WHERE level.variant_id = %(variant)s AND warehouse.is_active
), 0) + COALESCE((
    SELECT SUM(quantity) FROM inventory_reservation
    WHERE variant_id = %(variant)s AND status = 'active'
      AND (reference = %(reference)s OR reference_kind <> 'order' AND expires_at <= now())
), 0)
"""


def reserve_at_once(variant_id: UUID, quantity: int, holder: Holder) -> bool:
    """
    Hold the units if the holder has none yet and one warehouse has them all.

    One statement, one locked row. Say whether it was done; if not, nothing has changed. By the
    database's clock no hold lasts longer than the longest, whatever the caller's clock says; units
    that were given up meanwhile go on from when they were first held.
    """
    row = prepared.run(RESERVE, reserve_values(variant_id, quantity, holder))
    if row is None:
        return False
    after = int(row[0])
    publish_if_changed(variant_id, after + quantity, after)
    return True


def reserve_values(variant_id: UUID, quantity: int, holder: Holder) -> dict[str, object]:
    """The parameters of RESERVE but for `commits`, which `prepared.run` adds."""
    return {
        "variant": variant_id,
        "quantity": quantity,
        "reference": holder.reference,
        "kind": holder.kind,
        "until": holder.until,
        "longest": holder.longest,
        "keys": holder.origin.keys,
        "place": holder.origin.place,
        "account": holder.origin.account,
        "most": holder.origin.most,
    }


def renew_at_once(quantities: Mapping[UUID, int], holder: Holder) -> bool:
    """
    Let the holder keep these units until then if it holds exactly them: no level is touched.

    One statement. Say whether it was done; if not, nothing has changed.
    """
    row = prepared.run(
        RENEW,
        {
            "variants": list(quantities),
            "units": list(quantities.values()),
            "reference": holder.reference,
            "kind": holder.kind,
            "until": holder.until,
            "longest": holder.longest,
        },
    )
    return bool(row and row[0])


def may_be_obtained(variant_id: UUID, quantity: int, *, reference: UUID) -> bool:
    """Whether waiting for locks is worth it: a sold-out variant is refused by a mere look."""
    row = prepared.run(OBTAINABLE, {"variant": variant_id, "reference": reference})
    units = int(row[0]) if row else 0
    if units <= 0:
        sold_out.remember(variant_id)
    return units >= quantity
