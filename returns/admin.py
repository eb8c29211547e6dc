"""Returns in the back office: what waits, and each step as a button of the return's page."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast
from uuid import UUID

from constance import config
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.selectors import is_seller, sees_money
from accounts.seller_admin import person
from accounts.workflow_admin import StepsAdmin, filled
from core.admin.base import ReadOnlyAdmin, badge, dates
from core.admin.pages import own_page
from core.web.http import as_a_mail, shown_mail, shown_picture
from orders.models import Order
from payments.selectors import disputed_payments
from returns import emails, selectors, services
from returns.emails import ReturnMail
from returns.exceptions import ReturnRefused
from returns.forms import ApprovalForm, AskForm, ReceiptForm, ReplyForm
from returns.models import Return, ReturnItem, ReturnQuerySet, ReturnReason
from returns.services.settling import Kept
from returns.settlement_forms import ExchangeForm, SettlementForm, StaffPhotosForm
from returns.states import ReturnStatus

ASKS_REFUNDS = "payments.add_refund"


class WaitingFilter(admin.SimpleListFilter):
    """Returns by what somebody has to do with them."""

    title = gettext_lazy("what waits")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("answer", gettext_lazy("to answer")),
            ("arrival", gettext_lazy("on the way to us")),
            ("overdue", gettext_lazy("not here in time")),
            ("settlement", gettext_lazy("to settle")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        returns = cast("ReturnQuerySet", queryset)
        waiting = {
            "answer": returns.to_answer,
            "arrival": returns.awaited,
            "overdue": returns.overdue,
            "settlement": returns.to_settle,
        }
        return waiting.get(self.value() or "", returns.all)()


def _approve(request: HttpRequest, back: Return) -> str:
    form = filled(ApprovalForm(request.POST))
    services.approve(back.pk, actor_id=person(request).pk, **form.cleaned_data)
    return _("The return is approved. The customer gets a mail.")


def _reject(request: HttpRequest, back: Return) -> str:
    form = filled(ReplyForm(request.POST))
    services.reject(back.pk, actor_id=person(request).pk, **form.cleaned_data)
    return _("The return is rejected. The customer gets a mail.")


def _receive(request: HttpRequest, back: Return) -> str:
    items = selectors.items_of(back)
    form = filled(ReceiptForm(request.POST, request.FILES, back=back, items=items))
    services.receive(
        back.pk,
        form.arrived,
        warehouse_id=form.cleaned_data["warehouse"].pk,
        note=form.cleaned_data["note"],
        actor_id=person(request).pk,
        photos=form.cleaned_data["photos"],
    )
    return _("What came is noted and in the stock.")


def _refund(request: HttpRequest, back: Return) -> str:
    despite = "despite_dispute" in request.POST
    kept = _kept(request, back)
    services.refund(back.pk, actor_id=person(request).pk, despite_dispute=despite, kept=kept)
    return _settled(back)


def _credit(request: HttpRequest, back: Return) -> str:
    kept = _kept(request, back)
    services.refund(back.pk, actor_id=person(request).pk, as_credit=True, kept=kept)
    return _settled(back)


def _kept(request: HttpRequest, back: Return) -> Kept:
    return filled(SettlementForm(request.POST, **_settled_with(back))).what_is_kept


def _settled_with(back: Return) -> dict[str, Any]:
    return {
        "order": back.order,
        "items": selectors.items_of(back),
        "delivery": selectors.shipping_worth(back.order, back),
    }


def _photograph(request: HttpRequest, back: Return) -> str:
    form = filled(StaffPhotosForm(request.POST, request.FILES))
    services.add_photos(back.pk, form.cleaned_data["photos"])
    return _("The photos are kept.")


def _settled(back: Return) -> str:
    back.refresh_from_db()
    if back.status == ReturnStatus.REFUNDED:
        return _("The return is settled: there was nothing left to give back.")
    return _("The refund waits for approval; when it has gone, the return is settled.")


def _exchange(request: HttpRequest, back: Return) -> str:
    form = filled(ExchangeForm(request.POST, items=selectors.items_of(back)))
    services.exchange(back.pk, form.variants, actor_id=person(request).pk)
    return _("The other units are sold to the order at no cost, and can be packed.")


@admin.register(Return)
class ReturnAdmin(StepsAdmin[Return], ReadOnlyAdmin[Return]):
    """Goods on their way back. A seller's people answer and receive their own; money is staff's."""

    steps: ClassVar = {
        "approve": _approve,
        "reject": _reject,
        "receive": _receive,
        "refund": _refund,
        "credit": _credit,
        "exchange": _exchange,
        "photos": _photograph,
    }
    of_staff = ("refund", "credit", "exchange")
    of_money = ("refund", "credit")
    is_exported = True
    list_display = (
        "number",
        "order",
        "seller",
        badge("status", gettext_lazy("status")),
        "reason",
        "wish",
        "created_at",
    )
    list_select_related = ("order", "seller")
    list_filter = (dates("created_at"), WaitingFilter, "status", "reason", "wish")
    search_fields = ("number", "order__number", "items__line__sku")
    ordering = ("-pk",)

    def may_take_steps(self, request: HttpRequest) -> bool:
        """Staff with the right; which of them, and of whose returns, the others find out below."""
        return super().may_take_steps(request) or is_seller(request.user)

    def get_fields(self, request: HttpRequest, obj: Return | None = None) -> list[Any]:
        """None: the page shows the return by itself."""
        return []

    @method_decorator(require_POST)
    def take_step(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        if step in self.of_staff and not super().may_take_steps(request):
            raise PermissionDenied
        if step in self.of_money and not request.user.has_perm(ASKS_REFUNDS):
            raise PermissionDenied
        return super().take_step(request, object_id, step)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        back: Return = context["original"]
        items = selectors.items_of(back)
        is_staff = super().may_take_steps(request)
        sees_amounts = self.sees_all(request) and sees_money(request.user)
        asks_refunds = is_staff and request.user.has_perm(ASKS_REFUNDS)
        context |= {
            "subtitle": f"{back} · {back.order}",
            "items": items,
            "photos": list(back.photos.order_by("pk")),
            "refunds": list(back.refunds.order_by("pk")) if sees_amounts else [],
            "sees_all": self.sees_all(request),
            "sees_amounts": sees_amounts,
            "mails": emails.fitting(back) if self.sees_all(request) else [],
            "may_resend": is_staff,
            "photos_form": StaffPhotosForm()
            if back.received_at and self.may_take_steps(request)
            else None,
            "fits_not": back.reason == ReturnReason.WRONG_SIZE,
            "asks_refunds": asks_refunds,
            **_forms(back, items, context.get("typed", {}), is_staff=is_staff, asks=asks_refunds),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    @own_page("open/<uuid:order_id>/", "returns_return_open", needs="returns.add_return")
    def open_for(self, request: HttpRequest, order_id: UUID) -> HttpResponse:
        """Write down what a customer has asked for by phone or in the shop."""
        order = get_object_or_404(Order, pk=order_id)
        asked = (request.POST, request.FILES) if request.method == "POST" else ()
        form = AskForm(*asked, order=order, now=timezone.now(), by_staff=True)
        if asked and form.is_valid():
            try:
                opened = services.ask(
                    order.pk, form.wanted, actor_id=person(request).pk, by_staff=True
                )
            except ReturnRefused as refusal:
                form.refuse(refusal)
            else:
                self.message_user(request, _("The return is open. The customer gets a mail."))
                return redirect("admin:returns_return_change", opened[0].pk)
        context = {
            "original": order,
            "title": order.number,
            "has_view_permission": True,
            "form": form,
        }
        return self.own_response(request, "admin/returns/return/open.html", context)

    @own_page("<uuid:object_id>/photos/<uuid:photo_id>.jpg", "returns_return_photo")
    def show_photo(self, request: HttpRequest, object_id: UUID, photo_id: UUID) -> HttpResponse:
        """A photo of the goods, for who may see the return."""
        photo = get_object_or_404(self.document(request, str(object_id)).photos, pk=photo_id)
        return shown_picture(photo.picture)

    @own_page("<uuid:object_id>/mail/<slug:mail>/", "returns_return_mail")
    @method_decorator([require_safe, as_a_mail])
    def show_mail(self, request: HttpRequest, object_id: UUID, mail: str) -> HttpResponse:
        """A mail as the customer would get it now; with `?text` its subject and plain text."""
        back, name = self._mail(request, object_id, mail)
        return shown_mail(request, emails.preview(back, name))

    @own_page("<uuid:object_id>/mail/<slug:mail>/resend/", "returns_return_resend", only_post=True)
    def resend_mail(self, request: HttpRequest, object_id: UUID, mail: str) -> HttpResponse:
        """Send a mail of the return once more."""
        back, name = self._mail(request, object_id, mail)
        if not super().may_take_steps(request):
            raise PermissionDenied
        with self.refusals_told(request):
            emails.resend(back.pk, name, actor_id=person(request).pk)
            self.message_user(request, _("The mail is on its way."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:returns_return_change", args=[back.pk]))

    def _mail(self, request: HttpRequest, object_id: UUID, mail: str) -> tuple[Return, ReturnMail]:
        """Sellers read no mails: they name the buyer's address."""
        if not self.sees_all(request):
            raise PermissionDenied
        if mail not in ReturnMail.values:
            raise Http404
        return self.document(request, str(object_id)), ReturnMail(mail)


