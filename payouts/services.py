"""Record what sellers are owed, and make, approve and pay their statements."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest, Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Seller
from orders.models import OrderLine
from orders.states import SALES
from outbox.services import publish
from payments.numbers import next_number
from payouts import commissions
from payouts.commissions import Account
from payouts.events import StatementApproved, StatementPaid
from payouts.exceptions import NothingOwed, NotThisStep, PeriodTaken, ReferenceTaken
from payouts.models import SellerSale, Statement, StatementLine, StatementStatus
from shipping.models import ShipmentItem

DAY = timedelta(days=1)


def note_sales(order_id: UUID | None = None) -> None:
    """
    Fix the commission rates of sellers' sales, and record which are delivered and paid.

    For one order, or for all. Idempotent; recorded facts stay.
    """
    lines = OrderLine.objects.filter(seller__is_house=False)
    sales = SellerSale.objects.filter(due_at=None)
    if order_id:
        lines, sales = lines.filter(order=order_id), sales.filter(order_line__order=order_id)
    _fix_rates(lines.filter(seller_sale=None, order__status__in=SALES))
    sales.filter(
        order_line__order__paid_at__isnull=False,
        order_line__delivered_quantity__gt=0,
        order_line__delivered_quantity=F("order_line__quantity")
        - F("order_line__cancelled_quantity"),
    ).update(due_at=_arrived_and_paid())


def make(
    seller_id: UUID, *, last_day: date, currency: str, actor_id: UUID | None = None
) -> Statement:
    """
    Write the statement of what a seller is owed up to that day, as a draft.

    :raises PeriodTaken: if the day is not over, or has a statement already
    :raises NothingOwed: if nothing has happened
    """
    if last_day >= timezone.localdate():
        raise PeriodTaken(_("That day is not over yet."))
    note_sales()
    with transaction.atomic():
        seller = Seller.objects.select_for_update(of=["self"], no_key=True).get(pk=seller_id)
        owed = commissions.account(seller, currency=currency, until=day_after(last_day))
        if owed.is_empty:
            raise NothingOwed(_("Nothing is owed up to that day."))
        first_day = _first_day(seller, currency)
        if first_day > last_day:
            raise PeriodTaken(_("There is a statement up to that day already."))
        return _write(
            owed,
            seller=seller,
            period=DateRange(first_day, last_day + DAY),
            made_by_id=actor_id,
        )


def preview(seller: Seller, *, last_day: date, currency: str) -> Account:
    """What `make` would write down now."""
    note_sales()
    return commissions.account(seller, currency=currency, until=day_after(last_day))


def make_all(last_day: date) -> list[Statement]:
    """Write the statements of all sellers who are owed something up to that day."""
    made = []
    for seller in Seller.objects.filter(is_house=False).order_by("pk"):
        for currency in commissions.currencies_of(seller):
            try:
                made.append(make(seller.pk, last_day=last_day, currency=currency))
            except (NothingOwed, PeriodTaken):
                continue
    return made


@transaction.atomic
def approve(statement_id: UUID, *, actor_id: UUID) -> Statement:
    """
    Approve a statement: from now on it does not change, and its seller may see it.

    :raises NotThisStep: if it is no draft, names an order that is disputed by now, or was made by
        the same person
    """
    statement = _locked(statement_id, StatementStatus.DRAFT)
    if statement.made_by_id == actor_id:
        raise NotThisStep(_("You have made it: a second person has to approve it."))
    if disputed := commissions.disputed_order(statement):
        raise NotThisStep(
            _("The bank asks for the money of %(order)s: discard this draft and make it again.")
            % {"order": disputed}
        )
    statement.approved_by_id, statement.approved_at = actor_id, timezone.now()
    statement.save(update_fields=["approved_by", "approved_at"])
    statement.move_to(StatementStatus.APPROVED if statement.is_paid_out else StatementStatus.CLOSED)
    publish(StatementApproved(statement_id=str(statement.pk)))
    return statement


@transaction.atomic
def pay(statement_id: UUID, *, bank_reference: str) -> Statement:
    """
    Note the transfer by which a statement was paid.

    :raises NotThisStep: if it is not approved, or paid already
    :raises ReferenceTaken: if there is no reference, or it stands for another statement
    """
    statement = _locked(statement_id, StatementStatus.APPROVED)
    statement.bank_reference = " ".join(bank_reference.split())
    if not statement.bank_reference:
        raise ReferenceTaken(_("Write the bank's reference of the transfer."))
    statement.paid_at = timezone.now()
    try:
        with transaction.atomic():
            statement.save(update_fields=["bank_reference", "paid_at"])
    except IntegrityError as error:
        raise ReferenceTaken(_("This reference stands for another statement.")) from error
    statement.move_to(StatementStatus.PAID)
    publish(StatementPaid(statement_id=str(statement.pk)))
    return statement


@transaction.atomic
def discard(statement_id: UUID) -> None:
    """
    Delete a draft; its lines are open again.

    :raises NotThisStep: if it is approved
    """
    _locked(statement_id, StatementStatus.DRAFT).delete()


def day_after(day: date) -> datetime:
    """The moment at which a day of the shop is over."""
    return timezone.make_aware(datetime.combine(day + DAY, time.min))


def _arrived_and_paid() -> Greatest:
    """When the last of a sale's line arrived or its order was paid, whichever came later."""
    line = OrderLine.objects.filter(pk=OuterRef("order_line"))
    parcels = ShipmentItem.objects.filter(
        line=OuterRef("order_line"), shipment__delivered_at__isnull=False
    ).order_by("-shipment__delivered_at")
    return Greatest(
        Subquery(line.values("order__paid_at")),
        Coalesce(Subquery(parcels.values("shipment__delivered_at")[:1]), Now()),
    )


