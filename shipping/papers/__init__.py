"""
What goes with parcels on paper: what to fetch for them, what is in them, where they go.

They are drawn by fpdf2, which takes tens of megabytes: only a process that prints loads it.
"""

from collections.abc import Sequence

from shipping.models import Shipment
from shipping.waybills import Waybill


def label_sheets(waybills: Sequence[Waybill]) -> bytes:
    """Labels, four to a sheet of A4."""
    from shipping.papers import labels  # noqa: PLC0415 - fpdf2 is large

    return labels.label_sheets(waybills)


def thermal_labels(waybills: Sequence[Waybill]) -> bytes:
    """Labels of 100 × 150 mm, a page each."""
    from shipping.papers import labels  # noqa: PLC0415 - fpdf2 is large

    return labels.thermal_labels(waybills)


def packing_slips(waybills: Sequence[Waybill]) -> bytes:
    """What is in each parcel, to lie in it."""
    from shipping.papers import slips  # noqa: PLC0415 - fpdf2 is large

    return slips.packing_slips(waybills)


def pick_list(parcels: Sequence[Shipment]) -> bytes:
    """What to fetch for these parcels, place by place."""
    from shipping.papers import picking  # noqa: PLC0415 - fpdf2 is large

    return picking.pick_list(parcels)
