import secrets

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.database.models import Entity
from core.fields import MoneyField
from payments.models.payment import Payment
from payments.models.person import acting_user


def _private() -> Storage:
    return storages["private"]


def _place(_proof: "TransferProof", name: str) -> str:
    """An unguessable file name."""
    return f"transfers/{secrets.token_hex(8)}-{name}"


class TransferProof(Entity):
    """A shopper's proof of a bank transfer: a picture or a PDF, for staff only."""

    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="proofs", verbose_name=_("payment")
    )
    file = models.FileField(_("file"), upload_to=_place, storage=_private, max_length=255)

    class Meta(Entity.Meta):
        verbose_name = _("proof of a transfer")
        verbose_name_plural = _("proofs of transfers")

    def __str__(self) -> str:
        return str(self.file)


class TransferConfirmation(Entity):
    """A staff member's sighting at the bank, until a second person confirms it."""

    payment = models.OneToOneField(
        Payment,
        on_delete=models.PROTECT,
        related_name="transfer_confirmation",
        verbose_name=_("payment"),
    )
    amount = MoneyField(_("amount"))
    bank_reference = models.CharField(_("bank reference"), max_length=100, unique=True)
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("seen by")
    )
    seconded_by = acting_user(_("seen by a second person"))

    class Meta(Entity.Meta):
        verbose_name = _("confirmation of a transfer")
        verbose_name_plural = _("confirmations of transfers")
        constraints = [
            models.CheckConstraint(
                condition=Q(seconded_by=None) | ~Q(seconded_by=F("confirmed_by")),
                name="transfer_second_person",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_positive"),
        ]

    def __str__(self) -> str:
        return self.bank_reference
