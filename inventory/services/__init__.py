from inventory.services.bands import band, publish_stale
from inventory.services.goods import adjust, receive, restock, write_off
from inventory.services.holds import (
    extend_order_hold,
    rebind,
    release,
    release_expired,
    release_in_batches,
    renew,
    reserve,
)
from inventory.services.repairs import repair
from inventory.services.sales import cancel_sale, convert, dispatch

__all__ = [
    "adjust",
    "band",
    "cancel_sale",
    "convert",
    "dispatch",
    "extend_order_hold",
    "publish_stale",
    "rebind",
    "receive",
    "release",
    "release_expired",
    "release_in_batches",
    "renew",
    "repair",
    "reserve",
    "restock",
    "write_off",
]
