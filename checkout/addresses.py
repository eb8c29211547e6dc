"""The first address that a signed-in shopper types becomes the account's own."""

from dataclasses import asdict

from accounts.models import Address, User
from accounts.services import save_address
from checkout.places import typed_address
from checkout.services import Attempt


def keep_first_address(user: User | None, attempt: Attempt) -> None:
    """
    Write the order's address down for a shopper who has none yet. Guests keep nothing.

    Nor is a shop where the order waits anybody's address.
    """
    if user is None or attempt.pickup or Address.objects.filter(user=user).exists():
        return
    fields = asdict(typed_address(attempt.data))
    del fields["kind"]
    save_address(user, fields)
