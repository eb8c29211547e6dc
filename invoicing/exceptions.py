from core.exceptions import DomainError


class NoSeries(DomainError):
    """Every series for this kind of document is switched off."""
