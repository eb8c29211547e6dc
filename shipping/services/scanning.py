"""
Packing by scanner: units are counted into a parcel one by one.

The counts are stored with the parcel until it is packed, so that they survive a reload or a change
of packers.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from catalog.gtin import is_same
from catalog.models import Variant
from shipping import parcels
from shipping.exceptions import BeingPacked, UnitsMissing, WrongUnit
from shipping.models import Shipment
from shipping.services import packing, planning
from shipping.states import ShipmentStatus

# Anyone who has counted nothing in this time has gone away.
PAUSE = timedelta(minutes=15)
_COUNTED, _PACKER = "counted", "packer"


@dataclass(frozen=True, kw_only=True)
class PackingRow:
    """Units of one variant: how many belong into the parcel, and how many are in it."""

    variant: Variant
    wanted: int
    counted: int

    @property
    def missing(self) -> int:
        return max(self.wanted - self.counted, 0)

    @property
    def surplus(self) -> int:
        return max(self.counted - self.wanted, 0)

    @property
    def is_complete(self) -> bool:
        return self.counted == self.wanted

    def answers_to(self, code: str) -> bool:
        """Whether the code is its SKU, the number under its bars, or the maker's code."""
        own = (normalize_code(self.variant.sku), normalize_code(self.variant.model))
        return code in own or is_same(code, self.variant.gtin)


@dataclass(frozen=True, kw_only=True)
class Packer:
    """Who counts into a parcel, and since when."""

    user: User
    since: datetime

    def __str__(self) -> str:
        return self.user.get_short_name() or self.user.email


def normalize_code(code: str) -> str:
    """
    The code whatever the case, and whatever the keyboard makes of its hyphens.

    Scanners type as on an English keyboard: a Spanish one reads their “-” as “'”.
    """
    return code.strip().replace("'", "-").casefold()


def packing_progress(parcel: Shipment) -> list[PackingRow]:
    """What belongs into the parcel, bundles as their parts, and how far it is. Four queries."""
    wanted = parcels.units_in([parcel]).get(parcel.pk, Counter())
    counted = {UUID(key): units for key, units in parcel.metadata.get(_COUNTED, {}).items()}
    variants = Variant.objects.filter(pk__in={*wanted, *counted}).order_by("sku")
    return [
        PackingRow(variant=variant, wanted=wanted[variant.pk], counted=counted.get(variant.pk, 0))
        for variant in variants
    ]


def packer_of(parcel: Shipment) -> Packer | None:
    """Who counts into the parcel now. One query if somebody does."""
    packer = parcel.metadata.get(_PACKER)
    if not packer or parcel.status != ShipmentStatus.PENDING:
        return None
    if datetime.fromisoformat(packer["at"]) < timezone.now() - PAUSE:
        return None
    user = User.objects.get(pk=packer["id"])
    return Packer(user=user, since=datetime.fromisoformat(packer["since"]))


@transaction.atomic
def take_over(shipment_id: UUID, actor_id: UUID) -> None:
    """
    Pack the parcel as this person, in place of another packer.

    :raises AlreadyDispatched: if it was dispatched or cancelled
    """
    _save(_lock(shipment_id), actor_id)


@transaction.atomic
def count(shipment_id: UUID, code: str, actor_id: UUID, *, units: int = 1) -> PackingRow:
    """
    Count units of the scanned code into the parcel; returns that row's progress.

    :raises WrongUnit: if it does not belong into the parcel, or is complete already
    :raises BeingPacked: if another person packs the parcel
    :raises AlreadyDispatched: if it was dispatched or cancelled
    """
    parcel = _lock(shipment_id)
    check_alone(parcel, actor_id)
    if parcel.status == ShipmentStatus.PACKED:
        raise WrongUnit(_("This parcel is packed already: nothing more belongs into it."))
    row = _row_of(packing_progress(parcel), code)
    if not 0 < units <= row.missing:
        raise WrongUnit(
            _("%(sku)s: %(counted)s of %(wanted)s are in the parcel. Put what is too much back.")
            % {"sku": row.variant.sku, "counted": row.counted, "wanted": row.wanted}
        )
    counted = row.counted + units
    parcel.metadata.setdefault(_COUNTED, {})[str(row.variant.pk)] = counted
    _save(parcel, actor_id)
    return PackingRow(variant=row.variant, wanted=row.wanted, counted=counted)


@transaction.atomic
def start_over(shipment_id: UUID, actor_id: UUID) -> None:
    """
    Take everything out again.

    :raises BeingPacked: if somebody else packs the parcel
    :raises AlreadyDispatched: if it has left or was called off
    """
    parcel = _lock(shipment_id)
    check_alone(parcel, actor_id)
    parcel.metadata.pop(_COUNTED, None)
    _save(parcel, actor_id)


@transaction.atomic
def finish(shipment_id: UUID, actor_id: UUID) -> None:
    """
    Close the parcel once all of its units are counted. Idempotent.

    :raises UnitsMissing: if units are missing, or too many since the order has changed
    :raises BeingPacked: if somebody else packs the parcel
    :raises DomainError: if the parcel may not be packed, as `packing.pack` has it
    """
    parcel = _lock(shipment_id)
    if parcel.status == ShipmentStatus.PACKED:
        return
    check_alone(parcel, actor_id)
    _check_complete(packing_progress(parcel))
    for name in (_COUNTED, _PACKER):
        parcel.metadata.pop(name, None)
    parcel.save(update_fields=["metadata"])
    packing.pack(shipment_id, actor_id)


def check_alone(parcel: Shipment, actor_id: UUID) -> None:
    """:raises BeingPacked: if another person counts units into the parcel now"""
    packer = packer_of(parcel)
    if packer is None or packer.user.pk == actor_id:
        return
    raise BeingPacked(
        _("%(name)s has been packing this parcel since %(time)s.")
        % {"name": packer, "time": time_format(timezone.localtime(packer.since), "TIME_FORMAT")}
    )


def _lock(shipment_id: UUID) -> Shipment:
    parcel = planning.lock(shipment_id)
    packing.check_waits(parcel)
    return parcel


def _row_of(rows: list[PackingRow], code: str) -> PackingRow:
    """The row of the scanned item; if several share the EAN, an incomplete one."""
    wanted = normalize_code(code)
    found = [row for row in rows if wanted and row.answers_to(wanted)]
    if not found:
        raise WrongUnit(_("“%s” does not belong into this parcel: put it back.") % code[:60])
    return next((row for row in found if row.missing), found[0])


def _check_complete(rows: list[PackingRow]) -> None:
    surplus = [row for row in rows if row.surplus]
    if surplus:
        text = _("The order has changed: take %(units)s of %(sku)s out, and start over.")
        raise UnitsMissing(text % {"units": surplus[0].surplus, "sku": surplus[0].variant.sku})
    if missing := sum(row.missing for row in rows):
        text = ngettext(
            "%(units)s unit is not counted yet.", "%(units)s units are not counted yet.", missing
        )
        raise UnitsMissing(text % {"units": missing})


def _save(parcel: Shipment, actor_id: UUID) -> None:
    """Store the counts, with the packer."""
    now, before = timezone.now().isoformat(), parcel.metadata.get(_PACKER) or {}
    since = before["since"] if before.get("id") == str(actor_id) else now
    parcel.metadata[_PACKER] = {"id": str(actor_id), "since": since, "at": now}
    parcel.save(update_fields=["metadata"])
