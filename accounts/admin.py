from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.models import Address, User
from core.admin import ParentAdmin

admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    """A role: what its people may see and change."""

    readonly_fields = ("rights",)

    @admin.display(description=_("rights as JSON"))
    def rights(self, group: Group) -> str:
        return str(roles.as_json(group)) if group.pk else "{}"


class AddressInline(admin.StackedInline[Address, User]):
    model = Address
    extra = 0


def _is_within_reach(request: HttpRequest, user: User | None) -> bool:
    """Whoever writes a super administrator's password or address is one."""
    return request.user.is_superuser or user is None or not user.is_superuser


@admin.register(User)
class PersonAdmin(ParentAdmin[User], UserAdmin[User]):
    """Customers, sellers and staff."""

    ordering = ("email",)
    list_display = ("email", "first_name", "last_name", "is_staff", "is_active", "created_at")
    list_filter = ("is_staff", "is_active", "email_verified", "groups")
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
                    "user_permissions",
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
        return _is_within_reach(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _is_within_reach(request, obj) and super().has_delete_permission(request, obj)


@admin.register(Address)
class AddressAdmin(admin.ModelAdmin[Address]):
    list_display = ("recipient", "user", "street", "district", "city", "country")
    list_select_related = ("user",)
    search_fields = ("recipient", "street", "user__email")
    autocomplete_fields = ("user",)
