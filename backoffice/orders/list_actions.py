"""What is done with many orders from their list: papers, tags and links to pay."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin, site
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise

from accounts.seller_admin import person
from core.admin.bulk import Action, RowAction
from core.caching.values import cached
from core.exceptions import DomainError
from orders import emails, tags
from orders.emails import OrderMail
from orders.models import Order
from orders.models.order import MAX_TAG_LENGTH
from shipping.models import Shipment

TAGS_KEPT_SECONDS = 15


def known_tags() -> list[str]:
    """The tags in use. One query in some seconds."""
    return cached("order-tags", tags.in_use, TAGS_KEPT_SECONDS)


class Suggesting(forms.TextInput):
    """A field that suggests the tags in use."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        field = super().render(name, value, {**(attrs or {}), "list": "known-tags"}, renderer)
        options = format_html_join("", '<option value="{}">', ((tag,) for tag in known_tags()))
        return format_html('{}<datalist id="known-tags">{}</datalist>', field, options)


class TagActionForm(ActionForm):
    tag = forms.CharField(
        label=_("Tag"), max_length=MAX_TAG_LENGTH, required=False, widget=Suggesting
    )


class TagFilter(admin.SimpleListFilter):
    """The tags in use, and whichever other a link asks for."""

    title = _("tag")
    parameter_name = "tag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        if not model_admin.sees_all(request):
            return []
        asked = request.GET.get(self.parameter_name, "").replace("\0", "")
        return [(tag, tag) for tag in dict.fromkeys([*known_tags(), asked]) if tag]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        tag = self.value()
        return queryset.filter(tags__contains=[tag]) if tag else queryset


def _printing(label: StrOrPromise, paper: str) -> Action:
    """An action that prints a paper of the orders' parcels, as the list of parcels does."""

    @admin.action(description=label, permissions=["print"])
    def print_papers(
        _page: ModelAdmin[Order], request: HttpRequest, queryset: QuerySet[Order]
    ) -> HttpResponse | None:
        parcels = site.get_model_admin(Shipment)
        rows = parcels.get_queryset(request).filter(order__in=queryset.order_by().values("pk"))
        draw: Callable[..., HttpResponse | None] = getattr(parcels, paper)
        return draw(request, rows.order_by("pk"))

    return print_papers


class OrderActions(ModelAdmin[Order]):
    """Actions of the list of orders. Who sees parcels prints; who changes orders does the rest."""

    action_form = TagActionForm
    actions = (
        *("print_pick_list", "print_slips", "print_labels"),
        *("add_tag", "remove_tag", "send_payment_links"),
    )
    print_pick_list = _printing(_("Print the pick list"), "print_pick_list")
    print_slips = _printing(_("Print packing slips"), "print_slips")
    print_labels = _printing(_("Print labels, 100 × 150 mm"), "print_labels")

    def has_print_permission(self, request: HttpRequest) -> bool:
        return site.get_model_admin(Shipment).has_view_permission(request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Without the field of tags, and those in use, for people who may not tag."""
        page = super().changelist_view(request, extra_context)
        form = (getattr(page, "context_data", None) or {}).get("action_form")
        if form and not self.has_change_permission(request):
            del form.fields["tag"]
        return page

    @admin.action(description=_("Add the tag"), permissions=["change"])
    def add_tag(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self._tag(request, queryset, tags.add)

    @admin.action(description=_("Remove the tag"), permissions=["change"])
    def remove_tag(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self._tag(request, queryset, tags.remove)

    def _tag(
        self, request: HttpRequest, queryset: QuerySet[Order], change: Callable[..., int]
    ) -> None:
        keys = queryset.order_by().values_list("pk", flat=True)[: tags.MAX_AT_ONCE + 1]
        try:
            number = change(keys, request.POST.get("tag", ""))
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return
        said = ngettext("%d order was changed.", "%d orders were changed.", number) % number
        self.message_user(request, said, messages.SUCCESS)

    @admin.action(description=_("Send the link to pay again"), permissions=["change"])
    @RowAction
    def send_payment_links(self, request: HttpRequest, order: Order) -> None:
        actor = UUID(str(person(request).pk))
        emails.resend(order.pk, OrderMail.PAYMENT_LINK, actor_id=actor)


def tagged(order: Order) -> SafeString:
    """The order's tags, each a link to all that have it."""
    links = ((quote(tag), tag) for tag in order.tags)
    return format_html_join(" ", '<a class="chip" href="?tag={}">{}</a>', links)
