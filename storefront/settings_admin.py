"""The page of the shop's settings: by group, with a way back and a history for each."""

from typing import Any, cast

from constance import settings
from constance.admin import ConstanceAdmin
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from audit.pages import key_of, leaf_of
from audit.selectors import SETTINGS, Asked
from storefront import icons
from storefront.setting_forms import SettingsForm


class SettingsAdmin(ConstanceAdmin):
    """django-constance's page, with our rules and the history from the audit log."""

    change_list_form = SettingsForm

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """
        Show or save the settings.

        Anyone who asks for one default saves what else is typed with it, so that nothing is lost.
        """
        name = request.POST.get("default", "")
        if name in settings.CONFIG:
            typed = request.POST.copy()
            typed.setlist(name, _as_typed(settings.CONFIG[name][0]))
            cast("Any", request).POST = typed
        response: HttpResponse = super().changelist_view(request, extra_context)
        if request.method == "POST" and isinstance(response, TemplateResponse):
            # The page itself shows the errors.
            list(messages.get_messages(request))
        if request.method == "POST" and not isinstance(response, TemplateResponse):
            icons.draw()
        return response

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


def _as_typed(value: object) -> list[str]:
    if isinstance(value, bool):
        return ["on"] if value else []
    return [str(value)]
