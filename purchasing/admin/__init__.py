from purchasing.admin.orders import PurchaseOrderAdmin, ReceiptAdmin
from purchasing.admin.suppliers import SupplierAdmin, SupplierTaskAdmin
