from collections.abc import Iterator
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.admin.base import ReadOnlyAdmin, dates
from core.admin.bulk import asked_before
from core.admin.filters import LatestValuesFilter
from outbox.models import DeliveredMessage, Message
from outbox.words import event_in_words, handler_in_words

NewsT = TypeVar("NewsT", bound=Model)


class EventFilter(LatestValuesFilter):
    """The events, by what people call them."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            name = str(choice["display"])
            yield {**choice, "display": event_in_words(name) if "." in name else name}


class NewsAdmin(ReadOnlyAdmin[NewsT]):
    """Events on their way to handlers, in words; the row's own page has their names in the code."""

    @admin.display(description=_("event"), ordering="event")
    def what(self, row: Any) -> str:
        return event_in_words(row.event)

    @admin.display(description=_("who hears of it"), ordering="handler")
    def whom(self, row: Any) -> str:
        return handler_in_words(row.handler)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["subtitle"] = event_in_words(context["original"].event)
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(Message)
class MessageAdmin(NewsAdmin[Message]):
    """News on its way from one app to another; what could not be delivered can be sent again."""

    list_display = ("what", "whom", "attempts", "due_at", "delivered_at", "given_up_at")
    list_filter = (
        dates("created_at"),
        ("given_up_at", admin.EmptyFieldListFilter),
        ("event", EventFilter),
    )
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
class DeliveredMessageAdmin(NewsAdmin[DeliveredMessage]):
    """News that has arrived, until its days are over."""

    list_display = ("what", "whom", "attempts", "created_at", "delivered_at")
    list_filter = (dates("created_at"), ("event", EventFilter))
    search_fields = ("event", "handler")
