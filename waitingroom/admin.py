from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.exceptions import ServiceUnavailable
from waitingroom import line
from waitingroom.models import WaitingRoom


@admin.register(WaitingRoom)
class WaitingRoomAdmin(admin.ModelAdmin[WaitingRoom]):
    """Staff steer the crowd from the list: faster, slower, a pause, the end."""

    list_display = ("collection", "state", "admissions_per_minute", "pass_minutes", "crowd")
    list_editable = ("state", "admissions_per_minute")
    list_select_related = ("collection",)
    readonly_fields = ("crowd",)
    autocomplete_fields = ("collection",)

    @admin.display(description=_("waiting · let in"))
    def crowd(self, room: WaitingRoom) -> str:
        """Asked of Redis for each room; there is one for each drop that draws a crowd."""
        try:
            now = line.crowd(room.pk)
        except ServiceUnavailable:
            return "–"
        return f"{now.waiting} · {now.let_in}"
