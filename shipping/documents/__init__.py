"""What goes with parcels on paper: what to fetch for them, what is in them, where they go."""

from shipping.documents.labels import label_sheets, thermal_labels
from shipping.documents.picking import pick_list
from shipping.documents.slips import packing_slips

__all__ = ["label_sheets", "packing_slips", "pick_list", "thermal_labels"]
