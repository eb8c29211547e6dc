from shipping.admin import methods, shipments
