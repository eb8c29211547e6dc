from payments.admin import collections, credit, money, payment, providers, refunds

__all__ = ["collections", "credit", "money", "payment", "providers", "refunds"]
