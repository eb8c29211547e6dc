import math
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from core.admin.base import ReadOnlyAdmin, StaffAdmin, email
from core.admin.pages import own_page
from core.exceptions import ServiceUnavailable
from waitingroom import queue_script
from waitingroom.models import DropReminder, WaitingRoom


@admin.register(WaitingRoom)
class WaitingRoomAdmin(StaffAdmin[WaitingRoom]):
    """Staff steer the crowd: faster, slower, a pause, the end. A room's page shows it live."""

    list_display = ("collection", "state", "admissions_per_minute", "pass_minutes", "crowd")
    list_editable = ("state", "admissions_per_minute")
    list_select_related = ("collection",)
    autocomplete_fields = ("collection",)

    @own_page("<uuid:room_id>/crowd/", "waitingroom_waitingroom_crowd")
    def show_crowd(self, request: HttpRequest, room_id: UUID) -> HttpResponse:
        """The figures of a room's page, which asks for them every few seconds."""
        room = get_object_or_404(WaitingRoom, pk=room_id)
        if not self.has_view_permission(request, room):
            raise PermissionDenied
        context = {"original": room, **_live(room)}
        return TemplateResponse(request, "admin/waitingroom/waitingroom/_crowd.html", context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if room := kwargs.get("obj"):
            context |= {"subtitle": room.collection.name, **_live(room)}
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=_("waiting · let in"))
    def crowd(self, room: WaitingRoom) -> str:
        """Asked of Redis for each room; there is one for each drop that draws a crowd."""
        now = _crowd(room)
        return f"{now.waiting} · {now.let_in}" if now else "–"


@admin.register(DropReminder)
class DropReminderAdmin(ReadOnlyAdmin[DropReminder]):
    """Reminder requests. They are deleted once the mail is sent."""

    list_display = ("collection", email, "language", "created_at")
    list_filter = ("collection",)
    list_select_related = ("collection",)
    search_fields = ("email",)
    ordering = ("-created_at",)


def _crowd(room: WaitingRoom) -> queue_script.Crowd | None:
    try:
        return queue_script.crowd(room.pk)
    except ServiceUnavailable:
        return None


def _live(room: WaitingRoom) -> dict[str, Any]:
    now = _crowd(room)
    minutes = math.ceil(now.waiting / room.admissions_per_minute) if now else 0
    return {"now": now, "minutes": minutes}
