"""The roles' page: rights as boxes to tick, and the way back to the shipped ones."""

from typing import Any, TypeVar

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Count, Model, QuerySet
from django.forms import ModelForm, Script
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import roles
from accounts.models import ChangedRole
from accounts.role_forms import MODES, RoleForm, label
from accounts.seller_admin import person
from accounts.workflow_admin import StepsAdmin

admin.site.unregister(Group)
ModelT = TypeVar("ModelT", bound=Model)


def _restore(request: HttpRequest, group: Group) -> str:
    roles.restore(group, by=person(request))
    return _("The role has its original permissions again.")


class FormKnowsPerson(admin.ModelAdmin[ModelT]):
    """A page whose form has the person who fills it in as `by`."""

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[ModelT]]:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"by": person(request)})


@admin.register(Group)
class RoleAdmin(FormKnowsPerson[Group], StepsAdmin[Group]):
    """
    A role: what its people may see and change.

    People can only view a role with more permissions than they have: nobody grants more.
    """

    form = RoleForm
    list_display = ("title", "people")
    readonly_fields = ("written_rights",)
    steps = {"restore": _restore}

    class Media:
        js = (Script("js/admin-rights.js", type="module"),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return Group.objects.annotate(people_count=Count("user", distinct=True)).order_by("name")

    @admin.display(description=gettext_lazy("role"), ordering="name")
    def title(self, group: Group) -> str:
        return str(roles.label(group.name)).capitalize()

    @admin.display(description=gettext_lazy("people"), ordering="people_count")
    def people(self, group: Group) -> int:
        return int(group.people_count)  # type: ignore[attr-defined]  # get_queryset counts them

    @admin.display(description=gettext_lazy("What they may do"))
    def written_rights(self, group: Group) -> str:
        lines = ((label(place), MODES[mode]) for place, mode in roles.rights_of(group).items())
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {}</li>", lines))

    def get_fields(self, request: HttpRequest, obj: Group | None = None) -> list[Any]:
        if obj and not self.has_change_permission(request, obj):
            return ["written_rights"]
        # A shipped role keeps the name by which upgrades know it.
        is_shipped = obj and roles.shipped(obj)
        return ["rights"] if is_shipped else ["name", "rights"]

    def has_view_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return self.sees_all(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.sees_all(request)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_change_permission(request, obj) and self._is_within(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        if obj and roles.shipped(obj):
            return False
        return super().has_delete_permission(request, obj) and self._is_within(request, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        roles.give(form.instance, form.cleaned_data["rights"], by=person(request))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kw: Any) -> Any:
        group = context["original"]
        is_shipped = bool(group and roles.shipped(group))
        context |= {
            "is_shipped": is_shipped,
            "is_changed": is_shipped and ChangedRole.objects.filter(group=group).exists(),
            "title": _("Role") if group else _("New role"),
            "subtitle": self.title(group) if group else None,
        }
        return super().render_change_form(request, context, *args, **kw)

    def _is_within(self, request: HttpRequest, group: Group | None) -> bool:
        if group is None:
            return True
        return not roles.lacking(person(request), group.permissions.select_related("content_type"))
