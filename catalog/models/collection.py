from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product
from catalog.models.redirect import SlugRedirectKind, redirect_triggers
from core.database.models import Entity, check_window, known_values
from core.picture_hues import hue_for


class CollectionType(models.TextChoices):
    DROP = "drop", _("drop")
    SEASONAL = "seasonal", _("seasonal")
    COLLAB = "collab", _("collaboration")


class CollectionQuerySet(models.QuerySet["Collection"]):
    def running(self) -> "CollectionQuerySet":
        now = timezone.now()
        return self.filter(
            Q(starts_at=None) | Q(starts_at__lte=now),
            Q(ends_at=None) | Q(ends_at__gt=now),
            is_active=True,
        )

    def coming(self) -> "CollectionQuerySet":
        return self.filter(is_active=True, starts_at__gt=timezone.now())


class Collection(Entity):
    """A set of products shown together. Products of a drop are sold only during its window."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    type = models.CharField(
        _("type"), max_length=10, choices=CollectionType.choices, default=CollectionType.SEASONAL
    )
    description = models.TextField(_("description"), blank=True)
    hero_image = models.ImageField(_("picture"), upload_to="collections/", blank=True)
    hue = models.PositiveSmallIntegerField(_("hue of the picture"), null=True, editable=False)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    hold_minutes = models.PositiveSmallIntegerField(_("minutes in the cart"), null=True, blank=True)
    payment_methods = ArrayField(
        models.CharField(max_length=50), default=list, blank=True, verbose_name=_("payment methods")
    )
    shows_exact_stock = models.BooleanField(_("shows how many are left"), default=False)
    is_active = models.BooleanField(_("active"), default=False)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = CollectionQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("collection")
        verbose_name_plural = _("collections and drops")
        constraints = [
            known_values("type", CollectionType, "collection_type_known"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(starts_at=None) | Q(ends_at__gt=F("starts_at")),
                name="collection_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(type="drop") | Q(starts_at__isnull=False),
                name="collection_drop_has_start",
            ),
        ]
        indexes = [models.Index(fields=["type", "starts_at"], name="collection_drops")]
        triggers = [*Entity.Meta.triggers, *redirect_triggers(SlugRedirectKind.COLLECTION)]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.hue = hue_for(self.hero_image, self.hue)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """:raises ValidationError: if it ends before it starts, or is a drop without a start"""
        if self.type == CollectionType.DROP and self.starts_at is None:
            raise ValidationError({"starts_at": _("A drop needs a start.")})
        check_window(self.starts_at, self.ends_at)


class CollectionProductQuerySet(models.QuerySet["CollectionProduct"]):
    def in_order(self) -> "CollectionProductQuerySet":
        """In staff's order; new products come last."""
        return self.order_by("position", "pk")


class CollectionProduct(Entity):
    collection = models.ForeignKey(
        Collection, on_delete=models.CASCADE, related_name="entries", verbose_name=_("collection")
    )
    product = models.ForeignKey(
        Product,
        on_delete=models.CASCADE,
        related_name="collection_entries",
        verbose_name=_("product"),
    )
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = CollectionProductQuerySet.as_manager()

    class Meta(Entity.Meta):
        verbose_name = _("product of the collection")
        verbose_name_plural = _("products of the collection")
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "product"], name="collection_product_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.product_id} in {self.collection_id}"
