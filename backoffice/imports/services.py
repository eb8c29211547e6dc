"""Spreadsheets of products: uploaded, checked by a worker, approved by a person, taken in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import groupby, islice
from uuid import UUID

from django.core.files import File
from django.db import DataError, IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Seller, User
from audit.context import tell, traced
from backoffice.imports import undo
from backoffice.imports.stock import Stocker, own_warehouses
from catalog.imports import VariantLine, WrittenVariant, storable
from catalog.models import RowOutcome, SheetImport, SheetRow, SheetStatus, Variant
from catalog.spreadsheets.files import FileRow, open_sheet
from catalog.spreadsheets.formats import to_own_columns
from catalog.spreadsheets.row_merger import MergedRow
from catalog.spreadsheets.sheet_writer import SheetWriter
from core.database.copy import copy_rows
from core.database.leases import claim
from core.exceptions import DomainError, InvalidTransition
from core.web.uploads import FileRefused
from inventory.models import Warehouse

BATCH = 500
KEPT = timedelta(days=30)
_LEASE = timedelta(minutes=2)
# Reading a file is one step, which no batch interrupts.
_READING_LEASE = timedelta(minutes=15)
_WORKED_ON = (SheetStatus.UPLOADED, SheetStatus.CHECKING, SheetStatus.APPROVED)
_ROW_FIELDS = ["outcome", "problems", "changes", "is_applied", "before", "makes_product"]
# Of a variant's column.
MAX_SKU = 120
Step = Callable[[int], object]
Finish = Callable[[Sequence[MergedRow]], None]


class RowsRefused(DomainError):
    """Rows are refused, and the request does not say to leave them out."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sheet has come: rows by outcome, and how many stand in the shop."""

    total: int
    checked: int
    applied: int
    outcomes: dict[str, int]

    @property
    def takes(self) -> int:
        """Rows that would be written without a further word."""
        return self.outcomes[RowOutcome.NEW] + self.outcomes[RowOutcome.CHANGED]


def receive(
    *,
    file: File[bytes],
    pictures: File[bytes] | None = None,
    user: User | None = None,
    seller: Seller | None = None,
    text_language: str,
    is_claimed: bool = False,
) -> SheetImport:
    """
    Keep the file for a worker, who checks it soon. Products are a seller's, if one is given.

    The process that claimed it works on it; a worker continues if that process stops.
    """
    sheet = SheetImport(
        name=str(file.name).rpartition("/")[2][-255:],
        user=user,
        seller=seller,
        language=translation.get_language() or text_language,
        text_language=text_language,
        claimed_until=timezone.now() + _READING_LEASE if is_claimed else None,
    )
    sheet.file.save(f"{timezone.now():%H%M%S}.sheet", file, save=False)
    if pictures:
        sheet.pictures.save(f"{timezone.now():%H%M%S}.zip", pictures, save=False)
    sheet.save(force_insert=True)
    return sheet


def progress(sheet: SheetImport) -> Progress:
    """1 query."""
    counts = SheetRow.objects.filter(sheet=sheet).aggregate(
        total=Count("pk"),
        applied=Count("pk", filter=Q(is_applied=True)),
        **{name: Count("pk", filter=Q(outcome=name)) for name in RowOutcome.values},
    )
    outcomes = {name: counts[name] for name in RowOutcome.values}
    return Progress(counts["total"], sum(outcomes.values()), counts["applied"], outcomes)


@transaction.atomic
def approve(
    sheet_id: UUID, *, leaves_out_refused: bool, takes_doubtful: bool, is_claimed: bool = False
) -> None:
    """
    Have a worker import the good rows.

    :raises InvalidTransition: if the import does not wait for approval
    :raises RowsRefused: if rows are refused and the request does not say to leave them out
    """
    sheet = _waiting_for_approval(sheet_id)
    if progress(sheet).outcomes[RowOutcome.REFUSED] and not leaves_out_refused:
        raise RowsRefused(_("Some rows are refused. Agree to leave them out, or correct the file."))
    sheet.status = SheetStatus.APPROVED
    sheet.takes_doubtful = takes_doubtful or sheet.undoes_id is not None
    sheet.claimed_until = timezone.now() + _READING_LEASE if is_claimed else None
    sheet.save(update_fields=["status", "takes_doubtful", "claimed_until"])


@transaction.atomic
def drop(sheet_id: UUID) -> None:
    """
    Take nothing of it in.

    :raises InvalidTransition: if it does not wait for approval
    """
    sheet = _waiting_for_approval(sheet_id)
    sheet.status, sheet.finished_at = SheetStatus.DROPPED, timezone.now()
    sheet.save(update_fields=["status", "finished_at"])


def _waiting_for_approval(sheet_id: UUID) -> SheetImport:
    sheet = SheetImport.objects.select_for_update().get(pk=sheet_id)
    if sheet.status != SheetStatus.CHECKED:
        raise InvalidTransition(_("This import does not wait for approval. Reload the page."))
    return sheet


