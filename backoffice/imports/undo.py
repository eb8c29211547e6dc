"""An import taken back by another one, whose rows say what stood there before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, groupby
from typing import Any, cast
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery, TextField
from django.db.models.deletion import Collector, ProtectedError, RestrictedError
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.selectors import Asked, entries
from backoffice.undo.kinds import Stays
from catalog.models import (
    PictureFetch,
    PriceHistory,
    Product,
    ProductFacet,
    ProductImage,
    RowOutcome,
    SearchEntry,
    SearchStem,
    SheetImport,
    SheetKind,
    SheetRow,
    SheetStatus,
    Variant,
    VariantOption,
)
from catalog.spreadsheets.columns import (
    COLUMNS,
    PRODUCT_COLUMNS,
    category_paths,
    product_cells,
    variant_cells,
)
from core.database.copy import copy_rows
from core.exceptions import InvalidTransition
from core.reports.base import listed
from orders.models import OrderLine

_AT_ONCE = 200
_MAX_NAMED = 20
_DONE = (RowOutcome.NEW, RowOutcome.CHANGED)
# Rows that were created with a product, not by people.
_OWN = {
    *(Product, Variant, VariantOption, ProductImage, PriceHistory, ProductFacet),
    *(PictureFetch, SearchEntry, SearchStem),
}
# Pictures that an import has added stay, and stock is moved, not imported.
_LEFT = {"images", "variant_images", "option_images", "stock", "currency", "slug"}


@transaction.atomic
def begin(sheet_id: UUID, *, user: User) -> SheetImport:
    """
    Have a worker prepare the reversal of an import; nothing changes until it is approved.

    :raises InvalidTransition: if it is not done, takes one back itself, or was taken back
    """
    sheet = SheetImport.objects.select_for_update().get(pk=sheet_id)
    if not may_undo(sheet):
        raise InvalidTransition(_("This import cannot be undone, or that is under way already."))
    return SheetImport.objects.create(
        name=(_("Undo: %(name)s") % {"name": sheet.name})[:255],
        user=user,
        seller=sheet.seller,
        language=sheet.language,
        text_language=sheet.text_language,
        undoes=sheet,
        # Each price was right once.
        takes_doubtful=True,
    )


def may_undo(sheet: SheetImport) -> bool:
    """Whether the import can be undone now. At most 1 query."""
    return sheet.status == SheetStatus.DONE and not sheet.undoes_id and not undo_of(sheet)


def undo_of(sheet: SheetImport) -> SheetImport | None:
    """The import that undoes this one. 1 query."""
    dropped = (SheetStatus.DROPPED, SheetStatus.REFUSED)
    return sheet.undone_by.exclude(status__in=dropped).first()


def origin_of(sheet: SheetImport) -> str:
    """What the log calls the changes that this import makes."""
    return f"import {sheet.name}"


def stage(sheet: SheetImport) -> None:
    """Write down the rows that take the other import back, in the caller's transaction."""
    sheet.rows.all().delete()
    undone = _undone(sheet)
    sheet.kind, sheet.columns = SheetKind.OWN, _columns(undone)
    lines = count(2)  # as in a file with a heading
    for groups in _portions(undone):
        copy_rows(list(_rows(sheet, groups, lines)))
    sheet.status = SheetStatus.CHECKING
    sheet.save()


@transaction.atomic
def refuse_changed(sheet: SheetImport) -> None:
    """
    Refuse, before an approved undo is applied, products changed or sold since it was checked.

    Rows that it has applied already are left out: their changes are its own.
    """
    if not sheet.undoes_id:
        return
    pending = sheet.rows.filter(is_applied=False, outcome__in=(*_DONE, RowOutcome.DOUBTFUL))
    for groups in _portions(_undone(sheet).filter(sku__in=pending.values("sku"))):
        now = _now(sheet, [row.sku for rows in groups for row in rows])
        refused: dict[str, list[str]] = {}
        for rows in groups:
            if refusal := now.refusal(rows):
                refused.setdefault(refusal, []).extend(row.sku for row in rows)
        for refusal, skus in refused.items():
            rows_of = pending.filter(sku__in=skus)
            rows_of.update(outcome=RowOutcome.REFUSED, problems=[refusal], changes=[])


