from io import StringIO
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import DecimalField, Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from accounts.fresh_sign_in import check_fresh
from catalog.admin.pricing_on_page import HasPricing
from core.admin.base import ParentAdmin, ReachableSelects, ReadOnlyAdmin, StaffAdmin
from core.admin.pages import own_page
from core.exceptions import DomainError
from core.reports.tables import write_text
from core.web.forms import RateField
from core.web.http import download
from promotions import batches
from promotions.explanation import PagePricing
from promotions.forms import BatchForm, CouponForm, CouponFormSet, PromotionForm
from promotions.models import Coupon, Promotion, PromotionTrigger, Redemption, TaxRate

CountedT = TypeVar("CountedT", bound=Model)
HasPricing.price_by(PagePricing())


class CountedAdmin(StaffAdmin[CountedT]):
    """Rows with a count of uses, which a form must not write back as it was a moment ago."""

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> CountedT | None:
        """Locks the row, so that nobody redeems while it is written."""
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST":
            return found
        return self.get_queryset(request).select_for_update(of=["self"]).filter(pk=found.pk).first()


class CouponInline(ReachableSelects[Any], admin.TabularInline[Coupon, Promotion]):
    """The codes that staff thought up; those made by the thousand are on their own list."""

    model = Coupon
    form = CouponForm
    formset: Any = CouponFormSet  # the stubs forget that forms vary
    fields = ("code", "max_uses", "uses", "is_active")
    readonly_fields = ("uses",)
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Coupon]:
        return super().get_queryset(request).filter(batch="")


@admin.register(Promotion)
class PromotionAdmin(CountedAdmin[Promotion], ParentAdmin[Promotion], TranslationAdmin[Promotion]):
    """What lowers a price, when, and by how much."""

    form = PromotionForm
    list_display = (
        "name",
        "trigger",
        "effect",
        "value",
        "starts_at",
        "ends_at",
        "uses",
        "is_active",
    )
    list_filter = ("trigger", "effect", "scope", "is_active")
    search_fields = ("name", "coupons__code")
    ordering = ("-starts_at", "name")
    readonly_fields = ("uses",)
    autocomplete_fields = ("products", "categories", "brands", "sellers", "collections")
    inlines = (CouponInline,)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        promotion: Promotion | None = context.get("original")
        if promotion and promotion.trigger == PromotionTrigger.COUPON and _may(request, "view"):
            context |= {
                "batches": batches.batches_of(promotion),
                "may_make_codes": self._may_make_codes(request, promotion),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    @own_page("<uuid:object_id>/batch/", "promotions_promotion_batch")
    def make_batch(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Ask what codes to make, and make them."""
        promotion = get_object_or_404(self.get_queryset(request), pk=object_id)
        if not self._may_make_codes(request, promotion):
            raise PermissionDenied
        form = BatchForm(request.POST or None)
        if form.is_valid():
            try:
                batches.make(promotion.pk, form.batch())
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                return self._show_codes(request, promotion, form.batch())
        context = {
            "title": _("Make coupons"),
            "subtitle": promotion.name,
            "original": promotion,
            "form": form,
        }
        status = 422 if form.errors else 200
        return self.own_response(
            request, "admin/promotions/promotion/make_batch.html", context, status=status
        )

    @own_page("<uuid:object_id>/coupons.csv", "promotions_promotion_coupons")
    def download(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The promotion's codes as CSV: all, or those of the batch that the address names."""
        promotion = get_object_or_404(self.get_queryset(request), pk=object_id)
        if not (self.has_view_permission(request, promotion) and _may(request, "view")):
            raise PermissionDenied
        coupons = Coupon.objects.filter(promotion=promotion)
        if batch := request.GET.get("batch", ""):
            coupons = coupons.filter(batch=batch.replace("\0", ""))
        file = StringIO()
        write_text(batches.COLUMNS, batches.with_window(coupons), "csv", file)
        return download(file.getvalue().encode(), f"coupons-{promotion.pk}.csv")

    def _may_make_codes(self, request: HttpRequest, promotion: Promotion) -> bool:
        return self.has_change_permission(request, promotion) and _may(request, "add")

    def _show_codes(
        self, request: HttpRequest, promotion: Promotion, batch: batches.Batch
    ) -> HttpResponse:
        text = _("%(number)s codes of the batch “%(batch)s” are made.")
        said = text % {"number": batch.number, "batch": batch.name}
        self.log_change(request, promotion, str(said))
        self.message_user(request, said, messages.SUCCESS)
        page = reverse("admin:promotions_promotion_change", args=[promotion.pk])
        return HttpResponseRedirect(f"{page}#batches")


def _may(request: HttpRequest, action: str) -> bool:
    """Whether the person has this right over coupons."""
    return request.user.has_perm(f"promotions.{action}_coupon")


@admin.register(Coupon)
class CouponAdmin(CountedAdmin[Coupon]):
    form = CouponForm
    list_display = ("code", "promotion", "batch", "uses", "max_uses", "is_active")
    list_filter = ("is_active", "promotion")
    list_select_related = ("promotion",)
    search_fields = ("=code", "batch")
    search_help_text = _("Whole code, or batch")
    fields = ("promotion", "code", "batch", "max_uses", "uses", "is_active")
    readonly_fields = ("batch", "uses")
    autocomplete_fields = ("promotion",)
    ordering = ("-created_at", "code")


@admin.register(Redemption)
class RedemptionAdmin(ReadOnlyAdmin[Redemption]):
    list_display = ("promotion", "coupon", "order", "user", "amount", "freed_at")
    list_select_related = ("promotion", "coupon", "order", "user")
    search_fields = ("order__number", "coupon__code", "identity")


@admin.register(TaxRate)
class TaxRateAdmin(StaffAdmin[TaxRate]):
    list_display = ("name", "country", "region", "tax_class", "rate")
    formfield_overrides: ClassVar[Any] = {DecimalField: {"form_class": RateField}}
    list_filter = ("country",)

    def save_model(
        self, request: HttpRequest, obj: TaxRate, form: ModelForm[TaxRate], change: bool
    ) -> None:
        """The tax office is told what comes of it: ask who it is."""
        if form.changed_data:
            check_fresh(request)
        super().save_model(request, obj, form, change)
