"""What a checkout form begins with."""

from uuid import uuid4

from accounts.countries import FORMATS
from accounts.country_fields import place_written
from accounts.models import Address, User
from shipping.selectors import reach


def new_key() -> str:
    """One attempt to order: sent twice, it gives one order."""
    return uuid4().hex


def first_values(
    user: User | None, address: Address | None, billing: Address | None = None
) -> dict[str, str]:
    """What the shop already knows of a signed-in shopper."""
    values = {"key": new_key()}
    if user:
        values |= {
            "email": user.email,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "phone": user.phones[0] if user.phones else "",
        }
    if address and address.country in reach().countries:
        values |= place_written(address) | {
            "reference": address.reference,
            "phone": address.phone or values["phone"],
        }
    if billing and billing.country in {*FORMATS, *reach().countries}:
        values |= {"other_billing": "on", "billing_name": billing.recipient}
        values |= {f"billing_{name}": value for name, value in place_written(billing).items()}
    return values
