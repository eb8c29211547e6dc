"""The closing sheet of a till."""

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.brand.stationery import current_stationery
from core.documents.pdf import Column, Document
from core.formats import money
from till.models import EntryKind, TillSession, Way
from till.selectors import sums_of


def closing_sheet(session: TillSession) -> bytes:
    """What came and went in a session, with the count, in the shop's language. Two queries."""
    with translation.override(settings.LANGUAGE_CODE):
        number = date_format(timezone.localtime(session.created_at), "SHORT_DATETIME_FORMAT")
        paper = Document(f"{session.till} · {number}", current_stationery())
        paper.begin(f"{session.till} · {number}")
        paper.blocks([(_("Cashier"), [session.cashier.get_full_name() or str(session.cashier)])])
        entries = session.entries.select_related("order").order_by("pk")
        paper.rows(
            [
                Column(_("Time"), 0.15),
                Column(_("What"), 0.45),
                Column(_("Paid by"), 0.2),
                Column(_("Amount"), 0.2, is_number=True),
            ],
            [
                (
                    date_format(timezone.localtime(entry.created_at), "TIME_FORMAT"),
                    entry.order.number if entry.order else entry.reason,
                    entry.get_way_display(),
                    money(
                        -entry.amount if entry.kind == EntryKind.OUT else entry.amount,
                        session.currency,
                    ),
                )
                for entry in entries
            ],
        )
        paper.sums(_sums(session))
        if session.note:
            paper.paragraph(session.note, heading=_("Note"))
        return paper.finished()


def _sums(session: TillSession) -> list[tuple[str, str]]:
    sums = sums_of(session)
    ways = [(str(way.label), amount) for way, amount in sums.sales.items() if way != Way.CASH]
    rows = [
        *ways,
        (_("Cash at the opening"), sums.opening),
        (_("Cash sales"), sums.sales[Way.CASH]),
        (_("Cash in"), sums.cash_in),
        (_("Cash out"), -sums.cash_out),
        (_("Cash by the entries"), sums.expected),
    ]
    if session.counted is not None and session.difference is not None:
        rows += [(_("Cash counted"), session.counted), (_("Difference"), session.difference)]
    return [(label, money(amount, session.currency)) for label, amount in rows]
