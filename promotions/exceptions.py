from core.exceptions import DomainError


class CouponRefused(DomainError):
    """The code has no effect on this basket; the message says why."""


class CouponUnknown(CouponRefused):
    pass


class CouponNotYetValid(CouponRefused):
    pass


class CouponExpired(CouponRefused):
    pass


class CouponUsedUp(CouponRefused):
    pass


class CouponUsedByCustomer(CouponRefused):
    """This customer has had all the uses that one customer may have."""


class CouponBelowMinimum(CouponRefused):
    pass


class CouponNotForTheseProducts(CouponRefused):
    pass


class PromotionUsedUp(DomainError):
    """An automatic promotion ran out between the price shown and the order."""


class BatchRefused(DomainError):
    """No codes were made; the message says why."""
