"""The steps of transfers and counts as the back office offers them: a service each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from inventory import services
from inventory.models import StockCount, StockCountLine, Transfer, TransferLine
from inventory.states import CountStatus, TransferStatus

Units = Mapping[UUID, int]
MOST_LINES = 500


@dataclass(frozen=True, kw_only=True)
class Step:
    """A button: in which state it is there, what it does, and what it says then."""

    name: str
    label: StrOrPromise
    status: str
    take: Callable[[UUID, UUID, Units], str]
    takes_units: bool = False
    is_final: bool = False


def _dispatch(transfer_id: UUID, actor_id: UUID, _units: Units) -> str:
    services.dispatch_transfer(transfer_id, actor_id=actor_id)
    return _("The units have left.")


def _receive(transfer_id: UUID, actor_id: UUID, units: Units) -> str:
    services.receive_transfer(transfer_id, units, actor_id=actor_id)
    return _("What has arrived is on the shelf.")


def _close(transfer_id: UUID, _actor_id: UUID, _units: Units) -> str:
    lost = services.close_transfer(transfer_id)
    return ngettext("Closed: %d unit is lost.", "Closed: %d units are lost.", lost) % lost


def _cancel_transfer(transfer_id: UUID, _actor_id: UUID, _units: Units) -> str:
    services.cancel_transfer(transfer_id)
    return _("The transfer is cancelled.")


def _record(count_id: UUID, _actor_id: UUID, units: Units) -> str:
    services.record_count(count_id, units)
    return _("Noted. Look at the differences, then post them.")


def _post(count_id: UUID, actor_id: UUID, _units: Units) -> str:
    short = services.post_count(count_id, actor_id=actor_id)
    if not short:
        return _("The differences are posted.")
    return ngettext(
        "The differences are posted. %d level is short now: more is sold or held than is there.",
        "The differences are posted. %d levels are short now: more is sold or held than is there.",
        len(short),
    ) % len(short)


def _cancel_count(count_id: UUID, _actor_id: UUID, _units: Units) -> str:
    services.cancel_count(count_id)
    return _("The count is cancelled.")


TRANSFER_STEPS = (
    Step(
        name="dispatch",
        label=gettext_lazy("Dispatch"),
        status=TransferStatus.DRAFT,
        take=_dispatch,
    ),
    Step(
        name="cancel",
        label=gettext_lazy("Cancel the transfer"),
        status=TransferStatus.DRAFT,
        take=_cancel_transfer,
        is_final=True,
    ),
    Step(
        name="receive",
        label=gettext_lazy("Note what has arrived so far"),
        status=TransferStatus.IN_TRANSIT,
        take=_receive,
        takes_units=True,
    ),
    Step(
        name="close",
        label=gettext_lazy("Close: no more will arrive"),
        status=TransferStatus.IN_TRANSIT,
        take=_close,
        is_final=True,
    ),
)
COUNT_STEPS = (
    Step(
        name="record",
        label=gettext_lazy("Note what was counted"),
        status=CountStatus.OPEN,
        take=_record,
        takes_units=True,
    ),
    Step(
        name="post",
        label=gettext_lazy("Post the differences"),
        status=CountStatus.OPEN,
        take=_post,
    ),
    Step(
        name="cancel",
        label=gettext_lazy("Cancel the count"),
        status=CountStatus.OPEN,
        take=_cancel_count,
        is_final=True,
    ),
)


def lines_of(document: Transfer | StockCount) -> list[TransferLine] | list[StockCountLine]:
    """What the page lists: of a count the first lines, those with a number on top. One query."""
    if isinstance(document, Transfer):
        return list(document.lines.select_related("variant").order_by("variant__sku"))
    lines = document.lines.select_related("variant")
    return list(lines.order_by(F("counted").asc(nulls_last=True), "variant__sku")[:MOST_LINES])


def steps_of(document: Transfer | StockCount) -> list[Step]:
    """What makes sense for the document now."""
    steps = TRANSFER_STEPS if isinstance(document, Transfer) else COUNT_STEPS
    return [step for step in steps if step.status == document.status]
