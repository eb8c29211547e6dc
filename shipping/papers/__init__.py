"""Papers of parcels: pick lists, packing slips, labels."""

from shipping.papers.labels import label_sheets, thermal_labels
from shipping.papers.picking import pick_list
from shipping.papers.slips import packing_slips

__all__ = ["label_sheets", "packing_slips", "pick_list", "thermal_labels"]
