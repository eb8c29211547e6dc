"""Documents of parcels: pick lists, packing slips, labels."""

from shipping.documents.labels import label_sheets, thermal_labels
from shipping.documents.picking import pick_list
from shipping.documents.slips import packing_slips

__all__ = ["label_sheets", "packing_slips", "pick_list", "thermal_labels"]
