from inventory.models.alert import BackInStockRequest, StockAlert, StockAlertKind
from inventory.models.count import StockCount, StockCountLine
from inventory.models.level import StockLevel, StockLevelQuerySet, Warehouse, WarehouseKind
from inventory.models.movement import Movement, MovementKind, ReferenceKind
from inventory.models.reservation import Reservation, ReservationQuerySet
from inventory.models.transfer import Transfer, TransferLine
