from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin

from accounts.models import Seller, SellerMember, SellerStatus
from accounts.selectors import is_seller, owns
from accounts.seller_admin import SellerOwned, person
from accounts.workflow_admin import StepsAdmin, filled
from core.admin.base import ParentAdmin, ReadOnlyAdmin, badge, email
from core.exceptions import DomainError
from core.web.uploads import clean_picture
from reviews import selectors as reviews
from sellers import services
from sellers.forms import ApprovalForm, InvitationForm, RejectionForm, RemovalForm
from sellers.models import ApplicationStatus, SellerApplication

# Fields that sellers edit themselves; the house decides the rest.
OWN_WORDS = ("description", "logo", "email")
OF_THE_HOUSE = ("name", "slug", "tax_id")
FIGURES = ("status", "is_house", "reputation")


def _approve(request: HttpRequest, application: SellerApplication) -> str:
    wanted = filled(ApprovalForm(request.POST)).cleaned_data
    services.approve(application.pk, actor_id=person(request).pk, **wanted)
    return _("The seller is made, and invited by mail.")


def _reject(request: HttpRequest, application: SellerApplication) -> str:
    wanted = filled(RejectionForm(request.POST)).cleaned_data
    services.reject(application.pk, actor_id=person(request).pk, **wanted)
    return _("The application is rejected. The applicant gets a mail.")


@admin.register(SellerApplication)
class SellerApplicationAdmin(StepsAdmin[SellerApplication], ReadOnlyAdmin[SellerApplication]):
    """Who wants to sell here: what waits longest comes first."""

    steps: ClassVar = {"approve": _approve, "reject": _reject}
    list_display = (
        "shop_name",
        badge("status", gettext_lazy("status")),
        "paper",
        "contact_name",
        email,
        "created_at",
    )
    list_filter = ("status",)
    search_fields = ("shop_name", "document_number", "contact_name", "email")
    ordering = ("answered_at", "pk")
    fields = (
        *("shop_name", "paper", "contact_name", "email", "phone", "goods", "language"),
        *("created_at", "accepted_terms_at", "answered_at", "answered_by", "message", "seller"),
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.sees_all(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.sees_all(request)

    @admin.display(description=gettext_lazy("document"))
    def paper(self, application: SellerApplication) -> str:
        return application.document

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        application: SellerApplication = context["original"]
        typed = context.get("typed", {})
        if application.status == ApplicationStatus.NEW and self.may_take_steps(request):
            initial = {"shop_name": application.shop_name}
            context |= {
                "approval": ApprovalForm(typed.get("approve"), initial=initial),
                "rejection": RejectionForm(typed.get("reject")),
            }
        return super().render_change_form(request, context, *args, **kwargs)


class ProfileForm(forms.ModelForm[Seller]):
    def clean_logo(self) -> Any:
        """A new logo is redrawn, like every picture that people send."""
        logo = self.cleaned_data["logo"]
        if not isinstance(logo, UploadedFile):
            return logo
        try:
            return clean_picture(cast("Any", logo))
        except DomainError as refusal:
            raise ValidationError(str(refusal)) from refusal


class MemberInline(SellerOwned[Any], admin.TabularInline[SellerMember, Seller]):
    """Who works for the seller. Owners invite and remove people by steps; staff write rows."""

    model = SellerMember
    fields = ("user", "role", "wants_news", "invited_at")
    readonly_fields = ("invited_at",)
    autocomplete_fields = ("user",)
    extra = 0

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) or (
            obj is not None and owns(request.user, obj)
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who owns the shop, the house decides."""
        return ("invited_at",) if self.sees_all(request) else ("user", "role", "invited_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user").order_by("role", "pk")


def _invite(request: HttpRequest, seller: Seller) -> str:
    _check_owner(request, seller)
    member = services.invite(seller.pk, **filled(InvitationForm(request.POST)).cleaned_data)
    return _("%(email)s is invited by mail.") % {"email": member.user.email}


def _remove(request: HttpRequest, seller: Seller) -> str:
    _check_owner(request, seller)
    services.remove(seller.pk, filled(RemovalForm(request.POST)).cleaned_data["member"])
    return _("The person is removed.")


def _suspend(request: HttpRequest, seller: Seller) -> str:
    _check_staff(request)
    services.suspend(seller.pk)
    return _("The seller is suspended: their products are no longer for sale.")


def _resume(request: HttpRequest, seller: Seller) -> str:
    _check_staff(request)
    services.resume(seller.pk)
    return _("The seller sells again.")


def _check_staff(request: HttpRequest) -> None:
    if not request.user.has_perm("accounts.change_seller"):
        raise PermissionDenied


def _check_owner(request: HttpRequest, seller: Seller) -> None:
    if not owns(request.user, seller):
        _check_staff(request)


@admin.register(Seller)
class SellerAdmin(StepsAdmin[Seller], ParentAdmin[Seller], TranslationAdmin[Seller]):
    """Sellers and their members. An owner edits the seller's page."""

    steps: ClassVar = {"invite": _invite, "remove": _remove, "suspend": _suspend, "resume": _resume}
    form = ProfileForm
    list_display = ("name", badge("status", gettext_lazy("status")))
    ordering = ("-is_house", "name")
    list_filter = ("status",)
    search_fields = ("name", "slug", "email", "tax_id")
    fields = (*OF_THE_HOUSE, *OWN_WORDS, *FIGURES)
    readonly_fields = FIGURES
    inlines = (MemberInline,)

    @admin.display(description=gettext_lazy("rating"))
    def reputation(self, seller: Seller) -> str:
        if seller._state.adding:
            return ""
        average, number = reviews.reputation(seller.pk)
        return f"{average} ({number})" if number else ""

    def may_take_steps(self, request: HttpRequest) -> bool:
        """Staff with the right, and owners; which of the steps, the steps find out."""
        return super().may_take_steps(request) or is_seller(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if super().has_change_permission(request, obj):
            return True
        return obj is not None and owns(request.user, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return FIGURES if self.sees_all(request) else (*OF_THE_HOUSE, *FIGURES)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {"slug": ("name",)} if self.sees_all(request) and obj is None else {}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        seller: Seller | None = context["original"]
        if seller and not seller.is_house and self.has_change_permission(request, seller):
            typed = context.get("typed", {})
            is_staff = request.user.has_perm("accounts.change_seller")
            context |= {
                "invitation": InvitationForm(typed.get("invite"), auto_id="invite_%s"),
                "staff": list(seller.members.filter(role="staff").select_related("user")),
                "may_suspend": is_staff and seller.status == SellerStatus.APPROVED,
                "may_resume": is_staff and seller.status == SellerStatus.SUSPENDED,
            }
        return super().render_change_form(request, context, *args, **kwargs)
