from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.admin import ReadOnlyAdmin, dates
from core.admin_bulk import asked_before
from outbox.models import DeliveredMessage, Message


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin[Message]):
    """News on its way from one app to another; what could not be delivered can be sent again."""

    list_display = ("event", "handler", "attempts", "due_at", "delivered_at", "given_up_at")
    list_filter = (dates("created_at"), ("given_up_at", admin.EmptyFieldListFilter), "event")
    search_fields = ("event", "handler", "error")
    actions = ("replay",)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("outbox.change_message")

    @admin.action(description=_("Deliver the selected messages again"), permissions=["replay"])
    @asked_before
    def replay(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        number = queryset.filter(delivered_at=None).update(
            given_up_at=None, attempts=0, due_at=timezone.now()
        )
        text = ngettext(
            "%d message will be tried again.", "%d messages will be tried again.", number
        )
        self.message_user(request, text % number, messages.SUCCESS)


@admin.register(DeliveredMessage)
class DeliveredMessageAdmin(ReadOnlyAdmin[DeliveredMessage]):
    """News that has arrived, until its days are over."""

    list_display = ("event", "handler", "attempts", "created_at", "delivered_at")
    list_filter = (dates("created_at"), "event")
    search_fields = ("event", "handler")
