from purchasing.models.order import (
    MAX_UNITS,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseYear,
    Receipt,
)
from purchasing.models.supplier import DropshipWarehouse, Supplier, validate_ruc
from purchasing.models.task import SupplierTask, SupplierTaskLine, SupplierTaskQuerySet
