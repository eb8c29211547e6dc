from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.database.models import Entity, append_only_but_erasable, known_values


class RequestKind(models.TextChoices):
    EXPORT = "export", _("copy of the data")
    ERASURE = "erasure", _("erasure")


class PrivacyRequest(Entity):
    """
    A data request and its result, when and by whom: the shop's proof.

    It does not identify the person. Their address is stored as a fingerprint by
    `privacy.people.fingerprint`, so that people who know the address can find the entry. Names in
    the reason are masked.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=RequestKind.choices)
    fingerprint = models.CharField(_("fingerprint of the address"), max_length=64, editable=False)
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("account"),
    )
    made_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("by"),
    )
    reason = models.CharField(_("reason"), max_length=255, blank=True)
    # By table: how many rows were shown, or lost what they said of the person.
    rows = models.JSONField(_("rows"), default=dict, editable=False)

    class Meta(Entity.Meta):
        verbose_name = _("privacy request")
        verbose_name_plural = _("privacy requests")
        constraints = [
            known_values("kind", RequestKind, "privacy_request_kind_known"),
            models.CheckConstraint(
                condition=Q(made_by=None) | ~Q(reason=""), name="privacy_request_staff_reason"
            ),
        ]
        indexes = [models.Index(fields=["fingerprint"], name="privacy_request_person")]
        triggers = [*append_only_but_erasable("reason")]

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d}"
