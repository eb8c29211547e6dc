"""The saved addresses of a signed-in shopper."""

from dataclasses import asdict

from accounts.models import Address, User
from accounts.services import save_address
from checkout.places import BuyerDetails


def save_first_address(user: User | None, buyer: BuyerDetails) -> None:
    """
    Save the order's address for a shopper who has none yet.

    Guests have no account to save it in; a pickup point is nobody's address.
    """
    if user is None or buyer.pickup or buyer.home is None:
        return
    if not Address.objects.filter(user=user).exists():
        fields = asdict(buyer.home)
        del fields["kind"]
        save_address(user, fields)


def default_addresses(user: User | None) -> tuple[Address | None, Address | None]:
    """The signed-in shopper's place for deliveries, and for bills if it is another. 1 query."""
    rows = list(Address.objects.filter(user=user).order_by("-pk")) if user else []
    newest = rows[0] if rows else None
    delivery = next((row for row in rows if row.is_default_shipping), newest)
    billing = next((row for row in rows if row.is_default_billing), delivery)
    return delivery, None if billing == delivery else billing
