from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.seller_admin import person
from accounts.workflow_admin import StepsAdmin
from core.admin.base import ReadOnlyAdmin, StaffAdmin, amount, badge
from core.admin.filters import FewUsedFilter
from core.admin.pages import own_page
from core.exceptions import DomainError
from core.web.http import download
from payouts import commissions, papers, services
from payouts.forms import MakeForm, PaidForm
from payouts.models import Commission, Statement, StatementStatus


@admin.register(Commission)
class CommissionAdmin(StaffAdmin[Commission]):
    """Commission rates of future sales; earlier sales keep theirs."""

    list_display = ("seller", "category", "percent")
    list_select_related = ("seller", "category")
    autocomplete_fields = ("seller", "category")


def _approve(request: HttpRequest, statement: Statement) -> str:
    done = services.approve(statement.pk, actor_id=_actor(request))
    if done.is_paid_out:
        return _("The statement is approved, and goes to the seller by mail.")
    return _("There is nothing to pay: the negative balance goes into the next statement.")


def _pay(request: HttpRequest, statement: Statement) -> str:
    form = PaidForm(request.POST)
    reference = form.cleaned_data["bank_reference"] if form.is_valid() else ""
    services.pay(statement.pk, bank_reference=reference)
    return _("The payment is noted. The seller gets a mail.")


def _discard(_request: HttpRequest, statement: Statement) -> str:
    services.discard(statement.pk)
    return _("The draft is discarded; its lines are open again.")


def _actor(request: HttpRequest) -> UUID:
    return UUID(str(person(request).pk))


@admin.register(Statement)
class StatementAdmin(StepsAdmin[Statement], ReadOnlyAdmin[Statement]):
    """What sellers are owed. Staff make, approve and pay statements; sellers look at their own."""

    steps: ClassVar = {"approve": _approve, "pay": _pay, "discard": _discard}
    list_display = (
        "number",
        "seller",
        "last_day",
        badge("status", gettext_lazy("status")),
        amount("sales", gettext_lazy("sales")),
        amount("refunds", gettext_lazy("given back")),
        amount("commission", gettext_lazy("commission")),
        amount("payout", gettext_lazy("payout")),
    )
    list_select_related = ("seller",)
    list_filter = ("status", ("seller", FewUsedFilter))
    search_fields = ("number", "seller__name", "bank_reference")
    ordering = ("-pk",)
    hidden_from_sellers = ("seller", "made_by", "approved_by")

    def get_fields(self, request: HttpRequest, obj: Statement | None = None) -> list[Any]:
        """None: the page shows the statement by itself."""
        return []

    @admin.display(description=gettext_lazy("up to"), ordering="period")
    def last_day(self, statement: Statement) -> Any:
        return statement.last_day

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"may_make": super().may_take_steps(request)}
        page: HttpResponse = super().changelist_view(request, context | (extra_context or {}))
        return page

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        statement: Statement = context["original"]
        is_staff = self.may_take_steps(request)
        context |= {
            "rows": commissions.rows_of(commissions.lines_of(statement)),
            "sees_all": self.sees_all(request),
            "may_discard": is_staff and statement.status == StatementStatus.DRAFT,
            "may_approve": is_staff
            and statement.status == StatementStatus.DRAFT
            and statement.made_by_id != _actor(request),
            "payment": PaidForm(context.get("typed", {}).get("pay"))
            if is_staff and statement.status == StatementStatus.APPROVED
            else None,
            "subtitle": None,
            "title": statement.number,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    @own_page("make/", "payouts_statement_make")
    def make(self, request: HttpRequest) -> HttpResponse:
        """Show what a seller is owed; written down by a post."""
        if not self.may_take_steps(request):
            raise PermissionDenied
        asked = request.POST or request.GET or None
        form = MakeForm(asked)
        account = None
        if asked and form.is_valid():
            wanted = form.cleaned_data
            if request.method == "POST":
                try:
                    made = services.make(
                        wanted["seller"].pk,
                        last_day=wanted["last_day"],
                        currency=wanted["currency"],
                        actor_id=_actor(request),
                    )
                except DomainError as refusal:
                    self.message_user(request, str(refusal), messages.ERROR)
                else:
                    return redirect("admin:payouts_statement_change", made.pk)
            account = services.preview(**wanted)
        context = {
            "title": _("New statement"),
            "form": form,
            "account": account,
            "rows": commissions.rows_of(account.lines) if account else [],
        }
        return self.own_response(request, "admin/payouts/statement/make.html", context)

    @own_page("<uuid:object_id>/file.pdf", "payouts_statement_pdf")
    def as_pdf(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The statement on paper."""
        statement = self.document(request, str(object_id))

        return download(papers.statement_pdf(statement), f"{statement.number}.pdf")

    @own_page("<uuid:object_id>/file.csv", "payouts_statement_csv")
    def as_csv(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Its lines as a table."""
        statement = self.document(request, str(object_id))

        return download(papers.statement_csv(statement), f"{statement.number}.csv")
