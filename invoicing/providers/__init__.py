"""Electronic invoicing providers behind one Protocol. The setting INVOICING_PROVIDER chooses."""

from invoicing.providers.base import (
    Answer,
    InvoicingProvider,
    ProviderUnavailable,
    current,
    register,
)

__all__ = ["Answer", "InvoicingProvider", "ProviderUnavailable", "current", "register"]
