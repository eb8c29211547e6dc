"""Maintenance of the audit log: partitions ahead, retention, erasure."""

from collections.abc import Iterable
from uuid import UUID

from constance import config
from django.db import connection

from accounts.models import SellerMember
from audit.models import AuditEntry

MEMBERS = SellerMember._meta.db_table
MONTHS_AHEAD = 3
# Columns of the watched tables that identify a person or their address.
PERSONAL = (
    *("email", "phone", "document_type", "document_number", "customer_note", "staff_note"),
    *("recipient", "street", "district", "city", "region", "postal_code", "ubigeo", "reference"),
    *("card_brand", "card_last4", "bank_reference", "notes", "staff_message", "receipt_note"),
    *("marks", "placed_from", "reason", "rejection", "answer"),
)


def tend() -> int:
    """Create partitions ahead and drop the expired ones. Give the number dropped."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_create_ahead(%s)", [MONTHS_AHEAD])
        if not config.AUDIT_MONTHS:
            return 0
        cursor.execute("SELECT audit_drop_before(%s)", [config.AUDIT_MONTHS])
        return int(cursor.fetchone()[0])


def erase_person(user_id: UUID, email: str, *, about: Iterable[UUID] = ()) -> int:
    """
    Take the person out of the log; what happened, and when, stays. Gives the number of entries.

    Of the account, of what belongs to it, and of the rows that `about` names by their keys (the
    person's orders, with all that belongs to them) the personal values are replaced by nothing;
    whatever the person did has no IP address any more. It is the one way to change an entry, and
    part of the transaction that it is called in.
    """
    # They belong to the seller, and the rows are gone by now.
    memberships = AuditEntry.objects.filter(table=MEMBERS, label__iexact=email)
    keys = [str(key) for key in (user_id, *about)]
    keys += memberships.values_list("object_id", flat=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_erase(%s, %s, %s)", [user_id, keys, list(PERSONAL)])
        return int(cursor.fetchone()[0])