def take_away(sheet: SheetImport) -> None:
    """Delete what the import created and nothing refers to; deactivate the rest."""
    if not sheet.undoes_id:
        return
    gone, kept = 0, []
    taken = sheet.rows.filter(is_applied=True).values("sku")
    new = _undone(sheet).filter(outcome=RowOutcome.NEW, sku__in=taken)
    for groups in _portions(new):
        for rows in groups:
            found = _deletable(rows)
            if found and _delete(found):
                gone += len(rows)
            elif found:
                kept += [row.sku for row in rows]
    if gone:
        sheet.remarks.append(
            _("Deleted, because nothing depended on them: %(number)s.") % {"number": gone}
        )
    if kept:
        sheet.remarks.append(
            _("No longer sold, and kept because something depends on them: %(skus)s.")
            % {"skus": listed(kept, _MAX_NAMED)}
        )


def _undone(sheet: SheetImport) -> QuerySet[Any]:
    """The rows of the other import that have changed something, each with its `product`."""
    key = Cast("product_id", TextField())
    product = Variant.objects.filter(sku=OuterRef("sku")).annotate(key=key).values("key")
    done = SheetRow.objects.filter(sheet=sheet.undoes_id, is_applied=True, outcome__in=_DONE)
    return done.annotate(product=Coalesce(Subquery(product), Cast("product_key", TextField())))


def _columns(undone: QuerySet[Any]) -> list[str]:
    """Changes that the other import made, and deactivation of what it created."""
    changed: set[str] = set()
    for before in undone.values_list("before", flat=True).iterator():
        changed |= before.keys()
    if undone.filter(outcome=RowOutcome.NEW).exists():
        changed |= {"active", "variant_active"}
    changed = changed - _LEFT | {"sku", "product"}
    return [name for name in COLUMNS if name in changed]


def _portions(rows: QuerySet[Any]) -> Iterator[list[list[SheetRow]]]:
    """The rows product by product, some products at a time."""
    last = ""
    while True:
        after = rows.filter(product__gt=last) if last else rows
        keys = after.order_by("product").values_list("product", flat=True).distinct()
        chosen = list(keys[:_AT_ONCE])
        if not chosen:
            return
        last = chosen[-1]
        found = rows.filter(product__in=chosen).order_by("product", "line")
        yield [list(group) for _key, group in groupby(found, key=lambda row: row.product)]


@dataclass(frozen=True, kw_only=True)
class _Now:
    """The variants of some rows now, by SKU, and why their products cannot be deleted."""

    variants: Mapping[str, Variant]
    units: Mapping[UUID, int]
    sold: set[UUID]
    # And by whom, where that was a person.
    changed: Mapping[UUID, str]

    def refusal(self, rows: Sequence[SheetRow]) -> str:
        """Why the product of these rows is left as it is; empty if it can be taken back."""
        found = [self.variants.get(row.sku) for row in rows]
        products = {each.product_id for each in found if each}
        if None in found:
            return _("It is no longer there as it was imported.")
        if any(row.outcome == RowOutcome.CHANGED and not row.before for row in rows):
            return _("The value from before was not recorded.")
        if products & self.sold:
            return _("It was sold since the import, and is kept.")
        changed = [self.changed[key] for key in products if key in self.changed]
        return Stays(changed[0]).told if changed else ""


def _rows(
    sheet: SheetImport, groups: Sequence[Sequence[SheetRow]], lines: Iterator[int]
) -> Iterator[SheetRow]:
    now = _now(sheet, [row.sku for rows in groups for row in rows])
    paths = category_paths()
    for rows in groups:
        refusal = now.refusal(rows)
        shared = _shared(rows, now) if not refusal else {}
        for row in rows:
            cells, key = dict[str, str](), row.product_key
            if not refusal:
                variant = now.variants[row.sku]
                key = variant.product.sku
                cells = product_cells(variant.product, paths) | variant_cells(variant, {})
                cells |= row.before | shared
                cells |= {"variant_active": "0"} if row.outcome == RowOutcome.NEW else {}
            yield SheetRow(
                sheet=sheet,
                line=next(lines),
                product_key=key,
                sku=row.sku,
                cells={name: cells.get(name, "") for name in sheet.columns},
                problems=[refusal] if refusal else [],
                outcome=RowOutcome.REFUSED if refusal else "",
            )


def _shared(rows: Sequence[SheetRow], now: _Now) -> dict[str, str]:
    """The cells that all rows of a product repeat: one row has told each for all of them."""
    cells = {
        name: text for row in rows for name, text in row.before.items() if name in PRODUCT_COLUMNS
    }
    return cells | ({"active": "0"} if _is_whole(rows, now) else {})


