from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from catalog.models import Variant
from core.database.models import Entity, known_values


class CartStatus(models.TextChoices):
    ACTIVE = "active", _("active")
    ORDERED = "ordered", _("ordered")
    MERGED = "merged", _("merged")
    EXPIRED = "expired", _("expired")


class Cart(Entity):
    """
    Whose cart it is and how it ended. Its lines lie in Redis alone.

    The row exists once the cart holds stock; its key is the cart's key in Redis.
    """

    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="carts",
        verbose_name=_("user"),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=CartStatus.choices, default=CartStatus.ACTIVE
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    order = models.UUIDField(_("order"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"))

    class Meta(Entity.Meta):
        verbose_name = _("cart")
        verbose_name_plural = _("carts")
        constraints = [
            known_values("status", CartStatus, "cart_status_known"),
            models.UniqueConstraint(
                fields=["user"], condition=Q(status="active"), name="cart_one_active_per_user"
            ),
            models.CheckConstraint(
                condition=Q(order=None) | Q(status=CartStatus.ORDERED), name="cart_ordered_stays_so"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="cart_expiry", condition=Q(status="active")),
        ]

    def __str__(self) -> str:
        return f"cart {self.pk}"


class ReminderConsent(Entity):
    """
    A guest's consent to a reminder if they abandon this cart.

    His address is kept no longer than it is needed: until he was written to, has ordered, says no
    or the cart is over.
    """

    cart = models.OneToOneField(
        Cart, on_delete=models.CASCADE, related_name="consent", verbose_name=_("cart")
    )
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=10)

    class Meta(Entity.Meta):
        verbose_name = _("consent to a reminder")
        verbose_name_plural = _("consents to reminders")

    def __str__(self) -> str:
        return f"consent for {self.cart_id}"


class CartReminder(Entity):
    """
    A cart that was left lying, as it was when its owner was written to: once, and never again.

    Without lines there was nothing to write about. `reader` is who was written to, as a fingerprint
    that tells a second mail to the same person and gives no address away.
    """

    cart = models.OneToOneField(
        Cart, on_delete=models.CASCADE, related_name="reminder", verbose_name=_("cart")
    )
    lines = models.JSONField(_("lines"), default=list)
    reader = models.CharField(max_length=64, blank=True, db_default="", editable=False)

    class Meta(Entity.Meta):
        verbose_name = _("cart reminder")
        verbose_name_plural = _("cart reminders")
        indexes = [models.Index(fields=["reader", "created_at"], name="cart_reminder_reader")]

    def __str__(self) -> str:
        return f"reminder of {self.cart_id}"


class WishlistItem(Entity):
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="wishlist", verbose_name=_("user")
    )
    variant = models.ForeignKey(
        Variant, on_delete=models.CASCADE, related_name="wished_by", verbose_name=_("variant")
    )

    class Meta(Entity.Meta):
        verbose_name = _("wish")
        verbose_name_plural = pgettext_lazy("several", "wishlist")
        constraints = [
            models.UniqueConstraint(fields=["user", "variant"], name="wishlist_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} wants {self.variant_id}"
