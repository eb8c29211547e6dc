from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.models import User
from backoffice import selectors, services
from core.exceptions import DomainError
from core.formats import money
from orders.models import Order, OrderQuerySet


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin[Order]):
    """
    Orders, with everything that hangs on each. Their steps are taken by services; the note is free.

    A seller sees the orders with lines of his, and of those his lines and where they go.
    """

    date_hierarchy = "placed_at"
    list_filter = ("status", "payment_status", "fulfilment_status", "payment_method_name")
    list_per_page = 50
    ordering = ("-placed_at", "-pk")
    search_fields = ("number", "email", "lines__sku")
    search_help_text = _("Number, e-mail or SKU")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return super().has_module_permission(request) or self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return self.sees_all(request) or selectors.is_seller(request.user)

    def sees_all(self, request: HttpRequest) -> bool:
        return super().has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> OrderQuerySet:
        found = cast("OrderQuerySet", super().get_queryset(request))
        return found if self.sees_all(request) else found.for_user(_person(request))

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        if not self.sees_all(request):
            return ("number", "placed_at", "status", "fulfilment_status")
        return (
            "number",
            "placed_at",
            "email",
            "amount",
            "status",
            "payment_status",
            "fulfilment_status",
            "payment_method_name",
        )

    def get_list_filter(self, request: HttpRequest) -> tuple[str, ...]:
        return self.list_filter if self.sees_all(request) else ("fulfilment_status",)

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return self.search_fields if self.sees_all(request) else ("number",)

    def get_fields(self, request: HttpRequest, obj: Order | None = None) -> tuple[str, ...]:
        return ("staff_note",) if self.sees_all(request) else ()

    @admin.display(description=_("total"), ordering="total")
    def amount(self, order: Order) -> str:
        return money(order.total, order.currency)

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
        person = _person(request)
        file = selectors.order_file(order) if sees_all else selectors.seller_file(order, person)
        context |= {
            "file": file,
            "sees_all": sees_all,
            "steps": services.next_steps(order, person),
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
            done = services.take_step(order, step, _person(request), note)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:orders_order_change", args=[order.pk]))


def _person(request: HttpRequest) -> User:
    """Whoever gets here has signed in."""
    return cast("User", request.user)
