from orders.models.co_purchases import BoughtTogether
from orders.models.event import OrderEvent, OrderEventKind
from orders.models.line import OrderDiscount, OrderLine
from orders.models.order import AddressKind, Order, OrderAddress, OrderDay, OrderQuerySet
