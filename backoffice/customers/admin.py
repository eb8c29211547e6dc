"""The customers of the shop: a list, and of each one page over all that hangs on the account."""

from contextlib import suppress
from typing import Any
from uuid import UUID

import phonenumbers
from constance import config
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.forms import CharField, Form, ModelForm, Textarea
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import impersonation
from accounts.models import WHO, CustomerAccount, CustomerNote
from accounts.selectors import is_within_reach
from accounts.seller_admin import person
from accounts.workflow_admin import filled
from backoffice.customers.selectors import customer_file
from catalog.search.texts import split
from core.admin.base import StaffAdmin, dates, email
from core.admin.lists import ShallowList
from core.admin.pages import own_page
from core.exceptions import DomainError
from orders.buyer_fingerprint import phone_fingerprint
from orders.models import Order

PAGE = "admin:accounts_customeraccount_change"


class Customers(ShallowList):
    """Without the shop's own people, who have a list of their own."""

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        return super().get_queryset(request, *args, **kwargs).filter(is_staff=False)


def _spellings(text: str) -> list[str]:
    """A phone as accounts may keep it, however a caller says it."""
    found = [text.strip()]
    with suppress(phonenumbers.NumberParseException):
        phone = phonenumbers.parse(text, config.COUNTRY)
        kinds = phonenumbers.PhoneNumberFormat
        ways = (kinds.E164, kinds.INTERNATIONAL, kinds.NATIONAL)
        found += [phonenumbers.format_number(phone, way) for way in ways]
    return found


class NoteForm(Form):
    text = CharField(
        label=_("New note, for staff alone"), max_length=1000, widget=Textarea(attrs={"rows": 3})
    )


@admin.register(CustomerAccount)
class CustomerAdmin(StaffAdmin[CustomerAccount]):
    """Who buys here. Roles, passwords and flags are on the page of the account."""

    list_display = ("who", email, "phone", "orders", "last_order", "created_at")
    list_filter = (dates("created_at"), "email_verified", "customer__accepts_marketing")
    search_fields = ("email", "first_name", "last_name")
    search_help_text = _("Name, e-mail, phone or document")
    ordering = ("-pk",)
    show_full_result_count = False
    is_exported = True
    exported = ("email", "first_name", "last_name", "phone", "orders", "last_order", "created_at")
    fieldsets = ((_("Details"), {"fields": ("first_name", "last_name", "phones", "national_id")}),)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ShallowList]:
        return Customers

    def get_queryset(self, request: HttpRequest) -> QuerySet[CustomerAccount]:
        """With their orders, counted for the rows of the page alone."""
        rows = super().get_queryset(request)
        if not request.user.has_perm("orders.view_order"):
            return rows
        placed = Order.objects.filter(customer=OuterRef("pk")).order_by().values("customer")
        return rows.annotate(
            order_count=Subquery(placed.values(number=Count("pk"))),
            last_placed_at=Subquery(placed.values(last=Max("placed_at"))),
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[CustomerAccount], search_term: str
    ) -> tuple[QuerySet[CustomerAccount], bool]:
        """A phone finds who has it, or has ordered with it; words are parts of name and address."""
        phones = phone_fingerprint(search_term, config.COUNTRY)
        if phones:
            called = Order.objects.filter(marks__overlap=list(phones)).values("customer")
            own = Q(phones__overlap=_spellings(search_term)) | Q(national_id=search_term.strip())
            return queryset.filter(own | Q(pk__in=called)), False
        queryset = queryset.alias(who=WHO)
        for word in split(search_term):
            queryset = queryset.filter(who__contains=word)
        return queryset, False

    @admin.display(description=_("name"), ordering="first_name")
    def who(self, customer: CustomerAccount) -> str:
        return customer.get_full_name() or customer.email

    @admin.display(description=_("phone"))
    def phone(self, customer: CustomerAccount) -> str:
        return next(iter(customer.phones), "")

    @admin.display(description=_("orders"))
    def orders(self, customer: CustomerAccount) -> Any:
        return getattr(customer, "order_count", None) or 0

    @admin.display(description=_("last order"))
    def last_order(self, customer: CustomerAccount) -> Any:
        return getattr(customer, "last_placed_at", None)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The orders only for people who may see orders."""
        shown = list(super().get_list_display(request))
        if request.user.has_perm("orders.view_order"):
            return shown
        return [name for name in shown if name not in ("orders", "last_order")]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """An account comes with the first order, or with the draft of one."""
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: CustomerAccount | None = None
    ) -> bool:
        """People are erased as the law asks, from the page of their data."""
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: CustomerAccount | None = None
    ) -> bool:
        reaches = obj is None or is_within_reach(person(request), obj)
        return reaches and super().has_change_permission(request, obj)

    def get_form(
        self, request: HttpRequest, obj: CustomerAccount | None = None, *args: Any, **kwargs: Any
    ) -> type[ModelForm[CustomerAccount]]:
        form = super().get_form(request, obj, *args, **kwargs)
        if "phones" in form.base_fields:
            form.base_fields["phones"].help_text = _("Several are separated by commas.")
            # Its hidden copy would be described by the help text, which HTML does not allow.
            form.base_fields["phones"].show_hidden_initial = False
        return form

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        customer: CustomerAccount = context["original"]
        may = request.user.has_perm
        context |= {
            "file": customer_file(customer, person(request)),
            "title": customer.get_full_name() or customer.email,
            "subtitle": None,
            "note": NoteForm() if may("accounts.add_customernote") else None,
            "may_view_as": may(impersonation.RIGHT) and impersonation.may_be_seen(customer),
            "ask_privacy": self._with_address("privacy_privacyrequest_add", customer),
            "give_credit": self._with_address("payments_storecredit_add", customer),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def _with_address(self, page: str, customer: CustomerAccount) -> str:
        return reverse(f"admin:{page}", query={"email": customer.email})

    @own_page("<uuid:object_id>/view-as/", "accounts_customeraccount_view_as", only_post=True)
    def view_as(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Look at the shop as this customer sees it."""
        if not request.user.has_perm(impersonation.RIGHT):
            raise PermissionDenied
        customer = get_object_or_404(CustomerAccount, pk=object_id)
        try:
            impersonation.start(request, customer, request.POST.get("reason", ""))
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect(PAGE, customer.pk)
        return redirect("storefront:account-orders")

    @own_page(
        "<uuid:object_id>/note/",
        "accounts_customeraccount_note",
        needs="accounts.add_customernote",
        only_post=True,
    )
    def write_note(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Keep a note of the customer, with who wrote it."""
        customer = get_object_or_404(CustomerAccount, pk=object_id)
        with self.refusals_told(request):
            text = filled(NoteForm(request.POST)).cleaned_data["text"]
            CustomerNote.objects.create(customer=customer, author=person(request), text=text)
            self.message_user(request, gettext("The note is kept."), messages.SUCCESS)
        return redirect(PAGE, customer.pk)
