from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import ManyToManyField, Q, QuerySet
from django.forms import CheckboxSelectMultiple, ModelMultipleChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import emails, roles, second_factor
from accounts.models import Address, Impersonation, User
from accounts.role_admin import FormKnowsPerson, RoleAdmin
from accounts.role_forms import PersonForm
from accounts.selectors import is_within_reach
from accounts.seller_admin import person
from core.admin.base import ReadOnlyAdmin, StaffAdmin
from core.admin.filters import FewRelatedFilter
from core.admin.lists import ShallowList
from core.admin.pages import own_page

__all__ = ["RoleAdmin"]

# Its rows hold the keys of sessions: people see their own in their account.
admin.site.unregister(UserSession)
admin.site.unregister(Authenticator)


class KindFilter(admin.ChoicesFieldListFilter):
    """The library names the column in English alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = gettext("kind")


@admin.register(Authenticator)
class SecondFactorAdmin(ReadOnlyAdmin[Authenticator]):
    """Who has a second factor. Keys are never shown; staff reset it on the user's page."""

    fields = list_display = ("whose", "kind", "since", "used")
    list_filter = (("type", KindFilter),)
    list_select_related = ("user",)
    search_fields = ("user__email",)

    @admin.display(description=_("user"), ordering="user__email")
    def whose(self, factor: Authenticator) -> str:
        return str(factor.user)

    @admin.display(description=_("kind"), ordering="type")
    def kind(self, factor: Authenticator) -> str:
        return str(factor.get_type_display())

    @admin.display(description=_("since"), ordering="created_at")
    def since(self, factor: Authenticator) -> datetime:
        moment: datetime = factor.created_at
        return moment

    @admin.display(description=_("last used"), ordering="last_used_at")
    def used(self, factor: Authenticator) -> datetime | None:
        moment: datetime | None = factor.last_used_at
        return moment


class Team(ShallowList):
    """Customers have a list of their own."""

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        found = super().get_queryset(request, *args, **kwargs)
        return found.filter(Q(is_staff=True) | Q(is_superuser=True))


class RoleFilter(FewRelatedFilter):
    """By role, under the names that people read."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        found = super().field_choices(field, request, model_admin)
        return [(key, roles.label(str(name))) for key, name in found]


class RolesField(ModelMultipleChoiceField[Any]):
    def label_from_instance(self, obj: Any) -> str:
        return str(roles.label(obj.name)).capitalize()


@admin.register(User)
class PersonAdmin(FormKnowsPerson[User], StaffAdmin[User], UserAdmin[User]):
    """
    Who may sign in to the back office, and with which roles.

    The list has the shop's people and the sellers'; the page is that of any account.
    """

    ordering = ("email",)
    is_exported = True
    list_display = ("email", "first_name", "last_name", "their_roles", "is_active", "last_login")
    list_filter = (("groups", RoleFilter), "is_active", "is_superuser")
    search_fields = ("email", "first_name", "last_name", "national_id")
    readonly_fields = ("last_login", "created_at", "updated_at", "email_verified")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "phones", "national_id")}),
        (
            _("Rights"),
            {"fields": ("is_active", "email_verified", "is_staff", "is_superuser", "groups")},
        ),
        (_("Dates"), {"fields": ("last_login", "created_at", "updated_at")}),
    )
    form = PersonForm
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "password1", "password2")}),)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ShallowList]:
        return Team

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("roles"))
    def their_roles(self, user: User) -> str:
        named = [str(roles.label(group.name)) for group in user.groups.all()]
        return ", ".join([gettext("super administrator")] * user.is_superuser + named)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        user: User | None = context["original"]
        context |= {
            "may_reset_second_factor": user is not None
            and self._may_reset(request, user)
            and second_factor.has_second_factor(user),
            "is_customer": user is not None and not user.is_staff,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    @own_page(
        "<uuid:object_id>/second-factor/reset/", "accounts_user_reset_second_factor", only_post=True
    )
    def reset_second_factor(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Resets a colleague's two-step sign-in; they are notified by mail who did it."""
        user = get_object_or_404(User, pk=object_id)
        if not self._may_reset(request, user):
            raise PermissionDenied
        with transaction.atomic():
            second_factor.reset_second_factor(user)
            self.log_change(request, user, gettext("Two-step sign-in reset"))
            emails.send_second_factor_reset(user, person(request))
        self.message_user(request, gettext("The two-step sign-in was reset."), messages.SUCCESS)
        return redirect("admin:accounts_user_change", user.pk)

    def _may_reset(self, request: HttpRequest, user: User) -> bool:
        """Not one's own: a stolen session could remove it."""
        return user != request.user and self.has_change_permission(request, user)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Hide the password's hash from people who may not set another one."""
        found = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return found
        return ((None, {"fields": ("email",)}), *found[1:])

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Only a super administrator makes another one."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _reaches(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody deletes themselves; a super administrator loses the flag first."""
        if obj is not None and (obj.is_superuser or obj == request.user):
            return False
        return _reaches(request, obj) and super().has_delete_permission(request, obj)

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField[Any] | None:
        """Roles that grant nothing the person lacks."""
        if db_field.name == "groups":
            return RolesField(
                roles.within(person(request)),
                required=False,
                label=_("Roles"),
                widget=CheckboxSelectMultiple,
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)


def _reaches(request: HttpRequest, user: User | None) -> bool:
    """Anyone who can edit an account's password or address holds its rights."""
    return user is None or is_within_reach(person(request), user)


@admin.register(Address)
class AddressAdmin(StaffAdmin[Address]):
    list_display = ("recipient", "user", "street", "district", "city", "country")
    list_select_related = ("user",)
    search_fields = ("recipient", "street", "user__email")
    autocomplete_fields = ("user",)


@admin.register(Impersonation)
class ImpersonationAdmin(ReadOnlyAdmin[Impersonation]):
    """Which colleague viewed the shop as which customer, when and why."""

    list_display = ("created_at", "staff", "customer", "reason", "ended_at", "expires_at")
    list_select_related = ("staff", "customer")
    search_fields = ("staff__email", "customer__email", "reason")
    date_hierarchy = "created_at"
    show_full_result_count = False
