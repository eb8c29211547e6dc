"""The queue of those who read reviews before they are shown, and the sellers' answers."""

from typing import Any

from django.contrib import admin
from django.db.models import Case, Count, Exists, OuterRef, QuerySet, Subquery, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.seller_admin import SellerOwnedAdmin, person
from core.admin.base import ReadOnlyInline, badge, dates
from core.admin.bulk import RowAction
from core.web.jinja import render_part
from reviews import selectors, services
from reviews.forms import ModerationForm, RejectionForm
from reviews.models import AbuseReport, ProductQuestion, Review, ReviewStatus
from reviews.question_admin import ProductQuestionAdmin

admin.site.register(ProductQuestion, ProductQuestionAdmin)


class WaitingFilter(admin.SimpleListFilter):
    title = _("waiting")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("moderation", _("to be read")), ("answer", _("without answer"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "moderation":
            return queryset.to_moderate()
        if self.value() == "answer":
            return queryset.filter(status=ReviewStatus.APPROVED, answer="")
        return queryset


class ReportInline(ReadOnlyInline):
    """Shows the reasons of complaints, not the people who complained."""

    model = AbuseReport
    fields = ("created_at", "reason", "note", "closed_at")


@admin.register(Review)
class ReviewAdmin(SellerOwnedAdmin[Review]):
    """What customers say: what others complain of comes first, then what waits to be read."""

    sellers_may_change = True
    hidden_from_sellers = ("user", "decision", "rejection", "reported", "moderated_by")
    form = ModerationForm
    action_form = RejectionForm
    actions = ("approve_selected", "reject_selected")
    inlines = (ReportInline,)
    list_display = (
        *("product", "rating", "title", "writer", badge("status", _("status"))),
        *("reported", "is_verified", "created_at"),
    )
    list_select_related = ("product", "user")
    list_filter = (dates("created_at"), WaitingFilter, "status", "rating", "is_verified")
    search_fields = ("product__name", "user__email", "title", "comment")
    fields = (
        *("product", "user", "writer", "rating", "title", "comment", "fit", "language"),
        *("shown_photos", "is_verified", "helpful_count", "status", "decision", "rejection"),
        *("moderated_by", "answer", "answered_at"),
    )
    readonly_fields = (
        *("product", "user", "writer", "rating", "title", "comment", "fit", "language"),
        *("shown_photos", "is_verified", "helpful_count", "status", "moderated_by", "answered_at"),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Reported reviews first, then unread ones."""
        open_reports = AbuseReport.objects.filter(review=OuterRef("pk"), closed_at=None)
        is_read = Case(When(status=ReviewStatus.PENDING, then=0), default=1)
        number = open_reports.values("review").annotate(number=Count("pk")).values("number")
        found = (
            super()
            .get_queryset(request)
            .annotate(is_reported=Exists(open_reports), complaints=Subquery(number))
        )
        return found.order_by("-is_reported", is_read, "-created_at")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """A seller's people cannot moderate reviews of their own products."""
        return super().get_actions(request) if self.sees_all(request) else {}

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if self.sees_all(request) else ()

    @admin.display(description=_("customer"))
    def writer(self, review: Review) -> str:
        return selectors.display_name(review)

    @admin.display(description=_("complaints"), ordering="is_reported")
    def reported(self, review: Any) -> str:
        return str(review.complaints or "")

    @admin.display(description=_("photos"))
    def shown_photos(self, review: Review) -> str:
        photos = list(review.photos.order_by("position").values_list("pk", flat=True))
        return render_part("components/_review_photos.html", {"photos": photos})

    @admin.action(description=_("Show the selected reviews"), permissions=["change"])
    @RowAction
    def approve_selected(self, request: HttpRequest, review: Review) -> None:
        services.approve(review.pk, actor_id=person(request).pk)

    @admin.action(description=_("Reject the selected reviews"), permissions=["change"])
    @RowAction
    def reject_selected(self, request: HttpRequest, review: Review) -> None:
        why = request.POST.get("message", "")
        services.reject(review.pk, why, actor_id=person(request).pk)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Pass decisions and answers to the services; the form itself saves nothing."""
        typed = form.cleaned_data
        actor = person(request).pk
        with self.refusals_told(request):
            if self.sees_all(request) and typed["decision"] == "approve":
                services.approve(obj.pk, actor_id=actor)
            elif self.sees_all(request) and typed["decision"] == "reject":
                services.reject(obj.pk, typed["rejection"], actor_id=actor)
            if "answer" in form.changed_data:
                services.answer(obj.pk, typed["answer"])

    def delete_model(self, request: HttpRequest, obj: Review) -> None:
        services.remove(Review.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        services.remove(Review.objects.filter(pk__in=list(queryset.values_list("pk", flat=True))))
