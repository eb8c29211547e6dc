"""The list of questions about products: sellers answer their own, staff publish."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.seller_admin import SellerOwnedAdmin, person
from core.admin.base import badge, dates
from core.admin.bulk import RowAction
from reviews import questions
from reviews.forms import QuestionAnswerForm
from reviews.models import ProductQuestion


class QuestionsWaitingFilter(admin.SimpleListFilter):
    title = _("waiting")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("answer", _("without answer")), ("approval", _("to be published"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "answer":
            return queryset.to_answer()
        return queryset.to_publish() if self.value() == "approval" else queryset


class ProductQuestionAdmin(SellerOwnedAdmin[ProductQuestion]):
    """What people want to know of products. An answer goes to them once the question is shown."""

    sellers_may_change = True
    hidden_from_sellers = ("user", "email", "decision", "told_at")
    form = QuestionAnswerForm
    actions = ("approve_selected", "reject_selected")
    list_display = (
        *("text", "product", "name", badge("status", _("status")), "is_answered", "created_at"),
    )
    list_select_related = ("product",)
    list_filter = (dates("created_at"), QuestionsWaitingFilter, "status")
    search_fields = ("product__name", "text", "answer", "email")
    ordering = ("-created_at",)
    fields = (
        *("product", "text", "name", "email", "user", "language", "status", "answer", "decision"),
        *("answered_at", "answered_by", "told_at"),
    )
    readonly_fields = (
        *("product", "text", "name", "email", "user", "language", "status"),
        *("answered_at", "answered_by", "told_at"),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """A seller's people cannot publish questions about their own products."""
        return super().get_actions(request) if self.sees_all(request) else {}

    @admin.display(description=_("answered"), boolean=True)
    def is_answered(self, question: ProductQuestion) -> bool:
        return bool(question.answer)

    @admin.action(description=_("Show the selected questions"), permissions=["change"])
    @RowAction
    def approve_selected(self, request: HttpRequest, question: ProductQuestion) -> None:
        questions.approve(question.pk)

    @admin.action(description=_("Reject the selected questions"), permissions=["change"])
    @RowAction
    def reject_selected(self, request: HttpRequest, question: ProductQuestion) -> None:
        questions.reject(question.pk)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Pass answers and decisions to the services; the form itself saves nothing."""
        decision = form.cleaned_data.get("decision") if self.sees_all(request) else ""
        with self.refusals_told(request):
            if "answer" in form.changed_data:
                questions.answer(obj.pk, form.cleaned_data["answer"], actor_id=person(request).pk)
            if decision == "approve":
                questions.approve(obj.pk)
            elif decision == "reject":
                questions.reject(obj.pk)
