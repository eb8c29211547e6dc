from payments.admin import collections, credit, money, payment, providers

__all__ = ["collections", "credit", "money", "payment", "providers"]
