"""What is known of a signed-in shopper: the saved addresses, and the choices of the last order."""

from dataclasses import asdict

from accounts.documents import is_for_invoices
from accounts.models import Address, User
from accounts.services import save_address
from checkout.places import BuyerDetails
from orders.models import Order


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


def last_choices(user: User | None) -> dict[str, str]:
    """How the shopper's last order came and was paid, as the form names it. At most 1 query."""
    columns = ("shipping_method_code", "payment_method_code", "document_type", "document_number")
    orders = Order.objects.filter(customer=user).order_by("-placed_at").values_list(*columns)
    last = orders.first() if user else None
    if last is None:
        return {}
    shipping, payment, kind, number = last
    choices = {"shipping": shipping, "payment": payment}
    # A factura also needs the company's name, which is asked for each time.
    is_person = kind and not is_for_invoices(kind)
    return choices | ({"document_type": kind, "document_number": number} if is_person else {})
