"""The page that changes the prices of many variants, with a preview."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from constance import config
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog import services
from catalog.admin.price_forms import PriceStepForm
from catalog.exceptions import PriceInDoubt
from catalog.models import Variant
from catalog.services import Prices, check_prices
from core.admin.base import tell_refusals
from core.admin.console import Changed, Console
from core.exceptions import DomainError
from core.money import MAX_AMOUNT

MAX_VARIANTS = 500


@dataclass(frozen=True)
class Row:
    """A variant, its prices as the user saw them, and its new prices."""

    variant: Variant
    seen: Prices
    after: Prices | None = None
    refusal: str = ""
    doubt: str = ""

    @property
    def field(self) -> str:
        """The row as the form submits it."""
        sale = "" if self.seen.sale_price is None else self.seen.sale_price
        return f"{self.variant.pk}|{self.seen.list_price}|{sale}"


def ask(
    request: HttpRequest, admin: ModelAdmin[Any], variants: QuerySet[Variant]
) -> HttpResponse | None:
    """The empty page for these variants; None, with a message, if there are none or too many."""
    found = list(variants.order_by("sku").distinct()[: MAX_VARIANTS + 1])
    if not 0 < len(found) <= MAX_VARIANTS:
        text = _("Choose between 1 and %(most)s variants.") % {"most": MAX_VARIANTS}
        admin.message_user(request, text, messages.ERROR)
        return None
    rows = [Row(variant, Prices.of(variant)) for variant in found]
    return _shown(request, admin, PriceStepForm(), rows)


def page(request: HttpRequest, admin: ModelAdmin[Any], variants: QuerySet[Variant]) -> HttpResponse:
    """Preview or set the new prices of the submitted variants, if they are among `variants`."""
    rows = _sent(request.POST.getlist("row")[:MAX_VARIANTS], variants)
    form = PriceStepForm(request.POST)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _shown(request, admin, form, rows, status=status)
    rows = [_after(row, form) for row in rows]
    if "apply" not in request.POST:
        return _shown(request, admin, form, rows)
    set_, refusals = _apply(rows, form)
    if set_ or not refusals:
        _tell(request, admin, set_, is_planned=form.is_planned)
    tell_refusals(request, refusals)
    return HttpResponseRedirect(reverse("admin:catalog_variant_changelist"))


def _sent(fields: Sequence[str], variants: QuerySet[Variant]) -> list[Row]:
    """The readable rows of the form, ordered by SKU. 1 query."""
    seen: dict[UUID, Prices] = {}
    for field in fields:
        key, _bar, prices = field.partition("|")
        list_price, _bar, sale = prices.partition("|")
        try:
            sent = Prices(Decimal(list_price), Decimal(sale) if sale else None)
            variant_id = UUID(key)
        except (ValueError, InvalidOperation):
            continue
        if all(each.is_finite() for each in (sent.list_price, sent.current)) and (
            max(abs(sent.list_price), abs(sent.current)) <= MAX_AMOUNT
        ):
            seen[variant_id] = sent
    found = variants.filter(pk__in=seen).order_by("sku").distinct()
    return [Row(variant, seen[variant.pk]) for variant in found]


def _after(row: Row, form: PriceStepForm) -> Row:
    after = form.step.take(row.seen)
    refusal = doubt = ""
    try:
        check_prices(row.seen, after)
    except PriceInDoubt as question:
        doubt = str(question)
    except DomainError as no:
        refusal = str(no)
    return Row(row.variant, row.seen, after, refusal, doubt)


def _tell(
    request: HttpRequest, admin: ModelAdmin[Any], rows: Sequence[Row], *, is_planned: bool
) -> None:
    """How many prices were set, with the way back; a plan is deleted in its own list."""
    number = len(rows)
    if is_planned:
        text = ngettext("%d price was planned.", "%d prices were planned.", number)
        admin.message_user(request, text % number, messages.SUCCESS)
        return
    text = ngettext("%d price was set.", "%d prices were set.", number) % number
    cast("Console", admin.admin_site).done(
        request,
        text,
        kind="prices",
        rows=[
            Changed(row=row.variant, before=_kept(row.seen), after=_kept(row.after))
            for row in rows
            if row.after and row.after != row.seen
        ],
        right="catalog.change_variant",
    )


def _kept(prices: Prices) -> list[str | None]:
    sale = prices.sale_price
    return [str(prices.list_price), None if sale is None else str(sale)]


def _apply(rows: Sequence[Row], form: PriceStepForm) -> tuple[list[Row], list[str]]:
    """Set or schedule the prices; returns the rows done, and why the others are refused."""
    done, refusals = [], []
    for row in rows:
        if row.after is None:
            continue
        try:
            _apply_one(row, row.after, form)
            done.append(row)
        except DomainError as refusal:
            refusals.append(f"{row.variant.sku}: {refusal}")
    return done, refusals


def _apply_one(row: Row, after: Prices, form: PriceStepForm) -> None:
    """:raises DomainError: if the price is refused"""
    confirmed = form.cleaned_data["confirm_price"]
    if not form.is_planned:
        services.set_prices(row.variant.pk, after, seen=row.seen, confirmed=confirmed)
        return
    check_prices(row.seen, after, confirmed=confirmed)
    services.schedule_step(
        row.variant.pk,
        form.step,
        after,
        starts_at=form.cleaned_data["starts_at"],
        ends_at=form.cleaned_data["ends_at"],
    )


def _shown(
    request: HttpRequest,
    admin: ModelAdmin[Any],
    form: PriceStepForm,
    rows: Sequence[Row],
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        **admin.admin_site.each_context(request),
        "opts": Variant._meta,
        "title": _("Change prices"),
        "form": form,
        "rows": rows,
        "currency": config.CURRENCY,
        "is_worked_out": any(row.after for row in rows),
        "doubts": sum(bool(row.doubt) for row in rows),
    }
    template = "admin/catalog/variant/prices.html"
    return TemplateResponse(request, template, context, status=status)
