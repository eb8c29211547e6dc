from django.contrib import admin

from waitingroom.models import WaitingRoom


@admin.register(WaitingRoom)
class WaitingRoomAdmin(admin.ModelAdmin[WaitingRoom]):
    list_display = ("collection", "state", "admissions_per_minute", "opens_minutes_before")
    list_select_related = ("collection",)
