"""The page of the shop's settings: by group, with a way back and a history for each."""

from typing import Any, cast
from urllib.parse import urlencode

from constance import settings
from constance.admin import ConstanceAdmin
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.pages import key_of, leaf_of
from audit.selectors import SETTINGS, Asked
from storefront import icons, setting_sections
from storefront.setting_forms import SettingsForm


class SettingsAdmin(ConstanceAdmin):
    """django-constance's page, with our rules and the history from the audit log."""

    change_list_form = SettingsForm

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """
        Show or save one section, or all; without one, the overview and what was searched for.

        Anyone who asks for one default saves what else is typed with it, so that nothing is lost.
        """
        if request.method != "POST" and "section" not in request.GET:
            return self._overview(request)
        name = request.POST.get("default", "")
        if name in settings.CONFIG:
            typed = request.POST.copy()
            typed.setlist(name, _as_typed(settings.CONFIG[name][0]))
            cast("Any", request).POST = typed
        section = setting_sections.asked_for(request)
        response: HttpResponse = super().changelist_view(
            request, {"section": section, **(extra_context or {})}
        )
        if request.method == "POST":
            # The page itself shows the errors, and a section says by its name what was saved.
            list(messages.get_messages(request))
        if isinstance(response, TemplateResponse):
            groups = cast("dict[str, Any]", response.context_data)["fieldsets"]
            for group in groups:
                group["config_values"] = [row for row in group["config_values"] if row]
            groups[:] = [group for group in groups if group["config_values"]]
            return response
        icons.draw()
        saved = section.title if section else _("Settings")
        messages.success(request, _("Saved: %(what)s") % {"what": saved})
        page = reverse("admin:constance_config_changelist")
        slug = section.slug if section else setting_sections.ALL
        return HttpResponseRedirect(f"{page}?{urlencode({'section': slug})}")

    def get_config_value(
        self, name: str, options: Any, form: SettingsForm, initial: Any
    ) -> dict[str, Any]:
        """Nothing of a setting that another section has."""
        if name not in form.fields:
            return _Absent(name=name)
        found: dict[str, Any] = super().get_config_value(name, options, form, initial)
        return found

    def _overview(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        asked = request.GET.get("q", "")[:100]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Settings"),
            "opts": self.model._meta,
            "sections": setting_sections.sections(),
            "asked": asked,
            "hits": setting_sections.find(asked),
        }
        return TemplateResponse(request, "admin/constance/overview.html", context)

    def _log_config_change(self, request: HttpRequest, changed_fields: list[str]) -> None:
        """The database has written it down already, with the values."""

    def history_view(
        self, request: HttpRequest, object_id: object = None, extra_context: object = None
    ) -> HttpResponse:
        """
        Who set what, from the audit log; with `?setting=` of one setting.

        :raises PermissionDenied: if the user may not see the settings
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        name = request.GET.get("setting", "")
        query = f"setting={name}" if name in settings.CONFIG else ""
        asked = Asked(
            table=SETTINGS,
            words=name if query else "",
            before=key_of(request.GET.get("before", "")),
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %s") % (name if query else _("settings")),
            "leaf": leaf_of(asked),
            "query": query,
        }
        return TemplateResponse(request, "admin/constance/history.html", context)


class _Absent(dict[str, Any]):
    """A setting that is not on the page: its name alone, and not true."""

    def __bool__(self) -> bool:
        return False


def _as_typed(value: object) -> list[str]:
    if isinstance(value, bool):
        return ["on"] if value else []
    return [str(value)]
