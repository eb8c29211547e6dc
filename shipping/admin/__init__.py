from shipping.admin import methods, shipments

__all__ = ["methods", "shipments"]
