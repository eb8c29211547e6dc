from core.exceptions import DomainError


class ErasureRefused(DomainError):
    """Something is still under way that the shop needs the person's data for."""
