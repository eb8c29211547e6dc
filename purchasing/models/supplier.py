from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from stdnum.pe import ruc

from core.database.models import Entity
from inventory.models import Warehouse, WarehouseKind


def validate_ruc(value: str) -> None:
    """
    Peru's tax number, with its check digit.

    :raises ValidationError: if the number is not a RUC
    """
    if not ruc.is_valid(value):
        raise ValidationError(
            _("This is not a valid RUC: 11 digits, the last one checks the rest.")
        )


class Supplier(Entity):
    """Who sells to us."""

    name = models.CharField(_("name"), max_length=150)
    ruc = models.CharField(_("RUC"), max_length=11, unique=True, validators=[validate_ruc])
    email = models.EmailField(_("e-mail address"), blank=True)
    phones = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name=_("phones")
    )
    address = models.CharField(_("address"), max_length=255, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Entity.Meta):
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        constraints = [
            models.CheckConstraint(
                condition=Q(ruc__regex=r"^[0-9]{11}$"), name="supplier_ruc_shape"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DropshipWarehouse(Entity):
    """Whose shelf a dropshipping warehouse is: one supplier's, who sends from it in our name."""

    supplier = models.ForeignKey(
        Supplier,
        on_delete=models.CASCADE,
        related_name="warehouses",
        verbose_name=_("supplier"),
    )
    warehouse = models.OneToOneField(
        Warehouse,
        on_delete=models.CASCADE,
        related_name="dropship",
        limit_choices_to={"kind": WarehouseKind.DROPSHIPPING},
        verbose_name=_("warehouse"),
    )

    class Meta(Entity.Meta):
        verbose_name = _("dropshipping warehouse")
        verbose_name_plural = _("dropshipping warehouses")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