def _forms(
    back: Return,
    items: Sequence[ReturnItem],
    typed: Mapping[str, Any],
    *,
    is_staff: bool,
    asks: bool,
) -> dict[str, Any]:
    """The possible next steps, each as the form of its button, with the `typed` input."""
    rejection: dict[str, Any] = {"rejection": ReplyForm(typed.get("reject"))}
    if back.status == ReturnStatus.REQUESTED:
        instructions = {"instructions": config.RETURN_INSTRUCTIONS}
        return {"approval": ApprovalForm(typed.get("approve"), initial=instructions)} | rejection
    if back.status == ReturnStatus.APPROVED:
        return {"receipt": ReceiptForm(typed.get("receive"), back=back, items=items)} | rejection
    if back.status != ReturnStatus.RECEIVED or selectors.is_being_settled(back):
        return {}
    if not is_staff:
        return rejection
    rejection["exchange"] = ExchangeForm(typed.get("exchange"), items=items)
    if not asks:
        return rejection
    shipping = selectors.shipping_worth(back.order, back)
    with_: dict[str, Any] = {"order": back.order, "items": items, "delivery": shipping}
    return rejection | {
        "refund_form": SettlementForm(typed.get("refund"), **with_),
        "credit_form": SettlementForm(typed.get("credit"), **with_),
        "worth": selectors.goods_worth(back.order, items) + shipping,
        "worth_of_delivery": shipping,
        "is_disputed": bool(disputed_payments(back.order_id)),
    }
