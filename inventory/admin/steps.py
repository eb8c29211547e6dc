"""The steps of transfers and counts as the back office offers them: a service each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from catalog.models import Variant
from inventory import services
from inventory.models import StockCount, Transfer
from inventory.states import CountStatus, TransferStatus

Units = Mapping[UUID, int]


@dataclass(frozen=True)
class Step:
    """
    A button: in which state it is there, what it does, and what it says then.

    One that takes units has a box for each line; one that takes a code, a field for the scanner.
    """

    name: str
    label: StrOrPromise
    status: str
    take: Callable[[UUID, UUID, Units], str]
    takes_units: bool = False
    takes_code: bool = False
    # Whether it may bring another seller's goods along, which is said expressly.
    adds_goods: bool = False
    is_final: bool = False


def _scan(units: Units, count: Callable[[UUID], int]) -> str:
    """Count one unit of the scanned variant; tells how many there are now."""
    (variant_id,) = units
    now = count(variant_id)
    sku = Variant.objects.values_list("sku", flat=True).get(pk=variant_id)
    return gettext("%(sku)s: %(units)s.") % {"sku": sku, "units": now}


def _put(transfer_id: UUID, _actor_id: UUID, units: Units) -> str:
    services.put_in_transfer(transfer_id, units)
    return gettext("Saved: no stock has moved yet.")


def _scan_into(transfer_id: UUID, _actor_id: UUID, units: Units) -> str:
    return _scan(units, lambda variant_id: services.put_more(transfer_id, variant_id))


def _scan_arrival(transfer_id: UUID, actor_id: UUID, units: Units) -> str:
    def receive(variant_id: UUID) -> int:
        return services.receive_more(transfer_id, variant_id, actor_id=actor_id)

    return _scan(units, receive)


def _scan_found(count_id: UUID, _actor_id: UUID, units: Units) -> str:
    return _scan(units, lambda variant_id: services.count_more(count_id, variant_id))


def _dispatch(transfer_id: UUID, actor_id: UUID, _units: Units) -> str:
    services.dispatch_transfer(transfer_id, actor_id=actor_id)
    return gettext("The units have been dispatched.")


def _receive(transfer_id: UUID, actor_id: UUID, units: Units) -> str:
    services.receive_transfer(transfer_id, units, actor_id=actor_id)
    return gettext("The arrived units are in stock.")


def _close(transfer_id: UUID, _actor_id: UUID, _units: Units) -> str:
    lost = services.close_transfer(transfer_id)
    return ngettext("Closed: %d unit is lost.", "Closed: %d units are lost.", lost) % lost


def _cancel_transfer(transfer_id: UUID, _actor_id: UUID, _units: Units) -> str:
    services.cancel_transfer(transfer_id)
    return gettext("The transfer is cancelled.")


def _record(count_id: UUID, _actor_id: UUID, units: Units) -> str:
    services.record_count(count_id, units)
    return ngettext("%d line saved.", "%d lines saved.", len(units)) % len(units)


def _post(count_id: UUID, actor_id: UUID, _units: Units) -> str:
    short = services.post_count(count_id, actor_id=actor_id)
    if not short:
        return gettext("The differences are posted.")
    return ngettext(
        "The differences are posted. %d stock level is short now: more units are sold or "
        "held than on hand.",
        "The differences are posted. %d stock levels are short now: more units are sold or "
        "held than on hand.",
        len(short),
    ) % len(short)


def _cancel_count(count_id: UUID, _actor_id: UUID, _units: Units) -> str:
    services.cancel_count(count_id)
    return gettext("The count is cancelled.")


_DRAFT, _IN_TRANSIT, _OPEN = TransferStatus.DRAFT, TransferStatus.IN_TRANSIT, CountStatus.OPEN
TRANSFER_STEPS = (
    Step("scan", _("Add one"), _DRAFT, _scan_into, takes_code=True, adds_goods=True),
    Step("put", _("Set the units to send"), _DRAFT, _put, takes_units=True, adds_goods=True),
    Step("dispatch", _("Dispatch"), _DRAFT, _dispatch),
    Step("cancel", _("Cancel the transfer"), _DRAFT, _cancel_transfer, is_final=True),
    Step("scan", _("Add an arrived unit"), _IN_TRANSIT, _scan_arrival, takes_code=True),
    Step("receive", _("Save the units arrived so far"), _IN_TRANSIT, _receive, takes_units=True),
    Step("close", _("Close: no more will arrive"), _IN_TRANSIT, _close, is_final=True),
)
COUNT_STEPS = (
    Step("scan", _("Count one"), _OPEN, _scan_found, takes_code=True),
    Step("record", _("Save the count"), _OPEN, _record, takes_units=True),
    Step("post", _("Post the differences"), _OPEN, _post),
    Step("cancel", _("Cancel the count"), _OPEN, _cancel_count, is_final=True),
)


def steps_of(document: Transfer | StockCount) -> list[Step]:
    """The possible steps of the document."""
    steps = TRANSFER_STEPS if isinstance(document, Transfer) else COUNT_STEPS
    return [step for step in steps if step.status == document.status]