def work_off() -> int:
    """Check and take in what waits, one sheet after the other; returns how many."""
    worked = 0
    waiting = SheetImport.objects.filter(status__in=_WORKED_ON).order_by("created_at")
    while sheet := claim(waiting, _READING_LEASE):
        work(sheet)
        worked += 1
    return worked


def work(sheet: SheetImport, step: Step = id) -> None:
    """
    Do the sheet's next step from where it was left: read and check it, or take it in.

    It may be broken off and begun again anywhere: each batch counts once. `step` hears of rows.
    """
    with (
        translation.override(sheet.language),
        traced(actor=sheet.user_id, origin=undo.origin_of(sheet)),
    ):
        if sheet.is_exhausted:
            _refuse(sheet, _("It was interrupted several times. Split the file, and try again."))
        elif sheet.status == SheetStatus.APPROVED:
            undo.refuse_changed(sheet)
            _work_through(sheet, step, is_dry_run=False)
            undo.take_away(sheet)
            _move(sheet, SheetStatus.DONE)
        else:
            _check(sheet, step)


def _check(sheet: SheetImport, step: Step) -> None:
    try:
        if sheet.status == SheetStatus.UPLOADED:
            _stage(sheet)
    except FileRefused as error:
        _refuse(sheet, str(error))
        return
    _work_through(sheet, step, is_dry_run=True)
    _move(sheet, SheetStatus.CHECKED)


def _refuse(sheet: SheetImport, reason: str) -> None:
    sheet.refusal = reason
    _move(sheet, SheetStatus.REFUSED)


def _move(sheet: SheetImport, status: SheetStatus) -> None:
    """No other worker has it unless a lease ran out; rows that worker finished stay as they are."""
    if not SheetImport.objects.filter(pk=sheet.pk, status=sheet.status).exists():
        return
    sheet.status, sheet.claimed_until, sheet.attempts = status, None, 0
    if status in {SheetStatus.DONE, SheetStatus.REFUSED}:
        sheet.finished_at = timezone.now()
    sheet.save()


@transaction.atomic
def _stage(sheet: SheetImport) -> None:
    """Write the file's rows down, in the shop's own columns: all of them or none."""
    if sheet.undoes_id:
        undo.stage(sheet)
        return
    sheet.rows.all().delete()
    with sheet.file.open("rb") as file:
        opened = open_sheet(file)
        found = to_own_columns(opened, sheet.text_language)
        lines: dict[str, int] = {}
        rows = (_row(sheet, row, lines, found.columns) for row in found.rows)
        while chunk := list(islice(rows, 2000)):
            copy_rows(chunk)
    if not lines:
        raise FileRefused(_("The file has a heading and no rows."))
    sheet.kind, sheet.columns, sheet.remarks = found.kind, found.columns, found.remarks
    if "stock" in found.columns and not may_receive_stock(sheet):
        sheet.remarks.append(
            _("The column “stock” is left out: you have no right to change stock. Ask who has.")
        )
    sheet.has_decimal_commas = opened.has_decimal_commas
    sheet.status = SheetStatus.CHECKING
    sheet.save()


def _row(
    sheet: SheetImport, row: FileRow, lines: dict[str, int], columns: Sequence[str]
) -> SheetRow:
    """The row with the errors of the file itself; `lines` are those of the SKUs so far."""
    sku = row.cells.get("sku", "").strip()
    problems = [problem.text for problem in row.problems]
    if not sku:
        problems.append(_("sku: it is missing. Every row needs one."))
    elif len(sku) > MAX_SKU:
        problems.append(_("sku: it has more than 120 characters. Shorten it."))
    elif sku in lines:
        problems.append(
            _("sku: it stands in line %(line)s already. Leave one of them out.")
            % {"line": lines[sku]}
        )
    lines.setdefault(sku, row.line)
    key = row.cells.get("product", "").strip() or sku
    return SheetRow(
        sheet=sheet,
        line=row.line,
        product_key=key[:255],
        sku=sku[:255],
        cells={name: storable(text) for name, text in row.cells.items() if name in columns},
        problems=problems,
        outcome=RowOutcome.REFUSED if problems else "",
    )


def _work_through(sheet: SheetImport, step: Step, *, is_dry_run: bool) -> None:
    """Batch by batch, whole products each, until no row is left."""
    writer = SheetWriter(sheet, is_dry_run=is_dry_run)
    finish: Finish | None = None if is_dry_run else partial(_receive, sheet)
    outcomes: list[str] = [""] if is_dry_run else [RowOutcome.NEW, RowOutcome.CHANGED]
    if not is_dry_run and sheet.takes_doubtful:
        outcomes.append(RowOutcome.DOUBTFUL)
    pending = SheetRow.objects.filter(sheet=sheet, is_applied=False, outcome__in=outcomes)
    while rows := _next_batch(pending):
        _write(writer, rows, finish)
        SheetImport.objects.filter(pk=sheet.pk).update(
            claimed_until=timezone.now() + _LEASE, attempts=0
        )
        step(len(rows))
    if is_dry_run:
        sheet.new_shelves = sorted(writer.new_shelves)


