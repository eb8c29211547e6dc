"""A page that corrects the units on hand of many variants, with a preview."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import site
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.selectors import is_seller
from accounts.seller_admin import person
from catalog.models import Variant
from core.admin.base import tell_refusals
from core.admin.console import Changed, Console
from core.exceptions import DomainError
from inventory import services
from inventory.forms import ShelvesForm
from inventory.models import StockLevel, Warehouse

MAX_VARIANTS = 500


@dataclass(frozen=True)
class Row:
    """A variant with the units that the person saw, and those after the correction."""

    variant: Variant
    seen: int
    after: int | None = None

    @property
    def field(self) -> str:
        """The row as the form sends it back."""
        return f"{self.variant.pk}|{self.seen}"


def may_correct(request: HttpRequest) -> bool:
    """Staff with the right, and a seller's people, who get to their own variants only."""
    may_look = request.user.has_perm("inventory.view_stocklevel")
    if may_look or request.user.has_perm("catalog.view_variant"):
        return request.user.has_perm("inventory.change_stocklevel")
    return is_seller(request.user)


def ask(request: HttpRequest, variants: QuerySet[Variant]) -> HttpResponse:
    """The page for these variants, with the stock of the first warehouse."""
    if not may_correct(request):
        raise PermissionDenied
    found = list(variants.select_related("product").order_by("sku").distinct()[: MAX_VARIANTS + 1])
    if not 0 < len(found) <= MAX_VARIANTS:
        text = _("Choose between 1 and %(most)s variants.") % {"most": MAX_VARIANTS}
        messages.error(request, text)
        return HttpResponseRedirect(request.get_full_path())
    form = ShelvesForm(user=person(request), sellers=_sellers(found))
    warehouse = form.fields["warehouse"].initial
    return _shown(request, form, _counted(found, warehouse))


def page(request: HttpRequest) -> HttpResponse:
    """Preview the correction of the posted variants, or carry it out."""
    if not may_correct(request):
        raise PermissionDenied
    seen = _sent(request.POST.getlist("row")[:MAX_VARIANTS])
    found = list(_variants(request, seen))
    form = ShelvesForm(request.POST, user=person(request), sellers=_sellers(found))
    if not form.is_valid():
        rows = [Row(variant, seen[variant.pk]) for variant in found]
        return _shown(request, form, rows, HTTPStatus.UNPROCESSABLE_ENTITY)
    if "apply" not in request.POST:
        rows = _counted(found, form.cleaned_data["warehouse"])
        return _shown(request, form, [_after(row, form) for row in rows])
    rows = [_after(Row(variant, seen[variant.pk]), form) for variant in found]
    done, refusals = _apply(request, rows, form)
    if done:
        _tell(request, done, form.cleaned_data["warehouse"])
    tell_refusals(request, refusals)
    return HttpResponseRedirect(reverse("admin:inventory_stocklevel_changelist"))


def _variants(request: HttpRequest, keys: Iterable[UUID]) -> QuerySet[Variant]:
    """Those of the variants that the person may see."""
    own: QuerySet[Variant] = Variant.objects.for_user(person(request)).filter(pk__in=keys)
    return own.select_related("product").order_by("sku")


def _sellers(variants: Iterable[Variant]) -> set[UUID]:
    return {variant.product.seller_id for variant in variants}


def _sent(fields: Sequence[str]) -> dict[UUID, int]:
    """The units seen, by variant; unreadable rows are ignored."""
    seen = {}
    for field in fields:
        key, _bar, units = field.partition("|")
        try:
            seen[UUID(key)] = int(units)
        except ValueError:
            continue
    return seen


def _counted(variants: Sequence[Variant], warehouse: Warehouse | None) -> list[Row]:
    """Units of each variant in the warehouse now. 1 query."""
    levels = StockLevel.objects.filter(variant__in=variants, warehouse=warehouse)
    units = dict(levels.values_list("variant_id", "on_hand"))
    return [Row(variant, units.get(variant.pk, 0)) for variant in variants]


def _after(row: Row, form: ShelvesForm) -> Row:
    units: int = form.cleaned_data["units"]
    return replace(row, after=units if form.is_whole else row.seen + units)


def _apply(
    request: HttpRequest, rows: Sequence[Row], form: ShelvesForm
) -> tuple[list[Row], list[str]]:
    """Correct each row; returns the corrected ones and the refusals."""
    done, refusals = [], []
    for row in rows:
        try:
            services.set_on_hand(
                row.variant.pk,
                form.cleaned_data["warehouse"].pk,
                row.after or 0,
                seen=row.seen,
                note=form.cleaned_data["note"],
                actor_id=person(request).pk,
                consigned=form.cleaned_data["consigned"],
            )
            done.append(row)
        except DomainError as refusal:
            refusals.append(f"{row.variant.sku}: {refusal}")
    return done, refusals


def _tell(request: HttpRequest, rows: Sequence[Row], warehouse: Warehouse) -> None:
    """How many levels were corrected, with the way back."""
    number = len(rows)
    text = ngettext("%d stock level updated.", "%d stock levels updated.", number) % number
    place = str(warehouse.pk)
    cast("Console", site).done(
        request,
        text,
        kind="stock",
        rows=[
            Changed(row=row.variant, part=place, before=row.seen, after=row.after)
            for row in rows
            if row.after != row.seen
        ],
        right="inventory.change_stocklevel",
    )


def _shown(
    request: HttpRequest, form: ShelvesForm, rows: Sequence[Row], status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    context = {
        **site.each_context(request),
        "opts": StockLevel._meta,
        "title": _("Adjust the stock"),
        "form": form,
        "rows": rows,
        "is_worked_out": any(row.after is not None for row in rows),
    }
    template = "admin/inventory/stocklevel/bulk.html"
    return TemplateResponse(request, template, context, status=status)
