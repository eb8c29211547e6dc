from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.owned import SellerOwnedAdmin, person
from backoffice import selectors, services
from core.admin import amount, badge
from core.exceptions import DomainError
from orders.models import Order


@admin.register(Order)
class OrderAdmin(SellerOwnedAdmin[Order]):
    """
    Orders, with everything that hangs on each. Their steps are taken by services; the note is free.

    A seller sees the orders with lines of his, and of those his lines and where they go.
    """

    date_hierarchy = "placed_at"
    list_display = (
        "number",
        "placed_at",
        "email",
        amount("total", _("total")),
        badge("status", _("status")),
        badge("payment_status", _("payment")),
        badge("fulfilment_status", _("fulfilment")),
    )
    list_filter = ("status", "payment_status", "fulfilment_status", "payment_method_name")
    list_per_page = 50
    ordering = ("-placed_at", "-pk")
    search_fields = ("number", "email", "lines__sku")
    search_help_text = _("Number, e-mail or SKU")
    show_full_result_count = False
    hidden_from_sellers = ("email", "total", "payment_status", "payment_method_name", "lines")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Order | None = None) -> list[Any]:
        return ["staff_note"] if self.sees_all(request) else []

    def get_urls(self) -> list[URLPattern]:
        take = self.admin_site.admin_view(self.take_step)
        return [
            path("<path:object_id>/step/<slug:step>/", take, name="orders_order_step"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        order: Order = context["original"]
        sees_all = self.sees_all(request)
        viewer = person(request)
        file = selectors.order_file(order) if sees_all else selectors.seller_file(order, viewer)
        context |= {
            "file": file,
            "sees_all": sees_all,
            "steps": services.next_steps(order, viewer),
            "title": order.number,
            "subtitle": None,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator(require_POST)
    def take_step(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        """Take the step that a button of the page asks for, and say how it went."""
        order = get_object_or_404(self.get_queryset(request), pk=unquote(object_id))
        note = request.POST.get("note", "").strip()
        try:
            done = services.take_step(order, step, person(request), note)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:orders_order_change", args=[order.pk]))
