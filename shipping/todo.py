"""Work queues of parcels: the next steps, and overdue ones."""

from datetime import datetime, timedelta

from constance import config
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models import WarehouseKind
from shipping.states import NOT_ARRIVED, ON_ITS_WAY, ShipmentStatus


class Todo(models.TextChoices):
    """Next steps of parcels, as lists and tiles name them."""

    PACK = "pack", _("to pack")
    SEND = "send", _("packed, to send")
    FETCH = "fetch", _("packed, to be collected")
    LATE = "late", _("waiting too long")
    STUCK = "stuck", _("on the way for too long")
    DECIDE = "decide", _("lost or back: to decide")


def parcels_to(todo: Todo) -> Q:
    """The parcels that wait for this now, by the days that the settings allow."""
    pending, packed = Q(status=ShipmentStatus.PENDING), Q(status=ShipmentStatus.PACKED)
    ours = ~Q(warehouse__kind=WarehouseKind.DROPSHIPPING)
    conditions = {
        Todo.PACK: pending & ours,
        Todo.SEND: packed & Q(is_pickup=False),
        Todo.FETCH: packed & Q(is_pickup=True),
        Todo.LATE: pending & Q(created_at__lt=_ago(config.PACK_WITHIN_DAYS))
        | packed & Q(is_pickup=False, updated_at__lt=_ago(config.SEND_WITHIN_DAYS))
        | packed & Q(is_pickup=True, updated_at__lt=_ago(config.FETCH_WITHIN_DAYS)),
        Todo.STUCK: Q(status__in=ON_ITS_WAY, shipped_at__lt=_ago(config.ARRIVE_WITHIN_DAYS)),
        Todo.DECIDE: Q(status__in=NOT_ARRIVED, decision=""),
    }
    return conditions[todo]


def _ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)
