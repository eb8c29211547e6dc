"""The district that the shopper named for deliveries, in a cookie that only private pages read."""

from datetime import timedelta

from constance import config
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.countries import PERU
from accounts.districts import District, all_districts
from core.web.cookies import host_only

COOKIE = "district"
MAX_AGE = timedelta(days=365)


def destination_of(request: HttpRequest) -> District | None:
    """None if no district was named, it is unknown, or the shop is not in Peru."""
    if config.COUNTRY != PERU:
        return None
    return all_districts().get(request.COOKIES.get(host_only(COOKIE), ""))


def set_destination(response: HttpResponse, district: District) -> None:
    """It is no secret, and a forged one only changes what its own shopper sees: unsigned."""
    response.set_cookie(
        host_only(COOKIE),
        district.ubigeo,
        max_age=MAX_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_destination(response: HttpResponse) -> None:
    response.delete_cookie(host_only(COOKIE), samesite="Lax")
