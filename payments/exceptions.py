from core.exceptions import DomainError, ServiceUnavailable


class KeyReused(DomainError):
    """A request has come under the key of another one: the first one counts."""


class OrderNotPayable(DomainError):
    """The order is paid, cancelled or expired: nothing can be paid for it any more."""


class MethodUnavailable(DomainError):
    """The shop does not offer this way to pay for this order."""


class QuoteChanged(DomainError):
    """The provider would ask for another amount, in its currency, than the shopper has seen."""


class PaymentRefused(DomainError):
    """The provider does not accept the payment as it was asked for."""


class ProviderUnavailable(ServiceUnavailable):
    """The provider does not answer. What became of the request is found out later."""


class RefundExceedsPayment(DomainError):
    """The payment has less left than is asked back."""


class TooSmallToGiveBack(RefundExceedsPayment):
    """The amount is worth nothing in the currency of the provider."""


class DisputeOpen(DomainError):
    """The shopper's bank asks for the same money: a refund would give it back twice."""


class SecondPersonNeeded(DomainError):
    """A second person must approve: no one approves their own request or a large credit."""


class CreditRefused(DomainError):
    """A credit cannot be granted so."""


class CreditTooLow(DomainError):
    """The customer has less store credit than is to be paid with it."""


class ReferenceUsed(DomainError):
    """Another payment already has this bank reference."""
