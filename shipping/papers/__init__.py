"""Papers of parcels: pick lists, packing slips, labels."""

from shipping.papers.carrier_labels import sheets_with_carrier_labels
from shipping.papers.labels import label_sheets, thermal_labels
from shipping.papers.picking import in_walking_order, pick_list, picks_for
from shipping.papers.slips import packing_slips
