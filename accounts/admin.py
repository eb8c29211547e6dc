from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import ManyToManyField
from django.forms import CheckboxSelectMultiple, ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.models import Address, User
from accounts.owned import person
from accounts.role_admin import RoleAdmin
from accounts.selectors import is_within_reach
from core.admin import ParentAdmin, StaffAdmin, dates

__all__ = ["RoleAdmin"]


class AddressInline(admin.StackedInline[Address, User]):
    model = Address
    extra = 0


class RoleFilter(admin.RelatedFieldListFilter):
    """By role, under the names that people read."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        found = super().field_choices(field, request, model_admin)
        return [(key, roles.label(str(name))) for key, name in found]


class RolesField(ModelMultipleChoiceField[Any]):
    def label_from_instance(self, obj: Any) -> str:
        return str(roles.label(obj.name)).capitalize()


@admin.register(User)
class PersonAdmin(ParentAdmin[User], UserAdmin[User]):
    """Customers, sellers and staff."""

    ordering = ("email",)
    list_display = ("email", "first_name", "last_name", "is_staff", "is_active", "created_at")
    list_filter = (
        dates("created_at"),
        "is_staff",
        "is_active",
        "email_verified",
        ("groups", RoleFilter),
    )
    search_fields = ("email", "first_name", "last_name", "national_id")
    readonly_fields = ("last_login", "created_at", "updated_at", "email_verified")
    inlines = (AddressInline,)
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "phones", "national_id")}),
        (
            _("Rights"),
            {
                "fields": (
                    "is_active",
                    "email_verified",
                    "is_staff",
                    "is_superuser",
                    "groups",
                )
            },
        ),
        (_("Dates"), {"fields": ("last_login", "created_at", "updated_at")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "password1", "password2")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Only a super administrator makes another one."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _reaches(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _reaches(request, obj) and super().has_delete_permission(request, obj)

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField[Any] | None:
        """Of the roles, those that give nothing which the person lacks himself."""
        if db_field.name == "groups":
            return RolesField(
                roles.within(person(request)),
                required=False,
                label=_("Roles"),
                widget=CheckboxSelectMultiple,
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)


def _reaches(request: HttpRequest, user: User | None) -> bool:
    """Whoever writes somebody's password or address can do what that one may."""
    return user is None or is_within_reach(person(request), user)


@admin.register(Address)
class AddressAdmin(StaffAdmin[Address]):
    list_display = ("recipient", "user", "street", "district", "city", "country")
    list_select_related = ("user",)
    search_fields = ("recipient", "street", "user__email")
    autocomplete_fields = ("user",)
