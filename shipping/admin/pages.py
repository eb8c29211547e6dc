"""Who sends parcels."""

from django.http import HttpRequest

from accounts.selectors import is_seller


def sends(request: HttpRequest) -> bool:
    """Whether there may be parcels that the person sends: `sent_by` says which."""
    return request.user.has_perm("shipping.change_shipment") or is_seller(request.user)