def _fix_rates(lines: QuerySet[OrderLine]) -> None:
    """What came in an exchange keeps the rate of what it replaces."""
    found = list(lines.select_related("variant__product"))
    percents = commissions.percents(found)
    sold = SellerSale.objects.filter(order_line__order__in={line.order_id for line in found})
    known = {
        (sale.order_line.order_id, sale.order_line.variant.product_id): sale.percent
        for sale in sold.select_related("order_line__variant").order_by("-pk")
    }
    sales = [
        SellerSale(
            order_line=line,
            percent=known.get((line.order_id, line.variant.product_id), percents[line.pk]),
        )
        for line in found
    ]
    SellerSale.objects.bulk_create(sales, ignore_conflicts=True)


def _first_day(seller: Seller, currency: str) -> date:
    """The day after the last statement, or the one on which the first sale was owed."""
    last = Statement.objects.filter(seller=seller, currency=currency).order_by("period").last()
    if last:
        return last.last_day + DAY
    sales = SellerSale.objects.filter(order_line__seller=seller, due_at__isnull=False)
    first = sales.order_by("due_at").values_list("due_at", flat=True).first()
    return timezone.localdate(first)


def _write(owed: Account, **fields: object) -> Statement:
    statement = Statement.objects.create(
        number=next_number("LIQ"),
        currency=owed.currency,
        sales=owed.sales,
        commission=owed.commission,
        refunds=owed.refunds,
        carried_from=owed.carried_from,
        carried=owed.carried,
        payout=owed.payout,
        **fields,
    )
    StatementLine.objects.bulk_create(
        StatementLine(
            statement=statement,
            order_line=line.line,
            amount=line.amount,
            refunded=line.refunded,
            commission=line.commission,
        )
        for line in owed.lines
    )
    return statement


def _locked(statement_id: UUID, status: StatementStatus) -> Statement:
    """:raises NotThisStep: if it is not where it has to be, or gone"""
    statement = Statement.objects.locked().filter(pk=statement_id).first()
    if statement is None or statement.status != status:
        raise NotThisStep(_("The statement has changed meanwhile: reload the page."))
    return statement
