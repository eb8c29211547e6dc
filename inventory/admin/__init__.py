from inventory.admin.alerts import BackInStockRequestAdmin, StockAlertAdmin
from inventory.admin.documents import StockCountAdmin, TransferAdmin
from inventory.admin.levels import MovementAdmin, ReservationAdmin, StockLevelAdmin, WarehouseAdmin

__all__ = [
    "BackInStockRequestAdmin",
    "MovementAdmin",
    "ReservationAdmin",
    "StockAlertAdmin",
    "StockCountAdmin",
    "StockLevelAdmin",
    "TransferAdmin",
    "WarehouseAdmin",
]
