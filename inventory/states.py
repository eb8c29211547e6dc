from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import Transitions


class ReservationStatus(models.TextChoices):
    ACTIVE = "active", _("active")
    RELEASED = "released", _("released")
    CONVERTED = "converted", _("converted")


RESERVATION_TRANSITIONS: Transitions = {
    ReservationStatus.ACTIVE: {ReservationStatus.RELEASED, ReservationStatus.CONVERTED},
}


class TransferStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_TRANSIT = "in_transit", _("in transit")
    RECEIVED = "received", _("received")
    CANCELLED = "cancelled", _("cancelled")


TRANSFER_TRANSITIONS: Transitions = {
    TransferStatus.DRAFT: {TransferStatus.IN_TRANSIT, TransferStatus.CANCELLED},
    TransferStatus.IN_TRANSIT: {TransferStatus.RECEIVED},
}


class CountStatus(models.TextChoices):
    OPEN = "open", _("open")
    POSTED = "posted", _("posted")
    CANCELLED = "cancelled", _("cancelled")


COUNT_TRANSITIONS: Transitions = {
    CountStatus.OPEN: {CountStatus.POSTED, CountStatus.CANCELLED},
}
