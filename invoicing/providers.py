"""Electronic invoicing providers behind one Protocol. The setting INVOICING_PROVIDER chooses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from constance import config

from core.exceptions import ServiceUnavailable
from invoicing.models import FiscalDocument
from invoicing.states import SubmissionState

NONE = "none"


class ProviderUnavailable(ServiceUnavailable):
    """The outcome is unknown; the same call is safe and is retried."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the provider says of a document: pending, accepted or rejected, and why."""

    state: SubmissionState
    reference: str = ""
    error: str = ""


class InvoicingProvider(Protocol):
    """
    Somebody who hands our documents to the tax office.

    Both calls may raise ProviderUnavailable. A worker makes them, outside of any transaction, and
    makes them again: a document is known by its number, and sent twice it is still one.
    """

    def send(self, document: FiscalDocument) -> Answer: ...

    def status(self, document: FiscalDocument) -> Answer:
        """Ask for the state of a document whose answer was pending."""
        ...


Factory = Callable[[], InvoicingProvider]
_factories: dict[str, Factory] = {}


def register(code: str, factory: Factory) -> None:
    """Make a provider known by the code that the setting names; an app of its own does so."""
    _factories[code] = factory


def codes() -> list[str]:
    """The providers that are installed."""
    return sorted(_factories)


def current() -> InvoicingProvider | None:
    """
    The provider that the shop has chosen; None if its documents stay in the shop.

    :raises ProviderUnavailable: if the setting names one that is not installed
    """
    code = config.INVOICING_PROVIDER
    if code == NONE:
        return None
    if code not in _factories:
        raise ProviderUnavailable(f"The invoicing provider {code} is not installed.")
    return _factories[code]()
