from purchasing.admin.orders import PurchaseOrderAdmin, ReceiptAdmin
from purchasing.admin.suppliers import SupplierAdmin, SupplierTaskAdmin

__all__ = ["PurchaseOrderAdmin", "ReceiptAdmin", "SupplierAdmin", "SupplierTaskAdmin"]
