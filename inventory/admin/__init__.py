from django.utils.translation import gettext_lazy as _

from catalog.admin import BulkAdmin
from catalog.admin.stock_on_page import HasStock
from inventory.admin import bulk
from inventory.admin.alerts import BackInStockRequestAdmin, StockAlertAdmin
from inventory.admin.levels import MovementAdmin, ReservationAdmin, StockLevelAdmin, WarehouseAdmin
from inventory.admin.product_stock import ProductStock
from inventory.admin.stock_documents import StockCountAdmin, TransferAdmin

BulkAdmin.offer("correct_stock", bulk.ask, _("Adjust the stock"), may=bulk.may_correct)
HasStock.keep_stock_by(ProductStock())
