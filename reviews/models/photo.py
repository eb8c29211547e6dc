import secrets

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.database.models import Entity
from reviews.models.review import Review

MAX_PHOTOS = 5


def _private() -> Storage:
    return storages["private"]


def _place(_photo: "ReviewPhoto", name: str) -> str:
    """An unguessable file name."""
    return f"reviews/{secrets.token_hex(8)}-{name}"


class ReviewPhoto(Entity):
    """What a customer shows of the product: for everybody once the review is approved."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="photos", verbose_name=_("review")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    picture = models.FileField(_("photo"), upload_to=_place, storage=_private)
    thumbnail = models.FileField(_("small photo"), upload_to=_place, storage=_private)

    class Meta(Entity.Meta):
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        constraints = [
            models.UniqueConstraint(fields=["review", "position"], name="review_photo_place_once"),
            models.CheckConstraint(
                condition=Q(position__lt=MAX_PHOTOS), name="review_photo_at_most_five"
            ),
        ]

    def __str__(self) -> str:
        return str(self.picture)
