"""The first address that a signed-in shopper types becomes the account's own."""

from constance import config

from accounts.models import Address, User
from accounts.services import save_address
from checkout.services import Attempt


def keep_first_address(user: User | None, attempt: Attempt) -> None:
    """Write the order's address down for a shopper who has none yet. Guests keep nothing."""
    if user is None or Address.objects.filter(user=user).exists():
        return
    data, district = attempt.data, attempt.district
    save_address(
        user,
        {
            "recipient": f"{data['first_name']} {data['last_name']}".strip(),
            "phone": str(data["phone"]),
            "street": data["street"],
            "district": district.name,
            "city": district.province,
            "region": district.department,
            "country": config.COUNTRY,
            "ubigeo": district.ubigeo,
            "reference": data["reference"],
        },
    )
