from payments.admin import collections, credit, money, payment, providers, refunds