def _is_whole(rows: Sequence[SheetRow], now: _Now) -> bool:
    """Whether the rows made a product and all the variants that it has."""
    product = now.variants[rows[0].sku].product_id
    return any(row.makes_product for row in rows) and now.units[product] == len(rows)


def _now(sheet: SheetImport, skus: Sequence[str]) -> _Now:
    """As many queries for one product as for many."""
    images = ProductImage.objects.order_by("position", "pk")
    found = list(
        Variant.objects.filter(sku__in=skus)
        .select_related("product__seller", "brand")
        .prefetch_related(
            "options", Prefetch("images", images), Prefetch("product__images", images)
        )
    )
    products = {each.product_id for each in found}
    siblings = Variant.objects.filter(product__in=products)
    units: dict[UUID, int] = dict.fromkeys(products, 0)
    owners = dict(siblings.values_list("pk", "product_id"))
    for product in owners.values():
        units[product] += 1
    undone = cast("SheetImport", sheet.undoes)
    since = _since(undone, products, owners)
    return _Now(
        variants={each.sku: each for each in found},
        units=units,
        sold=_sold(undone, since, owners),
        changed=since.changed,
    )


@dataclass(frozen=True)
class _Since:
    """Changes of some products since an import applied them; it ended at `end`."""

    end: datetime
    applied: dict[UUID, datetime]
    changed: dict[UUID, str]


def _since(undone: SheetImport, products: set[UUID], variants: Mapping[UUID, UUID]) -> _Since:
    """
    Read from the log when the import applied each product and who has changed it afterwards.

    While the import ran, workers copied its pictures: until its end only people count.
    """
    own = (undone.user_id, origin_of(undone))
    end = _to_the_millisecond(undone.finished_at or timezone.now())
    owners = {str(key): product for key, product in variants.items()}
    owners |= {str(product): product for product in products}
    found = entries(Asked(since=undone.created_at)).filter(
        Q(object_id__in=owners) | Q(parent_id__in=owners), table__startswith="catalog_"
    )
    since = _Since(end, {}, {})
    columns = found.order_by("id").values_list("id", "actor_id", "origin", "object_id", "parent_id")
    hands = User.objects.filter(pk__in=found.values("actor_id"))
    people: dict[UUID | None, str] = {user.pk: str(user) for user in hands}
    for key, actor, origin, *texts in columns:
        touched, at = {owners[text] for text in texts if text in owners}, _moment(key)
        if (actor, origin) == own and at <= end:
            for product in touched:
                since.applied.setdefault(product, at)
        elif at >= end:
            since.changed.update(dict.fromkeys(touched, people.get(actor, "")))
        elif actor:
            known = touched & since.applied.keys()
            since.changed.update(dict.fromkeys(known, people.get(actor, "")))
    return since


def _sold(undone: SheetImport, since: _Since, variants: Mapping[UUID, UUID]) -> set[UUID]:
    lines = OrderLine.objects.filter(
        variant__in=list(variants), order__placed_at__gte=undone.created_at
    ).values_list("variant_id", "order__placed_at")
    return {
        product
        for variant, placed_at in lines
        if placed_at >= since.applied.get(product := variants[variant], since.end)
    }


def _moment(key: UUID) -> datetime:
    """When this time-ordered key was made."""
    return datetime.fromtimestamp((key.int >> 80) / 1000, UTC)


def _to_the_millisecond(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _deletable(rows: Sequence[SheetRow]) -> Sequence[Product | Variant]:
    """The product if all of it came with the import, else its variants; nothing if all is gone."""
    variants = list(Variant.objects.filter(sku__in=[row.sku for row in rows]))
    if not variants:
        return []
    product = variants[0].product
    others = product.variants.exclude(pk__in=[each.pk for each in variants])
    is_whole = any(row.makes_product for row in rows) and not others.exists()
    return [product] if is_whole else variants


def _delete(found: Sequence[Product | Variant]) -> bool:
    """Delete them if no row made by people refers to them; returns whether it did."""
    try:
        with transaction.atomic():
            collector: Any = Collector(using="default")
            collector.collect(found)
            others = (rows for rows in collector.fast_deletes if rows.model not in _OWN)
            if not _OWN.issuperset(collector.data) or any(rows.exists() for rows in others):
                return False
            collector.delete()
    except (ProtectedError, RestrictedError, DatabaseError):
        return False
    return True