def _next_batch(pending: QuerySet[SheetRow]) -> list[SheetRow]:
    ordered = pending.order_by("product_key", "line")
    keys = set(ordered.values_list("product_key", flat=True)[:BATCH])
    return list(ordered.filter(product_key__in=keys)) if keys else []


def _write(writer: SheetWriter, rows: Sequence[SheetRow], finish: Finish | None) -> None:
    """
    Write the batch and finish it; without `finish`, only see what it would do.

    If the database refuses it, by halves, to find which product it is.
    """
    try:
        with transaction.atomic():
            tell()
            arrivals = writer.write(rows)
            if finish is None:
                transaction.set_rollback(True)
            else:
                finish(arrivals)
                _note(rows, is_applied=True)
    except (IntegrityError, DataError) as error:
        writer.forget()
        _write_halves(writer, rows, finish, _reason(error))
        return
    if finish is None:
        _note(rows, is_applied=False)


def _write_halves(
    writer: SheetWriter, rows: Sequence[SheetRow], finish: Finish | None, reason: str
) -> None:
    products = [list(group) for _key, group in groupby(rows, key=lambda row: row.product_key)]
    is_found = len(products) == 1
    for row in rows:
        row.problems = [reason] if is_found else []
        row.outcome, row.changes = RowOutcome.REFUSED if is_found else "", []
    if is_found:
        _note(rows, is_applied=False)
        return
    middle = len(products) // 2
    for half in (products[:middle], products[middle:]):
        _write(writer, [row for group in half for row in group], finish)


def _reason(error: Exception) -> str:
    text = str(error).split("\n", maxsplit=1)[0]
    if "variant_gtin_once" in text:
        return _("gtin: another variant has this number. Look which of them is right.")
    return _("The database refuses it: %(reason)s") % {"reason": text}


def _note(rows: Sequence[SheetRow], *, is_applied: bool) -> None:
    # Rows that became unchanged meanwhile are done as well.
    done = {RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.SAME} if is_applied else set()
    for row in rows:
        row.is_applied = row.outcome in done
    SheetRow.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=_ROW_FIELDS
    )


def may_receive_stock(sheet: SheetImport) -> bool:
    """Sellers keep their own stock, and a command is the owner's; of staff, who may change it."""
    if sheet.user is None or sheet.seller is not None:
        return True
    return sheet.user.has_perm("inventory.change_stocklevel")


def _receive(sheet: SheetImport, arrivals: Sequence[MergedRow]) -> None:
    """The initial stock of new variants, in their seller's first warehouse."""
    first = [arrival for arrival in arrivals if arrival.is_new and arrival.units]
    if not first or not may_receive_stock(sheet):
        return
    sellers = {arrival.product.seller_id for arrival in first}
    codes = dict(
        Warehouse.objects.filter(seller__in=sellers, is_active=True)
        .order_by("-priority", "-code")
        .values_list("seller", "code")
    )
    house = own_warehouses()[0]
    codes.setdefault(house.seller_id, house.code)
    Stocker().receive(
        [
            WrittenVariant(arrival.variant.pk, arrival.product.pk, _line(arrival, code))
            for arrival in first
            if (code := codes.get(arrival.product.seller_id))
        ]
    )


def _line(arrival: MergedRow, warehouse: str) -> VariantLine:
    variant, price = arrival.variant, arrival.variant.list_price
    stock = {warehouse: arrival.units or 0}
    return VariantLine(variant.sku, (), price, list_price=price, stock_in=stock)


def forget_old() -> int:
    """Delete imports finished long ago, with their files; returns their number."""
    old = list(SheetImport.objects.filter(finished_at__lt=timezone.now() - KEPT))
    for sheet in old:
        for file in (sheet.file, sheet.pictures):
            if file:
                file.delete(save=False)
        sheet.delete()
    return len(old)


def made_by(sheet: SheetImport, most: int) -> list[tuple[Variant, RowOutcome]]:
    """The first variants that it has made or changed, in the order of the file. 2 queries."""
    rows = sheet.rows.filter(is_applied=True, outcome__in=[RowOutcome.NEW, RowOutcome.CHANGED])
    outcomes = dict(rows.order_by("line").values_list("sku", "outcome")[:most])
    variants = Variant.objects.filter(sku__in=outcomes).select_related("product")
    found = {variant.sku: variant for variant in variants}
    return [(found[sku], RowOutcome(each)) for sku, each in outcomes.items() if sku in found]


def problems_of(sheet: SheetImport) -> QuerySet[SheetRow]:
    """The rows that are refused or in doubt, in the order of the file."""
    return sheet.rows.exclude(problems=[]).order_by("line")
