"""The files of a seller's statement: a PDF for people, a CSV for programs."""

from io import StringIO

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from accounts.letterheads import letter, tax_number
from accounts.models import Seller
from core.documents.pdf import Column
from core.formats import money
from core.money import ZERO
from core.reports.tables import write_text
from payouts import commissions
from payouts.commissions import StatementRow
from payouts.models import Statement


def statement_csv(statement: Statement) -> bytes:
    """The lines, each once."""
    file = StringIO()
    rows = commissions.rows_of(commissions.lines_of(statement))
    write_text(commissions.COLUMNS, rows, "csv", file)
    return file.getvalue().encode()


def statement_pdf(statement: Statement) -> bytes:
    """The statement as a document, in the requester's language. Four queries."""
    house = Seller.objects.house().get()
    kind = _("Statement (%(status)s)") % {"status": statement.get_status_display()}
    paper = letter(house, kind=kind, number=statement.number)
    seller = statement.seller
    first_day, last_day = (date_format(day) for day in (statement.first_day, statement.last_day))
    paper.blocks(
        [
            (_("Seller"), [seller.name, tax_number(seller.tax_id), seller.email]),
            (_("Period"), [f"{first_day} – {last_day}"]),
        ]
    )
    rows = commissions.rows_of(commissions.lines_of(statement))
    paper.rows(_columns(), [_row(row, statement.currency) for row in rows])
    paper.sums(_sums(statement))
    for sentence in _notes(statement):
        paper.paragraph(sentence)
    return paper.finished()


def _columns() -> list[Column]:
    return [
        Column(_("Order"), 24),
        Column(_("Product"), 28),
        Column(_("Sales"), 12, is_number=True),
        Column(_("Given back"), 12, is_number=True),
        Column(_("Commission"), 12, is_number=True),
        Column(_("Net"), 12, is_number=True),
    ]


def _row(row: StatementRow, currency: str) -> tuple[str, ...]:
    percent = f"{number_format(row.percent.normalize())}\N{NO-BREAK SPACE}%"
    return (
        f"{row.order}\n{date_format(row.due_on)}",
        f"{row.name}\n{row.sku} · {percent}",
        *(money(each, currency) for each in (row.amount, row.refunded, row.commission, row.net)),
    )


def _sums(statement: Statement) -> list[tuple[str, str]]:
    sums = [
        (_("Sales"), statement.sales),
        (_("Given back"), -statement.refunds),
        (_("Commission"), -statement.commission),
    ]
    if statement.carried:
        sums.append((_("Carried over"), statement.carried))
    sums.append((_("Payout"), statement.payout))
    return [(heading, money(amount or ZERO, statement.currency)) for heading, amount in sums]


def _notes(statement: Statement) -> list[str]:
    notes = [_("Amounts contain the tax that the customers paid. This is no fiscal document.")]
    if statement.payout < 0:
        notes.append(_("A negative balance is deducted from the next statement."))
    if statement.paid_at:
        notes.append(
            _("Paid on %(day)s, reference %(reference)s.")
            % {"day": date_format(statement.paid_at), "reference": statement.bank_reference}
        )
    return notes
